//! API keys.

use super::client::{Client, Deletion, Listed, Page, is_withheld};
use super::transport::{ApiError, Request};
use super::users::address;
use crate::model::{KeyOwner, LiveApiKey};
use reqwest::Method;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `APIKeysExtendedOUT`: a page of API keys, without a total.
#[derive(Debug, Deserialize)]
pub(super) struct ApiKeys<K> {
    pub(super) keys: Vec<K>,
}

/// `APIKeyExtendedOUT`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedKey {
    key_id: Uuid,
    name: Option<String>,
    hidden_key: Option<String>,
    workspace_name: Option<String>,
    /// An address, an identifier, or the name of the key with which this one was created.
    created_by: Option<String>,
    created_at: Option<String>,
    last_used: Option<String>,
    expiration_date: Option<String>,
    can_delete: Option<bool>,
    #[serde(default)]
    actions: Option<KeyActions>,
}

/// `APIKeyActions`: what the Admin API key may do with an API key.
#[derive(Debug, Default, Deserialize)]
struct KeyActions {
    delete: Option<KeyAction>,
}

/// `ActionAvailable` or `ActionUnavailable`. Other words than these two say nothing.
#[derive(Debug, Deserialize)]
struct KeyAction {
    status: Option<String>,
}

impl ListedKey {
    /// Whether the key may be deleted, as far as the API shows it. What forbids it wins.
    fn deletable(&self) -> Option<bool> {
        let status = self.actions.as_ref().and_then(|actions| actions.delete.as_ref()?.status.as_deref());
        match (self.can_delete, status) {
            (Some(false), _) | (_, Some("unavailable")) => Some(false),
            (Some(true), _) | (_, Some("available")) => Some(true),
            _ => None,
        }
    }
}

/// `DeleteAPIKeyOUT`. Unlike other deletions, it says `detail`, which is for people.
#[derive(Debug, Deserialize)]
pub(super) struct DeletedKey {
    #[serde(rename = "detail")]
    _detail: String,
}

impl Listed for ListedKey {
    fn uuid(&self) -> Uuid {
        self.key_id
    }
}

/// An unchanged API key.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RawApiKey {
    #[serde(skip)]
    key_id: Uuid,
    fields: BTreeMap<String, Box<RawValue>>,
}

impl<'de> Deserialize<'de> for RawApiKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let key_id = fields.get("key_id").ok_or_else(|| D::Error::missing_field("key_id"))?;
        let key_id = serde_json::from_str(key_id.get()).map_err(D::Error::custom)?;
        // The vendor shows the secret only once, and never in a list; if it ever does, a snapshot does not keep it.
        fields.remove("key");
        Ok(Self { key_id, fields })
    }
}

impl Listed for RawApiKey {
    fn uuid(&self) -> Uuid {
        self.key_id
    }
}

impl<K: Listed + DeserializeOwned> Page for ApiKeys<K> {
    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        self.keys.iter().map(|key| (0, key.uuid()))
    }

    fn append(&mut self, next: Self) {
        self.keys.extend(next.keys);
    }
}

pub(super) fn api_key(key: ListedKey) -> LiveApiKey {
    let deletable = key.deletable();
    let created_by = key.created_by.as_deref();
    let id = || created_by.and_then(|by| by.trim().parse().ok());
    LiveApiKey {
        id: key.key_id,
        name: key.name,
        masked: masked(key.hidden_key.as_deref().unwrap_or_default()),
        workspace: key.workspace_name,
        owner: match address(created_by) {
            Some(email) => KeyOwner::Address(email),
            None => id().map_or(KeyOwner::Unknown, KeyOwner::Id),
        },
        created_at: key.created_at,
        last_used: key.last_used,
        expires: key.expiration_date,
        deletable,
    }
}

/// The text if it is masked, as the vendor documents it: `HQSx...Ug6Y`. Of any other text only the end, so that a plan
/// never has a whole key.
fn masked(hidden: &str) -> String {
    const SHOWN: usize = 4;
    if hidden.contains("..") || hidden.contains(['*', '…', '•']) {
        return hidden.to_owned();
    }
    let number = hidden.chars().count();
    let shown = if number >= 4 * SHOWN { SHOWN } else { 0 };
    let end: String = hidden.chars().skip(number - shown).collect();
    format!("...{end}")
}

impl Request {
    /// API keys after the first `offset`.
    pub(super) fn api_keys(limit: u64, offset: u64) -> Self {
        Self { query: vec![("limit", limit), ("offset", offset)], ..Self::new(Method::GET, "/api-keys") }
    }

    pub(super) fn delete_api_key(id: Uuid) -> Self {
        Self::new(Method::DELETE, format!("/api-keys/{id}"))
    }
}

impl Client {
    /// The API keys; `None` if the Admin API key may not read them.
    pub(super) async fn api_keys<K: Listed + DeserializeOwned>(
        &self,
    ) -> Result<Option<ApiKeys<K>>, ApiError> {
        let part = |page: u64, size: u64| Request::api_keys(size, (page - 1) * size);
        self.list_where_offered(part, is_withheld).await
    }

    /// Deletes an API key. It can't be undone.
    ///
    /// # Errors
    ///
    /// The API can't be reached, or refuses: a key may be protected although its list says nothing about that.
    pub async fn delete_api_key(&self, id: Uuid) -> Result<Deletion, ApiError> {
        self.delete::<DeletedKey>(&Request::delete_api_key(id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Email;
    use serde_json::{Value, json};

    #[test]
    fn a_key_belongs_to_an_address_an_identifier_or_nobody_known() {
        let owner = |by: Value| {
            api_key(serde_json::from_value(json!({"key_id": Uuid::nil(), "created_by": by})).unwrap()).owner
        };
        let ada = KeyOwner::Address(Email::parse("ada@acme.example").unwrap());
        assert_eq!([owner(json!("Ada@acme.example")), owner(json!(" ada@acme.example"))], [ada.clone(), ada]);
        assert_eq!(owner(json!(Uuid::max())), KeyOwner::Id(Uuid::max()));
        assert_eq!([owner(json!("ci key")), owner(json!(null))], [KeyOwner::Unknown, KeyOwner::Unknown]);
    }

    #[test]
    fn what_forbids_a_deletion_wins() {
        let deletable = |permission: Value| {
            let mut key = json!({ "key_id": Uuid::nil() });
            key.as_object_mut().unwrap().extend(permission.as_object().unwrap().clone());
            api_key(serde_json::from_value(key).unwrap()).deletable
        };
        let action = |status: &str| json!({ "delete": { "status": status } });
        let all = [
            json!({}),
            json!({ "can_delete": null, "actions": { "delete": null } }),
            json!({ "actions": action("perhaps") }),
            json!({ "can_delete": true }),
            json!({ "actions": action("available") }),
            json!({ "can_delete": true, "actions": action("unavailable") }),
            json!({ "can_delete": false, "actions": action("available") }),
        ];
        assert_eq!(all.map(deletable), [None, None, None, Some(true), Some(true), Some(false), Some(false)]);
    }

    #[test]
    fn a_key_that_is_not_masked_is_masked() {
        let shown = ["HQSx...Ug6Y", "HQSx****", "HQSxfB7IaJRKNHRv0e5OAYJNO1h2Ug6Y", "short", ""].map(masked);
        assert_eq!(shown, ["HQSx...Ug6Y", "HQSx****", "...Ug6Y", "...", "..."]);
    }
}
