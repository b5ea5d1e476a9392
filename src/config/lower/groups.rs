//! Lowers groups: members, nesting and grants.

use super::super::file::{ConfigFile, Group};
use super::super::yaml::Field;
use super::context::{ListedPeople, ListedRoles, Lowering};
use super::names::{Kind, add};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::model::{DesiredGroup, Holder, LONGEST_NAME, ListedGrant};
use crate::source::Span;
use std::collections::{BTreeMap, btree_map};

impl Lowering {
    pub(super) fn groups(&mut self, files: &[&ConfigFile]) {
        let mut entries = Vec::new();
        for (key, entry) in self.groups.entries(files, |file| &file.groups) {
            let Some((name, at)) = self.name(Kind::Group, key) else { continue };
            self.admins_doubtful |= entry.value.as_ref().is_none_or(is_doubtful);
            entries.push((name, at, entry.value.as_ref()));
        }
        self.admins_doubtful |= self.groups.incomplete;
        // Parents may be declared after the groups nested in them.
        for (name, at, entry) in entries {
            let group = self.group(name, at, entry);
            self.desired.groups.insert(name.clone(), group);
        }
        self.faults.extend(self.groups.taken_by(&self.groups.declared));
        check_circles(&self.desired.groups, &mut self.faults);
    }

    /// Lowers a group. An invalid one still counts as declared.
    fn group(&mut self, name: &String, at: Span, written: Option<&Group>) -> DesiredGroup {
        let empty = Group::default();
        let (written, owner) = (written.unwrap_or(&empty), Kind::Group.called(name));
        let being_in = ListedGrant::Group(name.clone());
        let members =
            written.members.value.as_ref().map(|members| self.members_of(&owner, members, &being_in));
        let members = members.map(|ListedPeople { now, ended }| {
            for (email, at) in ended {
                self.desired.ended.entry(email).or_default().push(being_in.clone(), at);
            }
            now
        });
        let listed = self.workspace_grants(&owner, &Holder::Group(name.clone()), &written.workspaces);
        let mut ended_workspaces = BTreeMap::new();
        let workspaces = listed.map(|listed| {
            let mut workspaces = BTreeMap::new();
            for (workspace, ListedRoles { now, ended }) in listed {
                if !ended.is_empty() {
                    ended_workspaces.insert(workspace.clone(), ended);
                }
                // An assignment has one position: the first, which is that of the workspace if there is a role without
                // terms.
                let both = now.into_iter().reduce(|(all, at), (roles, _)| (all | roles, at));
                workspaces.extend(both.map(|both| (workspace, both)));
            }
            workspaces
        });
        DesiredGroup {
            at,
            description: self.text(&written.description, "description", LONGEST_NAME),
            previously: self.former_name(Kind::Group, name, &written.previously),
            members,
            parents: written.parents.value.as_ref().map(|parents| self.parents(name, parents)),
            organization_role: written.organization_role.get().map(|(role, at)| (*role, at)),
            workspaces,
            ended_workspaces,
        }
    }

    fn parents(&mut self, name: &str, listed: &[Field<String>]) -> BTreeMap<String, Span> {
        let mut parents = BTreeMap::new();
        for (parent, at) in listed.iter().filter_map(Field::get) {
            if self.noted(add(&mut parents, parent.clone(), at)).is_some()
                && !self.groups.may_be_declared(parent)
            {
                let (group, quoted) = (Quoted(name), Quoted(parent));
                let message =
                    format!("the group {group} is nested in the group {quoted}, which is not declared");
                let known = self.groups.declared.keys().map(String::as_str);
                let help = self.suggestions.or_declare(parent, known, "declare it under `groups`");
                self.fault(Code::UndeclaredGroup, at, message, help);
            }
        }
        parents
    }
}

/// Whether something that affects who is an admin could not be read.
fn is_doubtful(group: &Group) -> bool {
    let role = &group.organization_role;
    !group.members.has_all_words() || !group.parents.is_whole() || (role.value.is_none() && role.is_written())
}

/// A group on the current path from nested groups to their parents.
struct Step<'g> {
    group: &'g str,
    /// Its parents that have not been visited.
    rest: btree_map::Iter<'g, String, Span>,
}

/// Reports a cycle for each link that leads back to a group on the current path.
///
/// Depth-first, with an explicit stack because nesting can be as deep as the number of groups. Visits each link once.
fn check_circles(groups: &BTreeMap<String, DesiredGroup>, faults: &mut Faults) {
    let none = BTreeMap::new();
    let parents_of = |group: &str| {
        let parents = groups.get(group).and_then(|group| group.parents.as_ref());
        parents.unwrap_or(&none).iter()
    };
    // The index of a group on the current path; `None` if all its ancestors have been visited.
    let mut seen = BTreeMap::<&str, Option<usize>>::new();
    for first in groups.keys() {
        // The links between consecutive steps.
        let (mut way, mut links) = (Vec::<Step<'_>>::new(), Vec::<Span>::new());
        let mut next = Some(first.as_str()).filter(|first| !seen.contains_key(first));
        loop {
            if let Some(group) = next.take() {
                seen.insert(group, Some(way.len()));
                way.push(Step { group, rest: parents_of(group) });
            }
            let Some(Step { group, rest }) = way.last_mut() else { break };
            let Some((parent, at)) = rest.next() else {
                seen.insert(group, None);
                way.pop();
                links.pop();
                continue;
            };
            links.push(*at);
            match seen.get(parent.as_str()) {
                None => next = Some(parent),
                Some(on_the_way) => {
                    let circle = on_the_way.and_then(|start| way.get(start..).zip(links.get(start..)));
                    if let Some((groups, links)) = circle {
                        faults.push(circle_fault(groups, links));
                    }
                    links.pop();
                }
            }
        }
    }
}

fn circle_fault(groups: &[Step<'_>], links: &[Span]) -> Diagnostic {
    /// The most groups that are named.
    const NAMED: usize = 5;
    let names: Vec<_> = groups.iter().take(NAMED).map(|step| Quoted(step.group).to_string()).collect();
    let names = names.join(" in ");
    let message = match groups {
        [_] => format!("the group {names} is nested in itself"),
        [first, rest @ ..] if rest.len() < NAMED => {
            format!("groups are nested in themselves: {names} in {}", Quoted(first.group))
        }
        _ => format!("groups are nested in themselves: {names}, and so on through {} groups", groups.len()),
    };
    let help = "remove one of these groups from its list of `parents`";
    Diagnostic::new(Code::GroupCycle, message, help).places(links, "nested in this")
}
