//! The findings of a plan besides its actions. The plan document contains these types unchanged.

use crate::model::{Email, Product, Seats};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A live resource that no file declares and that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmanaged {
    pub kind: UnmanagedKind,
    /// The workspace or group, for a member of one.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its address. If there is none, its name or identifier with everything harmful made visible.
    pub target: String,
    /// A remark, such as why it is left alone although the policy is to remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
}

/// Kinds of resources that can be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnmanagedKind {
    Member,
    Invitation,
    Group,
    /// A person in a declared workspace.
    WorkspaceMember,
    /// A person in a declared group.
    GroupMember,
}

/// Seats that a person takes on joining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PendingSeats {
    /// The person's address. If there is none, their name with everything harmful made visible.
    pub target: String,
    /// Seats of managed products.
    #[schemars(with = "Vec<Product>")]
    pub seats: Seats,
}

/// What orgsync leaves as it is although a file declares the resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    pub kind: LockedKind,
    /// The workspace, for roles in one.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The address of a person, or the name of a group.
    pub target: String,
    pub aspect: LockedAspect,
    /// The values that lock it, with everything harmful made visible.
    pub values: Vec<String>,
    /// Why it is left as it is, and what is left out.
    pub reason: String,
}

/// Kinds of resources that can be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockedKind {
    Member,
    /// A pending invitation.
    Invitation,
    Group,
}

/// The part of a resource that is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockedAspect {
    /// Roles that the API can't write: custom ones, or ones that this version doesn't know.
    Roles,
    /// Seats with a word that this version doesn't know.
    Seats,
    /// The whole group: it belongs to the identity provider.
    All,
}

/// A declared person who has not joined yet and for whom there is nothing to do now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    #[serde(rename = "for")]
    pub cause: WaitingCause,
    #[serde(rename = "target")]
    pub email: Email,
    /// The workspaces that the person is added to after joining.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<String>,
    /// The groups that the person is added to after joining.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// The reason why a declared person has not joined yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingCause {
    /// The invitation is pending.
    Acceptance,
    /// The invitation has expired, and the policy is to report that.
    ExpiredInvitation,
    /// The first sign-in through the identity provider.
    SignIn,
}
