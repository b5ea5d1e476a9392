//! The findings of a plan besides its actions. The plan document contains these types unchanged.

use super::changed_by::ChangedBy;
use crate::model::{Email, Product, Seats};
use crate::source::Position;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use uuid::Uuid;

/// A live resource that no file declares and that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unmanaged {
    pub kind: UnmanagedKind,
    /// The workspace or group, for a member of one.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its address. If there is none, its name or identifier, escaped.
    pub target: String,
    #[serde(flatten)]
    pub held: Held,
    /// A remark, such as why it is left alone although the policy is to remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
}

/// A resource that the files before declared, the files now don't declare, and the plan leaves alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NoLongerDeclared {
    pub kind: UnmanagedKind,
    /// The workspace or group, for a member of one.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its address or name, with everything harmful made visible.
    pub target: String,
    #[serde(flatten)]
    pub held: Held,
    /// A remark, such as that an invitation has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
    /// The positions in the files before that declared it.
    pub sources: Vec<Position>,
    /// The same file among the files now: its number in their sources, and that of the main file if it is gone.
    #[serde(skip)]
    pub file: u32,
}

/// What a person or group holds that is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Held {
    /// All roles, direct and inherited, in the organization or in the workspace that it is about. Escaped.
    pub roles: Vec<String>,
    #[schemars(with = "Vec<Product>")]
    pub seats: Seats,
    /// The groups through which roles are inherited.
    pub through: Vec<GroupGrant>,
    /// The address is outside `organization.domains`.
    pub outside_domains: bool,
}

/// A role that a group grants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GroupGrant {
    /// The name of the group, escaped.
    pub group: String,
    pub role: String,
}

/// Power that no file grants and that the plan leaves in place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UndeclaredPower {
    /// `organization`, or `workspace:NAME`.
    pub scope: String,
    /// A member, or a pending invitation.
    pub kind: UnmanagedKind,
    /// The address. If there is none, the name or identifier, escaped.
    pub target: String,
    /// The vendor's identifier.
    pub uuid: Uuid,
    #[serde(flatten)]
    pub held: Held,
    /// Listed in `policy.unmanaged.acknowledged`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acknowledged: bool,
    /// Who gave it by hand, if the audit log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<ChangedBy>,
}

/// Kinds of resources that can be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnmanagedKind {
    Member,
    Invitation,
    /// A workspace; the default one is not listed.
    Workspace,
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
    /// The person's address. If there is none, their name, escaped.
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
    /// The values that lock it, escaped.
    pub values: Vec<String>,
    /// Why it is left as it is, and what is left out.
    pub reason: String,
}

impl Locked {
    /// The end of a reason, if the files ask for a change of the roles.
    pub(super) const LEFT_OUT: &str = "; the declared change of roles is left out";

    /// Whether the files ask for a change, which is left out.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.reason.ends_with(Self::LEFT_OUT)
    }
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
    /// How the person left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departed: Option<DepartedPerson>,
}

/// How a declared person left the organization, according to the audit log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartedPerson {
    /// When (RFC 3339, UTC).
    pub at: String,
    /// Who removed them: an address, else an identifier; null if they left by themselves, or the log does not tell.
    pub by: Option<String>,
    /// They left by themselves.
    pub left: bool,
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
    /// The person left, or somebody removed them by hand: somebody has to decide whether they come back.
    Departed,
}

/// An action that is due and left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldBack {
    /// The id of the action.
    pub id: String,
    /// The address of a person, or the name of a workspace or group.
    pub target: String,
    /// The code of the rule that forbids it.
    pub code: String,
    /// Why the rule forbids it.
    pub reason: String,
    /// It only grants, and waits until a seat is free.
    pub waits_for_seat: bool,
}

/// A grant that a new member waits for, and that somebody has revoked since they joined. People decide about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokedSince {
    /// The address of the person.
    pub target: String,
    /// What it is: `seat le_chat`, or `role dev in the workspace Research`. Escaped.
    pub grant: String,
    /// When an event revoked it, or one that does not tell whom it is about (RFC 3339, UTC).
    pub at: String,
}
