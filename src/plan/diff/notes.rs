//! Findings about people that need the rest of the plan: what leavers leave behind, and what has to wait.

use super::differ::{Awaited, Differ};
use crate::escape;
use crate::model::WorkspaceRole;
use crate::plan::findings::{Waiting, WaitingCause};
use crate::plan::operation::Operation;
use crate::plan::state::WorkspaceAdmins;

impl Differ<'_> {
    /// Adds what each leaver leaves behind. Needs the people who stay.
    pub(super) fn note_what_stays_behind(&mut self) {
        if self.leaving.is_empty() {
            return;
        }
        let staying = self.live.members.iter().filter(|member| !self.leaving.contains(&member.id));
        let mut admins = WorkspaceAdmins::of(staying);
        self.out.operations.iter().for_each(|(operation, _)| admins.apply(operation));
        for (operation, _) in &mut self.out.operations {
            let Operation::MemberRemove(op) = operation else { continue };
            let member = self.by_id.get(&op.member_id);
            let managed = self.live.workspaces.iter().filter(|workspace| {
                let access = member.and_then(|member| member.workspaces.get(&workspace.id));
                access.is_some_and(|access| access.roles.contains(WorkspaceRole::WorkspaceAdmin))
            });
            let without = managed.filter(|workspace| admins.is_without(workspace.id));
            op.leaves.workspaces =
                without.map(|workspace| escape::excerpt(&workspace.settings.name)).collect();
            op.leaves.workspaces.sort();
            let keys = self.live.api_keys.as_ref();
            op.leaves.api_keys = keys.map(|keys| keys.get(&op.email).copied().unwrap_or(0));
        }
    }

    /// Adds the access that has to wait for each person who has not joined yet.
    pub(super) fn note_what_waits(&mut self) {
        for waiting in &mut self.out.waiting {
            if let Some(awaited) = self.awaited.remove(&waiting.email) {
                waiting.workspaces = awaited.workspaces;
                waiting.groups = awaited.groups;
            }
        }
        // The others are invited with this very plan, or share their address.
        for (email, awaited) in std::mem::take(&mut self.awaited) {
            if !self.ambiguous.contains_key(email) {
                let Awaited { workspaces, groups } = awaited;
                let (cause, email) = (WaitingCause::Acceptance, email.clone());
                self.out.waiting.push(Waiting { cause, email, workspaces, groups });
            }
        }
    }
}
