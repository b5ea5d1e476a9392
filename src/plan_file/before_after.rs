//! The state before and after an operation, as it would be in a file.

use crate::model::WorkspaceRoles;
use crate::plan::{Assignment, GroupChange, InvitationState, Membership, Operation, Reference};
use serde::Serialize;
use serde_yaml::{Mapping, Value};

/// Before and after; `Null` if the resource does not exist.
pub type BeforeAfter = (Value, Value);

/// The states before and after operations on one target. The two halves of a person's change are merged.
#[must_use]
pub fn before_after(operations: &[&Operation]) -> Vec<BeforeAfter> {
    let mut all: Vec<BeforeAfter> = Vec::new();
    for operation in operations {
        let (before, after) = of(operation);
        match (operation, all.last_mut()) {
            (Operation::MemberUpdate(op), Some(last)) if op.is_second => last.1 = after,
            _ => all.push((before, after)),
        }
    }
    all
}

fn of(operation: &Operation) -> BeforeAfter {
    match operation {
        Operation::WorkspaceMembersSet(op) => memberships(&op.members),
        Operation::WorkspaceMembersRemove(op) => memberships(&op.members),
        Operation::GroupMembersAdd(op) => (names("members", &[]), names("members", &op.members)),
        Operation::GroupMembersRemove(op) => (names("members", &op.members), names("members", &[])),
        Operation::GroupWorkspacesSet(op) => assignments(&op.assignments),
        Operation::GroupWorkspacesRemove(op) => assignments(&op.assignments),
        Operation::GroupUpdate(op) => match &op.change {
            GroupChange::Settings { before, after } => (value(before), value(after)),
            GroupChange::Parents { before, after } => (names("parents", before), names("parents", after)),
        },
        Operation::InvitationSend(op) => (Value::Null, joining(value(op.after), &op.workspaces)),
        Operation::InvitationRenew(op) => (invitation(op.before), joining(value(op.after), &op.workspaces)),
        Operation::InvitationRevoke(op) => (invitation(op.before), Value::Null),
        Operation::MemberCreate(op) => (Value::Null, value(op.after)),
        Operation::MemberUpdate(op) => (value(op.before), value(op.after)),
        Operation::MemberRemove(op) => (value(op.before), Value::Null),
        Operation::ApiKeyDelete(op) => (value(&op.before), Value::Null),
        Operation::WorkspaceCreate(op) => (Value::Null, value(&op.after)),
        Operation::WorkspaceUpdate(op) => (value(&op.before), value(&op.after)),
        Operation::WorkspaceArchive(op) => (value(&op.before), Value::Null),
        Operation::GroupCreate(op) => (Value::Null, value(&op.after)),
        Operation::GroupDelete(op) => (value(&op.before), Value::Null),
    }
}

fn value(state: impl Serialize) -> Value {
    serde_yaml::to_value(state).unwrap_or_default()
}

fn mapping(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Mapping>())
}

fn names<'r>(key: &str, all: impl IntoIterator<Item = &'r Reference>) -> Value {
    let names: Vec<&String> = all.into_iter().map(|one| &one.name).collect();
    mapping([(key.to_owned(), value(names))])
}

/// The roles of an invitation. The phrase says whether it has expired.
fn invitation(state: InvitationState) -> Value {
    mapping([("roles".to_owned(), value(state.roles))])
}

/// The access that a person gets on accepting, with the workspaces that they join.
fn joining(mut access: Value, workspaces: &[Reference]) -> Value {
    if let (Value::Mapping(access), false) = (&mut access, workspaces.is_empty()) {
        let names: Vec<&String> = workspaces.iter().map(|one| &one.name).collect();
        access.insert("workspaces".into(), value(names));
    }
    access
}

fn memberships(members: &[Membership]) -> BeforeAfter {
    let of = |roles: fn(&Membership) -> WorkspaceRoles| {
        let members = members.iter().map(|one| (one.member.name.clone(), value(roles(one))));
        mapping([("members".to_owned(), mapping(members))])
    };
    (of(|one| one.before), of(|one| one.after))
}

fn assignments(assignments: &[Assignment]) -> BeforeAfter {
    let of = |roles: fn(&Assignment) -> WorkspaceRoles| {
        let workspaces = assignments.iter().map(|one| (one.workspace.name.clone(), value(roles(one))));
        mapping([("workspaces".to_owned(), mapping(workspaces))])
    };
    (of(|one| one.before.unwrap_or_default()), of(|one| one.after))
}
