//! The settings of a workspace or group, field by field, so that output code need not know the fields.

use super::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field of a resource's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<'s> {
    /// Any text; empty means none. Hostile: escape it before showing.
    Text(&'s str),
    /// One of a few words.
    Word(Option<&'static str>),
}

/// The settings of one type of resource.
pub trait Settings {
    /// All fields, in the order in which they are shown.
    fn fields(&self) -> Vec<(&'static str, Setting<'_>)>;

    /// All fields in one line. Hostile text: escape it before showing.
    fn describe(&self) -> String {
        let describe = |(name, value): (&str, Setting<'_>)| match value {
            Setting::Text(text) => format!("{name} \"{text}\""),
            Setting::Word(word) => format!("{name} {}", word.unwrap_or("none")),
        };
        self.fields().into_iter().map(describe).collect::<Vec<_>>().join(", ")
    }
}

/// What can be set on a workspace. Text that comes from the live organization is hostile: escape it before showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceSettings {
    /// Unique among the active workspaces.
    pub name: String,
    /// Empty means none.
    pub description: String,
    /// Empty means none.
    pub icon: String,
}

impl Settings for WorkspaceSettings {
    fn fields(&self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("name", Setting::Text(&self.name)),
            ("description", Setting::Text(&self.description)),
            ("icon", Setting::Text(&self.icon)),
        ]
    }
}

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
