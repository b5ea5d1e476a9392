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
    /// The outcome.
    pub status: Status,
    /// The reason, if any. Escaped text.
    pub reason: Option<String>,
}

/// The outcomes of all actions, in the order of the plan, then those of the second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One for each action, and one for each person in the second look.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// The number of actions with a status.
    pub fn count(&self, status: Status) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == status).count()
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

/// The report as a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReportDocument {
    /// The version of this format.
    pub format_version: String,
    /// The digest of the plan that was applied.
    pub digest: String,
    /// One for each action, in the order of the plan; then one for each person in the second look.
    pub results: Vec<ResultDocument>,
    /// The number of results with each status.
    pub summary: BTreeMap<Status, usize>,
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
}

impl ReportDocument {
    /// Puts a report into a document.
    pub fn new(report: &Report, digest: &str) -> Self {
        let result = |Outcome { id, kind, status, reason, .. }: &Outcome| ResultDocument {
            id: id.clone(),
            second_look: *kind != OutcomeKind::Planned,
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
