//! Entries of the audit log.

use crate::instant;
use crate::organization::Logged;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The vendor's `AuditLogOut`.
#[derive(Debug, Serialize)]
pub(crate) struct LoggedOut {
    #[serde(with = "instant")]
    created_at: Timestamp,
    actor_type: &'static str,
    actor_metadata: BTreeMap<&'static str, String>,
    event_type: &'static str,
    event_metadata: BTreeMap<&'static str, String>,
    target_type: &'static str,
    target_metadata: BTreeMap<&'static str, String>,
    log_id: u64,
    organization_uuid: Uuid,
    workspace_uuid: Option<Uuid>,
}

impl LoggedOut {
    /// An entry in the log of an organization.
    pub(crate) fn of(organization: Uuid, logged: &Logged) -> Self {
        let about = &logged.about;
        let text = |id: Option<Uuid>| id.map(|id| id.to_string());
        let told = [
            ("user_uuid", text(about.user)),
            ("email", about.email.clone()),
            ("user_group_uuid", text(about.group)),
            ("workspace_uuid", text(about.workspace)),
        ];
        let told = told.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let actor = logged.actor.user().map(|user| ("user_uuid", user.to_string()));
        Self {
            created_at: logged.created_at,
            actor_type: logged.actor.name(),
            actor_metadata: actor.into_iter().collect(),
            event_type: logged.event.name(),
            event_metadata: BTreeMap::new(),
            target_type: logged.event.target(),
            target_metadata: told.collect(),
            log_id: logged.id,
            organization_uuid: organization,
            workspace_uuid: about.workspace,
        }
    }
}
