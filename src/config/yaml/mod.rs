//! YAML, with a place for everything and all faults at once.
//!
//! [`tree`] composes the events of the parser into a tree; [`de`] reads that tree into the types of the file format
//! through serde, and collects faults instead of stopping at the first. [`field`] holds the two wrappers that those
//! types are written with. The rest of the program knows nothing of YAML.
//!
//! Why not one of the ready serde front ends: none goes on after a fault, keeps the places of keys and reads a
//! hundred thousand people in the time and memory that the tree takes. The parser below is theirs.

mod de;
mod field;
mod tree;

pub(crate) use field::{Entries, Field};

use crate::diag::{Code, Diagnostic};
use crate::source::Sources;
use serde::Deserialize;
use std::cell::RefCell;

/// Reads one file, already in `sources`, into `T`. An empty file is `T::default()`.
///
/// What can't be read becomes an absent value in the result and a diagnostic in `faults`.
pub(crate) fn read<T>(sources: &Sources, file: u32, faults: &mut Vec<Diagnostic>) -> Option<T>
where
    T: for<'de> Deserialize<'de> + Default,
{
    let text = sources.file(file)?.text();
    let tree = match tree::Tree::compose(text, file) {
        Ok(tree) => tree,
        Err(fault) => {
            faults.push(*fault);
            return None;
        }
    };
    let Some(root) = tree.root() else {
        return Some(T::default());
    };
    let collected = RefCell::new(Vec::new());
    let read = T::deserialize(de::Reader::new(&tree, root, &collected));
    faults.append(&mut collected.into_inner());
    match read {
        Ok(value) => Some(value),
        Err(fault) => {
            faults.extend(fault.into_diagnostic(tree.span(root)));
            None
        }
    }
}

/// Shorthand of this module: one fault at one place.
fn fault(
    code: Code,
    span: crate::source::Span,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Box<Diagnostic> {
    Box::new(Diagnostic::at(code, span, message, help))
}
