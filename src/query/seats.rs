//! The current seats and their holders.

use crate::escape;
use crate::model::{Desired, Live, LiveMember, Product};
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The seats of each managed product, and their holders.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SeatsReport {
    /// The version of this format.
    pub format_version: String,
    /// The organization's name in the files.
    pub organization: String,
    /// By product.
    pub seats: BTreeMap<&'static str, ProductSeats>,
}

/// One product's seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProductSeats {
    pub purchased: u32,
    /// Seats kept free.
    pub reserve: u32,
    /// Seats that members hold, declared or not.
    pub used: i64,
    /// Seats that people take when they join.
    pub pending: i64,
    /// Seats that can be granted; negative if there are too few.
    pub available: i64,
    /// The members who hold one, by address; without one, by name.
    pub holders: Vec<String>,
    /// The people who take one on joining.
    pub expected: Vec<String>,
}

/// Counts the current seats, before the plan.
#[must_use]
pub fn seats(desired: &Desired, live: &Live, plan: &Plan) -> SeatsReport {
    let of = |product: Product| {
        let budget = desired.budgets.get(&product)?.0;
        let holders = live.members.iter().filter(|member| member.access.seats.contains(product));
        let name = |member: &LiveMember| match &member.email {
            Some(email) => email.to_string(),
            None => escape::excerpt(&member.label),
        };
        let mut holders: Vec<String> = holders.map(name).collect();
        holders.sort_unstable();
        let expected = plan.pending.iter().filter(|pending| pending.seats.contains(product));
        Some(ProductSeats {
            purchased: budget.purchased,
            reserve: budget.reserve,
            used: plan.before.used.get(product),
            pending: plan.before.pending.get(product),
            available: i64::from(budget.limit()) - plan.before.claimed(product),
            holders,
            expected: expected.map(|pending| pending.target.clone()).collect(),
        })
    };
    SeatsReport {
        format_version: FORMAT_VERSION.to_owned(),
        organization: desired.organization.clone(),
        seats: desired
            .managed()
            .into_iter()
            .filter_map(|product| Some((product.name(), of(product)?)))
            .collect(),
    }
}
