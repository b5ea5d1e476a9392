//! Names of workspaces and groups for the files, and the values of their keys.

use crate::config::file::{Address, Entries, Field, WorkspaceRoleList};
use crate::escape;
use crate::model::{Email, LONGEST_NAME, WorkspaceRoles, unfit_name};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Unique names of resources, and why other names can't be used.
pub(super) struct Names<'l> {
    by_id: HashMap<Uuid, &'l str>,
    /// The other names, with the reason. Escaped text.
    pub(super) left_out: Vec<String>,
}

impl<'l> Names<'l> {
    /// Returns at most `most` names, in order.
    pub(super) fn new(names: impl Iterator<Item = (Uuid, &'l str)>, most: usize) -> Self {
        let mut by_name = BTreeMap::<&str, Vec<Uuid>>::new();
        for (id, name) in names {
            by_name.entry(name).or_default().push(id);
        }
        let mut names = Self { by_id: HashMap::new(), left_out: Vec::new() };
        for (name, ids) in by_name {
            let why = match ids.as_slice() {
                _ if name.is_empty() => "an empty name",
                _ if unfit_name(name).is_some() => {
                    "the name has a line break, a hidden character, or white space at its ends"
                }
                _ if name.chars().count() > LONGEST_NAME => "the name is too long",
                [_] if names.by_id.len() >= most => "more than an organization can have",
                [id] => {
                    names.by_id.insert(*id, name);
                    continue;
                }
                _ => "several have this name",
            };
            let left_out = |id| format!("{} ({id}): {why}", escape::excerpt(name)).trim_start().to_owned();
            names.left_out.extend(ids.iter().map(left_out));
        }
        names
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&'l str> {
        self.by_id.get(&id).copied()
    }

    /// The live resources that can be named, by name.
    pub(super) fn named<T>(
        &self,
        live: impl Iterator<Item = &'l T>,
        id: impl Fn(&T) -> Uuid,
    ) -> BTreeMap<&'l str, &'l T> {
        live.filter_map(|resource| Some((self.get(id(resource))?, resource))).collect()
    }
}

/// A text for the files; absent if it is empty, or with a remark if it is too long.
pub(super) fn text(key: &str, text: &str, longest: usize, remarks: &mut Vec<String>) -> Field<String> {
    if text.chars().count() > longest {
        remarks.push(format!("`{key}` stays as it is: it is longer than {longest} characters"));
        return Field::default();
    }
    Some(text.to_owned()).filter(|text| !text.is_empty()).into()
}

/// A list; absent if it is empty.
pub(super) fn list<T>(items: impl IntoIterator<Item = T>) -> Field<Vec<Field<T>>> {
    let items: Vec<_> = items.into_iter().map(|item| Some(item).into()).collect();
    Some(items).filter(|items| !items.is_empty()).into()
}

/// Workspace roles by key; absent if there are none.
pub(super) fn workspace_roles<K>(
    roles: impl IntoIterator<Item = (K, WorkspaceRoles)>,
) -> Field<Entries<K, WorkspaceRoleList>> {
    let list = |roles: WorkspaceRoles| {
        WorkspaceRoleList(roles.into_iter().map(|role| Some(role.into()).into()).collect())
    };
    let entries = roles.into_iter().map(|(key, roles)| (Some(key).into(), Some(list(roles)).into()));
    let entries: Vec<_> = entries.collect();
    Some(entries).filter(|entries| !entries.is_empty()).map(Entries).into()
}

pub(super) fn address(email: &Email) -> Address {
    Address(email.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_named_is_left_out_with_the_reason() {
        let long = "x".repeat(LONGEST_NAME + 1);
        let named = ["b", "a", "c", "", "Twin", "Twin", "a\u{200b}", &long];
        let by_id = named.iter().zip(0..).map(|(name, id)| (Uuid::from_u128(id), *name));
        let names = Names::new(by_id, 2);
        assert_eq!([0, 1].map(|id| names.get(Uuid::from_u128(id))), [Some("b"), Some("a")]);
        assert_eq!(names.by_id.len(), 2);
        let why = |text: &String| text.rsplit(": ").next().unwrap().to_owned();
        assert_eq!(
            names.left_out.iter().map(why).collect::<Vec<_>>(),
            [
                "an empty name",
                "several have this name",
                "several have this name",
                "the name has a line break, a hidden character, or white space at its ends",
                "more than an organization can have",
                "the name is too long",
            ]
        );
    }
}
