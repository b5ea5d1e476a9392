//! Answers in the shapes of the vendor's response schemas.

mod audit;
mod groups;
mod people;
mod workspaces;

pub(crate) use audit::LoggedOut;
pub(crate) use groups::{
    AssignmentOut, AssignmentsPage, GroupMemberOut, GroupMembersPage, GroupOut, GroupsPage, NestedOut,
};
pub(crate) use people::{InvitationOut, ListedInvitationOut, MemberOut, UserOut, UsersPage};
pub(crate) use workspaces::{MadeWorkspaceOut, WorkspaceOut, WorkspacesPage};
