//! Products whose seats an organization buys.

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A set of product seats.
pub(crate) type Seats = EnumSet<Product>;

/// A product whose seats an organization buys.
#[derive(Debug, Hash, PartialOrd, Ord, EnumSetType, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[enumset(serialize_repr = "list")]
pub enum Product {
    /// Le Chat, which the vendor now shows as Vibe.
    #[serde(alias = "vibe")]
    LeChat,
    /// Mistral Code.
    MistralCode,
}

impl Product {
    /// The name in `subscription_types` of the Admin API.
    pub(crate) fn api_name(self) -> &'static str {
        match self {
            Self::LeChat => "CHAT",
            Self::MistralCode => "MISTRAL_CODE",
        }
    }

    /// The product whose seat an entry of `subscriptions` takes. A private plan takes none (decision 12).
    pub(crate) fn of(subscription: &Value) -> Option<Self> {
        let plan = subscription.get("plan").and_then(Value::as_str);
        if matches!(plan, Some("INDIVIDUAL" | "EDU")) {
            return None;
        }
        Self::named(subscription.get("type")?.as_str()?)
    }

    fn named(name: &str) -> Option<Self> {
        Seats::all().iter().find(|product| product.api_name() == name)
    }

    /// The entry of `subscriptions` that comes with a seat (decision 12).
    pub(crate) fn subscription(self) -> Value {
        let plan = match self {
            Self::LeChat => "TEAM",
            Self::MistralCode => "ENTERPRISE",
        };
        json!({"type": self.api_name(), "plan": plan, "status": "A", "member_has_access": true})
    }
}

/// Seats in the shape of `subscription_types`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(crate) struct HeldSeats {
    pub(crate) seats: Seats,
    /// Products that the vendor's document does not list.
    pub(crate) unknown: BTreeSet<String>,
}

impl From<Vec<String>> for HeldSeats {
    fn from(names: Vec<String>) -> Self {
        let mut held = Self::default();
        for name in names {
            match Product::named(&name) {
                Some(product) => drop(held.seats.insert(product)),
                None => drop(held.unknown.insert(name)),
            }
        }
        held
    }
}

impl From<HeldSeats> for Vec<String> {
    fn from(held: HeldSeats) -> Self {
        held.seats.iter().map(|product| product.api_name().to_owned()).chain(held.unknown).collect()
    }
}
