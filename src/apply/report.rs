//! The outcome of each action.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

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

/// The outcome of one action, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The action's number in its plan.
    pub action: usize,
    /// The action's id.
    pub id: String,
    /// The outcome.
    pub status: Status,
    /// The reason, if any. Escaped text.
    pub reason: Option<String>,
}

/// The outcomes of all actions, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One for each action.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// The number of actions with a status.
    pub fn count(&self, status: Status) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == status).count()
    }

    /// Whether everything is now as planned.
    pub fn is_success(&self) -> bool {
        self.outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done | Status::Already))
    }
}

/// The report as a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReportDocument {
    /// The version of this format.
    pub format_version: String,
    /// The digest of the plan that was applied.
    pub digest: String,
    /// One for each action, in the order of the plan.
    pub results: Vec<ResultDocument>,
    /// The number of actions with each status.
    pub summary: BTreeMap<Status, usize>,
}

/// The outcome of one action.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResultDocument {
    /// The action's id in the plan.
    pub id: String,
    /// The outcome.
    pub status: Status,
    /// The reason, if any.
    pub reason: Option<String>,
}

impl ReportDocument {
    /// Puts a report into a document.
    pub fn new(report: &Report, digest: &str) -> Self {
        let result = |Outcome { id, status, reason, .. }: &Outcome| ResultDocument {
            id: id.clone(),
            status: *status,
            reason: reason.clone(),
        };
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            digest: digest.to_owned(),
            results: report.outcomes.iter().map(result).collect(),
            summary: Status::ALL.into_iter().map(|status| (status, report.count(status))).collect(),
        }
    }
}
