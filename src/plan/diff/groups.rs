//! Groups: which to make, change and delete, who gets in and out, and what they give.

use super::Differ;
use super::matching::Matching;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::GroupSettings;
use crate::model::{
    DesiredGroup, LiveGroup, LiveWorkspace, Role, Unmanaged, WorkspaceAccess, WorkspaceRoles,
};
use crate::plan::action::{Assignment, GroupOperation, Operation, Participant, Reference};
use crate::plan::reach::Groups;
use crate::plan::{Locked, UnmanagedKind};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is to be done for one group, and the places that ask for it.
type Changes = Vec<(GroupOperation, Vec<Span>)>;

impl<'a> Differ<'a> {
    /// All groups, declared and not.
    pub(super) fn groups(&mut self, workspaces: &Matching<'a, LiveWorkspace>) {
        let Some(live) = &self.live.groups else { return self.no_groups() };
        let groups = Matching::new(&self.desired.groups, live, &mut self.out);
        for (name, group) in &self.desired.groups {
            let Some(live) = groups.declared.get(name.as_str()) else { continue };
            self.group(name, group, *live, &groups, workspaces);
        }
        for group in &groups.undeclared {
            self.undeclared_group(group, &groups);
        }
        self.circles(&groups);
    }

    /// Groups can come to be nested in themselves through nesting that the files leave as it is.
    fn circles(&mut self, groups: &Matching<'a, LiveGroup>) {
        let operations = || self.out.operations.iter().map(|(operation, _)| operation);
        let nests = |operation: &Operation| matches!(operation, Operation::Group(one) if one.nests_deeper());
        if !operations().any(nests) {
            return;
        }
        let mut after = Groups::of(self.live);
        operations().for_each(|operation| after.lose(operation));
        operations().for_each(|operation| after.gain(operation));
        let declared = self.desired.groups.iter();
        let circle: Vec<_> =
            declared.filter(|(name, _)| after.is_in_circle(&groups.declared(name).key())).collect();
        if circle.is_empty() {
            return;
        }
        let names: Vec<String> =
            circle.iter().map(|(name, _)| format!("`{}`", escape::excerpt(name))).collect();
        let message = format!(
            "groups would be nested in themselves, together with nesting that is live and that the files leave as it is: {}",
            names.join(", ")
        );
        let help = "list the `parents` of each of them, `[]` for none";
        let parents = circle.iter().flat_map(|(_, group)| group.parents.iter().flatten());
        let places: Vec<Span> = parents.map(|(_, at)| *at).collect();
        let silent = circle.iter().find(|(_, group)| group.parents.is_none());
        let mut fault = Diagnostic::new(Code::GroupCycle, message, help).places(&places, "nested in this");
        if let Some((_, group)) = silent {
            fault = fault.label(group.at, "its nesting is left as it is");
        }
        self.out.faults.push(fault);
    }

    /// To an organization without groups nothing can be said about groups.
    fn no_groups(&mut self) {
        let places: Vec<Span> = self.desired.groups.values().map(|group| group.at).collect();
        if places.is_empty() {
            return;
        }
        let message = "this organization has no groups: the Admin API refuses to list them (403 or 404)";
        let help = "take `groups` out of the files, or ask the vendor for groups; teams work without them";
        let fault = Diagnostic::new(Code::GroupsUnavailable, message, help);
        self.out.faults.push(fault.places(&places, "declared here"));
    }

    fn undeclared_group(&mut self, live: &LiveGroup, groups: &Matching<'a, LiveGroup>) {
        let (word, at) = self.desired.policy.unmanaged.groups;
        match word {
            Unmanaged::Remove if !live.externally_managed => {
                let group = groups.live(live.id);
                let (before, members) = (live.settings.clone(), live.members.len());
                let leaving = live.members.iter().filter(|id| self.leaving.contains(id)).count();
                let operation = GroupOperation::Delete { group, id: live.id, before, members, leaving };
                self.out.operations.push((operation.into(), at.into_iter().collect()));
            }
            Unmanaged::Remove | Unmanaged::Report => {
                let note = live.externally_managed.then_some("belongs to the identity provider");
                self.leave(UnmanagedKind::Group, &groups.live(live.id).name, note);
            }
        }
    }

    fn group(
        &mut self,
        name: &str,
        group: &'a DesiredGroup,
        live: Option<&LiveGroup>,
        groups: &Matching<'a, LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) {
        let mut changes = Changes::new();
        let reference = Reference { name: name.to_owned(), id: live.map(|live| live.id) };
        self.traits(name, group, live, &mut changes);
        if let Some(parents) = &group.parents {
            nesting(&reference, group, parents, live, groups, &mut changes);
        }
        if let Some(members) = &group.members {
            self.members(&reference, group, members, live, &mut changes);
        }
        if let Some(assigned) = &group.workspaces {
            self.assignments(&reference, group, assigned, live, workspaces, &mut changes);
        }
        if live.is_some_and(|live| live.externally_managed) {
            self.lock_group(name, group, changes);
        } else {
            let changes = changes.into_iter();
            self.out.operations.extend(changes.map(|(operation, sources)| (operation.into(), sources)));
        }
    }

    /// A group of the identity provider stays as it is; to ask for something else is a fault.
    fn lock_group(&mut self, name: &str, group: &DesiredGroup, changes: Changes) {
        self.out.locked.push(Locked::Group { name: name.to_owned() });
        let mut places: Vec<Span> = changes.into_iter().flat_map(|(_, sources)| sources).collect();
        if places.is_empty() {
            return;
        }
        places.sort_unstable();
        places.dedup();
        // The group's own place is shown in any case.
        places.retain(|place| *place != group.at);
        let message = format!(
            "the group `{}` can't be changed: it is managed by the identity provider",
            escape::excerpt(name)
        );
        let help = "change it there, and let the file say what is live, or nothing (`{}`)";
        let fault = Diagnostic::new(Code::ExternallyManaged, message, help);
        self.out.faults.push(fault.label(group.at, "the group").places(&places, "asks for a change"));
    }

    fn traits(&mut self, name: &str, group: &DesiredGroup, live: Option<&LiveGroup>, changes: &mut Changes) {
        let wanted = group.organization_role.map(|(role, _)| role);
        let written = |live: &str| group.description.clone().unwrap_or_else(|| live.to_owned());
        let Some(live) = live else {
            let traits =
                GroupSettings { name: name.to_owned(), description: written(""), organization_role: None };
            changes.push((GroupOperation::Create { settings: traits.clone() }, vec![group.at]));
            // The vendor takes no role on creation. So it is a change of its own, which can be seen to be missing.
            if let Some((role, at)) = group.organization_role {
                let after = GroupSettings { organization_role: Some(role), ..traits.clone() };
                let group = Reference { name: name.to_owned(), id: None };
                changes.push((GroupOperation::Update { group, before: traits, after }, vec![at]));
            }
            return;
        };
        let Some(role) = self.group_role(name, group, live) else { return };
        let before = GroupSettings { organization_role: role, ..live.settings.clone() };
        let after = GroupSettings {
            name: name.to_owned(),
            description: written(&live.settings.description),
            organization_role: wanted.or(role),
        };
        if before != after {
            let sources = match group.organization_role {
                Some((_, at)) if before.organization_role != after.organization_role => vec![group.at, at],
                _ => vec![group.at],
            };
            let group = Reference { name: name.to_owned(), id: Some(live.id) };
            changes.push((GroupOperation::Update { group, before, after }, sources));
        }
    }

    /// The live organization role of a group, unless what the file says of it can't be done.
    fn group_role(&mut self, name: &str, group: &DesiredGroup, live: &LiveGroup) -> Option<Option<Role>> {
        let shown = escape::excerpt(name);
        match (live.settings.organization_role, &live.locked_role, group.organization_role) {
            (None, None, _) | (None, Some(_), None) => Some(None),
            (Some(role), _, Some(_)) => Some(Some(role)),
            (Some(role), _, None) if live.externally_managed => Some(Some(role)),
            (Some(role), _, None) => {
                let role = role.name();
                let message = format!(
                    "the group `{shown}` has the organization role `{role}`, and the Admin API can't take it away"
                );
                let help = format!(
                    "write `organization_role: {role}` to keep it, or `organization_role: member`, which gives no more \
                     than everybody has"
                );
                self.out.faults.push(Diagnostic::at(Code::GroupRole, group.at, message, help));
                None
            }
            (None, Some(role), Some((_, at))) => {
                let message = format!(
                    "the organization role of the group `{shown}` can't be changed: the Admin API can't write `{}`",
                    escape::excerpt(role)
                );
                let help = "leave `organization_role` out to keep it as it is";
                self.out.faults.push(Diagnostic::at(Code::LockedRoles, at, message, help));
                None
            }
        }
    }

    fn members(
        &mut self,
        reference: &Reference,
        group: &DesiredGroup,
        members: &'a BTreeMap<crate::model::Email, Span>,
        live: Option<&LiveGroup>,
        changes: &mut Changes,
    ) {
        let none = BTreeSet::new();
        let inside = live.map_or(&none, |live| &live.members);
        let mut wanted = BTreeSet::new();
        let (mut added, mut sources) = (Vec::new(), Vec::new());
        for (email, at) in members {
            let Some(person) = self.present.get(email) else {
                self.awaited(email).groups.push(reference.name.clone());
                continue;
            };
            wanted.extend(person.id);
            if person.id.is_none_or(|id| !inside.contains(&id)) {
                added.push(person.clone());
                sources.push(*at);
            }
        }
        if !added.is_empty() {
            let operation = GroupOperation::MembersAdd { group: reference.clone(), members: added };
            changes.push((operation, sources));
        }
        // Who leaves the organization leaves its groups with it.
        let surplus = inside.iter().filter(|id| !wanted.contains(*id) && !self.leaving.contains(*id));
        let mut surplus: Vec<Participant> = surplus.map(|id| self.person(*id)).collect();
        surplus.sort();
        let (word, at) = self.desired.policy.unmanaged.group_members;
        // The identity provider decides who is in its groups.
        if word == Unmanaged::Report {
            for person in surplus {
                self.leave_in(UnmanagedKind::GroupMember, &person.name, &reference.name, None);
            }
        } else if !surplus.is_empty() {
            let operation = GroupOperation::MembersRemove { group: reference.clone(), members: surplus };
            changes.push((operation, std::iter::once(group.at).chain(at).collect()));
        }
    }

    fn assignments(
        &mut self,
        reference: &Reference,
        group: &DesiredGroup,
        wanted: &BTreeMap<String, (WorkspaceRoles, Span)>,
        live: Option<&LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
        changes: &mut Changes,
    ) {
        let none = BTreeMap::new();
        let mut left: BTreeMap<Uuid, &WorkspaceAccess> =
            live.map_or(&none, |live| &live.workspaces).iter().map(|(id, access)| (*id, access)).collect();
        let (mut set, mut sources) = (Vec::new(), Vec::new());
        for (name, (roles, at)) in wanted {
            let workspace = workspaces.declared(name);
            let before = workspace.id.and_then(|id| left.remove(&id));
            if let Some(locked) = before.and_then(|before| before.locked_roles.first()) {
                let message = format!(
                    "what the group `{}` gives in `{}` can't be changed: the Admin API can't write the role `{}`",
                    escape::excerpt(&reference.name),
                    escape::excerpt(name),
                    escape::excerpt(locked)
                );
                let help = "leave `workspaces` of this group out to keep them as they are";
                self.out.faults.push(Diagnostic::at(Code::LockedRoles, *at, message, help));
                continue;
            }
            let before = before.map(|before| before.roles);
            if before != Some(*roles) {
                set.push(Assignment { workspace, before, after: *roles });
                sources.push(*at);
            }
        }
        if !set.is_empty() {
            let operation = GroupOperation::WorkspacesSet { group: reference.clone(), assignments: set };
            changes.push((operation, sources));
        }
        // What is archived ends with all that is assigned to it, and can't be written side by side.
        let archived = self.desired.workspaces.iter().filter(|(_, workspace)| workspace.archived.is_some());
        let archived: BTreeSet<Uuid> =
            archived.filter_map(|(name, _)| workspaces.declared(name).id).collect();
        let left = left.into_iter().filter(|(id, _)| !archived.contains(id));
        let ended = left.map(|(id, access)| Assignment {
            workspace: workspaces.live(id),
            before: Some(access.roles),
            after: WorkspaceRoles::empty(),
        });
        let mut ended: Vec<Assignment> = ended.collect();
        ended.sort_by(|a, b| a.workspace.cmp(&b.workspace));
        if !ended.is_empty() {
            let operation = GroupOperation::WorkspacesRemove { group: reference.clone(), assignments: ended };
            changes.push((operation, vec![group.at]));
        }
    }
}

fn nesting(
    reference: &Reference,
    group: &DesiredGroup,
    parents: &BTreeMap<String, Span>,
    live: Option<&LiveGroup>,
    groups: &Matching<'_, LiveGroup>,
    changes: &mut Changes,
) {
    let before: BTreeSet<Reference> =
        live.into_iter().flat_map(|live| &live.parents).map(|id| groups.live(*id)).collect();
    let after: BTreeSet<Reference> = parents.keys().map(|name| groups.declared(name)).collect();
    let middle: BTreeSet<Reference> = &before & &after;
    for (before, after, sources) in
        [(&before, &middle, vec![group.at]), (&middle, &after, parents.values().copied().collect())]
    {
        if before != after {
            let (group, before, after) = (reference.clone(), before.clone(), after.clone());
            changes.push((GroupOperation::Nest { group, before, after }, sources));
        }
    }
}
