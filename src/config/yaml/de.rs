//! Reads a [`Tree`] into serde types, and collects faults on the way.
//!
//! A fault ends the value in which it stands; the nearest [`Field`](super::Field) around it takes note and reading goes
//! on. Unknown and repeated keys are noted and passed over. Plain scalars have the types of YAML 1.2's core schema:
//! `no` is text, `null`, `true`, `12` and `1.5` are not.

use super::access::{FieldParts, Items, Pairs};
use super::fault::{Fault, list};
use super::field::FIELD;
use super::scalar::{Plain, resolve};
use super::tree::{Node, NodeId, Tree};
use crate::diag::{Diagnostic, Faults};
use crate::source::Span;
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use std::cell::RefCell;
use std::fmt;

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 't> {
    tree: &'r Tree<'t>,
    node: NodeId,
    /// The key under which the node stands.
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

    /// Where people look for a value: a collection begins at its key, which may stand on an earlier line.
    pub(super) fn field_span(self) -> Span {
        match (self.key, self.tree.node(self.node)) {
            (Some(key), Some(Node::Sequence(_) | Node::Mapping(_))) => self.tree.span(key),
            _ => self.span(),
        }
    }

    pub(super) fn note(self, diagnostic: Diagnostic) {
        self.faults.borrow_mut().push(diagnostic);
    }

    /// The same node, known to stand under a key.
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
            // Serde would read a list as the fields of the struct in turn.
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
        if name == FIELD {
            visitor.visit_seq(FieldParts::new(self))
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
