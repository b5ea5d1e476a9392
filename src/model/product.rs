//! Products and their seats.

use enumset::{EnumSet, EnumSetType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A set of product seats.
pub type Seats = EnumSet<Product>;

/// A product whose seats an organization buys.
#[derive(Debug, Hash, PartialOrd, Ord, EnumSetType, IntoStaticStr, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[enumset(serialize_repr = "list")]
pub enum Product {
    /// Le Chat, which the vendor now shows as Vibe.
    #[serde(alias = "vibe")]
    LeChat,
    /// Mistral Code.
    MistralCode,
}

/// The names of the products of seats, one after the other.
#[must_use]
pub fn seat_names(seats: Seats) -> String {
    seats.into_iter().map(Product::name).collect::<Vec<_>>().join(", ")
}

impl Product {
    /// The name in files and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The name in headings, with the one that the vendor shows if it is another.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::LeChat => "le_chat (Vibe)",
            Self::MistralCode => "mistral_code",
        }
    }

    /// The product of a name in files or on the command line; `vibe` is another name of `le_chat`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "vibe" { Self::LeChat.name() } else { name };
        Seats::all().into_iter().find(|product| product.name() == name)
    }

    /// The name in `subscription_types` of the Admin API.
    #[must_use]
    pub fn api_name(self) -> &'static str {
        match self {
            Self::LeChat => "CHAT",
            Self::MistralCode => "MISTRAL_CODE",
        }
    }
}

/// What an organization has bought of one product, and keeps free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Seats bought.
    pub purchased: u32,
    /// Seats that orgsync leaves free, at most `purchased`.
    pub reserve: u32,
}

impl Budget {
    /// The seats that may be in use.
    #[must_use]
    pub fn limit(self) -> u32 {
        self.purchased.saturating_sub(self.reserve)
    }
}
