//! Objects just as they came, for keeping.

use super::Listed;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An object of a list. Those that stand for a workspace's part in something else are known by the workspace.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::api) struct Kept {
    #[serde(skip)]
    uuid: Uuid,
    json: Box<RawValue>,
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Identified {
            uuid: Option<Uuid>,
            workspace_uuid: Option<Uuid>,
        }
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let ids: Identified = serde_json::from_str(json.get()).map_err(D::Error::custom)?;
        let uuid = ids.uuid.or(ids.workspace_uuid).ok_or_else(|| D::Error::missing_field("uuid"))?;
        Ok(Self { uuid, json })
    }
}

impl Listed for Kept {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}

/// A group, to which more can be added: its fields as they came.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::api) struct KeptGroup {
    #[serde(skip)]
    uuid: Uuid,
    fields: BTreeMap<String, Box<RawValue>>,
}

impl<'de> Deserialize<'de> for KeptGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let uuid = fields.get("uuid").ok_or_else(|| D::Error::missing_field("uuid"))?;
        let uuid = serde_json::from_str(uuid.get()).map_err(D::Error::custom)?;
        // Under these names a snapshot holds what orgsync has read on its own.
        fields.retain(|name, _| !matches!(name.as_str(), "members" | "workspaces"));
        Ok(Self { uuid, fields })
    }
}

impl Listed for KeptGroup {
    fn uuid(&self) -> Uuid {
        self.uuid
    }
}
