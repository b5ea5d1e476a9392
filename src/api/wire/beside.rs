//! What stands beside people, workspaces and groups: API keys and the audit log.

use super::Page;
use serde::Deserialize;
use uuid::Uuid;

/// `APIKeysExtendedOUT`: a page of API keys, which says nothing of the others.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct ApiKeys {
    pub(in crate::api) keys: Vec<ListedKey>,
}

/// `APIKeyExtendedOUT`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct ListedKey {
    key_id: Uuid,
    /// An address, or the name of the key that made this one.
    pub(in crate::api) created_by: Option<String>,
}

impl Page for ApiKeys {
    fn total(&self) -> Option<u64> {
        None
    }

    fn page_size(&self) -> Option<u64> {
        None
    }

    fn ids(&self) -> impl Iterator<Item = (u8, Uuid)> {
        self.keys.iter().map(|key| (0, key.key_id))
    }

    fn append(&mut self, next: Self) {
        self.keys.extend(next.keys);
    }
}

/// `AuditLogOut`.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct AuditEntry {
    pub(in crate::api) organization_uuid: Option<Uuid>,
}
