//! API keys: seeded, listed and deleted, and the search in texts.

use super::audit::{About, Event};
use super::{Organization, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The vendor's `APIKeyExtendedOUT`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(expecting = "an API key")]
pub(crate) struct ApiKey {
    pub(crate) key_id: Uuid,
    /// The secret is shown once, when a key is created, and never in a list.
    #[serde(default, skip_deserializing)]
    key: (),
    name: Option<String>,
    hidden_key: String,
    created_at: Option<String>,
    expiration_date: Option<String>,
    #[serde(default)]
    actions: Map<String, Value>,
    workspace_id: Option<Uuid>,
    workspace_name: Option<String>,
    created_by: Option<String>,
    product: Option<String>,
    last_used: Option<String>,
    can_delete: Option<bool>,
}

impl ApiKey {
    /// Whether the list says that the key can't be deleted. What is absent neither permits nor forbids (decision 37).
    fn is_kept(&self) -> bool {
        let status = self.actions.get("delete").and_then(|action| action.get("status"));
        self.can_delete == Some(false) || status.and_then(Value::as_str) == Some("unavailable")
    }
}

impl Organization {
    /// Deletes a key for good.
    pub(crate) fn delete_api_key(&mut self, id: Uuid, now: Timestamp) -> Result<(), Refusal> {
        let found = self.api_keys.iter().find(|key| key.key_id == id);
        let key = found.ok_or(Refusal::Unknown("API key", id))?;
        if key.is_kept() {
            return Err(Refusal::KeptApiKey(id));
        }
        let about = About::key(id, key.workspace_id);
        self.api_keys.retain(|key| key.key_id != id);
        self.audit.record(now, self.requester, Event::KeyDelete, about);
        Ok(())
    }

    /// All keys, or those with a text in the name or as the last four characters.
    pub(crate) fn find_api_keys<'a>(&'a self, name: Option<&'a str>) -> impl Iterator<Item = &'a ApiKey> {
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

/// Whether a text contains another one, without letter case and accents (decision 18).
pub(super) fn contains(text: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| plain(text).contains(&plain(wanted)))
}

fn plain(text: &str) -> String {
    text.to_lowercase().chars().map(without_accent).collect()
}

/// Covers the languages that the vendor lists.
fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ą' => 'a',
        'ç' | 'ć' => 'c',
        'è'..='ë' | 'ę' => 'e',
        'ì'..='ï' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' => 'o',
        'ś' => 's',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' => 'z',
        other => other,
    }
}
