//! API keys.

use super::client::{Client, Deletion, Listed, Page, is_withheld};
use super::transport::{ApiError, Request};
use super::users::address;
use crate::model::Email;
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
    /// An address, or the name of the key with which this one was created.
    created_by: Option<String>,
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

/// The number of keys that each address has created. Keys that were created with another key count for no address.
pub(super) fn key_counts(list: &ApiKeys<ListedKey>) -> BTreeMap<Email, usize> {
    let mut counts = BTreeMap::new();
    for email in list.keys.iter().filter_map(|key| address(key.created_by.as_deref())) {
        *counts.entry(email).or_default() += 1;
    }
    counts
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
    use serde_json::{Value, json};

    #[test]
    fn keys_count_for_the_address_that_made_them() {
        let key = |id: u128, by: Value| json!({"key_id": Uuid::from_u128(id), "created_by": by});
        let list = json!({"keys": [
            key(1, json!("Ada@acme.example")), key(2, json!("ci key")), key(3, json!("ada@acme.example")),
            key(4, json!(null)), key(5, json!("bob@acme.example")),
        ]});
        let counts = key_counts(&serde_json::from_value(list).unwrap());
        let counts: Vec<_> = counts.iter().map(|(email, count)| (email.as_str(), *count)).collect();
        assert_eq!(counts, [("ada@acme.example", 2), ("bob@acme.example", 1)]);
    }
}
