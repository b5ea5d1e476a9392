//! Roles: the built-in ones, how they are written, and the list of an organization that says what a spelling means.

use enumset::{EnumSet, EnumSetType};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use uuid::{Uuid, uuid};

/// A set of organization roles.
pub(crate) type Roles = EnumSet<Role>;

/// A built-in organization role.
#[derive(Debug, EnumSetType)]
pub(crate) enum Role {
    Admin,
    Billing,
    Member,
}

/// The UUIDs of the built-in organization roles (decision 15).
pub(crate) const ORGANIZATION_ROLES: [(Role, Uuid, &str); 3] = [
    (Role::Admin, uuid!("0d48f530-095c-43fe-8aea-6673bcacabe6"), "Manages the organization"),
    (Role::Billing, uuid!("c955f4e1-9477-43f0-8349-6fbc629fccc9"), "Manages billing and subscriptions"),
    (Role::Member, uuid!("7bde5959-d676-47d2-b779-35b64323d278"), "Uses the products"),
];

/// What the letter `A` means in a workspace.
pub(crate) const WORKSPACE_ADMIN: Uuid = uuid!("731eb2be-a74f-4070-b797-35bf7009e553");

/// What the letter `M` means in a workspace, and the role of a person who is added without one.
pub(crate) const WORKSPACE_CONTRIBUTOR: Uuid = uuid!("b23cd6e0-91cd-4a8a-9869-b30366bf3966");

/// The workspace roles that the vendor names, and their UUIDs (decision 15).
pub(crate) const WORKSPACE_ROLES: [(&str, Uuid); 11] = [
    ("billing", uuid!("d7ea77c5-9260-41d0-ab26-52b5add3ee56")),
    ("user", uuid!("48436751-ee56-44bd-8a2d-712233977821")),
    ("contributor", uuid!("375cd0db-3bbe-4b79-80f3-954ccf04f3d1")),
    ("dev", uuid!("578584f1-4319-4c88-9948-38a5184483b6")),
    ("dev_contributor", uuid!("d79b3027-4eb2-4521-8722-825acfee7d8b")),
    ("mistral_code_user", uuid!("252a0825-40b9-4b98-be80-7658956f13e9")),
    ("cloud_user", uuid!("17aa61c5-1c61-477e-a40a-e52c8ccd74b9")),
    ("workspace_contributor", WORKSPACE_CONTRIBUTOR),
    ("workspace_admin", WORKSPACE_ADMIN),
    ("observability_viewer", uuid!("ff86d432-7f27-47f8-b02f-b5c102ef6a55")),
    ("workflow_executor", uuid!("0f9acbf6-93b5-42c7-a227-fc7652755f65")),
];

impl Role {
    /// The name in `role_names` of the Admin API.
    pub(crate) fn api_name(self) -> &'static str {
        match self {
            Self::Admin => "organization_admin",
            Self::Billing => "billing_manager",
            Self::Member => "member",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Roles::all().iter().find(|role| role.api_name() == name)
    }
}

/// One entry of the vendor's `raw_roles` of a person: a letter for a built-in role, or the UUID of any role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) enum Spelling {
    /// `A`, `B` or `M`.
    Letter(Role),
    /// The UUID of a role that `GET /roles` lists.
    Listed(Uuid),
    /// A word that the vendor's document does not list. It means nothing.
    Word(String),
}

impl From<String> for Spelling {
    fn from(text: String) -> Self {
        match text.as_str() {
            "A" => Self::Letter(Role::Admin),
            "B" => Self::Letter(Role::Billing),
            "M" => Self::Letter(Role::Member),
            other => Uuid::parse_str(other).map_or(Self::Word(text), Self::Listed),
        }
    }
}

impl From<Spelling> for String {
    fn from(spelling: Spelling) -> Self {
        match spelling {
            Spelling::Letter(Role::Admin) => "A".to_owned(),
            Spelling::Letter(Role::Billing) => "B".to_owned(),
            Spelling::Letter(Role::Member) => "M".to_owned(),
            Spelling::Listed(uuid) => uuid.to_string(),
            Spelling::Word(word) => word,
        }
    }
}

impl Spelling {
    /// The built-in role that this means in the vendor's own document.
    pub(crate) fn built_in(&self) -> Option<Role> {
        match self {
            Self::Letter(role) => Some(*role),
            Self::Listed(uuid) => {
                ORGANIZATION_ROLES.iter().find(|(_, listed, _)| listed == uuid).map(|(role, ..)| *role)
            }
            Self::Word(_) => None,
        }
    }
}

/// Reads `raw_roles` of a person, who has at least one role.
pub(crate) fn some_roles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Spelling>, D::Error> {
    let roles = Vec::deserialize(deserializer)?;
    if roles.is_empty() { Err(D::Error::custom("everybody has at least one role")) } else { Ok(roles) }
}

/// Built-in roles in the spelling of answers.
pub(crate) fn letters(roles: Roles) -> Vec<Spelling> {
    roles.iter().map(Spelling::Letter).collect()
}

/// One entry of the vendor's `raw_roles` in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum WorkspaceSpelling {
    /// `A`.
    Admin,
    /// `M`.
    Contributor,
    Listed(Uuid),
}

impl WorkspaceSpelling {
    /// The role in the vendor's own document.
    pub(crate) fn uuid(self) -> Uuid {
        match self {
            Self::Admin => WORKSPACE_ADMIN,
            Self::Contributor => WORKSPACE_CONTRIBUTOR,
            Self::Listed(uuid) => uuid,
        }
    }
}

impl TryFrom<String> for WorkspaceSpelling {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "A" => Ok(Self::Admin),
            "M" => Ok(Self::Contributor),
            other => Uuid::parse_str(other)
                .map(Self::Listed)
                .map_err(|_| format!("`{text}` is no role: write A, M or the UUID of a workspace role")),
        }
    }
}

impl From<WorkspaceSpelling> for String {
    fn from(spelling: WorkspaceSpelling) -> Self {
        match spelling {
            WorkspaceSpelling::Admin => "A".to_owned(),
            WorkspaceSpelling::Contributor => "M".to_owned(),
            WorkspaceSpelling::Listed(uuid) => uuid.to_string(),
        }
    }
}

/// A role of a group in a workspace: by UUID and name in answers, by either in a seed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(expecting = "a role with its `uuid` or its `name`")]
pub(crate) struct RoleRef {
    pub(crate) uuid: Option<Uuid>,
    pub(crate) name: Option<String>,
}

/// A role as `GET /roles` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListedRole {
    name: String,
    uuid: Uuid,
    description: String,
    is_custom_role: bool,
}

impl ListedRole {
    fn built_in(name: &str, uuid: Uuid, description: String) -> Self {
        Self { name: name.to_owned(), uuid, description, is_custom_role: false }
    }
}

/// The answer of `GET /roles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleList {
    workspace_roles: Vec<ListedRole>,
    organization_roles: Vec<ListedRole>,
}

impl Default for RoleList {
    fn default() -> Self {
        let organization_roles = ORGANIZATION_ROLES.iter().map(|(role, uuid, description)| {
            ListedRole::built_in(role.api_name(), *uuid, (*description).to_owned())
        });
        let workspace_roles = WORKSPACE_ROLES
            .iter()
            .map(|(name, uuid)| ListedRole::built_in(name, *uuid, format!("The workspace role {name}")));
        Self { workspace_roles: workspace_roles.collect(), organization_roles: organization_roles.collect() }
    }
}

impl RoleList {
    /// The seed's own list, followed by each built-in role that it leaves out.
    pub(crate) fn completed(mut self) -> Self {
        let built_in = Self::default();
        complete(&mut self.organization_roles, built_in.organization_roles);
        complete(&mut self.workspace_roles, built_in.workspace_roles);
        self
    }

    /// The built-in role that a spelling means; `None` for a custom role and for one that is not listed.
    pub(crate) fn meaning(&self, spelling: &Spelling) -> Option<Role> {
        let uuid = match spelling {
            Spelling::Letter(role) => return Some(*role),
            Spelling::Listed(uuid) => uuid,
            Spelling::Word(_) => return None,
        };
        let listed =
            self.organization_roles.iter().find(|role| role.uuid == *uuid && !role.is_custom_role)?;
        Role::named(&listed.name)
    }

    /// [`Self::meaning`] of a group's `organization_role`, which may be a name, too.
    pub(crate) fn meaning_of(&self, text: &str) -> Option<Role> {
        match Spelling::from(text.to_owned()) {
            Spelling::Word(name) => Role::named(&name),
            spelling => self.meaning(&spelling).or_else(|| spelling.built_in()),
        }
    }

    /// The UUID under which the organization lists a workspace role of the vendor's document. Other UUIDs stay.
    pub(crate) fn in_workspace(&self, role: Uuid) -> Uuid {
        if self.workspace_role_name(role).is_some() {
            return role;
        }
        let name = WORKSPACE_ROLES.iter().find(|(_, uuid)| *uuid == role).map(|(name, _)| *name);
        name.and_then(|name| self.workspace_role_named(name)).unwrap_or(role)
    }

    fn workspace_role_name(&self, role: Uuid) -> Option<&str> {
        self.workspace_roles.iter().find(|listed| listed.uuid == role).map(|listed| listed.name.as_str())
    }

    pub(crate) fn workspace_role_named(&self, name: &str) -> Option<Uuid> {
        self.workspace_roles.iter().find(|listed| listed.name == name).map(|listed| listed.uuid)
    }

    /// The roles that are granted in a workspace: `workspace_contributor` where none are given (decision 20).
    pub(crate) fn granted(&self, roles: &[Uuid]) -> BTreeSet<Uuid> {
        let roles = if roles.is_empty() { &[WORKSPACE_CONTRIBUTOR] } else { roles };
        roles.iter().map(|role| self.in_workspace(*role)).collect()
    }

    /// [`Self::granted`], each with its name.
    pub(crate) fn granted_refs(&self, roles: &[Uuid]) -> Vec<RoleRef> {
        let name = |uuid| self.workspace_role_name(uuid).map_or_else(|| uuid.to_string(), str::to_owned);
        let roles = self.granted(roles).into_iter();
        roles.map(|uuid| RoleRef { uuid: Some(uuid), name: Some(name(uuid)) }).collect()
    }
}

fn complete(roles: &mut Vec<ListedRole>, built_in: Vec<ListedRole>) {
    for role in built_in {
        if !roles.iter().any(|listed| listed.name == role.name || listed.uuid == role.uuid) {
            roles.push(role);
        }
    }
}
