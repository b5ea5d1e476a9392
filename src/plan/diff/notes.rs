//! What can be said of people only when everything else is known: what stays behind, and what has to wait.

use super::{Awaited, Differ};
use crate::escape;
use crate::model::{WorkspaceRole, WorkspaceRoles};
use crate::plan::action::{Operation, PersonOperation, Reference, WorkspaceOperation};
use crate::plan::{Waiting, WaitingCause};
use std::collections::HashMap;
use uuid::Uuid;

impl Differ<'_> {
    /// Says of everybody who leaves what stays behind, now that it is known who stays.
    pub(super) fn note_what_stays_behind(&mut self) {
        if self.leaving.is_empty() {
            return;
        }
        let mut admins = HashMap::<Uuid, i64>::new();
        for member in self.live.members.iter().filter(|member| !self.leaving.contains(&member.id)) {
            for (workspace, access) in &member.workspaces {
                if access.roles.contains(WorkspaceRole::WorkspaceAdmin) {
                    *admins.entry(*workspace).or_default() += 1;
                }
            }
        }
        for (operation, _) in &self.out.operations {
            match operation {
                Operation::Workspace(
                    WorkspaceOperation::MembersSet { workspace: Reference { id: Some(id), .. }, members }
                    | WorkspaceOperation::MembersRemove { workspace: Reference { id: Some(id), .. }, members },
                ) => {
                    let leads =
                        |roles: WorkspaceRoles| i64::from(roles.contains(WorkspaceRole::WorkspaceAdmin));
                    let more: i64 = members.iter().map(|one| leads(one.after) - leads(one.before)).sum();
                    *admins.entry(*id).or_default() += more;
                }
                // Nobody misses an admin there.
                Operation::Workspace(WorkspaceOperation::Archive { id, .. }) => {
                    admins.insert(*id, i64::MAX);
                }
                _ => {}
            }
        }
        for (operation, _) in &mut self.out.operations {
            let Operation::Person(PersonOperation::MemberRemove { id, email, leaves, .. }) = operation else {
                continue;
            };
            let led = self.live.workspaces.iter().filter(|workspace| {
                let access = self.by_id.get(id).and_then(|member| member.workspaces.get(&workspace.id));
                access.is_some_and(|access| access.roles.contains(WorkspaceRole::WorkspaceAdmin))
            });
            let alone = led.filter(|workspace| admins.get(&workspace.id).is_none_or(|number| *number <= 0));
            leaves.workspaces = alone.map(|workspace| escape::excerpt(&workspace.settings.name)).collect();
            leaves.workspaces.sort();
            let keys = self.live.api_keys.as_ref();
            leaves.api_keys = keys.map(|keys| keys.get(email).copied().unwrap_or(0));
        }
    }

    /// Notes for everybody who is not in yet what has to wait.
    pub(super) fn note_what_waits(&mut self) {
        for waiting in &mut self.out.waiting {
            if let Some(awaited) = self.awaited.remove(&waiting.email) {
                waiting.workspaces = awaited.workspaces;
                waiting.groups = awaited.groups;
            }
        }
        // The others are invited with this very plan, or can't be told from somebody else.
        for (email, awaited) in std::mem::take(&mut self.awaited) {
            if !self.ambiguous.contains_key(email) {
                let Awaited { workspaces, groups } = awaited;
                let (cause, email) = (WaitingCause::Acceptance, email.clone());
                self.out.waiting.push(Waiting { cause, email, workspaces, groups });
            }
        }
    }
}
