//! The rules of faults: the body of `POST /sandbox/faults`, and what `--faults` names.

use super::field::{bounded, filled_list, item_list, one_of, ratio, text};
use super::{At, Faults, Fields};
use crate::escape;
use crate::faults::{Aside, Ending, FaultRules, Kind, RetryAfter, Rule, When};
use crate::product::Product;
use serde_json::Value;

/// The most rules.
const MOST_RULES: usize = 1000;

/// The longest that a fault may last, in milliseconds.
const LONGEST: u64 = 600_000;

/// The longest time to come again after, in seconds.
const FARTHEST: u64 = 86_400;

const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("HEAD", "HEAD"), ("POST", "POST"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

const TIMES: [(&str, When); 2] = [("before", When::Before), ("after", When::After)];

const PRODUCTS: [(&str, Product); 2] = [("le_chat", Product::LeChat), ("mistral_code", Product::MistralCode)];

/// Reads a kind's own parameters.
type ReadKind = fn(&Fields<'_>, &mut Faults) -> Kind;

/// Each kind, the names of its parameters, and what reads them.
const KINDS: [(&str, (&[&str], ReadKind)); 10] = [
    ("latency", (&["ms"], |fields, faults| Kind::Aside(Aside::Latency { ms: span("ms", fields, faults) }))),
    (
        "rate_limit",
        (&["retry_after"], |fields, faults| {
            Kind::Ending(Ending::RateLimit {
                retry_after: fields.optional("retry_after", faults, retry_after),
            })
        }),
    ),
    (
        "server_error",
        (&["status", "when"], |fields, faults| {
            let status = fields.optional("status", faults, bounded(500, 599));
            Kind::Ending(Ending::ServerError { status: status.unwrap_or(500), when: when(fields, faults) })
        }),
    ),
    (
        "bad_gateway",
        (&["when"], |fields, faults| Kind::Ending(Ending::BadGateway { when: when(fields, faults) })),
    ),
    ("reset", (&["when"], |fields, faults| Kind::Ending(Ending::Reset { when: when(fields, faults) }))),
    (
        "truncated_body",
        (&["bytes"], |fields, faults| {
            let bytes = fields.required("bytes", faults, bounded(0, u32::MAX.into()));
            Kind::Ending(Ending::TruncatedBody { bytes })
        }),
    ),
    (
        "slow_body",
        (&["ms_per_chunk"], |fields, faults| {
            Kind::Ending(Ending::SlowBody { ms_per_chunk: span("ms_per_chunk", fields, faults) })
        }),
    ),
    (
        "partial",
        (&["share"], |fields, faults| {
            Kind::Aside(Aside::Partial { share: fields.required("share", faults, ratio) })
        }),
    ),
    (
        "stale_reads",
        (&["ms"], |fields, faults| Kind::Aside(Aside::StaleReads { ms: span("ms", fields, faults) })),
    ),
    (
        "seat_taken",
        (&["product"], |fields, faults| {
            let product = fields.required("product", faults, |value, at, faults| {
                Some(one_of(&PRODUCTS, "literal_error", value, at, faults))
            });
            Kind::Aside(Aside::SeatTaken { product: product.unwrap_or(Product::LeChat) })
        }),
    ),
];

/// What every rule may have beside its kind's parameters.
const COMMON: [&str; 6] = ["kind", "probability", "first", "after", "methods", "paths"];

/// Why a text is not a set of rules for faults.
#[derive(Debug, thiserror::Error)]
#[error("these are no rules for faults: {}", escape::line(.0))]
pub struct FaultRulesError(String);

impl FaultRules {
    /// Reads rules from JSON, in the shape that `POST /sandbox/faults` takes.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or not in that shape; each place that is wrong is told.
    pub fn parse(text: &str) -> Result<Self, FaultRulesError> {
        let body = serde_json::from_str(text).map_err(|error| FaultRulesError(error.to_string()))?;
        let mut faults = Faults::default();
        let rules = fault_rules(&body, &mut faults);
        if faults.is_empty() { Ok(rules) } else { Err(FaultRulesError(faults.to_string())) }
    }
}

/// Rules for faults. Other than bodies of the Admin API, these may hold nothing that is unknown: a rule that does not
/// do what its author thinks would make a test worthless.
pub(crate) fn fault_rules(body: &Value, faults: &mut Faults) -> FaultRules {
    let fields = Fields::of(body, At::BODY, faults);
    fields.no_others(&["seed", "rules"], faults);
    let seed = fields.optional("seed", faults, bounded(0, u64::MAX));
    let rules = fields.optional("rules", faults, |value, at, faults| {
        if value.as_array().is_some_and(|rules| rules.len() > MOST_RULES) {
            faults.add(at, "too_long", format!("List should have at most {MOST_RULES} items"));
            return None;
        }
        item_list(value, at, faults, rule)
    });
    FaultRules { seed: seed.unwrap_or_default(), rules: rules.unwrap_or_default() }
}

fn rule(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<Rule> {
    let fields = Fields::of(value, *at, faults);
    let kind: Option<(&[&str], ReadKind)> = fields.required("kind", faults, |value, at, faults| {
        Some(one_of(&KINDS, "literal_error", value, at, faults))
    });
    // Without a kind, nobody knows what else may be there.
    let (parameters, read) = kind?;
    fields.no_others(&[&COMMON[..], parameters].concat(), faults);
    let count = bounded(0, u32::MAX.into());
    Some(Rule {
        kind: read(&fields, faults),
        probability: fields.optional("probability", faults, ratio).unwrap_or(1.0),
        first: fields.optional("first", faults, count),
        after: fields.optional("after", faults, bounded(0, u32::MAX.into())).unwrap_or_default(),
        methods: fields.optional("methods", faults, |value, at, faults| {
            filled_list(value, at, faults, |value, at, faults| {
                one_of(&METHODS, "literal_error", value, at, faults)
            })
        }),
        paths: fields.optional("paths", faults, |value, at, faults| filled_list(value, at, faults, path)),
    })
}

fn path(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let path = text(value, at, faults)?;
    if !path.starts_with(['/', '*']) {
        let message =
            "Value error, a path starts below the Admin API with '/', or is a pattern that starts with '*'";
        faults.add(at, "value_error", message);
    }
    Some(path)
}

fn span(name: &str, fields: &Fields<'_>, faults: &mut Faults) -> u32 {
    fields.required(name, faults, bounded(0, LONGEST))
}

fn when(fields: &Fields<'_>, faults: &mut Faults) -> When {
    let when = fields
        .optional("when", faults, |value, at, faults| one_of(&TIMES, "literal_error", value, at, faults));
    when.unwrap_or(When::Before)
}

/// `5`, or `{"date": 5}`.
fn retry_after(value: &Value, at: &At<'_>, faults: &mut Faults) -> Option<RetryAfter> {
    if !value.is_object() {
        return bounded(0, FARTHEST)(value, at, faults).map(RetryAfter::Seconds);
    }
    let fields = Fields::of(value, *at, faults);
    fields.no_others(&["date"], faults);
    Some(RetryAfter::Date { date: fields.required("date", faults, bounded(0, FARTHEST)) })
}
