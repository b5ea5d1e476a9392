//! API keys, as a seed has them: they can be listed.

use super::Organization;
use super::search::{contains, plain};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The vendor's `APIKeyExtendedOUT`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "an API key")]
pub(crate) struct ApiKey {
    key_id: Uuid,
    /// The secret itself is told once, when a key is made, and stands in no list.
    #[serde(default, skip_deserializing)]
    key: (),
    #[serde(default)]
    name: Option<String>,
    hidden_key: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    expiration_date: Option<String>,
    #[serde(default)]
    actions: Map<String, Value>,
    #[serde(default)]
    workspace_id: Option<Uuid>,
    #[serde(default)]
    workspace_name: Option<String>,
    #[serde(default)]
    created_by: Option<String>,
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    last_used: Option<String>,
    #[serde(default)]
    can_delete: Option<bool>,
}

impl Organization {
    /// All keys, or those with a text in the name or as the last four characters.
    pub(crate) fn api_keys<'a>(&'a self, name: Option<&'a str>) -> impl Iterator<Item = &'a ApiKey> {
        let tail = |key: &ApiKey| {
            let characters = key.hidden_key.chars().count();
            key.hidden_key.chars().skip(characters.saturating_sub(4)).collect::<String>()
        };
        self.api_keys.iter().filter(move |key| {
            let named = contains(key.name.as_deref().unwrap_or_default(), name);
            named || name.is_some_and(|name| plain(&tail(key)) == plain(name))
        })
    }
}
