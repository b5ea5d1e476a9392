//! Names of people, workspaces, groups and teams, and their checks.
//!
//! People have addresses, the others have names. The rules are the same: each is declared once, and may have one former
//! name. Checks return the fault instead of recording it.

use super::super::file::ConfigFile;
use super::super::yaml::{Entries, EntryKey, Field};
use crate::diag::{Code, Diagnostic, Quoted};
use crate::model::{Email, Product, Role, WorkspaceRole};
use crate::source::Span;
use std::collections::BTreeMap;

/// A value that is a single word in the files.
pub(super) trait Word: Ord + Clone {
    fn word(&self) -> &str;

    /// As messages show it.
    fn shown(&self) -> String {
        Quoted(self.word()).to_string()
    }
}

impl Word for Email {
    fn word(&self) -> &str {
        self.as_str()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Word for String {
    fn word(&self) -> &str {
        self
    }
}

macro_rules! words {
    ($($type:ty),*) => {
        $(impl Word for $type {
            fn word(&self) -> &str {
                self.name()
            }
        })*
    };
}

words!(Role, Product, WorkspaceRole);

/// Adds a word to a list, which may not have duplicates.
pub(super) fn add<K: Word>(list: &mut BTreeMap<K, Span>, word: K, at: Span) -> Result<(), Diagnostic> {
    if let Some(first) = list.get(&word) {
        let message = format!("{} is listed twice", Quoted(word.word()));
        return Err(twice(Code::DuplicateValue, message, "keep one of the two", at, *first));
    }
    list.insert(word, at);
    Ok(())
}

fn twice(code: Code, message: String, help: impl Into<String>, again: Span, first: Span) -> Diagnostic {
    Diagnostic::new(code, message, help).label(again, "again").label(first, "first")
}

/// A kind of resource, for messages.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Person,
    Workspace,
    Group,
    Team,
}

impl Kind {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Workspace => "workspace",
            Self::Group => "group",
            Self::Team => "team",
        }
    }

    fn plural(self) -> String {
        match self {
            Self::Person => "people".to_owned(),
            _ => format!("{}s", self.noun()),
        }
    }

    /// The word for its name: `address` or `name`.
    fn key(self) -> &'static str {
        if matches!(self, Self::Person) { "address" } else { "name" }
    }

    /// The resource in a sentence: `the group `Interns``.
    pub(super) fn called(self, name: &str) -> String {
        format!("the {} {}", self.noun(), Quoted(name))
    }
}

/// The names of all resources of one kind, in all files.
pub(super) struct Names<K> {
    kind: Kind,
    pub(super) declared: BTreeMap<K, Span>,
    /// Former names.
    pub(super) previously: BTreeMap<K, Span>,
    /// Parts that could not be read may declare more.
    pub(super) incomplete: bool,
}

impl<K: Word> Names<K> {
    pub(super) fn new(kind: Kind, incomplete: bool) -> Self {
        Self { kind, declared: BTreeMap::new(), previously: BTreeMap::new(), incomplete }
    }

    /// All entries of one section of the files.
    pub(super) fn entries<'f, N: EntryKey, T>(
        &mut self,
        files: &[&'f ConfigFile],
        section: impl Fn(&'f ConfigFile) -> &'f Field<Entries<N, T>>,
    ) -> Vec<&'f (Field<N>, Field<T>)> {
        let mut all = Vec::new();
        for section in files.iter().map(|file| section(file)) {
            let entries = section.value.iter().flat_map(|entries| &entries.0);
            self.incomplete |= section.value.is_none() && section.is_written();
            all.extend(entries.inspect(|(key, _)| self.incomplete |= key.value.is_none()));
        }
        all
    }

    /// Declares a resource. Fails on a duplicate name.
    pub(super) fn declare(&mut self, name: &K, at: Span) -> Result<(), Diagnostic> {
        if let Some(first) = self.declared.get(name) {
            let (code, message) = match self.kind {
                Kind::Person => {
                    let message = format!("{} is declared twice (letter case does not matter)", name.shown());
                    (Code::DuplicateMember, message)
                }
                kind => (Code::DuplicateKey, format!("{} is declared twice", kind.called(name.word()))),
            };
            let help = format!("keep one entry for each {}", self.kind.noun());
            return Err(twice(code, message, help, at, *first));
        }
        self.declared.insert(name.clone(), at);
        Ok(())
    }

    /// Adds a former name of the resource `own`.
    pub(super) fn rename(&mut self, former: &K, own: &K, at: Span) -> Result<(), Diagnostic> {
        let (shown, noun, key) = (former.shown(), self.kind.noun(), self.kind.key());
        if former == own {
            let message = format!("{shown} is the current {key} of the {noun}");
            let help = format!("write the former {key}, or remove `previously`");
            return Err(Diagnostic::at(Code::InvalidValue, at, message, help));
        }
        if let Some(first) = self.previously.get(former) {
            let message = format!("{shown} can't be the former {key} of two {}", self.kind.plural());
            let help = format!("keep it in the entry of the {noun} that had it");
            return Err(twice(Code::PreviouslyTaken, message, help, at, *first));
        }
        self.previously.insert(former.clone(), at);
        Ok(())
    }

    /// Faults for former names that also have their own entry.
    pub(super) fn taken_by(&self, others: &BTreeMap<K, Span>) -> Vec<Diagnostic> {
        let key = self.kind.key();
        let fault = |(former, at, own): (&K, Span, Span)| {
            let message = format!("{} is a former {key}, but also has its own entry", former.shown());
            let help = format!("remove the entry of the former {key}, or `previously`");
            let fault = Diagnostic::new(Code::PreviouslyTaken, message, help);
            fault.label(at, format!("former {key}")).label(own, "its own entry")
        };
        both(&self.previously, others).map(fault).collect()
    }

    /// Whether the files declare a resource, or may declare it in a part that could not be read.
    pub(super) fn may_be_declared(&self, name: &K) -> bool {
        self.incomplete || self.declared.contains_key(name)
    }
}

/// The keys in both maps, with both positions.
pub(super) fn both<'m, K: Ord>(
    one: &'m BTreeMap<K, Span>,
    other: &'m BTreeMap<K, Span>,
) -> impl Iterator<Item = (&'m K, Span, Span)> {
    one.iter().filter_map(|(key, span)| Some((key, *span, *other.get(key)?)))
}
