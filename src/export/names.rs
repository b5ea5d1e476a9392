//! Which workspaces, or groups, a file can name.

use super::scalar::scalar;
use crate::escape;
use crate::model::LONGEST_NAME;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The longest key that every YAML reader takes has 1024 characters (<https://yaml.org/spec/1.2.2/#742-flow-mappings>).
const LONGEST_KEY: usize = 1000;

/// Names that mean one thing each, and why others can't be used.
pub(super) struct Names<'l> {
    pub(super) by_id: BTreeMap<Uuid, &'l str>,
    /// The others, with the reason. Harmless text.
    pub(super) left_out: Vec<String>,
}

impl<'l> Names<'l> {
    /// At most so many of these things, in the order of their names.
    pub(super) fn new(things: impl Iterator<Item = (Uuid, &'l str)>, most: usize) -> Self {
        let mut by_name = BTreeMap::<&str, Vec<Uuid>>::new();
        for (id, name) in things {
            by_name.entry(name).or_default().push(id);
        }
        let mut names = Self { by_id: BTreeMap::new(), left_out: Vec::new() };
        for (name, ids) in by_name {
            let length = name.chars().count();
            let why = match ids.as_slice() {
                _ if name.is_empty() => "an empty name",
                _ if length > LONGEST_NAME => "the name is too long",
                _ if scalar(name).chars().count() > LONGEST_KEY => "the name is too long when it is written",
                [_] if names.by_id.len() >= most => "more than an organization can have",
                [id] => {
                    names.by_id.insert(*id, name);
                    continue;
                }
                _ => "several have this name",
            };
            let shown = escape::excerpt(name);
            names
                .left_out
                .extend(ids.iter().map(|id| format!("{shown} ({id}): {why}").trim_start().to_owned()));
        }
        names
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&'l str> {
        self.by_id.get(&id).copied()
    }
}

/// A text that a file can hold, or a remark that it can't.
pub(super) fn text(key: &str, text: &str, longest: usize) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("`{key}` stays as it is: it is longer than {longest} characters"));
    }
    Ok(scalar(text).into_owned())
}

/// Live things with the name that a file gives them, in the order of the names.
pub(super) fn in_order<'l, T>(
    things: impl Iterator<Item = &'l T>,
    id: impl Fn(&T) -> Uuid,
    names: &Names<'l>,
) -> Vec<(&'l str, &'l T)> {
    let known: HashMap<Uuid, &'l T> = things.map(|thing| (id(thing), thing)).collect();
    let mut named: Vec<_> =
        names.by_id.iter().filter_map(|(id, name)| Some((*name, *known.get(id)?))).collect();
    named.sort_by_key(|(name, _)| *name);
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_named_is_left_out_with_the_reason() {
        let long = "x".repeat(LONGEST_NAME + 1);
        let escaped = "\u{e0041}".repeat(LONGEST_NAME);
        let named = ["b", "a", "c", "", "Twin", "Twin", &long, &escaped];
        let things = named.iter().zip(0..).map(|(name, id)| (Uuid::from_u128(id), *name));
        let names = Names::new(things, 2);
        assert_eq!(names.by_id.into_values().collect::<Vec<_>>(), ["b", "a"]);
        let why = |text: &String| text.rsplit(": ").next().unwrap().to_owned();
        assert_eq!(
            names.left_out.iter().map(why).collect::<Vec<_>>(),
            [
                "an empty name",
                "several have this name",
                "several have this name",
                "more than an organization can have",
                "the name is too long",
                "the name is too long when it is written",
            ]
        );
    }
}
