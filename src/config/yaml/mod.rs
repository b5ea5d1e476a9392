//! A YAML reader that keeps all positions and reports all faults at once.
//!
//! [`compose`] builds a [`tree`] from the events of the parser. [`reader`] deserializes that tree into the types of the
//! file format, and collects faults instead of stopping at the first. [`spanned`] has the wrappers for these types.
//!
//! Existing serde front ends don't continue after a fault, don't keep the positions of keys, or need more time and
//! memory for 100,000 people. The parser is shared with them.

mod compose;
mod fault;
mod reader;
mod spanned;
mod tree;

pub(crate) use spanned::{Entries, EntryKey, Field, Item};

use crate::diag::Faults;
use crate::source::Sources;
use serde::Deserialize;
use std::cell::RefCell;

/// Reads a file of `sources` into `T`. An empty file is `T::default()`.
///
/// An invalid part becomes an absent value in the result and a diagnostic in `faults`.
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
    let read = T::deserialize(reader::Reader::new(&tree, root, &collected));
    *faults = collected.into_inner();
    read.map_err(|fault| faults.push(fault.into_diagnostic(tree.span(root)))).ok()
}
