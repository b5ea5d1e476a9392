//! Names of workspaces and of groups, and texts about them.

use super::super::yaml::Field;
use crate::diag::{Code, Diagnostic, Faults, Quoted, nearest};
use crate::model::LONGEST_NAME;
use crate::source::Span;
use std::collections::BTreeMap;

/// The names of one kind of thing, from all files. They are exact: letter case matters.
pub(super) struct Names<'f> {
    /// `workspace` or `group`.
    kind: &'static str,
    declared: BTreeMap<&'f str, Span>,
    previously: BTreeMap<&'f str, Span>,
}

impl<'f> Names<'f> {
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, declared: BTreeMap::new(), previously: BTreeMap::new() }
    }

    /// Takes in the name of an entry; nothing where it can't be read or is not the first of its name.
    pub(super) fn declare(&mut self, key: &'f Field<String>, faults: &mut Faults) -> Option<(&'f str, Span)> {
        let (name, at) = key.get()?;
        if let Some(first) = self.declared.get(name.as_str()) {
            faults.push(declared_twice(self.kind, name, at, *first));
            return None;
        }
        self.declared.insert(name, at);
        self.check_length(name, at, faults);
        Some((name, at))
    }

    /// Takes in the former name of the thing that is called `own`.
    pub(super) fn previously(
        &mut self,
        own: &str,
        field: &'f Field<String>,
        faults: &mut Faults,
    ) -> Option<String> {
        let (former, span) = field.get()?;
        let (quoted, kind) = (Quoted(former), self.kind);
        self.check_length(former, span, faults);
        if former.is_empty() {
            return None;
        }
        if former == own {
            let message = format!("{quoted} is the {kind}'s present name");
            let help = "write the former name, or remove `previously`";
            faults.push(Diagnostic::at(Code::InvalidValue, span, message, help));
            return None;
        }
        if let Some(first) = self.previously.get(former.as_str()) {
            let message = format!("{quoted} can't be the former name of two {kind}s");
            let help = format!("keep it with the {kind} whose it was");
            let fault = Diagnostic::new(Code::PreviouslyTaken, message, help);
            faults.push(fault.label(span, "again").label(*first, "first"));
            return None;
        }
        self.previously.insert(former, span);
        Some(former.clone())
    }

    /// Notes former names that are declared as well, when all names have been taken in.
    pub(super) fn check_previously(&self, faults: &mut Faults) {
        let taken =
            self.previously.iter().filter_map(|(name, at)| Some((name, at, self.declared.get(name)?)));
        for (name, previously, own) in taken {
            let kind = self.kind;
            let message = format!("{} is a {kind}'s former name and has an entry of its own", Quoted(name));
            let help = "remove the entry of the former name, or `previously`";
            let fault = Diagnostic::new(Code::PreviouslyTaken, message, help);
            faults.push(fault.label(*previously, "former name").label(*own, "its own entry"));
        }
    }

    fn check_length(&self, name: &str, at: Span, faults: &mut Faults) {
        if name.is_empty() {
            let message = format!("a {} can't have an empty name", self.kind);
            faults.push(Diagnostic::at(Code::InvalidValue, at, message, "write its name"));
        }
        check_length("a name", name, LONGEST_NAME, at, faults);
    }
}

/// A text of at most `longest` characters.
pub(super) fn text(field: &Field<String>, key: &str, longest: usize, faults: &mut Faults) -> Option<String> {
    let (text, at) = field.get()?;
    check_length(&format!("`{key}`"), text, longest, at, faults);
    Some(text.clone())
}

fn check_length(what: &str, text: &str, longest: usize, at: Span, faults: &mut Faults) {
    let length = text.chars().count();
    if length > longest {
        let message = format!("{what} has at most {longest} characters, and this has {length}");
        faults.push(Diagnostic::at(Code::InvalidValue, at, message, "shorten it"));
    }
}

/// One name has two entries.
pub(super) fn declared_twice(kind: &str, name: &str, again: Span, first: Span) -> Diagnostic {
    let message = format!("the {kind} {} is declared twice", Quoted(name));
    let fault = Diagnostic::new(Code::DuplicateKey, message, format!("keep one entry for each {kind}"));
    fault.label(again, "again").label(first, "first")
}

/// What to do about a name that is not known: use the nearest one that is, or else `otherwise`.
pub(super) fn meant<'k>(written: &str, known: impl Iterator<Item = &'k str>, otherwise: &str) -> String {
    match nearest(written, known) {
        Some(known) => format!("did you mean {}? If not, {otherwise}", Quoted(known)),
        None => otherwise.to_owned(),
    }
}
