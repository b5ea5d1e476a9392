//! Merge keys (`<<`): a mapping takes over the entries of others.

use super::tree::{Node, NodeId, Tree};
use crate::diag::{Code, Diagnostic, Faults};
use std::collections::HashSet;

/// Keys and values of a mapping in turn, with those of the mappings that it merges behind them: what is written in it
/// wins, then the earlier of several.
pub(super) fn merge(tree: &Tree<'_>, entries: Vec<NodeId>, faults: &mut Faults) -> Vec<NodeId> {
    let is_merge = |key: NodeId| matches!(tree.node(key), Some(Node::Plain(text)) if text == "<<");
    if !entries.iter().step_by(2).any(|key| is_merge(*key)) {
        return entries;
    }
    let (mut own, mut merged, mut first) = (Vec::new(), Vec::new(), None);
    for entry in entries.chunks_exact(2) {
        let &[key, value] = entry else { continue };
        if !is_merge(key) {
            own.extend([key, value]);
        } else if let Some(first) = first {
            let help = "merge a list instead, as in `<<: [*one, *other]`";
            let fault = Diagnostic::new(Code::DuplicateKey, "the key `<<` stands here twice", help);
            faults.push(fault.label(tree.span(key), "again").label(first, "first"));
        } else {
            first = Some(tree.span(key));
            merged = merged_entries(tree, value, faults);
        }
    }
    let mut seen: HashSet<&str> = own.iter().step_by(2).filter_map(|key| tree.scalar(*key)).collect();
    for entry in merged.chunks_exact(2) {
        let key = entry.first().and_then(|key| tree.scalar(*key));
        if key.is_none_or(|key| seen.insert(key)) {
            own.extend_from_slice(entry);
        }
    }
    own
}

/// The entries of a mapping, or of a list of mappings.
fn merged_entries(tree: &Tree<'_>, value: NodeId, faults: &mut Faults) -> Vec<NodeId> {
    let items = match tree.node(value) {
        Some(Node::Sequence(range)) => tree.children(range),
        _ => &[value],
    };
    let mut entries = Vec::new();
    for item in items {
        if let Some(Node::Mapping(range)) = tree.node(*item) {
            entries.extend_from_slice(tree.children(range));
            continue;
        }
        let message = "`<<` merges a mapping or a list of mappings";
        let help = "name an anchor that stands on a mapping";
        faults.push(Diagnostic::at(Code::WrongType, tree.span(*item), message, help));
    }
    entries
}
