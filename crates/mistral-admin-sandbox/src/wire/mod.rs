//! What goes over the wire: requests checked as the vendor's FastAPI does, and answers in its shapes.
//!
//! A body is read as a JSON value first, then taken apart field by field, so that all faults are told at once, each
//! with its place. What comes out of here is well formed; whether it can be done is the organization's business.

mod answers;
mod audit_words;
mod beside;
mod fault;
mod faults;
mod field;
mod groups;
mod invitations;
mod lists;
mod query;
mod roles;
mod users;
mod workspaces;

use field::Fields;

pub(crate) use answers::{
    AssignmentOut, AssignmentsPage, GroupMemberOut, GroupMembersPage, GroupOut, GroupsPage, InvitationOut,
    ListedInvitationOut, LoggedOut, MadeWorkspaceOut, MemberOut, NestedOut, UserOut, UsersPage, WorkspaceOut,
    WorkspacesPage,
};
pub(crate) use beside::{days, emails};
pub(crate) use fault::{At, Faults, Step};
pub use faults::FaultRulesError;
pub(crate) use faults::fault_rules;
pub(crate) use groups::{
    assignment, children, group_change, new_group, organization_role, other_roles, provision, users,
};
pub(crate) use invitations::new_invitations;
pub(crate) use lists::{assignment_query, audit_query, group_query, key_query, user_query, workspace_query};
pub(crate) use query::{Page, Query, path_id};
pub(crate) use users::{member_change, new_members};
pub(crate) use workspaces::{grants, leaving, new_workspace, workspace_change};
