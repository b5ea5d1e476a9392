//! Matches live with declared resources, by name or former name.

use crate::diag::{Code, Diagnostic};
use crate::escape;
use crate::model::{DesiredGroup, DesiredWorkspace, LiveGroup, LiveWorkspace};
use crate::plan::operation::Reference;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A live resource that has a name.
pub(super) trait Named {
    /// The type of the resource, for messages.
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

/// A declared resource that may have had another name.
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

/// Declared resources with their live ones.
pub(super) struct Matching<'a, T> {
    /// The live resource of each declared name; `None` if it is still to be created.
    pub(super) declared: BTreeMap<&'a str, Option<&'a T>>,
    /// Resources that no file declares, by name.
    pub(super) undeclared: Vec<&'a T>,
    /// The name of each live resource, escaped.
    names: HashMap<Uuid, String>,
}

impl<'a, T: Named> Matching<'a, T> {
    /// Matches by name, otherwise by former name. A declared name of several live resources is a fault, and is left
    /// out.
    pub(super) fn new<D: Declared>(
        declared: &'a BTreeMap<String, D>,
        live: &'a [T],
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut by_name = HashMap::<&str, Vec<&T>>::with_capacity(live.len());
        for resource in live {
            by_name.entry(resource.name()).or_default().push(resource);
        }
        let mut matched = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (name, resource) in declared {
            let former = || by_name.get(resource.previously()?);
            let found = by_name.get(name.as_str()).or_else(former).map_or(&[][..], Vec::as_slice);
            taken.extend(found.iter().map(|live| live.id()));
            match found {
                [] => drop(matched.insert(name.as_str(), None)),
                [one] => drop(matched.insert(name.as_str(), Some(*one))),
                several => faults.push(ambiguous(name, several, resource.at())),
            }
        }
        let shown: Vec<(Uuid, String)> =
            live.iter().map(|one| (one.id(), escape::excerpt(one.name()))).collect();
        let mut alike: HashMap<&str, usize> = declared.keys().map(|name| (name.as_str(), 1)).collect();
        for (id, name) in &shown {
            *alike.entry(name).or_default() += usize::from(!taken.contains(id));
        }
        // Resources whose names look alike are distinguished by their identifiers.
        let distinct = |(id, name): &(Uuid, String)| match alike.get(name.as_str()) {
            Some(2..) => (*id, format!("{name} ({id})")),
            _ => (*id, name.clone()),
        };
        let mut names: HashMap<Uuid, String> = shown.iter().map(distinct).collect();
        for (name, live) in &matched {
            names.extend(live.map(|live| (live.id(), (*name).to_owned())));
        }
        let mut undeclared: Vec<&T> = live.iter().filter(|one| !taken.contains(&one.id())).collect();
        undeclared.sort_by(|a, b| (a.name(), a.id()).cmp(&(b.name(), b.id())));
        Self { declared: matched, undeclared, names }
    }

    /// A declared resource, as operations name it.
    pub(super) fn declared(&self, name: &str) -> Reference {
        let id = self.declared.get(name).copied().flatten().map(Named::id);
        Reference { name: name.to_owned(), id }
    }

    /// A live resource, as operations name it.
    pub(super) fn live(&self, id: Uuid) -> Reference {
        Reference { name: self.names.get(&id).cloned().unwrap_or_else(|| id.to_string()), id: Some(id) }
    }
}

fn ambiguous<T: Named>(name: &str, several: &[&T], at: Span) -> Diagnostic {
    let mut ids: Vec<Uuid> = several.iter().map(|one| one.id()).collect();
    ids.sort_unstable();
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let (what, name) = (T::WHAT, escape::excerpt(name));
    let message = format!("{} live {what}s are called `{name}`: {}", ids.len(), ids.join(", "));
    let help = format!("rename or remove all but one: orgsync can't know which {what} to manage");
    Diagnostic::at(Code::DuplicateLiveName, at, message, help)
}
