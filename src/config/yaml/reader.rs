//! Deserializes a [`Tree`] into serde types, and collects faults.
//!
//! A fault ends the value that contains it. The innermost [`Field`](super::Field) around it records the fault, and
//! reading continues. Unknown and duplicate keys are recorded and skipped. Plain scalars have the types of YAML 1.2's
//! core schema: `no` is text; `null`, `true`, `12` and `1.5` are not.

use super::fault::{Fault, list, suggestion};
use super::spanned::{FIELD, ITEM};
use super::tree::{Node, NodeId, Plain, Tree, resolve};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::source::Span;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use std::cell::RefCell;
use std::fmt;
use std::slice::Iter;

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 't> {
    tree: &'r Tree<'t>,
    node: NodeId,
    /// The key of the node.
    key: Option<NodeId>,
    faults: &'r RefCell<Faults>,
}

impl<'r, 't> Reader<'r, 't> {
    pub(super) fn new(tree: &'r Tree<'t>, node: NodeId, faults: &'r RefCell<Faults>) -> Self {
        Self { tree, node, key: None, faults }
    }

    pub(super) fn to(self, node: NodeId) -> Self {
        Self { node, key: None, ..self }
    }

    pub(super) fn span(self) -> Span {
        self.tree.span(self.node)
    }

    /// The position of a value for people: for a collection, its key, which may be on an earlier line.
    pub(super) fn field_span(self) -> Span {
        match (self.key, self.tree.node(self.node)) {
            (Some(key), Some(Node::Sequence(_) | Node::Mapping(_))) => self.tree.span(key),
            _ => self.span(),
        }
    }

    pub(super) fn note(self, diagnostic: Diagnostic) {
        self.faults.borrow_mut().push(diagnostic);
    }

    /// The same node, with its key.
    pub(super) fn under(self, key: NodeId) -> Self {
        Self { key: Some(key), ..self }
    }

    pub(super) fn tree(self) -> &'r Tree<'t> {
        self.tree
    }

    fn is_null(self) -> bool {
        matches!(self.tree.node(self.node), Some(Node::Plain(text)) if matches!(resolve(text), Plain::Null))
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
            Some(Node::Sequence(range)) => visitor.visit_seq(Items::new(self, self.tree.children(range))),
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
        let range = match self.tree.node(self.node) {
            Some(Node::Mapping(range)) => range,
            // Serde would read a list as the fields of the struct in order.
            Some(Node::Sequence(_)) => {
                return Err(Fault::invalid_type(Unexpected::Seq, &visitor).or_at(self.span()));
            }
            _ => return self.deserialize_any(visitor),
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
        match self.tree.node(self.node) {
            _ if name == FIELD => visitor.visit_seq(FieldParts::new(self)),
            Some(Node::Mapping(range)) if name == ITEM => {
                let pairs = Pairs::all(self, self.tree.children(range));
                visitor.visit_map(pairs).map_err(|fault| fault.or_at(self.span()))
            }
            _ => visitor.visit_newtype_struct(self),
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

/// A visitor that rejects any value, and expects one of some words.
struct WordExpected(&'static [&'static str]);

impl Visitor<'_> for WordExpected {
    type Value = std::convert::Infallible;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", list(self.0))
    }
}

/// The parts that a [`Field`](super::Field) reads: file, start, end, and the value, whose fault is recorded here.
struct FieldParts<'r, 't> {
    reader: Reader<'r, 't>,
    next: u8,
}

impl<'r, 't> FieldParts<'r, 't> {
    fn new(reader: Reader<'r, 't>) -> Self {
        Self { reader, next: 0 }
    }
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
                let read = seed.deserialize(self.reader).map(Some);
                return read.inspect_err(|fault| self.reader.note(fault.clone().into_diagnostic(span)));
            }
        };
        seed.deserialize(part.into_deserializer()).map(Some)
    }
}

/// The items of a list.
struct Items<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
}

impl<'r, 't> Items<'r, 't> {
    fn new(reader: Reader<'r, 't>, items: &'r [NodeId]) -> Self {
        Self { reader, items: items.iter() }
    }
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

/// Alternating keys and values of a mapping: all of them, or those of a struct.
struct Pairs<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
    entry: Option<(NodeId, NodeId)>,
    fields: Option<&'static [&'static str]>,
    /// The position of each of `fields`, if it occurred.
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

    /// Whether to read a key. If not, records the fault.
    fn admit(&mut self, key: NodeId) -> bool {
        let Some(fields) = self.fields else { return true };
        let (reader, span) = (self.reader.to(key), self.reader.tree().span(key));
        let Some(text) = reader.tree().scalar(key) else {
            let message = "a list or a mapping can't be a key";
            reader.note(Diagnostic::at(
                Code::WrongType,
                span,
                message,
                "write a name, then `:` and the value",
            ));
            return false;
        };
        if reader.tree().is_absent(key) {
            let message = "there is no key before this `:`";
            reader.note(Diagnostic::at(Code::UnknownKey, span, message, suggestion("", fields)));
            return false;
        }
        let Some(index) = fields.iter().position(|field| *field == text) else {
            let message = format!("the key {} does not exist here", Quoted(text));
            reader.note(Diagnostic::at(Code::UnknownKey, span, message, suggestion(text, fields)));
            return false;
        };
        let Some(slot) = self.seen.get_mut(index) else { return true };
        if let Some(first) = slot {
            let message = format!("the key `{text}` is used twice");
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
        seed.deserialize(self.reader.to(value).under(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() / 2)
    }
}
