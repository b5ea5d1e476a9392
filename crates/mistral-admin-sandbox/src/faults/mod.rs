//! Faults on demand: which requests meet which of them. Pure: chance is seeded, and time and connections are outside.

mod dice;
mod matching;
mod partial;

pub(crate) use dice::Dice;
pub(crate) use partial::Partial;

use crate::product::Product;
use serde::Serialize;
use std::time::Duration;

/// Which requests meet which faults; by default, none meets any.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FaultRules {
    pub(crate) seed: u64,
    pub(crate) rules: Vec<Rule>,
}

/// A fault, and who meets it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Rule {
    #[serde(flatten)]
    pub(crate) kind: Kind,
    pub(crate) probability: f64,
    /// How many requests meet it at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first: Option<u32>,
    /// How many go by before that.
    pub(crate) after: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) methods: Option<Vec<&'static str>>,
    /// Below the Admin API, with `*` for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paths: Option<Vec<String>>,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Kind {
    Ending(Ending),
    Aside(Aside),
}

/// A fault in how a request ends. It ends once: of several, the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Ending {
    /// 429, and nothing is done.
    RateLimit {
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<RetryAfter>,
    },
    /// An error of the server, in the general shape.
    ServerError { status: u16, when: When },
    /// 502 with a page for people.
    BadGateway { when: When },
    /// The connection is closed without an answer.
    Reset { when: When },
    /// The answer breaks off.
    TruncatedBody { bytes: u32 },
    /// The answer trickles.
    SlowBody { ms_per_chunk: u32 },
}

/// A fault beside how a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Aside {
    /// The request waits before it is carried out.
    Latency { ms: u32 },
    /// A share of what a request asks for is not done, and told so.
    Partial { share: f64 },
    /// A list is as it was some time ago.
    StaleReads { ms: u32 },
    /// Somebody takes a seat just before.
    SeatTaken { product: Product },
}

/// Whether a request fails before it is carried out or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    Before,
    After,
}

/// When to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum RetryAfter {
    /// In so many seconds.
    Seconds(u32),
    /// The same, told as a date.
    Date { date: u32 },
}

/// What one request meets.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// How long it waits.
    pub(crate) delay: Duration,
    /// The seats that are taken just before.
    pub(crate) seats: Vec<Product>,
    pub(crate) partial: Partial,
    /// How old the list is that it gets.
    pub(crate) stale: Option<Duration>,
    pub(crate) ending: Option<Ending>,
}

/// The rules, and how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Injector {
    rules: FaultRules,
    progress: Vec<Progress>,
}

#[derive(Debug)]
struct Progress {
    seen: u64,
    applied: u64,
    dice: Dice,
}

impl Injector {
    /// Rules that no request has met yet.
    pub(crate) fn new(rules: FaultRules) -> Self {
        let fresh = |number| Progress { seen: 0, applied: 0, dice: Dice::new(rules.seed, number) };
        let progress = (0_u64..).zip(&rules.rules).map(|(number, _)| fresh(number)).collect();
        Self { rules, progress }
    }

    /// The rules.
    pub(crate) fn rules(&self) -> &FaultRules {
        &self.rules
    }

    /// The age of the oldest state that a list may be answered from.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        let ages = self.rules.rules.iter().filter_map(|rule| match rule.kind {
            Kind::Aside(Aside::StaleReads { ms }) => Some(Duration::from_millis(ms.into())),
            _ => None,
        });
        ages.max()
    }

    /// What the next request meets; `path` is that below the Admin API.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Met {
        let mut met = Met::default();
        for (rule, progress) in self.rules.rules.iter().zip(&mut self.progress) {
            if rule.is_about(method, path) && progress.applies(rule) {
                met.add(&rule.kind, &mut progress.dice);
            }
        }
        met
    }
}

impl Progress {
    /// Whether the next request that a rule is about meets its fault.
    fn applies(&mut self, rule: &Rule) -> bool {
        self.seen += 1;
        let open = self.seen > u64::from(rule.after)
            && rule.first.is_none_or(|first| self.applied < u64::from(first));
        let applies = open && self.dice.happens(rule.probability);
        self.applied += u64::from(applies);
        applies
    }
}

impl Met {
    fn add(&mut self, kind: &Kind, dice: &mut Dice) {
        match *kind {
            Kind::Ending(ending) => {
                self.ending.get_or_insert(ending);
            }
            Kind::Aside(Aside::Latency { ms }) => self.delay += Duration::from_millis(ms.into()),
            Kind::Aside(Aside::Partial { share }) => self.partial = Partial::new(share, dice.fork()),
            Kind::Aside(Aside::StaleReads { ms }) => {
                self.stale = self.stale.max(Some(Duration::from_millis(ms.into())));
            }
            Kind::Aside(Aside::SeatTaken { product }) => self.seats.push(product),
        }
    }
}
