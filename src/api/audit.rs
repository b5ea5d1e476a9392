//! The audit log.

use super::client::{Client, is_withheld};
use super::transport::{ApiError, Request};
use reqwest::Method;
use serde::Deserialize;
use uuid::Uuid;

/// `AuditLogOut`.
#[derive(Debug, Deserialize)]
pub(super) struct AuditEntry {
    organization_uuid: Option<Uuid>,
}

impl Request {
    /// The newest entry of the audit log.
    pub(super) fn newest_audit_entry() -> Self {
        Self { query: vec![("limit", 1)], ..Self::new(Method::GET, "/audit-logs") }
    }
}

impl Client {
    /// Reads the organization's identifier, which only the audit log shows; `None` if the key may not read the log.
    ///
    /// # Errors
    ///
    /// The API can't be reached or fails.
    pub async fn read_organization_id(&self) -> Result<Option<Uuid>, ApiError> {
        match self.send::<Vec<AuditEntry>>(&Request::newest_audit_entry()).await {
            Ok(entries) => Ok(entries.first().and_then(|entry| entry.organization_uuid)),
            Err(error) if is_withheld(error.fault()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
