//! The current seats and their holders.

use crate::escape;
use crate::model::{Desired, Live, LiveMember, Product, Seats};
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the document's format.
const FORMAT_VERSION: &str = "1.0";

/// The seats of each managed product, or of all products if none is managed, and their holders.
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
    /// Null if the product has no budget, as for the other numbers.
    pub purchased: Option<u32>,
    /// Seats kept free.
    pub reserve: Option<u32>,
    /// Seats that members hold, declared or not.
    pub used: i64,
    /// Seats that people take when they join.
    pub pending: Option<i64>,
    /// Seats that can be granted; negative if there are too few.
    pub available: Option<i64>,
    /// The members who hold one, by address; without one, by name.
    pub holders: Vec<String>,
    /// The people who take one on joining.
    pub expected: Vec<String>,
}

/// Counts the current seats, before the plan.
#[must_use]
pub fn seats(desired: &Desired, live: &Live, plan: &Plan) -> SeatsReport {
    let managed = desired.managed();
    let shown = if managed.is_empty() { Seats::all() } else { managed };
    SeatsReport {
        format_version: FORMAT_VERSION.to_owned(),
        organization: desired.organization.clone(),
        seats: shown.into_iter().map(|product| (product.name(), of(product, desired, live, plan))).collect(),
    }
}

fn of(product: Product, desired: &Desired, live: &Live, plan: &Plan) -> ProductSeats {
    let budget = desired.budgets.get(&product).map(|(budget, _)| *budget);
    let holders = live.members.iter().filter(|member| member.access.seats.contains(product));
    let name = |member: &LiveMember| match &member.email {
        Some(email) => email.to_string(),
        None => escape::excerpt(&member.label),
    };
    let mut holders: Vec<String> = holders.map(name).collect();
    holders.sort_unstable();
    let expected = plan.pending.iter().filter(|pending| pending.seats.contains(product));
    ProductSeats {
        purchased: budget.map(|budget| budget.purchased),
        reserve: budget.map(|budget| budget.reserve),
        used: i64::try_from(holders.len()).unwrap_or(i64::MAX),
        pending: budget.map(|_| plan.before.pending.get(product)),
        available: budget.map(|budget| i64::from(budget.limit()) - plan.before.claimed(product)),
        holders,
        expected: expected.map(|pending| pending.target.clone()).collect(),
    }
}
