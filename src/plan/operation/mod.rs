//! Operations: one type for the plan document, saved plans, the simulator, the checks, the renderer and the executor.
//!
//! Each kind of change has a variant with its own struct, so the compiler finds every place that has to handle a new
//! kind.

mod group_operations;
mod person_operations;
mod reference;
mod workspace_operations;

pub use group_operations::{
    Assignment, GroupChange, GroupCreate, GroupDelete, GroupMembersAdd, GroupMembersRemove, GroupUpdate,
    GroupWorkspacesRemove, GroupWorkspacesSet,
};
pub use person_operations::{
    ApiKeyDelete, ApiKeyState, InvitationRenew, InvitationRevoke, InvitationSend, InvitationState,
    LeftBehind, MemberCreate, MemberRemove, MemberUpdate,
};
pub use reference::{Key, Reference};
pub use workspace_operations::{
    Membership, WorkspaceArchive, WorkspaceCreate, WorkspaceMembersRemove, WorkspaceMembersSet,
    WorkspaceUpdate,
};

use crate::model::{Email, RemovalCause, Roles, Seats};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Makes [`Operation`], [`ByResource`] and [`Kind`] from one list of kinds: those of each resource, with the field that
/// names what they change. A phase lists them in this order. The names are those of documents and ids.
macro_rules! operations {
    ($($resource:ident($family:ident, $subject:ident) { $($kind:ident = $name:literal,)* })*) => {
        /// A change of one resource.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "kind")]
        pub enum Operation {
            $($(#[serde(rename = $name)] $kind($kind),)*)*
        }

        /// The kind of an operation.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum Kind {
            $($(#[serde(rename = $name)] $kind,)*)*
        }

        /// An operation by the type of the resource that it changes, for code that treats one type alone.
        #[derive(Debug, Clone, Copy)]
        pub enum ByResource<'o> {
            $($resource($family<'o>),)*
        }

        $(
            /// An operation on one type of resource.
            #[derive(Debug, Clone, Copy)]
            pub enum $family<'o> {
                $($kind(&'o $kind),)*
            }
        )*

        impl Kind {
            /// All kinds, in the order in which a phase lists them.
            pub const ALL: &[Self] = &[$($(Self::$kind,)*)*];

            /// The name in documents and ids.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $($(Self::$kind => $name,)*)*
                }
            }
        }

        impl Operation {
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self {
                    $($(Self::$kind(_) => Kind::$kind,)*)*
                }
            }

            #[must_use]
            pub fn by_resource(&self) -> ByResource<'_> {
                match self {
                    $($(Self::$kind(op) => ByResource::$resource($family::$kind(op)),)*)*
                }
            }

            /// What the operation changes.
            #[must_use]
            pub fn subject(&self) -> Subject<'_> {
                match self {
                    $($(Self::$kind(op) => Subject::$resource(&op.$subject),)*)*
                }
            }
        }

        $($(
            impl From<$kind> for Operation {
                fn from(operation: $kind) -> Self {
                    Self::$kind(operation)
                }
            }
        )*)*
    };
}

operations! {
    Person(PersonOperation, email) {
        MemberUpdate = "member.update",
        MemberRemove = "member.remove",
        InvitationRevoke = "invitation.revoke",
        InvitationRenew = "invitation.renew",
        InvitationSend = "invitation.send",
        MemberCreate = "member.create",
    }
    ApiKey(ApiKeyOperation, email) {
        ApiKeyDelete = "api_key.delete",
    }
    Workspace(WorkspaceOperation, workspace) {
        WorkspaceCreate = "workspace.create",
        WorkspaceUpdate = "workspace.update",
        WorkspaceMembersSet = "workspace.members.set",
        WorkspaceMembersRemove = "workspace.members.remove",
        WorkspaceArchive = "workspace.archive",
    }
    Group(GroupOperation, group) {
        GroupCreate = "group.create",
        GroupUpdate = "group.update",
        GroupMembersAdd = "group.members.add",
        GroupMembersRemove = "group.members.remove",
        GroupWorkspacesSet = "group.workspaces.set",
        GroupWorkspacesRemove = "group.workspaces.remove",
        GroupDelete = "group.delete",
    }
}

/// The type of the resource that an operation changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// A member or an invitation.
    Person,
    ApiKey,
    Workspace,
    Group,
}

/// What an operation changes: a person by address, or a workspace or group.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'o> {
    Person(&'o Email),
    /// The owner of the key.
    ApiKey(&'o Email),
    Workspace(&'o Reference),
    Group(&'o Reference),
}

impl Operation {
    /// The address of the person, or the name of the workspace or group.
    #[must_use]
    pub fn target(&self) -> &str {
        match self.subject() {
            Subject::Person(email) | Subject::ApiKey(email) => email.as_str(),
            Subject::Workspace(resource) | Subject::Group(resource) => &resource.name,
        }
    }

    /// The type of what the operation changes.
    #[must_use]
    pub fn resource(&self) -> Resource {
        match self.subject() {
            Subject::Person(_) => Resource::Person,
            Subject::ApiKey(_) => Resource::ApiKey,
            Subject::Workspace(_) => Resource::Workspace,
            Subject::Group(_) => Resource::Group,
        }
    }

    /// The address of the person, if the operation changes a member, an invitation or a person's API key.
    #[must_use]
    pub fn email(&self) -> Option<&Email> {
        match self.subject() {
            Subject::Person(email) | Subject::ApiKey(email) => Some(email),
            Subject::Workspace(_) | Subject::Group(_) => None,
        }
    }

    /// The group, if the operation changes one.
    #[must_use]
    pub fn group(&self) -> Option<&Reference> {
        match self.subject() {
            Subject::Group(group) => Some(group),
            Subject::Person(_) | Subject::ApiKey(_) | Subject::Workspace(_) => None,
        }
    }

    /// What the id names: the target, or the identifier of an API key, because a person can have several.
    #[must_use]
    pub fn named(&self) -> Cow<'_, str> {
        match self {
            Self::ApiKeyDelete(op) => op.key_id.to_string().into(),
            _ => self.target().into(),
        }
    }

    /// What identifies the action in its plan, for people to read: `member.update:ada@acme.example`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}{}", self.kind().name(), self.named(), self.part())
    }

    /// Distinguishes operations of one kind on one target; mostly empty.
    #[must_use]
    pub fn part(&self) -> Cow<'static, str> {
        match self {
            Self::MemberUpdate(op) if op.is_second => "#seats".into(),
            Self::InvitationRevoke(op) if op.is_surplus => format!("#{}", op.invitation_id).into(),
            Self::GroupUpdate(op) if op.change.nests_deeper() => "#nest".into(),
            Self::GroupUpdate(op) if matches!(op.change, GroupChange::Parents { .. }) => "#unnest".into(),
            _ => "".into(),
        }
    }

    /// The organization roles before and after, both empty if the operation changes no person. Before joining and
    /// after leaving a person has none.
    #[must_use]
    pub fn roles(&self) -> (Roles, Roles) {
        match self {
            Self::MemberUpdate(op) => (op.before.roles, op.after.roles),
            Self::MemberRemove(op) => (op.before.roles, Roles::empty()),
            Self::MemberCreate(op) => (Roles::empty(), op.after.roles),
            Self::InvitationSend(op) => (Roles::empty(), op.after.roles),
            Self::InvitationRenew(op) => (op.before.roles, op.after.roles),
            Self::InvitationRevoke(op) => (op.before.roles, Roles::empty()),
            _ => (Roles::empty(), Roles::empty()),
        }
    }

    /// Whether two operations make the same change, even for different reasons.
    #[must_use]
    pub fn does_as(&self, other: &Self) -> bool {
        self.effect() == other.effect()
    }

    /// The operation without its reasons and its side effects.
    fn effect(&self) -> Self {
        let mut effect = self.clone();
        match &mut effect {
            Self::MemberRemove(op) => {
                op.cause = RemovalCause::Undeclared;
                op.leaves = LeftBehind::default();
            }
            Self::ApiKeyDelete(op) => {
                op.cause = RemovalCause::Undeclared;
                op.unused_for = None;
            }
            Self::InvitationSend(op) => op.language = None,
            Self::InvitationRenew(op) => op.language = None,
            Self::InvitationRevoke(op) => {
                op.cause = RemovalCause::Undeclared;
                op.pending = Seats::empty();
            }
            Self::WorkspaceCreate(op) => op.admin = Reference::new(""),
            Self::GroupDelete(op) => op.leaving_count = 0,
            _ => {}
        }
        effect
    }

    /// Whether the change can't be undone.
    #[must_use]
    pub fn is_irreversible(&self) -> bool {
        matches!(self, Self::ApiKeyDelete(_) | Self::WorkspaceArchive(_))
    }
}
