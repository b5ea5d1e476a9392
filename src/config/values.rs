//! Values of a configuration file that need their own types.

use super::word_or_mapping::{self, WordOrMapping};
use super::yaml::{EntryKey, Field};
use crate::diag::Quoted;
use crate::model::{
    LONGEST_NAME, Limit, Product, RenewalLimit, Role, UndeclaredAdmins, Unmanaged, UnmanagedPolicy,
    WorkspaceRole,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The pattern of a text with a length in characters. For `maxLength`, editors would count UTF-16 units instead.
pub(super) fn length(least: usize, most: usize) -> String {
    format!("^[\\s\\S]{{{least},{most}}}$")
}

/// The message for a text of the wrong length.
pub(super) fn length_message(least: usize, most: usize) -> String {
    match least {
        0 => format!("At most {most} characters."),
        least => format!("From {least} to {most} characters."),
    }
}

/// The characters that can't be in a name: almost those that [`unfit_name`](crate::model::unfit_name) refuses. Editors
/// show patterns, so that a list of all would be in the way.
const HIDDEN: &str = "\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{NChar}";

/// The pattern of a name up to a number of characters.
pub(super) fn name(most: Option<usize>) -> String {
    let inner = most.map_or("*".to_owned(), |most| format!("{{0,{}}}", most.saturating_sub(2)));
    format!("^[^\\s{HIDDEN}]([^{HIDDEN}]{inner}[^\\s{HIDDEN}])?$")
}

/// The message for a text that is not a name.
pub(super) fn name_message(most: Option<usize>) -> String {
    let length = most.map_or(String::new(), |most| format!(" of 1 to {most} characters"));
    format!("A name{length}, without line breaks, hidden characters, or white space at its ends.")
}

/// The pattern of the local part of an address.
const ADDRESS: &str = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@";
const DOMAIN: &str = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+";

/// Defines text types with a schema.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $schema:tt;)*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) String);

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

texts! {
    /// An address that is not validated yet.
    Address = {
        "type": "string",
        "maxLength": 254,
        "pattern": format!("^{ADDRESS}{DOMAIN}$"),
        "patternErrorMessage": "Not an address: write it as in ada@acme.example.",
    };
    /// A domain that is not validated yet.
    Domain = {
        "type": "string",
        "pattern": format!("^{DOMAIN}$"),
        "patternErrorMessage": "Not a domain: write it as in acme.example.",
    };
    /// A date, `YYYY-MM-DD`, that is not validated yet.
    Date = {
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
        "patternErrorMessage": "Not a date: write it as in 2026-12-31.",
    };
    /// A number of days, `30d`, that is not validated yet.
    Days = {
        "type": "string",
        "pattern": "^([1-9][0-9]?|[12][0-9][0-9]|3[0-5][0-9]|36[0-5])d$",
        "patternErrorMessage": "Not a number of days: write it as in 30d, from 1d to 365d.",
    };
    /// An identifier of an organization that is not validated yet.
    OrganizationId = {
        "type": "string",
        "format": "uuid",
        "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        "patternErrorMessage": "Not an identifier: write it as in 5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10.",
    };
}

impl EntryKey for Name {
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        Some(json_schema!({
            "title": "name",
            "description": "The name, exact.",
            "pattern": name(Some(LONGEST_NAME)),
            "patternErrorMessage": name_message(Some(LONGEST_NAME)),
        }))
    }
}

impl EntryKey for Address {
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        let mut addresses = Self::json_schema(generator);
        addresses.insert("title".into(), "address".into());
        addresses.insert("description".into(), "A person's address; letter case does not matter.".into());
        // Editors validate the merge key `<<` like any other key.
        addresses.insert("pattern".into(), format!("^({ADDRESS}{DOMAIN}|<<)$").into());
        Some(addresses)
    }
}

/// Words that are items of lists; their own schema is that of the key.
impl EntryKey for Role {}
impl EntryKey for Product {}
impl EntryKey for WorkspaceRole {}

/// The name of a workspace, group or team, of 1 to 255 characters.
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Name(pub(super) String);

/// `policy.unmanaged`: one value for members, invitations and groups, or a value for each kind.
#[derive(Debug, Clone)]
pub(crate) enum UnmanagedFile {
    /// For members, invitations and groups.
    All(Unmanaged),
    /// By kind.
    ByKind(UnmanagedByKind),
}

/// What happens to undeclared resources, by kind.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UnmanagedByKind {
    /// # Members
    ///
    /// Undeclared people in the organization.
    #[schemars(example = Unmanaged::Remove, extend("default" = UnmanagedPolicy::default().members.0))]
    pub(super) members: Field<Unmanaged>,
    /// # Invitations
    ///
    /// Invitations of undeclared people.
    #[schemars(example = Unmanaged::Remove, extend("default" = UnmanagedPolicy::default().invitations.0))]
    pub(super) invitations: Field<Unmanaged>,
    /// # Groups
    ///
    /// Undeclared groups.
    #[schemars(example = Unmanaged::Remove, extend("default" = UnmanagedPolicy::default().groups.0))]
    pub(super) groups: Field<Unmanaged>,
    /// # Members of workspaces
    ///
    /// Unlisted members of a declared workspace.
    #[schemars(example = Unmanaged::Remove, extend("default" = UnmanagedPolicy::default().workspace_members.0))]
    pub(super) workspace_members: Field<Unmanaged>,
    /// # Members of groups
    ///
    /// Unlisted members of a declared group.
    #[schemars(example = Unmanaged::Report, extend("default" = UnmanagedPolicy::default().group_members.0))]
    pub(super) group_members: Field<Unmanaged>,
    /// # Admins
    ///
    /// Power that no file grants: admins and billing managers of the organization, and admins of declared workspaces.
    /// `report` warns, `refuse` refuses the plan, `ignore` only lists them.
    #[schemars(example = UndeclaredAdmins::Refuse, extend("default" = UndeclaredAdmins::default()))]
    pub(super) admins: Field<UndeclaredAdmins>,
    /// # Acknowledged admins
    ///
    /// Admins that no file can declare, such as service accounts: addresses, or identifiers of members without an
    /// address. They are listed, and neither warned about nor refused. Default: none.
    #[schemars(extend("uniqueItems" = true), example = ["0f0f0f0f-0000-4000-8000-000000000000"])]
    pub(super) acknowledged: Field<Vec<Field<String>>>,
}

impl WordOrMapping for UnmanagedFile {
    type Mapping = UnmanagedByKind;
    const EXPECTED: &'static str = "`report`, `remove` or a mapping by kind";
    const WORDS: &'static [&'static str] = &["report", "remove"];
    const KEYS: &'static [&'static str] =
        &["members", "invitations", "groups", "workspace_members", "group_members", "admins", "acknowledged"];

    fn of_word(word: &str) -> Option<Self> {
        match word {
            "report" => Some(Self::All(Unmanaged::Report)),
            "remove" => Some(Self::All(Unmanaged::Remove)),
            _ => None,
        }
    }

    fn of_mapping(mapping: Self::Mapping) -> Self {
        Self::ByKind(mapping)
    }
}

impl<'de> Deserialize<'de> for UnmanagedFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_mapping::read(deserializer)
    }
}

impl JsonSchema for UnmanagedFile {
    fn schema_name() -> Cow<'static, str> {
        "Unmanaged".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut choices =
            [generator.subschema_for::<Unmanaged>(), generator.subschema_for::<UnmanagedByKind>()];
        // Editors would show these instead of the description of the key.
        for choice in &mut choices {
            choice.remove("description");
        }
        json_schema!({ "anyOf": choices })
    }
}

/// `policy.expired_invitations`: a word, or a limit.
#[derive(Debug, Clone)]
pub(crate) enum ExpiredFile {
    Renew,
    Report,
    Limited(RenewalLimitFile),
}

/// How often an unanswered invitation is sent again.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RenewalLimitFile {
    /// # Most renewals
    ///
    /// The most mails after the first.
    #[schemars(range(max = u32::MAX), example = 2, extend("default" = RenewalLimit::default().renew))]
    pub(super) renew: Field<u32>,
    /// # Days between mails
    ///
    /// The fewest days between two mails, from `1d` to `365d`. An invitation expires after 7 days.
    #[schemars(example = "14d", extend("default" = "7d"))]
    pub(super) every: Field<Days>,
}

impl WordOrMapping for ExpiredFile {
    type Mapping = RenewalLimitFile;
    const EXPECTED: &'static str = "`renew`, `report` or a limit such as `{ renew: 3, every: 7d }`";
    const WORDS: &'static [&'static str] = &["renew", "report"];
    const KEYS: &'static [&'static str] = &["renew", "every"];

    fn of_word(word: &str) -> Option<Self> {
        match word {
            "renew" => Some(Self::Renew),
            "report" => Some(Self::Report),
            _ => None,
        }
    }

    fn of_mapping(mapping: Self::Mapping) -> Self {
        Self::Limited(mapping)
    }
}

impl<'de> Deserialize<'de> for ExpiredFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_mapping::read(deserializer)
    }
}

impl JsonSchema for ExpiredFile {
    fn schema_name() -> Cow<'static, str> {
        "ExpiredInvitations".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut limit = generator.subschema_for::<RenewalLimitFile>();
        limit.remove("description");
        let words = json_schema!({ "oneOf": [
            { "const": "renew", "description": "orgsync deletes it and sends a new one, without end." },
            { "const": "report", "description": "It is listed and left alone." },
        ] });
        json_schema!({ "anyOf": [words, limit] })
    }
}

/// `policy.max_removals`: a number, or a share such as `10%`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MaxRemovals(pub(super) Limit);

impl<'de> Deserialize<'de> for MaxRemovals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LimitVisitor;

        impl Visitor<'_> for LimitVisitor {
            type Value = MaxRemovals;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number such as `5`, or a share such as `10%`")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Self::Value, E> {
                let count = u32::try_from(count);
                let limit = count.map_err(|_| E::custom("this number is too large"))?;
                Ok(MaxRemovals(Limit::Count(limit)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let Some(share) = text.strip_suffix('%') else {
                    return Err(E::invalid_value(de::Unexpected::Str(text), &self));
                };
                let digits = Some(share).filter(|share| share.bytes().all(|b| b.is_ascii_digit()));
                match digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100) {
                    Some(percent) => Ok(MaxRemovals(Limit::Percent(percent))),
                    None => {
                        let message = "a share is a whole number from `0%` to `100%`, not";
                        Err(E::custom(format_args!("{message} {}", Quoted(text))))
                    }
                }
            }
        }

        deserializer.deserialize_any(LimitVisitor)
    }
}

impl JsonSchema for MaxRemovals {
    fn schema_name() -> Cow<'static, str> {
        "MaxRemovals".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 0,
            "maximum": u32::MAX,
            "pattern": "^0*(100|[0-9]{1,2})%$",
            "patternErrorMessage": "Not a share: write a whole number from 0% to 100%, as in 10%.",
        })
    }
}
