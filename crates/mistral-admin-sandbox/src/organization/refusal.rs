//! Why a well-formed request is not carried out.

use super::FARTHEST_DAYS;
use crate::product::Product;
use uuid::Uuid;

/// Why a well-formed request is not carried out; after one, nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("there is no member {0} in the organization")]
    UnknownMember(Uuid),
    #[error("there is no invitation {0}")]
    UnknownInvitation(Uuid),
    #[error("there is no active workspace {0}")]
    UnknownWorkspace(Uuid),
    #[error("there is no user group {0}")]
    UnknownGroup(Uuid),
    #[error("user group {group} is not assigned to workspace {workspace}")]
    UnknownAssignment { group: Uuid, workspace: Uuid },
    #[error("the last organization admin can't be removed or demoted")]
    LastAdmin,
    #[error("no seat of {} is available: {purchased} purchased, {used} in use", product.api_name())]
    NoSeat { product: Product, purchased: u32, used: u32 },
    #[error("there is a {0} with this name already")]
    NameTaken(&'static str),
    #[error("there are {0} active workspaces, and no more can be")]
    TooManyWorkspaces(usize),
    #[error("the default workspace can't be archived")]
    DefaultWorkspace,
    #[error("user group {0} is managed externally and can't be edited")]
    ExternallyManaged(Uuid),
    #[error("user group {0} would be nested in itself")]
    Cycle(Uuid),
    #[error("user group {group} is assigned to workspace {workspace} already")]
    AlreadyAssigned { group: Uuid, workspace: Uuid },
    #[error("the organization has no user groups")]
    NoGroups,
    #[error("the clock can't be advanced by more than {FARTHEST_DAYS} days in all")]
    TooFar,
}
