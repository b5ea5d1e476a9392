//! The items of a list, the entries of a mapping, and the parts of a [`Field`](super::Field), one after the other.

use super::de::Reader;
use super::fault::{Fault, suggestion};
use super::tree::NodeId;
use crate::diag::{Code, Diagnostic, Quoted};
use crate::source::Span;
use serde::de::{self, DeserializeSeed, Error as _, IntoDeserializer};
use std::slice::Iter;

/// What a [`Field`](super::Field) asks for: file, start, end, and the value, whose fault ends here.
pub(super) struct FieldParts<'r, 't> {
    reader: Reader<'r, 't>,
    next: u8,
}

impl<'r, 't> FieldParts<'r, 't> {
    pub(super) fn new(reader: Reader<'r, 't>) -> Self {
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
pub(super) struct Items<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
}

impl<'r, 't> Items<'r, 't> {
    pub(super) fn new(reader: Reader<'r, 't>, items: &'r [NodeId]) -> Self {
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

/// Keys and values of a mapping in turn, all of them or those of a struct.
pub(super) struct Pairs<'r, 't> {
    reader: Reader<'r, 't>,
    items: Iter<'r, NodeId>,
    entry: Option<(NodeId, NodeId)>,
    fields: Option<&'static [&'static str]>,
    /// Where each of `fields` has been seen.
    seen: Vec<Option<Span>>,
}

impl<'r, 't> Pairs<'r, 't> {
    pub(super) fn all(reader: Reader<'r, 't>, items: &'r [NodeId]) -> Self {
        Self { reader, items: items.iter(), entry: None, fields: None, seen: Vec::new() }
    }

    pub(super) fn known(
        reader: Reader<'r, 't>,
        items: &'r [NodeId],
        fields: &'static [&'static str],
    ) -> Self {
        let seen = vec![None; fields.len()];
        Self { reader, items: items.iter(), entry: None, fields: Some(fields), seen }
    }

    /// Whether a key is to be read; notes what is wrong with it if not.
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
        seed.deserialize(self.reader.to(value).under(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() / 2)
    }
}
