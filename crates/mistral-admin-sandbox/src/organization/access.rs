//! What a member can get at in all: directly, through groups, and the workspace that everybody is in.

use super::role::{WORKSPACE_ADMIN, WORKSPACE_CONTRIBUTOR};
use super::{Member, Organization, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A workspace that somebody can get at, and the roles there.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    pub(crate) workspace: &'a Workspace,
    /// Letters where all roles have one, and UUIDs otherwise; never empty.
    pub(crate) roles: Vec<String>,
}

impl Organization {
    /// The workspaces of a member, the default one first and the others by name; nothing where the seed told `null`
    /// and there is no more to tell than the default one.
    pub(crate) fn access(&self, member: &Member) -> Option<Vec<Access<'_>>> {
        let mut roles: BTreeMap<Uuid, BTreeSet<Uuid>> =
            self.groups.as_ref().map(|groups| groups.access(member.uuid)).unwrap_or_default();
        let mut direct = self.memberships.of(member.uuid).peekable();
        if member.unlisted && roles.is_empty() && direct.peek().is_none() {
            return None;
        }
        for (workspace, granted) in direct {
            roles.entry(workspace).or_default().extend(granted);
        }
        let default = self.default_workspace;
        if self.memberships.get(default, member.uuid).is_none() {
            roles.entry(default).or_default().insert(self.roles.in_workspace(WORKSPACE_CONTRIBUTOR));
        }
        let (admin, contributor) = self.letters_in_workspaces();
        let known = roles.iter().filter_map(|(id, roles)| Some((self.workspaces.get(*id)?, roles)));
        let spelled = known.map(|(workspace, roles)| Access {
            workspace,
            roles: if roles.iter().all(|role| [admin, contributor].contains(role)) {
                let letters = [(admin, "A"), (contributor, "M")].into_iter();
                letters
                    .filter(|(role, _)| roles.contains(role))
                    .map(|(_, letter)| letter.to_owned())
                    .collect()
            } else {
                roles.iter().map(Uuid::to_string).collect()
            },
        });
        let mut list: Vec<_> = spelled.collect();
        list.sort_by_key(|access| (!access.workspace.is_default, &access.workspace.name));
        Some(list)
    }

    /// What `A` and `M` mean in workspaces.
    fn letters_in_workspaces(&self) -> (Uuid, Uuid) {
        (self.roles.in_workspace(WORKSPACE_ADMIN), self.roles.in_workspace(WORKSPACE_CONTRIBUTOR))
    }
}
