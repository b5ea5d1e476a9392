//! YAML, with a place for everything and all faults at once.
//!
//! [`compose`] makes the events of the parser into a [`tree`]; [`de`] reads that tree into the types of the file format
//! through serde, and collects faults instead of stopping at the first. [`field`] holds the two wrappers that those
//! types are written with.
//!
//! Why not one of the ready serde front ends: none goes on after a fault, keeps the places of keys and reads a
//! hundred thousand people in the time and memory that the tree takes. The parser below is theirs.

mod compose;
mod de;
mod fault;
mod field;
mod tree;

pub(crate) use field::{Entries, EntryKey, Field};

use crate::diag::Faults;
use crate::source::Sources;
use serde::Deserialize;
use std::cell::RefCell;

/// Reads one file, already in `sources`, into `T`. A file without content is `T::default()`.
///
/// What can't be read becomes an absent value in the result and a diagnostic in `faults`.
pub(crate) fn read<T>(sources: &Sources, file: u32, faults: &mut Faults) -> Option<T>
where
    T: for<'de> Deserialize<'de> + Default,
{
    let text = sources.file(file)?.text();
    let tree = compose::compose(text, file, faults).map_err(|fault| faults.push(*fault)).ok()?;
    let Some(root) = tree.root().filter(|root| !tree.is_absent(*root)) else {
        return Some(T::default());
    };
    let collected = RefCell::new(std::mem::take(faults));
    let read = T::deserialize(de::Reader::new(&tree, root, &collected));
    *faults = collected.into_inner();
    read.map_err(|fault| faults.push(fault.into_diagnostic(tree.span(root)))).ok()
}
