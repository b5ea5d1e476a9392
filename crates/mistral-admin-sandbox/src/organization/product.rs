//! Products whose seats an organization buys.

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
        let name = subscription.get("type")?.as_str()?;
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
pub(crate) mod subscription_types {
    use super::{Product, Seats};
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    #[derive(Deserialize)]
    enum Seat {
        #[serde(rename = "CHAT")]
        Chat,
        #[serde(rename = "MISTRAL_CODE")]
        MistralCode,
    }

    pub(crate) fn serialize<S: Serializer>(seats: &Option<Seats>, serializer: S) -> Result<S::Ok, S::Error> {
        seats.map(|seats| seats.iter().map(Product::api_name).collect::<Vec<_>>()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Seats>, D::Error> {
        let product = |seat| match seat {
            Seat::Chat => Product::LeChat,
            Seat::MistralCode => Product::MistralCode,
        };
        let listed = Option::<Vec<Seat>>::deserialize(deserializer)?;
        Ok(listed.map(|seats| seats.into_iter().map(product).collect()))
    }
}
