//! Faults of values, with messages for people.

use crate::diag::{Code, Diagnostic, Quoted, nearest};
use crate::source::Span;
use serde::de::{self, Unexpected};
use std::fmt;

/// Why a value could not be read.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    code: Code,
    message: String,
    help: String,
    span: Option<Span>,
}

impl Fault {
    pub(super) fn new(code: Code, message: String, help: impl Into<String>) -> Self {
        Self { code, message, help: help.into(), span: None }
    }

    /// The fault with this position, unless it already has one.
    pub(super) fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The diagnostic, at the position of the fault or else at `span`.
    pub(super) fn into_diagnostic(self, span: Span) -> Diagnostic {
        Diagnostic::at(self.code, self.span.unwrap_or(span), self.message, self.help)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Code::InvalidValue, message.to_string(), "correct the value")
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let help = match (found, expected.to_string().as_str()) {
            (Unexpected::Unit, wanted) if is_mapping(wanted) => {
                "write `{}` for an empty mapping, or remove the key"
            }
            (Unexpected::Unit, _) => "write a value, or remove the key",
            (Unexpected::Seq, wanted) if is_mapping(wanted) => "write `key: value`; an empty mapping is `{}`",
            (Unexpected::Seq | Unexpected::Map, "a string") => "write a single value here",
            (_, "a string") => "if this is text, put it in quotes",
            (Unexpected::Str("no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N"), "a boolean") => {
                "write `false`, the only spelling in YAML 1.2"
            }
            (Unexpected::Str("yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y"), "a boolean") => {
                "write `true`, the only spelling in YAML 1.2"
            }
            (Unexpected::Str(_), "a boolean") => "write `true` or `false`, without quotes",
            (Unexpected::Str(_), "u32") => "write the number in digits, without quotes",
            (Unexpected::Str(_), "a sequence") => "put it in brackets, as in `[one, other]`",
            _ => "write a value of the expected type",
        };
        let message = format!("expected {}, found {}", Expected(expected), Found(found));
        Self::new(Code::WrongType, message, help)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let message = format!("expected {}, found {}", Expected(expected), Found(found));
        Self::new(Code::InvalidValue, message, "correct the value")
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(
            Code::UnknownValue,
            format!("{} is not a known value", Quoted(word)),
            suggestion(word, known),
        )
    }
}

/// The value that serde found, in words.
struct Found<'f>(Unexpected<'f>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Unit => f.write_str("nothing (null)"),
            Unexpected::Bool(value) => write!(f, "the boolean `{value}`"),
            Unexpected::Unsigned(value) => write!(f, "the number `{value}`"),
            Unexpected::Signed(value) => write!(f, "the number `{value}`"),
            Unexpected::Float(value) => write!(f, "the number `{value}`"),
            Unexpected::Str(value) => write!(f, "the text {}", Quoted(value)),
            Unexpected::Seq => f.write_str("a list"),
            Unexpected::Map => f.write_str("a mapping"),
            other => write!(f, "{other}"),
        }
    }
}

/// Whether what serde expects is a mapping.
fn is_mapping(expected: &str) -> bool {
    expected == "a mapping" || expected.starts_with("struct ")
}

/// The value that serde expects, in words without Rust terms.
struct Expected<'e>(&'e dyn de::Expected);

impl fmt::Display for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_string().as_str() {
            "a string" => f.write_str("text"),
            "u32" => write!(f, "a whole number from 0 to {}", u32::MAX),
            "a boolean" => f.write_str("`true` or `false`"),
            "a sequence" => f.write_str("a list"),
            other if is_mapping(other) => f.write_str("a mapping"),
            other => f.write_str(other),
        }
    }
}

/// The help for an unknown word.
pub(super) fn suggestion(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? Valid: {}", list(known)),
        None => format!("valid: {}", list(known)),
    }
}

/// Joined words.
pub(super) fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
