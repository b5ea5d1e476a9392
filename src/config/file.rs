//! The shape of a configuration file, version 1.
//!
//! These types are what serde reads and what the JSON Schema is generated from: the doc comments are the descriptions
//! that people see in their editor. Values that need more than a type (addresses, dates) are checked in
//! [`lower`](super::lower).

use super::yaml::{Entries, Field};
use crate::model::{ExpiredInvitations, Language, Limit, Onboarding, Product, Role, Unmanaged};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A configuration file of orgsync: the members, roles and product seats of an organization on Mistral AI.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// The version of the file format: 1. Needed wherever `organization`, `include`, `seats`, `policy` or `defaults`
    /// stands; included files have none.
    #[schemars(extend("const" = 1))]
    pub(super) version: Field<u32>,
    /// Which organization this is.
    pub(super) organization: Field<Organization>,
    /// More files, as patterns relative to this file. They may hold `members` and `removed`, and include nothing
    /// themselves.
    #[schemars(example = ["teams/*.yaml"])]
    pub(super) include: Field<Vec<Field<String>>>,
    /// The seat budget: what the organization has bought, per product. A product without an entry is not managed.
    pub(super) seats: Field<SeatBudgets>,
    /// How changes are made, and what is never done.
    pub(super) policy: Field<PolicyFile>,
    /// What members have who don't say otherwise.
    pub(super) defaults: Field<Defaults>,
    /// The people who are in the organization, by address. A person without a value has all the defaults.
    pub(super) members: Field<Members>,
    /// Addresses of people who leave the organization, whatever `policy.unmanaged` says.
    #[schemars(example = ["bob@acme.example"])]
    pub(super) removed: Field<Vec<Field<Address>>>,
}

/// Which organization this is.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Organization {
    /// The name, as shown in output.
    pub(super) name: Field<String>,
    /// The domains of the organization's own addresses, exact. Other addresses need `external: true`. Absent: any.
    #[schemars(example = ["acme.example"])]
    pub(super) domains: Field<Vec<Field<String>>>,
}

/// The seat budget per product.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SeatBudgets {
    /// Le Chat, which the vendor now shows as Vibe.
    pub(super) le_chat: Field<SeatBudget>,
    /// Another name of `le_chat`.
    pub(super) vibe: Field<SeatBudget>,
    /// Mistral Code.
    pub(super) mistral_code: Field<SeatBudget>,
}

/// What has been bought of one product.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SeatBudget {
    /// Seats bought, as on the contract. The vendor's API doesn't tell this number.
    #[schemars(required)]
    pub(super) purchased: Field<u32>,
    /// Seats that orgsync leaves free, for people who are added by hand.
    #[schemars(extend("default" = 0))]
    pub(super) reserve: Field<u32>,
}

/// How changes are made, and what is never done.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PolicyFile {
    /// How people get into the organization.
    #[schemars(extend("default" = "invite"))]
    pub(super) onboarding: Field<Onboarding>,
    /// What happens to live members and invitations that no file declares: one word for all, or a mapping by kind.
    #[schemars(extend("default" = "report"))]
    pub(super) unmanaged: Field<UnmanagedFile>,
    /// What happens to the expired invitation of a declared person.
    #[schemars(extend("default" = "renew"))]
    pub(super) expired_invitations: Field<ExpiredInvitations>,
    /// A plan that leaves fewer live admins than this is refused.
    #[schemars(range(min = 1), extend("default" = 1))]
    pub(super) min_admins: Field<u32>,
    /// The most that one plan may remove of each kind of thing: a number, or a share of what is live.
    #[schemars(extend("default" = "25%"))]
    pub(super) max_removals: Field<MaxRemovals>,
    /// Addresses of people who are never removed and never demoted.
    #[schemars(example = ["ada@acme.example"])]
    pub(super) protected: Field<Vec<Field<Address>>>,
    /// The language of invitations; the vendor's default where absent.
    pub(super) invitation_language: Field<Language>,
}

/// What members have who don't say otherwise.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Defaults {
    /// Organization roles.
    #[schemars(length(min = 1), extend("uniqueItems" = true, "default" = ["member"]))]
    pub(super) roles: Field<Vec<Field<Role>>>,
    /// Product seats.
    #[schemars(extend("uniqueItems" = true, "default" = []))]
    pub(super) seats: Field<Vec<Field<Product>>>,
}

/// People by address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Members(pub(super) Entries<Option<Member>>);

impl JsonSchema for Members {
    fn schema_name() -> Cow<'static, str> {
        "Members".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Entries::<Option<Member>>::json_schema(generator);
        schema.insert("propertyNames".into(), Address::json_schema(generator).into());
        schema.insert("description".into(), "People by address.".into());
        schema
    }
}

/// One person.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Member {
    /// For display, and for `onboarding: create`, which splits it at the last space. Never makes a change.
    #[schemars(example = "Ada Lovelace")]
    pub(super) name: Field<String>,
    /// Organization roles; replaces those of `defaults`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) roles: Field<Vec<Field<Role>>>,
    /// Product seats; replaces those of `defaults`. `[]` is none.
    #[schemars(extend("uniqueItems" = true))]
    pub(super) seats: Field<Vec<Field<Product>>>,
    /// The address may be outside `organization.domains`.
    #[schemars(extend("default" = false))]
    pub(super) external: Field<bool>,
    /// The last day of access, in UTC. The day after, the person counts as `removed`.
    #[schemars(example = "2026-12-31")]
    pub(super) expires: Field<Date>,
    /// The same person's former address: who is live under it is kept, not removed and invited anew.
    #[schemars(example = "m.smith@acme.example")]
    pub(super) previously: Field<Address>,
}

/// A text that is to be an address.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Address(pub(super) String);

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": 254,
            "pattern": "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        })
    }
}

/// A text that is to be a date, `YYYY-MM-DD`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Date(pub(super) String);

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" })
    }
}

/// `policy.unmanaged`: one word for all kinds of things, or a word for each.
#[derive(Debug, Clone)]
pub(super) enum UnmanagedFile {
    /// For all kinds.
    All(Unmanaged),
    /// By kind.
    ByKind(UnmanagedByKind),
}

/// What happens to what no file declares, by kind.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnmanagedByKind {
    /// Members.
    #[schemars(extend("default" = "report"))]
    pub(super) members: Field<Unmanaged>,
    /// Invitations.
    #[schemars(extend("default" = "report"))]
    pub(super) invitations: Field<Unmanaged>,
}

impl<'de> Deserialize<'de> for UnmanagedFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UnmanagedVisitor;

        impl<'de> Visitor<'de> for UnmanagedVisitor {
            type Value = UnmanagedFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`report`, `remove` or a mapping by kind")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
                match word {
                    "report" => Ok(UnmanagedFile::All(Unmanaged::Report)),
                    "remove" => Ok(UnmanagedFile::All(Unmanaged::Remove)),
                    _ => Err(E::unknown_variant(word, &["report", "remove"])),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                UnmanagedByKind::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(UnmanagedFile::ByKind)
            }
        }

        // The reader gives what is no mapping to the other methods of the visitor.
        deserializer.deserialize_struct("UnmanagedByKind", &["members", "invitations"], UnmanagedVisitor)
    }
}

impl JsonSchema for UnmanagedFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Unmanaged".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [generator.subschema_for::<Unmanaged>(), generator.subschema_for::<UnmanagedByKind>()],
        })
    }
}

/// `policy.max_removals`: a number, or a share such as `10%`.
#[derive(Debug, Clone, Copy)]
pub(super) struct MaxRemovals(pub(super) Limit);

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
                let limit = count.map_err(|_| E::custom("no organization is that large"))?;
                Ok(MaxRemovals(Limit::Count(limit)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let digits = text.strip_suffix('%').filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
                match digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100) {
                    Some(percent) => Ok(MaxRemovals(Limit::Percent(percent))),
                    None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(LimitVisitor)
    }
}

impl JsonSchema for MaxRemovals {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "MaxRemovals".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                { "type": "string", "pattern": "^(100|[0-9]{1,2})%$" },
            ],
        })
    }
}
