//! What is known about the past of an organization, beside its present state.

use super::Email;
use std::collections::BTreeSet;

/// What earlier runs have left, and what people did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// People whose invitation an interrupted run has deleted to send it again, and may not have sent.
    pub renewing: BTreeSet<Email>,
}
