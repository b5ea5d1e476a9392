//! An operation at its place in the order of an apply.

use super::changed_by::ChangedBy;
use super::operation::Operation;
use crate::source::Span;
use enumset::{EnumSet, EnumSetType};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An operation at its place in the order of an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub phase: Phase,
    pub operation: Operation,
    /// The positions in the files that cause it.
    pub sources: Vec<Span>,
    /// Why it is there now; at least one.
    pub causes: Causes,
    /// `None` if the plan was not compared with another.
    pub origin: Option<ActionOrigin>,
    /// Who made the change by hand that it undoes, if the audit log tells.
    pub changed_by: Option<ChangedBy>,
}

impl Action {
    /// Whether nothing but time asks for the whole of it.
    #[must_use]
    pub fn is_due(&self) -> bool {
        !self.causes.contains(Cause::Declared)
    }

    /// What identifies the action in its plan: `member.update:ada@acme.example`.
    #[must_use]
    pub fn id(&self) -> String {
        self.operation.id()
    }
}

/// Why an action is planned.
#[derive(Debug, PartialOrd, Ord, EnumSetType, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[enumset(serialize_repr = "list")]
pub enum Cause {
    /// A grant, or a person's access, has ended.
    Expired,
    /// A declared person has joined, and gets what had to wait for that.
    Joined,
    /// An expired invitation is sent again.
    Renewal,
    /// Anything else, drift included.
    Declared,
}

/// The causes of an action.
pub type Causes = EnumSet<Cause>;

/// Whether an action comes from a change of the files or is drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionOrigin {
    /// Only the changed files need it.
    Change,
    /// The previous files needed it too: live differs from desired although the files did not change.
    Drift,
    /// The previous files needed it too, and nothing but time asks for it.
    Due,
}

/// The files before the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// They were valid, and were planned too.
    Planned,
    /// There were none: all actions count as the change's.
    Absent,
    /// They were invalid: all actions count as the change's.
    Invalid,
}

/// The phases of an apply. Each is a barrier: it starts after the previous one has finished.
///
/// The order guarantees two invariants at all times. Used seats never exceed purchased ones, because seats are freed
/// before others are assigned. There are never too few admins, because admins are promoted before others are demoted.
/// Also, no person is added to a resource that does not exist yet, loses access too early, or temporarily inherits
/// access that the plan does not intend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Phase {
    /// Grants roles and frees seats, which the later phases need. Deletes API keys, before their owners leave.
    Prepare = 1,
    /// Revokes roles and invitations, and removes members.
    Revoke = 2,
    /// Assigns seats, sends invitations and creates accounts.
    Acquire = 3,
    /// Creates and changes workspaces and groups.
    Create = 4,
    /// Adds people to workspaces and groups.
    Populate = 5,
    /// Assigns groups to workspaces, and nests groups.
    Assign = 6,
    /// Ends memberships, assignments, groups and workspaces.
    Retire = 7,
    /// Sets roles of groups that had to wait until other people were removed.
    DeferredRoles = 8,
    /// Adds people to groups and nests groups that had to wait, also for these roles: some of them may be lowered.
    DeferredMembers = 9,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 9] = [
        Self::Prepare,
        Self::Revoke,
        Self::Acquire,
        Self::Create,
        Self::Populate,
        Self::Assign,
        Self::Retire,
        Self::DeferredRoles,
        Self::DeferredMembers,
    ];
}

impl From<Phase> for u8 {
    fn from(phase: Phase) -> Self {
        phase as Self
    }
}

impl TryFrom<u8> for Phase {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        let phase = Self::ALL.into_iter().find(|phase| *phase as u8 == number);
        phase.ok_or_else(|| format!("a phase is a number from 1 to {}, and not {number}", Self::ALL.len()))
    }
}

impl JsonSchema for Phase {
    fn schema_name() -> Cow<'static, str> {
        "Phase".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The phase of the apply.",
            "type": "integer", "minimum": 1, "maximum": Self::ALL.len(),
        })
    }
}
