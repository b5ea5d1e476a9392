//! Groups.

use super::{Role, Setting, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What can be set on a group itself. Text that comes from the live organization is hostile: escape it before showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupSettings {
    /// Unique among the groups.
    pub name: String,
    /// Empty means none.
    pub description: String,
    /// The organization role that its members inherit, if it is one that the API can write.
    pub organization_role: Option<Role>,
}

impl Settings for GroupSettings {
    fn fields(&self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("name", Setting::Text(&self.name)),
            ("description", Setting::Text(&self.description)),
            ("organization role", Setting::Word(self.organization_role.map(Role::name))),
        ]
    }
}
