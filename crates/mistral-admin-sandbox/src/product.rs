//! Products whose seats an organization buys.

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};

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
}
