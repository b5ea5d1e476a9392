//! Finds what the files before a change declared, what the files now don't, and what the plan leaves alone.
//!
//! A deleted line removes nothing unless the policy says so. Input: the files before and now, the live organization, and
//! the plan of the files now. People are compared as live members, so that a new address is no deletion.

use super::held::Holdings;
use super::matching::{Matching, Named};
use crate::escape;
use crate::model::{
    Desired, DesiredWorkspace, Email, Live, LiveGroup, LiveInvitation, LiveMember, LiveWorkspace,
    RemovalCause, WorkspaceGrant, WorkspaceRoles,
};
use crate::plan::action::Action;
use crate::plan::findings::{Held, UnmanagedKind};
use crate::plan::operation::{Key, Operation};
use crate::plan::state::{DirectAccess, GroupGraph, InheritedByMember, InheritedRoles, RoleGrants};
use crate::source::Span;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// A live resource that was declared, with the positions in the files before.
pub(in crate::plan) struct Left {
    pub(in crate::plan) kind: UnmanagedKind,
    pub(in crate::plan) within: Option<String>,
    pub(in crate::plan) target: String,
    pub(in crate::plan) held: Held,
    pub(in crate::plan) note: Option<&'static str>,
    pub(in crate::plan) declared_at: Vec<Span>,
}

/// Compares the files before with those now; `actions` is the plan of those now.
pub(in crate::plan) fn no_longer_declared(
    before: &Desired,
    now: &Desired,
    live: &Live,
    actions: &[Action],
) -> Vec<Left> {
    let comparison = Comparison::new(before, now, live, actions);
    let mut left = comparison.members();
    left.extend(comparison.invitations());
    left.extend(comparison.workspaces());
    left.extend(comparison.groups());
    left
}

/// The people whom files declare, and those whose declared access has ended.
struct People<'a> {
    /// The position of each live member.
    members: HashMap<Uuid, Span>,
    /// The live member of each declared address.
    ids: HashMap<&'a Email, Uuid>,
    /// The position of each address, former ones included.
    addresses: HashMap<&'a Email, Span>,
}

impl<'a> People<'a> {
    fn new(desired: &'a Desired, live: &HashMap<&Email, Option<Uuid>>) -> Self {
        let mut people = Self { members: HashMap::new(), ids: HashMap::new(), addresses: HashMap::new() };
        let id = |email: &Email| live.get(email).copied().flatten();
        for (email, member) in &desired.members {
            let found = id(email).or_else(|| id(member.previously.as_ref()?));
            people.ids.extend(found.map(|id| (email, id)));
            people.members.extend(found.map(|id| (id, member.at)));
            let addresses = std::iter::once(email).chain(&member.previously);
            people.addresses.extend(addresses.map(|address| (address, member.at)));
        }
        for (email, removal) in &desired.removals {
            if removal.cause == RemovalCause::Expired {
                for address in std::iter::once(email).chain(&removal.previously) {
                    people.members.extend(id(address).map(|id| (id, removal.at)));
                    people.addresses.insert(address, removal.at);
                }
            }
        }
        people
    }
}

/// What a plan removes.
#[derive(Default)]
struct Removed {
    members: HashSet<Uuid>,
    invitations: HashSet<Uuid>,
    groups: HashSet<Uuid>,
    /// By workspace or group, then member.
    memberships: HashSet<(Uuid, Uuid)>,
}

impl Removed {
    fn by(actions: &[Action]) -> Self {
        let mut removed = Self::default();
        for action in actions {
            match &action.operation {
                Operation::MemberRemove(op) => drop(removed.members.insert(op.member_id)),
                Operation::InvitationRevoke(op) => drop(removed.invitations.insert(op.invitation_id)),
                Operation::InvitationRenew(op) => drop(removed.invitations.insert(op.invitation_id)),
                Operation::GroupDelete(op) => removed.groups.extend(op.group.id),
                Operation::GroupMembersRemove(op) => {
                    let members = op.members.iter().filter_map(|member| Some((op.group.id?, member.id?)));
                    removed.memberships.extend(members);
                }
                Operation::WorkspaceMembersRemove(op) => {
                    let members = op.members.iter();
                    let members = members.filter_map(|one| Some((op.workspace.id?, one.member.id?)));
                    removed.memberships.extend(members);
                }
                _ => {}
            }
        }
        removed
    }
}

struct Comparison<'a> {
    before: &'a Desired,
    now: &'a Desired,
    live: &'a Live,
    holdings: Holdings<'a>,
    people_before: People<'a>,
    people_now: People<'a>,
    removed: Removed,
    by_id: HashMap<Uuid, &'a LiveMember>,
    /// The groups after the plan.
    graph: GroupGraph,
    inherited_before: InheritedByMember,
    inherited_after: InheritedByMember,
}

impl<'a> Comparison<'a> {
    fn new(before: &'a Desired, now: &'a Desired, live: &'a Live, actions: &[Action]) -> Self {
        let mut by_email = HashMap::with_capacity(live.members.len());
        for member in &live.members {
            // An address of several members identifies none of them.
            if let Some(email) = &member.email {
                by_email.entry(email).and_modify(|id| *id = None).or_insert(Some(member.id));
            }
        }
        let live_graph = GroupGraph::of(live);
        let inherited_before = live_graph.inherited_by_member();
        let graph = live_graph.after(actions.iter().map(|action| &action.operation));
        Self {
            before,
            now,
            live,
            holdings: Holdings::new(now, live),
            people_before: People::new(before, &by_email),
            people_now: People::new(now, &by_email),
            removed: Removed::by(actions),
            by_id: live.members.iter().map(|member| (member.id, member)).collect(),
            inherited_after: graph.inherited_by_member(),
            inherited_before,
            graph,
        }
    }

    fn members(&self) -> Vec<Left> {
        let grants = self.graph.role_grants();
        let left = |member: &LiveMember| self.member(member, &grants);
        self.live.members.iter().filter_map(left).collect()
    }

    fn member(&self, member: &LiveMember, grants: &RoleGrants) -> Option<Left> {
        let declared_at = self.people_before.members.get(&member.id)?;
        let stays = !self.removed.members.contains(&member.id);
        (stays && !self.people_now.members.contains_key(&member.id)).then(|| Left {
            kind: UnmanagedKind::Member,
            within: None,
            target: name(member),
            held: self.holdings.of_member(member, member.access.roles, grants),
            note: None,
            declared_at: vec![*declared_at],
        })
    }

    fn invitations(&self) -> Vec<Left> {
        let left = |invitation: &LiveInvitation| {
            let email = invitation.email.as_ref()?;
            let declared_at = self.people_before.addresses.get(email)?;
            let stays = !self.removed.invitations.contains(&invitation.id);
            (stays && !self.people_now.addresses.contains_key(email)).then(|| Left {
                kind: UnmanagedKind::Invitation,
                within: None,
                target: email.to_string(),
                held: self.holdings.of_invitation(invitation),
                note: invitation.expired.then_some("expired"),
                declared_at: vec![*declared_at],
            })
        };
        self.live.invitations.iter().filter_map(left).collect()
    }
}

impl<'a> Comparison<'a> {
    /// Workspaces, and people in workspaces that are still declared.
    fn workspaces(&self) -> Vec<Left> {
        let matched = |desired: &'a Desired| {
            Matching::new(&desired.workspaces, &self.live.workspaces, &mut Vec::new()).declared
        };
        let now = by_id(matched(self.now), &self.now.workspaces);
        let mut left = Vec::new();
        for (name, live) in matched(self.before) {
            let (Some(live), Some(before)) = (live, self.before.workspaces.get(name)) else { continue };
            match now.get(&live.id) {
                Some(now) if now.archived.is_some() => {}
                Some(now) => left.extend(self.people_in_workspace(live, before, now)),
                None => left.push(Left {
                    kind: UnmanagedKind::Workspace,
                    within: None,
                    target: escape::excerpt(&live.settings.name),
                    held: Held::default(),
                    note: live.is_default.then_some("the default workspace, which can't be archived"),
                    declared_at: vec![before.at],
                }),
            }
        }
        left
    }

    fn people_in_workspace(
        &self,
        live: &LiveWorkspace,
        before: &DesiredWorkspace,
        now: &DesiredWorkspace,
    ) -> Vec<Left> {
        let listed: HashSet<Uuid> = now.members.keys().filter_map(|email| self.id_now(email)).collect();
        let left = |(email, grants): (&Email, &Vec<WorkspaceGrant>)| {
            let member = self.stays(email, live.id).filter(|member| !listed.contains(&member.id))?;
            let held = self.held_in_workspace(member, live)?;
            // Of a grant through a team, the line that lists the person in the team.
            let at = |grant: &WorkspaceGrant| grant.through.as_ref().map_or(grant.at, |team| team.at);
            Some(Left {
                kind: UnmanagedKind::WorkspaceMember,
                within: Some(escape::excerpt(&live.settings.name)),
                target: name(member),
                held,
                note: live.is_default.then_some("can't be removed from the default workspace"),
                declared_at: grants.iter().map(at).collect(),
            })
        };
        before.members.iter().filter_map(left).collect()
    }

    /// What a member holds directly in a workspace, and inherits there after the plan. `None` if they hold nothing
    /// directly.
    fn held_in_workspace(&self, member: &LiveMember, workspace: &LiveWorkspace) -> Option<Held> {
        let key = Key::Live(workspace.id);
        let inherited = |by_member: &InheritedByMember| -> InheritedRoles {
            by_member.get(&member.id).and_then(|all| all.get(&key)).cloned().unwrap_or_default()
        };
        let before = inherited(&self.inherited_before);
        let access = DirectAccess::of(Some(member), workspace.id, workspace.is_default, &before);
        if access.is_inherited() {
            return None;
        }
        let roles: WorkspaceRoles = access.direct | inherited(&self.inherited_after).roles;
        Some(self.holdings.in_workspace(member, &key, roles, &self.graph))
    }

    /// Groups, and people in groups that are still declared.
    fn groups(&self) -> Vec<Left> {
        let groups = self.live.groups.as_deref().unwrap_or_default();
        let matched = |desired: &'a Desired| Matching::new(&desired.groups, groups, &mut Vec::new()).declared;
        let now = by_id(matched(self.now), &self.now.groups);
        let mut left = Vec::new();
        for (name, live) in matched(self.before) {
            let (Some(live), Some(before)) = (live, self.before.groups.get(name)) else { continue };
            if let Some(now) = now.get(&live.id) {
                let (before, now) = (before.members.iter().flatten(), now.members.iter().flatten());
                let listed: HashSet<Uuid> = now.filter_map(|(email, _)| self.id_now(email)).collect();
                left.extend(before.filter_map(|(email, at)| self.person_in_group(live, email, *at, &listed)));
            } else if !self.removed.groups.contains(&live.id) {
                left.push(Left {
                    kind: UnmanagedKind::Group,
                    within: None,
                    target: escape::excerpt(&live.settings.name),
                    held: Holdings::of_group(live),
                    note: live.externally_managed.then_some("belongs to the identity provider"),
                    declared_at: vec![before.at],
                });
            }
        }
        left
    }

    fn person_in_group(
        &self,
        live: &LiveGroup,
        email: &Email,
        at: Span,
        listed: &HashSet<Uuid>,
    ) -> Option<Left> {
        let member = self.stays(email, live.id)?;
        let is_left = live.members.contains(&member.id) && !listed.contains(&member.id);
        let outside_domains = self.holdings.is_outside(member.email.as_ref());
        is_left.then(|| Left {
            kind: UnmanagedKind::GroupMember,
            within: Some(escape::excerpt(&live.settings.name)),
            target: name(member),
            held: Held { outside_domains, ..Held::default() },
            note: None,
            declared_at: vec![at],
        })
    }

    /// The live member of an address in the files before, unless the plan ends the membership of a workspace or group.
    fn stays(&self, email: &Email, within: Uuid) -> Option<&'a LiveMember> {
        let id = *self.people_before.ids.get(email)?;
        let ends = self.removed.members.contains(&id) || self.removed.memberships.contains(&(within, id));
        self.by_id.get(&id).copied().filter(|_| !ends)
    }

    fn id_now(&self, email: &Email) -> Option<Uuid> {
        self.people_now.ids.get(email).copied()
    }
}

/// Declared resources by the identifier of the live one.
fn by_id<'a, T: Named, D>(
    matched: BTreeMap<&'a str, Option<&'a T>>,
    desired: &'a BTreeMap<String, D>,
) -> HashMap<Uuid, &'a D> {
    matched.into_iter().filter_map(|(name, live)| Some((live?.id(), desired.get(name)?))).collect()
}

fn name(member: &LiveMember) -> String {
    escape::excerpt(member.email.as_ref().map_or(&member.label, Email::as_str))
}
