//! The rules of injected faults: the body of `POST /sandbox/faults`, and the argument of `--faults`.

use crate::organization::Product;
use crate::text;
use crate::validation::{Fields, Input, ValidationErrors};
use serde::Serialize;
use std::cell::RefCell;

/// The most rules.
const MOST_RULES: usize = 1000;

/// The longest that a fault may last, in milliseconds.
const LONGEST: u64 = 600_000;

/// The longest time of `Retry-After`, in seconds.
const FARTHEST: u64 = 86_400;

/// The rules of injected faults; by default, none.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FaultRules {
    pub(super) seed: u64,
    pub(super) rules: Vec<Rule>,
}

/// A fault, and the requests that get it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rule {
    #[serde(flatten)]
    pub(super) fault: Fault,
    pub(super) probability: f64,
    /// The most requests that get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<u32>,
    /// The number of matching requests that pass first.
    pub(super) after: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) methods: Option<Vec<&'static str>>,
    /// Below the Admin API, with `*` for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) paths: Option<Vec<String>>,
}

/// An injected fault. The first seven end the request; of several, the first one counts (decision 29).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Fault {
    /// 429; the request is not executed.
    RateLimit {
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<RetryAfter>,
    },
    /// 403, as for a key without the right to do this; the request is not executed.
    Forbidden,
    /// A server error, in the general error shape.
    ServerError { status: u16, when: When },
    /// 502 with HTML.
    BadGateway { when: When },
    /// The connection is closed without an answer.
    Reset { when: When },
    /// The answer is cut short.
    TruncatedBody { bytes: u32 },
    /// The answer has pauses between its chunks.
    SlowBody { ms_per_chunk: u32 },
    /// The request is delayed.
    Latency { ms: u32 },
    /// The request skips a share of its people, and the answer lists them.
    Partial { share: f64 },
    /// A list shows an old state.
    StaleReads { ms: u32 },
    /// A new member takes a seat just before the request.
    SeatTaken { product: Product },
}

/// Whether a request fails before or after it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    Before,
    After,
}

/// The value of `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    /// The same number of seconds, as a date.
    Date {
        date: u32,
    },
}

const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("HEAD", "HEAD"), ("POST", "POST"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

const TIMES: [(&str, When); 2] = [("before", When::Before), ("after", When::After)];

const PRODUCTS: [(&str, Product); 2] = [("le_chat", Product::LeChat), ("mistral_code", Product::MistralCode)];

/// Reads the parameters of one kind of fault.
type ReadFault = fn(&Fields<'_>) -> Fault;

/// Each kind, the names of its parameters, and the function that reads them.
const KINDS: [(&str, (&[&str], ReadFault)); 11] = [
    ("latency", (&["ms"], |fields| Fault::Latency { ms: duration("ms", fields) })),
    (
        "rate_limit",
        (&["retry_after"], |fields| Fault::RateLimit {
            retry_after: fields.optional("retry_after", retry_after),
        }),
    ),
    ("forbidden", (&[], |_| Fault::Forbidden)),
    (
        "server_error",
        (&["status", "when"], |fields| {
            let status = fields.optional("status", |status| status.bounded(500, 599));
            Fault::ServerError { status: status.unwrap_or(500), when: when(fields) }
        }),
    ),
    ("bad_gateway", (&["when"], |fields| Fault::BadGateway { when: when(fields) })),
    ("reset", (&["when"], |fields| Fault::Reset { when: when(fields) })),
    (
        "truncated_body",
        (&["bytes"], |fields| Fault::TruncatedBody { bytes: fields.required("bytes", count) }),
    ),
    (
        "slow_body",
        (&["ms_per_chunk"], |fields| Fault::SlowBody { ms_per_chunk: duration("ms_per_chunk", fields) }),
    ),
    ("partial", (&["share"], |fields| Fault::Partial { share: fields.required("share", Input::ratio) })),
    ("stale_reads", (&["ms"], |fields| Fault::StaleReads { ms: duration("ms", fields) })),
    (
        "seat_taken",
        (&["product"], |fields| {
            let product = fields.required("product", |name| Some(name.one_of(&PRODUCTS, "literal_error")));
            Fault::SeatTaken { product: product.unwrap_or(Product::LeChat) }
        }),
    ),
];

/// The keys that each rule may have beside its kind's parameters.
const COMMON: [&str; 6] = ["kind", "probability", "first", "after", "methods", "paths"];

/// Why a text has no valid rules.
#[derive(Debug, thiserror::Error)]
#[error("these are not valid fault rules: {}", text::line(.0))]
pub struct FaultRulesError(String);

impl FaultRules {
    /// Reads rules from JSON, in the shape that `POST /sandbox/faults` takes.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or does not have that shape. The message names all wrong positions.
    pub fn parse(text: &str) -> Result<Self, FaultRulesError> {
        let body = serde_json::from_str(text).map_err(|error| FaultRulesError(error.to_string()))?;
        let errors = RefCell::new(ValidationErrors::default());
        let rules = fault_rules(Input::body(&body, &errors));
        let errors = errors.into_inner();
        if errors.is_empty() { Ok(rules) } else { Err(FaultRulesError(errors.to_string())) }
    }
}

/// Reads rules. Unlike in bodies of the Admin API, unknown keys are errors: a rule that does not do what its author
/// expects would make a test worthless.
pub(crate) fn fault_rules(body: Input<'_>) -> FaultRules {
    let fields = body.fields();
    fields.no_others(&["seed", "rules"]);
    let seed = fields.optional("seed", |seed| seed.bounded(0, u64::MAX));
    let rules = fields.optional("rules", |rules| {
        if rules.len().is_some_and(|length| length > MOST_RULES) {
            rules.error("too_long", format!("List should have at most {MOST_RULES} items"));
            return None;
        }
        rules.list(rule)
    });
    FaultRules { seed: seed.unwrap_or_default(), rules: rules.unwrap_or_default() }
}

fn rule(input: Input<'_>) -> Option<Rule> {
    let fields = input.fields();
    let kind: Option<(&[&str], ReadFault)> =
        fields.required("kind", |kind| Some(kind.one_of(&KINDS, "literal_error")));
    // The other keys that are allowed depend on the kind.
    let (parameters, read) = kind?;
    fields.no_others(&[&COMMON[..], parameters].concat());
    Some(Rule {
        fault: read(&fields),
        probability: fields.optional("probability", Input::ratio).unwrap_or(1.0),
        first: fields.optional("first", count),
        after: fields.optional("after", count).unwrap_or_default(),
        methods: fields.optional("methods", |methods| {
            methods.filled_list(|method| method.one_of(&METHODS, "literal_error"))
        }),
        paths: fields.optional("paths", |paths| paths.filled_list(path)),
    })
}

fn path(input: Input<'_>) -> Option<String> {
    let path = input.text()?;
    if !path.starts_with(['/', '*']) {
        let message =
            "Value error, a path starts below the Admin API with '/', or is a pattern that starts with '*'";
        input.error("value_error", message);
    }
    Some(path)
}

fn count(input: Input<'_>) -> Option<u32> {
    input.bounded(0, u32::MAX.into())
}

fn duration(name: &str, fields: &Fields<'_>) -> u32 {
    fields.required(name, |duration| duration.bounded(0, LONGEST))
}

fn when(fields: &Fields<'_>) -> When {
    fields.optional("when", |when| when.one_of(&TIMES, "literal_error")).unwrap_or(When::Before)
}

/// `5`, or `{"date": 5}`.
fn retry_after(input: Input<'_>) -> Option<RetryAfter> {
    if !input.is_object() {
        return input.bounded(0, FARTHEST).map(RetryAfter::Seconds);
    }
    let fields = input.fields();
    fields.no_others(&["date"]);
    Some(RetryAfter::Date { date: fields.required("date", |date| date.bounded(0, FARTHEST)) })
}
