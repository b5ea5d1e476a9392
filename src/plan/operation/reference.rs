//! How operations name resources.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person, workspace or group, as operations name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// A person's address, or the name in the files. If there is none, the live name with harmful text
    /// escaped.
    pub name: String,
    /// The vendor's identifier; null if the same plan creates the resource.
    pub id: Option<Uuid>,
}

impl Reference {
    /// A resource that exists.
    #[must_use]
    pub fn live(name: impl Into<String>, id: Uuid) -> Self {
        Self { name: name.into(), id: Some(id) }
    }

    /// A resource that the same plan creates.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), id: None }
    }

    #[must_use]
    pub fn key(&self) -> Key {
        self.id.map_or_else(|| Key::New(self.name.clone()), Key::Live)
    }
}

/// Identifies a resource among those of its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The vendor's identifier.
    Live(Uuid),
    /// The name of a resource that the plan creates.
    New(String),
}
