//! What people, workspaces, groups and teams are declared under, and what can be wrong with that.
//!
//! People have addresses, the others names; all else is alike: each is declared once, may have one former name, and is
//! known to whatever refers to it. Checks return the fault instead of noting it.

use super::super::file::ConfigFile;
use super::super::yaml::{Entries, EntryKey, Field};
use crate::diag::{Code, Diagnostic, Quoted};
use crate::model::{Email, Product, Role, WorkspaceRole};
use crate::source::Span;
use std::collections::BTreeMap;

/// A value that is one word of the files.
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

/// Adds a word to those of a list, of which none may be there twice.
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

/// A kind of resource, as messages speak of it.
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

    /// What a resource of this kind is declared under.
    fn key(self) -> &'static str {
        if matches!(self, Self::Person) { "address" } else { "name" }
    }

    /// One of them in a sentence.
    pub(super) fn called(self, name: &str) -> String {
        format!("the {} {}", self.noun(), Quoted(name))
    }
}

/// What the resources of one kind are declared under, in all files.
pub(super) struct Names<K> {
    kind: Kind,
    pub(super) declared: BTreeMap<K, Span>,
    /// Former names.
    pub(super) previously: BTreeMap<K, Span>,
    /// More may be declared where nothing could be read.
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

    /// Declares a resource; fails if another has the same name.
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

    /// Takes a former name of the resource that is now called `own`.
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

    /// Former names that are the names of others as well.
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

    /// Whether the files declare a resource, or may do so where they could not be read.
    pub(super) fn may_be_declared(&self, name: &K) -> bool {
        self.incomplete || self.declared.contains_key(name)
    }
}

/// Each key with its places in two maps.
pub(super) fn both<'m, K: Ord>(
    one: &'m BTreeMap<K, Span>,
    other: &'m BTreeMap<K, Span>,
) -> impl Iterator<Item = (&'m K, Span, Span)> {
    one.iter().filter_map(|(key, span)| Some((key, *span, *other.get(key)?)))
}
