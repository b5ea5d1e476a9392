//! An operation at its place in the order of an apply.

use super::operation::Operation;
use crate::source::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An operation at its place in the order of an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub phase: Phase,
    pub operation: Operation,
    /// The places in the files that ask for it.
    pub sources: Vec<Span>,
    /// `None` if the plan was not compared with another.
    pub origin: Option<ActionOrigin>,
}

impl Action {
    /// What identifies the action in its plan: `member.update:ada@acme.example`.
    #[must_use]
    pub fn id(&self) -> String {
        self.operation.id()
    }
}

/// Whether an action comes from a change of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionOrigin {
    /// The files ask for it since they were changed.
    Change,
    /// The files asked for it before: live differs from desired although they did not change.
    Drift,
}

/// The files before they were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// They were planned as well.
    Planned,
    /// There were none: everything comes from the change.
    Absent,
    /// They were invalid, so that what they asked for is unknown: everything counts as the change's.
    Invalid,
}

/// The phases of an apply. Each is a barrier: it begins when the one before has ended.
///
/// The order keeps two promises at every moment: never more seats used than purchased, because seats are given up
/// before any is taken; never too few admins, because admins are made before any is demoted. And no person is added to
/// a resource that does not exist yet, loses access before others have got theirs, or inherits for a moment what is not
/// meant for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Phase {
    /// Roles gained, seats given up: what makes room for the rest.
    Prepare = 1,
    /// Roles lost, removals, revoked invitations.
    Revoke = 2,
    /// Seats taken, invitations, new accounts.
    Acquire = 3,
    /// Workspaces and groups created and changed.
    Create = 4,
    /// People added to them.
    Populate = 5,
    /// Groups assigned to workspaces and nested.
    Assign = 6,
    /// What ends: memberships, assignments, groups, workspaces.
    Retire = 7,
    /// Grants that people would have inherited who had to be removed first.
    Deferred = 8,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 8] = [
        Self::Prepare,
        Self::Revoke,
        Self::Acquire,
        Self::Create,
        Self::Populate,
        Self::Assign,
        Self::Retire,
        Self::Deferred,
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
        phase.ok_or_else(|| format!("a phase is a number from 1 to 8, and not {number}"))
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
