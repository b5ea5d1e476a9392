//! What goes over the wire: requests checked as the vendor's FastAPI does, and answers in its shapes.
//!
//! A body is read as a JSON value first, then taken apart field by field, so that all faults are told at once, each
//! with its place. What comes out of here is well formed; whether it can be done is the organization's business.

mod answers;
mod beside;
mod fault;
mod field;
mod invitations;
mod query;
mod roles;
mod users;

use field::Fields;

pub(crate) use answers::{InvitationOut, ListedInvitationOut, MemberOut, UserOut, UsersPage};
pub(crate) use beside::{days, emails};
pub(crate) use fault::{At, Faults, Step};
pub(crate) use invitations::new_invitations;
pub(crate) use query::{PageQuery, path_id};
pub(crate) use users::{member_change, new_members};
