//! The outcome of each action.

use crate::plan::{ApiKeyLeft, HeldBack, Operation};
use crate::plan_file::before_after;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The version of the document's format.
pub const FORMAT_VERSION: &str = "1.0";

/// The outcome of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The API confirmed the change.
    Done,
    /// It was already as planned.
    Already,
    /// The change failed.
    Failed,
    /// An action that it depends on failed, or the run was stopped.
    NotTried,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Done, Self::Already, Self::Failed, Self::NotTried];

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

/// Whether an outcome is that of a planned action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// An action of the plan.
    Planned,
    /// A person in the second look.
    SecondLook,
    /// A person in the second look whose role is not revoked, because a guard forbids it.
    HeldBack,
}

/// The outcome of one action, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The action's number in its plan. Those of the second look follow.
    pub action: usize,
    /// The action's id. In the second look, the address of the person follows it after a `#`.
    pub id: String,
    pub kind: OutcomeKind,
    /// The operation. In the second look, the removal of one person from a workspace.
    pub operation: Operation,
    /// The outcome.
    pub status: Status,
    /// The reason, if any. Escaped text.
    pub reason: Option<String>,
    /// What to do about a failure, unless the reason says it.
    pub help: Option<&'static str>,
    /// When the outcome was known.
    pub at: Timestamp,
}

/// The outcomes of all actions, in the order of the plan, then those of the second look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// One for each action, and one for each person in the second look.
    pub outcomes: Vec<Outcome>,
    /// What was due and is not in the plan, because a guard or the budget forbids it.
    pub held_back: Vec<HeldBack>,
    /// The API keys that the plan leaves.
    pub api_keys_left: Vec<ApiKeyLeft>,
}

impl Report {
    /// The number of actions with a status.
    pub fn count(&self, status: Status) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == status).count()
    }

    /// The number of actions with each status.
    pub fn summary(&self) -> BTreeMap<Status, usize> {
        Status::ALL.into_iter().map(|status| (status, self.count(status))).collect()
    }

    /// Whether everything is now as planned.
    pub fn is_success(&self) -> bool {
        self.unfinished().next().is_none()
    }

    /// Whether guards held back what is not as planned, and nothing failed.
    pub fn is_only_held_back(&self) -> bool {
        !self.is_success() && self.unfinished().all(|outcome| outcome.kind == OutcomeKind::HeldBack)
    }

    fn unfinished(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !matches!(outcome.status, Status::Done | Status::Already))
    }
}

/// What a report says about its run. Text from the environment is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunRecord {
    /// The digest of the plan that was applied.
    pub digest: String,
    /// The organization's name in the files.
    pub organization: String,
    /// The live organization's identifier; null if the audit log is empty or can't be read.
    pub organization_id: Option<Uuid>,
    /// When the run began to read the organization (RFC 3339, UTC).
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// When the last outcome was known (RFC 3339, UTC).
    #[schemars(with = "String")]
    pub ended_at: Timestamp,
    /// The commit of the files, from the pipeline or else from git: files may have changed since. Null if neither tells.
    pub commit: Option<String>,
    /// Who started the run, from the pipeline or else from git. Null if neither tells.
    pub actor: Option<String>,
}

/// The report as a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReportDocument {
    /// The version of this format.
    pub format_version: String,
    #[serde(flatten)]
    pub run: RunRecord,
    /// One for each action, in the order of the plan; then one for each person in the second look.
    pub results: Vec<ResultDocument>,
    /// The number of results with each status.
    pub summary: BTreeMap<Status, usize>,
    /// What was due and is not in the plan, because a guard or the budget forbids it. Absent if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub held_back: Vec<HeldBack>,
    /// The API keys that the plan leaves, of people who leave or have left. Absent if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub api_keys_left: Vec<ApiKeyLeft>,
}

/// The outcome of one action.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResultDocument {
    /// The action's id in the plan. In the second look, the address of the person follows it after a `#`.
    pub id: String,
    /// After the actions, a direct role showed that a role of a group had hidden. Absent if false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub second_look: bool,
    /// The outcome.
    pub status: Status,
    /// The reason, if any.
    pub reason: Option<String>,
    /// When the outcome was known (RFC 3339, UTC).
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The state before the action, as it would be in a file; null if the resource did not exist.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub before: Value,
    /// The state that the action is meant to reach, whatever its status; null if it removes the resource.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub after: Value,
}

impl From<&Outcome> for ResultDocument {
    fn from(outcome: &Outcome) -> Self {
        let states = before_after(&[&outcome.operation]).pop().unwrap_or_default();
        let [before, after] =
            [states.0, states.1].map(|state| serde_json::to_value(state).unwrap_or_default());
        Self {
            id: outcome.id.clone(),
            second_look: outcome.kind != OutcomeKind::Planned,
            status: outcome.status,
            reason: outcome.reason.clone(),
            at: outcome.at,
            before,
            after,
        }
    }
}

impl ReportDocument {
    /// Puts a report into a document.
    pub fn new(report: &Report, run: RunRecord) -> Self {
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            run,
            results: report.outcomes.iter().map(ResultDocument::from).collect(),
            summary: report.summary(),
            held_back: report.held_back.clone(),
            api_keys_left: report.api_keys_left.clone(),
        }
    }
}
