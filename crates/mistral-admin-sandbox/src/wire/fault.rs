//! Faults of a request, in the shape of the vendor's validation errors.

use serde::Serialize;
use std::fmt;

/// The most faults that one answer lists: a body can have millions.
const MOST: usize = 100;

/// One step on the way to a place in a request.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub(crate) enum Step<'a> {
    /// A part of the request, or a key of an object.
    Key(&'a str),
    /// A position in a list, or in a text that is no JSON.
    Index(usize),
}

/// A place in a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    above: Option<&'a At<'a>>,
    step: Step<'a>,
}

impl<'a> At<'a> {
    /// The body.
    pub(crate) const BODY: At<'static> = At::part("body");

    /// A part of the request.
    pub(crate) const fn part(name: &'a str) -> Self {
        Self { above: None, step: Step::Key(name) }
    }

    /// A place below this one.
    pub(crate) fn to(&'a self, step: Step<'a>) -> Self {
        Self { above: Some(self), step }
    }

    fn steps(&self) -> Vec<serde_json::Value> {
        let mut steps = self.above.map_or_else(Vec::new, At::steps);
        steps.push(match self.step {
            Step::Key(key) => key.into(),
            Step::Index(index) => index.into(),
        });
        steps
    }
}

#[derive(Debug, Serialize)]
struct Fault {
    loc: Vec<serde_json::Value>,
    msg: String,
    r#type: &'static str,
}

/// All faults of a request: `{"detail": […]}`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Faults {
    detail: Vec<Fault>,
}

impl Faults {
    /// Adds one.
    pub(crate) fn add(&mut self, at: &At<'_>, kind: &'static str, message: impl Into<String>) {
        if !self.is_full() {
            self.detail.push(Fault { loc: at.steps(), msg: message.into(), r#type: kind });
        }
    }

    /// Whether further ones would not be told, so that looking for them is a waste.
    pub(crate) fn is_full(&self) -> bool {
        self.detail.len() >= MOST
    }

    /// Whether the request is well formed.
    pub(crate) fn is_empty(&self) -> bool {
        self.detail.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.detail.iter().enumerate() {
            let place: Vec<String> = fault.loc.iter().skip(1).map(plain).collect();
            let (stop, place) = (if number > 0 { "; " } else { "" }, place.join("."));
            let colon = if place.is_empty() { "" } else { ": " };
            write!(f, "{stop}{place}{colon}{}", fault.msg)?;
        }
        Ok(())
    }
}

/// A step, for people.
fn plain(step: &serde_json::Value) -> String {
    step.as_str().map_or_else(|| step.to_string(), str::to_owned)
}
