//! Which live thing is which declared one: by name, or else by the former name.

use super::Difference;
use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{DesiredGroup, DesiredWorkspace, LiveGroup, LiveWorkspace};
use crate::plan::action::Reference;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Something live that has a name.
pub(super) trait Named {
    /// What it is, for people.
    const WHAT: &str;

    fn id(&self) -> Uuid;
    fn name(&self) -> &str;
}

impl Named for LiveWorkspace {
    const WHAT: &str = "workspace";

    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.settings.name
    }
}

impl Named for LiveGroup {
    const WHAT: &str = "group";

    fn id(&self) -> Uuid {
        self.id
    }

    fn name(&self) -> &str {
        &self.settings.name
    }
}

/// Something declared that may have had another name.
pub(super) trait Declared {
    fn previously(&self) -> Option<&str>;
    fn at(&self) -> Span;
}

impl Declared for DesiredWorkspace {
    fn previously(&self) -> Option<&str> {
        self.previously.as_deref()
    }

    fn at(&self) -> Span {
        self.at
    }
}

impl Declared for DesiredGroup {
    fn previously(&self) -> Option<&str> {
        self.previously.as_deref()
    }

    fn at(&self) -> Span {
        self.at
    }
}

/// Declared things with their live ones.
pub(super) struct Matching<'a, T> {
    /// The live thing of each declared name; nothing where it is still to be made.
    pub(super) declared: BTreeMap<&'a str, Option<&'a T>>,
    /// What no file declares, by name.
    pub(super) undeclared: Vec<&'a T>,
    /// What each live thing is called, with everything harmful made visible.
    names: HashMap<Uuid, String>,
}

impl<'a, T: Named> Matching<'a, T> {
    /// Matches; a declared name that several live things have is left out, and a fault.
    pub(super) fn new<D: Declared>(
        declared: &'a BTreeMap<String, D>,
        live: &'a [T],
        out: &mut Difference,
    ) -> Self {
        let mut by_name = HashMap::<&str, Vec<&T>>::with_capacity(live.len());
        for thing in live {
            by_name.entry(thing.name()).or_default().push(thing);
        }
        let mut matched = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (name, thing) in declared {
            let former = || by_name.get(thing.previously()?);
            let found = by_name.get(name.as_str()).or_else(former).map_or(&[][..], Vec::as_slice);
            taken.extend(found.iter().map(|live| live.id()));
            match found {
                [] => drop(matched.insert(name.as_str(), None)),
                [one] => drop(matched.insert(name.as_str(), Some(*one))),
                several => out.faults.push(ambiguous(name, several, thing.at())),
            }
        }
        let shown: Vec<(Uuid, String)> =
            live.iter().map(|thing| (thing.id(), escape::excerpt(thing.name()))).collect();
        let mut alike: HashMap<&str, usize> = declared.keys().map(|name| (name.as_str(), 1)).collect();
        for (id, name) in &shown {
            *alike.entry(name).or_default() += usize::from(!taken.contains(id));
        }
        // What looks like something else is told from it by its identifier.
        let told_apart = |(id, name): &(Uuid, String)| match alike.get(name.as_str()) {
            Some(2..) => (*id, format!("{name} ({id})")),
            _ => (*id, name.clone()),
        };
        let mut names: HashMap<Uuid, String> = shown.iter().map(told_apart).collect();
        for (name, thing) in &matched {
            names.extend(thing.map(|thing| (thing.id(), (*name).to_owned())));
        }
        let mut undeclared: Vec<&T> = live.iter().filter(|thing| !taken.contains(&thing.id())).collect();
        undeclared.sort_by(|a, b| (a.name(), a.id()).cmp(&(b.name(), b.id())));
        Self { declared: matched, undeclared, names }
    }

    /// A declared thing, as operations name it.
    pub(super) fn declared(&self, name: &str) -> Reference {
        let id = self.declared.get(name).copied().flatten().map(Named::id);
        Reference { name: name.to_owned(), id }
    }

    /// A live thing, as operations name it.
    pub(super) fn live(&self, id: Uuid) -> Reference {
        Reference { name: self.names.get(&id).cloned().unwrap_or_else(|| id.to_string()), id: Some(id) }
    }
}

fn ambiguous<T: Named>(name: &str, several: &[&T], at: Span) -> Diagnostic {
    let mut ids: Vec<Uuid> = several.iter().map(|thing| thing.id()).collect();
    ids.sort_unstable();
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let (what, name) = (T::WHAT, escape::excerpt(name));
    let message = format!("{} live {what}s are called `{name}`: {}", ids.len(), ids.join(", "));
    let help = format!("rename or remove all but one of them: orgsync can't tell which {what} is meant");
    Diagnostic::at(Code::DuplicateLiveName, at, message, help)
}
