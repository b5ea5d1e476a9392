//! Groups: which are declared, who is in them, how they are nested, and what they give.

use super::super::file::Group;
use super::super::load::ReadFile;
use super::super::yaml::Field;
use super::grants::twice;
use super::names::{Names, meant, text};
use super::nesting;
use super::people::{People, Whose};
use super::workspaces::Workspaces;
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{DesiredGroup, LONGEST_NAME};
use crate::source::Span;
use std::collections::BTreeMap;

pub(super) fn lower<'f>(
    files: impl Iterator<Item = &'f ReadFile>,
    workspaces: &Workspaces,
    people: &mut People,
    faults: &mut Faults,
) -> BTreeMap<String, DesiredGroup> {
    let mut names = Names::new("group");
    let mut entries = BTreeMap::<&str, (Span, Option<&Group>)>::new();
    let mut incomplete = !faults.hide_nothing();
    for file in files {
        let written = &file.content.groups;
        incomplete |= written.value.is_none() && written.is_written();
        for (key, entry) in written.value.iter().flat_map(|groups| &groups.0.0) {
            incomplete |= key.value.is_none();
            let Some((name, at)) = names.declare(key, faults) else { continue };
            people.places.doubtful |= entry.value.as_ref().is_none_or(is_doubtful);
            entries.insert(name, (at, entry.value.as_ref()));
        }
    }
    people.places.doubtful |= incomplete;
    // Parents may stand behind what is nested in them.
    let mut lowering = Lowering { known: &entries, incomplete, workspaces, names, people, faults };
    let groups = entries.iter().map(|(name, (at, group))| lowering.group(name, *at, *group)).collect();
    lowering.names.check_previously(lowering.faults);
    nesting::check(&groups, faults);
    groups
}

/// Whether a part that tells who the admins are could not be read.
fn is_doubtful(group: &Group) -> bool {
    fn all<T>(list: &Field<Vec<Field<T>>>) -> bool {
        list.value.as_ref().map_or(!list.is_written(), |items| items.iter().all(|item| item.value.is_some()))
    }
    let role = &group.organization_role;
    !all(&group.members) || !all(&group.parents) || (role.value.is_none() && role.is_written())
}

/// What a group is lowered with.
struct Lowering<'l, 'f> {
    known: &'l BTreeMap<&'f str, (Span, Option<&'f Group>)>,
    /// More groups may be declared where nothing could be read.
    incomplete: bool,
    workspaces: &'l Workspaces,
    names: Names<'f>,
    people: &'l mut People,
    faults: &'l mut Faults,
}

impl<'f> Lowering<'_, 'f> {
    /// One group with its name. One that can't be read still counts as declared.
    fn group(&mut self, name: &'f str, at: Span, written: Option<&'f Group>) -> (String, DesiredGroup) {
        let mut group = DesiredGroup {
            at,
            description: None,
            previously: None,
            members: None,
            parents: None,
            organization_role: None,
            workspaces: None,
        };
        if let Some(written) = written {
            let whose = Whose("group", name);
            group.description = text(&written.description, "description", LONGEST_NAME, self.faults);
            group.previously = self.names.previously(name, &written.previously, self.faults);
            let members = written.members.value.as_ref();
            group.members = members.map(|members| self.people.listed(members, whose, self.faults));
            group.parents = written.parents.value.as_ref().map(|parents| self.parents(name, parents));
            group.organization_role = written.organization_role.get().map(|(role, at)| (*role, at));
            group.workspaces = self.workspaces.given(&written.workspaces, whose, self.people, self.faults);
        }
        (name.to_owned(), group)
    }

    fn parents(&mut self, name: &str, listed: &[Field<String>]) -> BTreeMap<String, Span> {
        let mut parents = BTreeMap::<String, Span>::new();
        for (parent, at) in listed.iter().filter_map(Field::get) {
            if let Some(first) = parents.get(parent) {
                self.faults.push(twice(parent, at, *first));
                continue;
            }
            if !self.known.contains_key(parent.as_str()) && !self.incomplete {
                let (group, parent) = (Quoted(name), Quoted(parent));
                let message =
                    format!("the group {group} is nested in the group {parent}, which is not declared");
                let known = self.known.keys().copied().take(self.people.search());
                let help = meant(parent.0, known, "declare it under `groups`");
                self.faults.push(Diagnostic::at(Code::UndeclaredGroup, at, message, help));
            }
            parents.insert(parent.clone(), at);
        }
        parents
    }
}
