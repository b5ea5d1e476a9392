//! Reads a [`Tree`] into serde types, and collects faults on the way.
//!
//! A fault ends the value in which it stands; the nearest [`Field`](super::Field) around it takes note and reading goes
//! on. Unknown and repeated keys are noted and passed over. Plain scalars have the types of YAML 1.2's core schema:
//! `no` is text, `null`, `true`, `12` and `1.5` are not.

use super::field::FIELD;
use super::tree::{Node, NodeId, Tree};
use crate::diag::{Code, Diagnostic, nearest};
use crate::source::Span;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use std::cell::RefCell;
use std::fmt;
use std::slice::Iter;

/// Why a value could not be read.
#[derive(Debug)]
pub(super) struct Fault {
    code: Code,
    message: String,
    help: String,
    span: Option<Span>,
}

impl Fault {
    fn new(code: Code, message: String, help: impl Into<String>) -> Self {
        Self { code, message, help: help.into(), span: None }
    }

    fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The diagnostic, at the fault's own place or else at `span`.
    pub(super) fn into_diagnostic(self, span: Span) -> Option<Diagnostic> {
        Some(Diagnostic::at(self.code, self.span.unwrap_or(span), self.message, self.help))
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
            (Unexpected::Unit, _) => "write a value, or remove the key",
            (_, "a string") => "put the value in quotes if this text is meant",
            _ => "write a value of the type that is expected here",
        };
        let message = format!("expected {}, found {}", Expected(expected), Found(found));
        Self::new(Code::WrongType, message, help)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let message = format!("expected {}, found {}", Expected(expected), Found(found));
        Self::new(Code::InvalidValue, message, "correct the value")
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(Code::UnknownValue, format!("`{word}` is not known here"), suggestion(word, known))
    }
}

/// What serde found, in words for people.
struct Found<'f>(Unexpected<'f>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Unit => f.write_str("nothing (null)"),
            Unexpected::Bool(value) => write!(f, "the boolean `{value}`"),
            Unexpected::Unsigned(value) => write!(f, "the number `{value}`"),
            Unexpected::Signed(value) => write!(f, "the number `{value}`"),
            Unexpected::Float(value) => write!(f, "the number `{value}`"),
            Unexpected::Str(value) => write!(f, "the text `{value}`"),
            Unexpected::Seq => f.write_str("a list"),
            Unexpected::Map => f.write_str("a mapping"),
            other => write!(f, "{other}"),
        }
    }
}

/// What serde expects, in words for people who have never heard of Rust.
struct Expected<'e>(&'e dyn de::Expected);

impl fmt::Display for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_string().as_str() {
            "a string" => f.write_str("text"),
            "u8" | "u16" | "u32" | "u64" => f.write_str("a whole number, 0 or more"),
            "a boolean" => f.write_str("`true` or `false`"),
            "a sequence" => f.write_str("a list"),
            other if other.starts_with("struct ") => f.write_str("a mapping"),
            other => f.write_str(other),
        }
    }
}

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 't> {
    tree: &'r Tree<'t>,
    node: NodeId,
    /// The key under which the node stands.
    key: Option<NodeId>,
    faults: &'r RefCell<Vec<Diagnostic>>,
}

/// A plain scalar's value under YAML 1.2's core schema.
enum Plain<'s> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'s str),
}

impl<'r, 't> Reader<'r, 't> {
    pub(super) fn new(tree: &'r Tree<'t>, node: NodeId, faults: &'r RefCell<Vec<Diagnostic>>) -> Self {
        Self { tree, node, key: None, faults }
    }

    fn to(self, node: NodeId) -> Self {
        Self { node, key: None, ..self }
    }

    fn span(self) -> Span {
        self.tree.span(self.node)
    }

    /// Where people look for a value: a collection begins at its key, which may stand on an earlier line.
    fn field_span(self) -> Span {
        match (self.key, self.tree.node(self.node)) {
            (Some(key), Some(Node::Sequence(_) | Node::Mapping(_))) => self.tree.span(key),
            _ => self.span(),
        }
    }

    fn note(self, diagnostic: Diagnostic) {
        self.faults.borrow_mut().push(diagnostic);
    }

    fn is_null(self) -> bool {
        matches!(self.tree.node(self.node), Some(Node::Plain(text)) if matches!(resolve(text), Plain::Null))
    }
}

/// The type of a plain scalar by its spelling (YAML 1.2.2, 10.3.2).
fn resolve(text: &str) -> Plain<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        _ => {}
    }
    let first = text.trim_start_matches(['-', '+', '.']).bytes().next();
    if !first.is_some_and(|b| b.is_ascii_digit() || b == b'i' || b == b'I' || b == b'n' || b == b'N') {
        return Plain::Text(text);
    }
    let radix =
        |prefix, radix| text.strip_prefix(prefix).and_then(|d: &str| u64::from_str_radix(d, radix).ok());
    if let Some(value) = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8)) {
        return Plain::Unsigned(value);
    }
    if let Ok(value) = text.parse() {
        return Plain::Signed(value);
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => Plain::Float(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => Plain::Float(f64::NAN),
        // Rust also reads `inf` and `infinity`; YAML does not.
        _ if unsigned.contains(|c: char| c.is_ascii_digit()) => {
            text.parse().map_or(Plain::Text(text), Plain::Float)
        }
        _ => Plain::Text(text),
    }
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match self.tree.node(self.node) {
            None => visitor.visit_unit(),
            Some(Node::Text(text)) => visitor.visit_str(text),
            Some(Node::Plain(text)) => match resolve(text) {
                Plain::Null => visitor.visit_unit(),
                Plain::Bool(value) => visitor.visit_bool(value),
                Plain::Unsigned(value) => visitor.visit_u64(value),
                Plain::Signed(value) => visitor.visit_i64(value),
                Plain::Float(value) => visitor.visit_f64(value),
                Plain::Text(text) => visitor.visit_str(text),
            },
            Some(Node::Sequence(range)) => {
                visitor.visit_seq(Items { reader: self, items: self.tree.children(range).iter() })
            }
            Some(Node::Mapping(range)) => visitor.visit_map(Pairs::all(self, self.tree.children(range))),
        };
        read.map_err(|fault| fault.or_at(self.span()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let Some(Node::Mapping(range)) = self.tree.node(self.node) else {
            return self.deserialize_any(visitor);
        };
        let pairs = Pairs::known(self, self.tree.children(range), fields);
        visitor.visit_map(pairs).map_err(|fault| fault.or_at(self.span()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = match self.tree.node(self.node) {
            Some(Node::Text(text)) => text,
            Some(Node::Plain(text)) if matches!(resolve(text), Plain::Text(_)) => text,
            _ => {
                let Err(fault) = self.deserialize_any(WordExpected(variants));
                return Err(fault);
            }
        };
        visitor.visit_enum(text.as_ref().into_deserializer()).map_err(|fault: Fault| fault.or_at(self.span()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == FIELD {
            visitor.visit_seq(FieldParts { reader: self, next: 0 })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// Says that one of some words was expected, whatever comes.
struct WordExpected(&'static [&'static str]);

impl Visitor<'_> for WordExpected {
    type Value = std::convert::Infallible;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", list(self.0))
    }
}

/// What a [`Field`](super::Field) asks for: file, start, end, and the value, whose fault ends here.
struct FieldParts<'r, 't> {
    reader: Reader<'r, 't>,
    next: u8,
}

impl<'de> de::SeqAccess<'de> for FieldParts<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let span = self.reader.field_span();
        self.next += 1;
        let part = match self.next {
            1 => span.file,
            2 => span.start,
            3 => span.end,
            _ => {
                return seed.deserialize(self.reader).map(Some).inspect_err(|fault| {
                    let (span, help) = (fault.span.unwrap_or(span), fault.help.clone());
                    self.reader.note(Diagnostic::at(fault.code, span, fault.message.clone(), help));
                });
            }
        };
        seed.deserialize(part.into_deserializer()).map(Some)
    }
}

struct Items<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
}

impl<'de> de::SeqAccess<'de> for Items<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.items.next().map(|item| seed.deserialize(self.reader.to(*item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// Keys and values of a mapping in turn, all of them or those of a struct.
struct Pairs<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
    entry: Option<(NodeId, NodeId)>,
    fields: Option<&'static [&'static str]>,
    /// Where each of `fields` has been seen.
    seen: Vec<Option<Span>>,
}

impl<'r, 't> Pairs<'r, 't> {
    fn all(reader: Reader<'r, 't>, items: &'r [NodeId]) -> Self {
        Self { reader, items: items.iter(), entry: None, fields: None, seen: Vec::new() }
    }

    fn known(reader: Reader<'r, 't>, items: &'r [NodeId], fields: &'static [&'static str]) -> Self {
        let seen = vec![None; fields.len()];
        Self { reader, items: items.iter(), entry: None, fields: Some(fields), seen }
    }

    /// Whether a key is to be read; notes what is wrong with it if not.
    fn admit(&mut self, key: NodeId) -> bool {
        let Some(fields) = self.fields else { return true };
        let (reader, span) = (self.reader.to(key), self.reader.tree.span(key));
        let text = self.reader.tree.scalar(key).unwrap_or("");
        let Some(index) = fields.iter().position(|field| *field == text) else {
            let message = format!("the key `{text}` does not exist here");
            reader.note(Diagnostic::at(Code::UnknownKey, span, message, suggestion(text, fields)));
            return false;
        };
        let Some(slot) = self.seen.get_mut(index) else { return true };
        if let Some(first) = slot {
            let message = format!("the key `{text}` stands here twice");
            let diagnostic = Diagnostic::new(Code::DuplicateKey, message, "keep one of the two");
            reader.note(diagnostic.label(span, "again").label(*first, "first"));
            return false;
        }
        *slot = Some(span);
        true
    }
}

impl<'de> de::MapAccess<'de> for Pairs<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        while let Some(key) = self.items.next().copied() {
            self.entry = self.items.next().map(|value| (key, *value));
            if self.admit(key) {
                return seed.deserialize(self.reader.to(key)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, value) = self.entry.take().ok_or_else(|| Fault::custom("a key without a value"))?;
        seed.deserialize(Reader { key: Some(key), ..self.reader.to(value) })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() / 2)
    }
}

fn suggestion(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? Known here: {}", list(known)),
        None => format!("known here: {}", list(known)),
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
