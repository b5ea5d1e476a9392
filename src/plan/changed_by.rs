//! Who changed something by hand, according to the audit log.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who changed something by hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedBy {
    /// When (RFC 3339, UTC).
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// `HUMAN`, `API_KEY` or `OTHER`, as the vendor calls them.
    pub actor_type: String,
    /// The address of the live member who did it, or else their identifier; null if the log does not tell.
    pub actor: Option<String>,
    /// The vendor's type of event.
    pub event: String,
    /// The vendor's number of the entry.
    pub log_id: i64,
}
