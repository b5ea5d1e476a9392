//! Finds power that no file grants and that the plan leaves in place: admins and billing managers of the organization,
//! and admins of declared workspaces.
//!
//! Needs all operations of the plan. A declared group grants its power to everyone in it, and a declared admin
//! manages every workspace.

use super::differ::Differ;
use super::matching::Matching;
use crate::escape;
use crate::model::{
    Access, DesiredMember, Email, LiveGroup, LiveInvitation, LiveMember, LiveWorkspace, Role, Roles,
    WorkspaceRole, WorkspaceRoles,
};
use crate::plan::findings::{Held, UndeclaredPower, UnmanagedKind};
use crate::plan::operation::{Key, Membership, Operation};
use crate::plan::state::{GroupGraph, InheritedByMember};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The scope of organization roles.
const ORGANIZATION: &str = "organization";

/// The organization after the plan, as far as power is concerned.
struct After<'a> {
    access: HashMap<Uuid, Access>,
    /// Declared people, by the identifier of the member.
    declared: HashMap<Uuid, &'a DesiredMember>,
    groups: GroupGraph,
    /// The same groups, with only the grants that the files declare.
    declared_groups: GroupGraph,
    /// The direct roles that the plan sets in workspaces, by workspace and person.
    memberships: HashMap<(Key, Key), WorkspaceRoles>,
    /// Invitations that the plan deletes.
    revoked: HashSet<Uuid>,
}

impl<'a> After<'a> {
    fn new(
        differ: &Differ<'a>,
        groups: &Matching<'a, LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) -> Self {
        let operations = || differ.out.operations.iter().map(|(operation, _)| operation);
        let after = GroupGraph::of(differ.live).after(operations());
        let mut declared_groups = after.clone();
        let declared: HashMap<Key, _> =
            differ.desired.groups.iter().map(|(name, group)| (groups.declared(name).key(), group)).collect();
        let role = |group: &Key| declared.get(group).and_then(|group| group.organization_role);
        let roles = |group: &Key, workspace: &Key| {
            let assigned = declared.get(group).into_iter().flat_map(|group| &group.workspaces).flatten();
            let here = assigned.filter(|(name, _)| workspaces.declared(name).key() == *workspace);
            here.fold(WorkspaceRoles::empty(), |all, (_, (roles, _))| all | *roles)
        };
        declared_groups.keep_grants(|group| role(group).map(|(role, _)| role), roles);
        let mut this = Self {
            access: HashMap::new(),
            declared: HashMap::new(),
            groups: after,
            declared_groups,
            memberships: HashMap::new(),
            revoked: HashSet::new(),
        };
        operations().for_each(|operation| this.apply(operation));
        for (email, reference) in &differ.present {
            if let (Some(id), Some(member)) = (reference.id, differ.desired.members.get(*email)) {
                this.declared.insert(id, member);
            }
        }
        this
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::MemberUpdate(op) => drop(self.access.insert(op.member_id, op.after)),
            Operation::InvitationRevoke(op) => drop(self.revoked.insert(op.invitation_id)),
            Operation::InvitationRenew(op) => drop(self.revoked.insert(op.invitation_id)),
            Operation::WorkspaceMembersSet(op) => self.set(&op.workspace.key(), &op.members),
            Operation::WorkspaceMembersRemove(op) => self.set(&op.workspace.key(), &op.members),
            _ => {}
        }
    }

    fn set(&mut self, workspace: &Key, members: &[Membership]) {
        let roles = members.iter().map(|one| ((workspace.clone(), one.member.key()), one.after));
        self.memberships.extend(roles);
    }

    fn direct(&self, member: &LiveMember) -> Roles {
        self.access.get(&member.id).unwrap_or(&member.access).roles
    }

    fn declares(&self, member: Uuid, role: Role) -> bool {
        self.declared.get(&member).is_some_and(|declared| declared.access.roles.contains(role))
    }
}

impl<'a> Differ<'a> {
    /// Reports power that no file grants.
    pub(super) fn power(
        &mut self,
        groups: &Matching<'a, LiveGroup>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) {
        let after = After::new(self, groups, workspaces);
        let mut found = self.power_in_organization(&after);
        found.extend(self.power_of_invitations(&after));
        found.extend(self.power_in_workspaces(&after, workspaces));
        found.sort();
        self.out.undeclared_power = found;
    }

    fn staying(&self) -> impl Iterator<Item = &'a LiveMember> {
        self.live.members.iter().filter(|member| !self.leaving.contains(&member.id))
    }

    fn power_in_organization(&self, after: &After<'a>) -> Vec<UndeclaredPower> {
        let mut holders = BTreeSet::new();
        for role in Role::POWERS {
            let (inherited, granted) =
                (after.groups.holders_of(role), after.declared_groups.holders_of(role));
            holders.extend(self.staying().map(|member| member.id).filter(|id| {
                let key = Key::Live(*id);
                let is_direct =
                    || self.by_id.get(id).is_some_and(|member| after.direct(member).contains(role));
                (inherited.contains(&key) || is_direct())
                    && !granted.contains(&key)
                    && !after.declares(*id, role)
            }));
        }
        if holders.is_empty() {
            return Vec::new();
        }
        let grants = after.groups.role_grants();
        let members = holders.iter().filter_map(|id| self.by_id.get(id));
        let holder = |member: &&LiveMember| {
            let held = self.holdings.of_member(member, after.direct(member), &grants);
            self.holder(member, ORGANIZATION.to_owned(), held)
        };
        members.map(holder).collect()
    }

    /// Invitations that make a stranger an admin or billing manager.
    fn power_of_invitations(&self, after: &After<'a>) -> Vec<UndeclaredPower> {
        let declared = |email: &Email| self.desired.members.get(email).map(|member| member.access.roles);
        let gives_power = |invitation: &LiveInvitation| {
            let declared = invitation.email.as_ref().and_then(declared).unwrap_or_default();
            Role::POWERS.iter().any(|role| (invitation.roles - declared).contains(*role))
        };
        let left = self.live.invitations.iter().filter(|invitation| {
            !invitation.expired && !after.revoked.contains(&invitation.id) && gives_power(invitation)
        });
        left.map(|invitation| UndeclaredPower {
            scope: ORGANIZATION.to_owned(),
            kind: UnmanagedKind::Invitation,
            target: escape::excerpt(invitation.email.as_ref().map_or(&invitation.label, Email::as_str)),
            uuid: invitation.id,
            held: self.holdings.of_invitation(invitation),
            acknowledged: self.is_acknowledged(invitation.email.as_ref(), invitation.id),
            changed_by: None,
        })
        .collect()
    }

    fn power_in_workspaces(
        &self,
        after: &After<'a>,
        workspaces: &Matching<'a, LiveWorkspace>,
    ) -> Vec<UndeclaredPower> {
        let declared = self.desired.workspaces.iter().filter(|(_, workspace)| workspace.archived.is_none());
        let declared: HashMap<Key, _> =
            declared.map(|(name, workspace)| (workspaces.declared(name).key(), (name, workspace))).collect();
        let admins = after.declared_groups.holders_of(Role::Admin);
        let is_admin = |id: Uuid| after.declares(id, Role::Admin) || admins.contains(&Key::Live(id));
        let emails: HashMap<Uuid, &Email> =
            self.present.iter().filter_map(|(email, reference)| Some((reference.id?, *email))).collect();
        let mut suspects = Vec::new();
        for member in self.staying().filter(|member| !is_admin(member.id)) {
            for (id, access) in &member.workspaces {
                let workspace = Key::Live(*id);
                let Some((name, desired)) = declared.get(&workspace) else { continue };
                let email = emails.get(&member.id);
                let is_declared = email.is_some_and(|email| manages(desired.roles_of(email)));
                if manages(access.roles) && !is_declared {
                    suspects.push((member, workspace, *name));
                }
            }
        }
        if suspects.is_empty() {
            return Vec::new();
        }
        let before = GroupGraph::of(self.live).inherited_by_member();
        let now = after.groups.inherited_by_member();
        let granted = after.declared_groups.inherited_by_member();
        let holds = |(member, workspace, _): &(&LiveMember, Key, &String)| {
            let inherits =
                |by_member: &InheritedByMember| manages(inherited(by_member, member.id, workspace));
            let direct = match after.memberships.get(&(workspace.clone(), Key::Live(member.id))) {
                Some(roles) => manages(*roles),
                None => !inherits(&before),
            };
            (direct || inherits(&now)) && !inherits(&granted)
        };
        let holder = |(member, workspace, name): (&'a LiveMember, Key, &'a String)| {
            let roles = roles_in(member, &workspace);
            let held = self.holdings.in_workspace(member, &workspace, roles, &after.groups);
            self.holder(member, format!("workspace:{}", escape::line(name)), held)
        };
        suspects.into_iter().filter(holds).map(holder).collect()
    }

    /// Whether the files say that a holder of power is known and can't be declared.
    fn is_acknowledged(&self, email: Option<&Email>, id: Uuid) -> bool {
        let acknowledged = &self.desired.policy.unmanaged.acknowledged;
        email.is_some_and(|email| acknowledged.contains(email.as_str()))
            || acknowledged.contains(&id.to_string())
    }

    fn holder(&self, member: &LiveMember, scope: String, held: Held) -> UndeclaredPower {
        UndeclaredPower {
            scope,
            kind: UnmanagedKind::Member,
            target: escape::excerpt(member.email.as_ref().map_or(&member.label, Email::as_str)),
            uuid: member.id,
            held,
            acknowledged: self.is_acknowledged(member.email.as_ref(), member.id),
            changed_by: None,
        }
    }
}

/// The roles that the API shows for a member in a workspace.
fn roles_in(member: &LiveMember, workspace: &Key) -> WorkspaceRoles {
    let access = match workspace {
        Key::Live(id) => member.workspaces.get(id),
        Key::New(_) => None,
    };
    access.map_or(WorkspaceRoles::empty(), |access| access.roles)
}

fn manages(roles: WorkspaceRoles) -> bool {
    roles.contains(WorkspaceRole::WorkspaceAdmin)
}

fn inherited(by_member: &InheritedByMember, member: Uuid, workspace: &Key) -> WorkspaceRoles {
    let all = by_member.get(&member).and_then(|all| all.get(workspace));
    all.map_or(WorkspaceRoles::empty(), |inherited| inherited.roles)
}
