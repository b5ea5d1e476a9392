//! Decides which requests get which injected faults. Randomness is seeded. No I/O and no clock.

mod rules;

pub(crate) use rules::{Fault, RetryAfter, When, fault_rules};
pub use rules::{FaultRules, FaultRulesError};

use crate::organization::Product;
use rules::Rule;
use std::collections::BTreeSet;
use std::time::Duration;

/// The requests that can be executed in part.
const PARTIAL: [(&str, &str); 3] =
    [("POST", "/users"), ("POST", "/users-invite"), ("DELETE", "/workspaces/*/remove-users")];

/// The injected faults of one request.
#[derive(Debug, Default)]
pub(crate) struct RequestFaults {
    /// The delay of the request.
    pub(crate) delay: Duration,
    /// The seats that are taken just before the request.
    pub(crate) seats: Vec<Product>,
    pub(crate) partial: Partial,
    /// The age of the list in the answer.
    pub(crate) stale: Option<Duration>,
    /// How the request ends, if with a fault.
    pub(crate) ending: Option<Fault>,
}

/// The rules and their counters.
#[derive(Debug, Default)]
pub(crate) struct Injector {
    rules: FaultRules,
    progress: Vec<Progress>,
}

#[derive(Debug)]
struct Progress {
    seen: u64,
    applied: u64,
    random: Random,
}

impl Injector {
    pub(crate) fn new(rules: FaultRules) -> Self {
        let fresh = |number| Progress { seen: 0, applied: 0, random: Random::new(rules.seed, number) };
        let progress = (0_u64..).zip(&rules.rules).map(|(number, _)| fresh(number)).collect();
        Self { rules, progress }
    }

    pub(crate) fn rules(&self) -> &FaultRules {
        &self.rules
    }

    /// The age of the oldest state that a stale list may show.
    pub(crate) fn oldest(&self) -> Option<Duration> {
        let ages = self.rules.rules.iter().filter_map(|rule| match rule.fault {
            Fault::StaleReads { ms } => Some(Duration::from_millis(ms.into())),
            _ => None,
        });
        ages.max()
    }

    /// The faults of the next request. `path` is that below the Admin API.
    pub(crate) fn next_faults(&mut self, method: &str, path: &str) -> RequestFaults {
        let mut faults = RequestFaults::default();
        for (rule, progress) in self.rules.rules.iter().zip(&mut self.progress) {
            if rule.is_about(method, path) && progress.applies(rule) {
                faults.add(rule.fault, &mut progress.random);
            }
        }
        faults
    }
}

impl Progress {
    /// Whether the next matching request of a rule gets its fault.
    fn applies(&mut self, rule: &Rule) -> bool {
        self.seen += 1;
        let open = self.seen > u64::from(rule.after)
            && rule.first.is_none_or(|first| self.applied < u64::from(first));
        let applies = open && self.random.happens(rule.probability);
        self.applied += u64::from(applies);
        applies
    }
}

impl RequestFaults {
    fn add(&mut self, fault: Fault, random: &mut Random) {
        match fault {
            Fault::Latency { ms } => self.delay += Duration::from_millis(ms.into()),
            Fault::Partial { share } => self.partial = Partial { share, random: random.fork() },
            Fault::StaleReads { ms } => {
                self.stale = self.stale.max(Some(Duration::from_millis(ms.into())));
            }
            Fault::SeatTaken { product } => self.seats.push(product),
            ending => {
                self.ending.get_or_insert(ending);
            }
        }
    }
}

impl Rule {
    /// Whether a request matches the rule, and the fault can affect it. `path` is relative to the Admin API.
    fn is_about(&self, method: &str, path: &str) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(&method))
            && self.paths.as_ref().is_none_or(|paths| paths.iter().any(|pattern| matches(pattern, path)))
            && match self.fault {
                Fault::Partial { .. } => {
                    PARTIAL.iter().any(|(partial, pattern)| *partial == method && matches(pattern, path))
                }
                Fault::StaleReads { .. } => method == "GET" && is_list(path),
                _ => true,
            }
    }
}

/// Whether a path is that of a list, which ends in a word, not an id: words and ids alternate.
fn is_list(path: &str) -> bool {
    path.split('/').filter(|piece| !piece.is_empty()).count() % 2 == 1
}

/// Whether a text matches a pattern, in which `*` matches any text, including slashes and no text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, behind)) = text.split_once(piece) else { return false };
        text = behind;
    }
    text.ends_with(end)
}

/// The share of people that a request skips; by default, 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partial {
    share: f64,
    random: Random,
}

impl Partial {
    /// Splits items into executed and skipped ones. Items with the same key stay together.
    pub(crate) fn split<T, K: Ord>(mut self, items: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Vec<T>) {
        let keys: BTreeSet<K> = items.iter().map(&key).collect();
        let mut left = f64::from(u32::try_from(keys.len()).unwrap_or(u32::MAX));
        let mut open = (left * self.share).ceil();
        let mut undone = BTreeSet::new();
        for key in keys {
            if self.random.happens(open / left) {
                undone.insert(key);
                open -= 1.0;
            }
            left -= 1.0;
        }
        items.into_iter().partition(|item| !undone.contains(&key(item)))
    }
}

/// A generator of pseudorandom numbers (splitmix64). The same seed gives the same numbers on every machine.
#[derive(Debug, Clone, Default)]
struct Random(u64);

impl Random {
    /// The generator of one of several rules that share a seed.
    fn new(seed: u64, number: u64) -> Self {
        let mut shared = Self(seed);
        Self(shared.next() ^ Self(number).next())
    }

    /// A generator whose numbers do not depend on those that this one gives later.
    fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// Whether an event of this probability happens. 0 never does, and 1 always.
    fn happens(&mut self, probability: f64) -> bool {
        let high = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(high) / (f64::from(u32::MAX) + 1.0) < probability
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("/users", "/users", true),
            ("/users", "/users/1", false),
            ("/users*", "/users", true),
            ("/users*", "/users-invite/1", true),
            ("*", "", true),
            ("*/members", "/user-groups/1/members", true),
            ("*/members", "/user-groups/1/members/2", false),
            ("/a*b*c", "/abxbc", true),
            ("/a*b*c", "/acb", false),
            ("/ab*bc", "/abc", false),
            ("/a**c", "/ac", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
