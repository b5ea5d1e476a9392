//! Workspaces in the files.

use super::super::values::ByAddress;
use super::super::yaml::Field;
use crate::model::WorkspaceRole;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// One workspace. `{}` manages nothing of it but that it is there.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Workspace {
    /// What it is for, in at most 255 characters. Left as it is where absent; `""` clears it.
    #[schemars(length(max = 255), example = "Models and papers")]
    pub(in crate::config) description: Field<String>,
    /// One or two characters to tell it by, such as an emoji. Left as it is where absent; `""` clears it.
    #[schemars(length(max = 2), example = "🔬")]
    pub(in crate::config) icon: Field<String>,
    /// Roles of people in it, by address; teams add to them. For who is live in it and not listed, see
    /// `policy.unmanaged`. Absent: only what teams give is managed.
    #[schemars(example = serde_json::json!({ "ada@acme.example": ["workspace_admin"] }))]
    pub(in crate::config) members: Field<ByAddress<WorkspaceRoleList>>,
    /// The same workspace's former name: the one that is live under it is renamed.
    #[schemars(length(min = 1, max = 255), example = &"Lab")]
    pub(in crate::config) previously: Field<String>,
    /// It is to be archived. Nobody can be given a role in it then.
    #[schemars(extend("default" = false))]
    pub(in crate::config) archived: Field<bool>,
}

/// Roles in a workspace, at least one.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(transparent)]
pub(in crate::config) struct WorkspaceRoleList(pub(in crate::config) Vec<Field<WorkspaceRole>>);

impl JsonSchema for WorkspaceRoleList {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "WorkspaceRoleList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": generator.subschema_for::<WorkspaceRole>(),
            "minItems": 1,
            "uniqueItems": true,
        })
    }
}
