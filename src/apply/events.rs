//! What happens during an apply, as documents: one object a line, as it happens.

use super::report::{ResultDocument, Status};
use crate::plan_file::{FindingDocument, Summary};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EventDocument {
    /// When it happened (RFC 3339, UTC).
    #[schemars(with = "String")]
    pub time: Timestamp,
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The plan is made and checked. Nothing is sent before.
    Plan(PlanEvent),
    /// The requests of an action begin.
    Start {
        /// The action's id in the plan.
        id: String,
    },
    /// A request failed and is sent again after a pause.
    Retry {
        /// Method and path.
        request: String,
        /// Why it failed.
        reason: String,
        /// The number of the next try; the first retry is 2.
        attempt: u32,
        /// The pause in milliseconds.
        pause_ms: u64,
    },
    /// The outcome of an action, as in the report. An action that is not tried has no `start`.
    Result(ResultDocument),
    /// The run has ended. Always the last line, unless the process was killed.
    End(EndEvent),
}

/// The plan that is applied, or why it is not.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanEvent {
    /// The version of the format of all lines.
    pub format_version: String,
    /// The digest of the plan.
    pub digest: String,
    /// The organization's name in the files.
    pub organization: String,
    /// The live organization's identifier; null if the audit log is empty or can't be read.
    pub organization_id: Option<Uuid>,
    /// The commit of the files, as in the report.
    pub commit: Option<String>,
    /// Who started the run, as in the report.
    pub actor: Option<String>,
    /// The numbers of changes.
    pub summary: Summary,
    /// Why the plan is refused; empty if it is not.
    pub refusals: Vec<FindingDocument>,
}

/// How the run ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EndEvent {
    /// In words.
    pub status: EndStatus,
    /// The exit status of the process.
    pub exit_status: u8,
    /// The number of results with each status; null if nothing was applied.
    pub summary: Option<BTreeMap<Status, usize>>,
    /// What is wrong, if the run failed or was refused before it applied anything.
    pub message: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndStatus {
    /// The organization is as planned.
    Done,
    /// Something failed.
    Failed,
    /// The files, the budget or a guard forbid it.
    Refused,
    /// The command line is wrong.
    Usage,
    /// A signal stopped it.
    Interrupted,
}
