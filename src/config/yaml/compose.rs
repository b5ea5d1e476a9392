//! Builds a tree from the events of the parser.
//!
//! An alias is a second reference to the node of its anchor, so it costs no memory. The size of the document with all
//! aliases expanded is counted, and limited. Memory use grows with the text, not with the expansion of aliases.

use super::tree::{Node, NodeId, Tree};
use crate::diag::{Code, Diagnostic, Faults, Quoted};
use crate::source::Span;
use granit_parser::{Event, Options, Parser, ScalarStyle, Tag};
use std::collections::{HashMap, HashSet};

/// The most nodes to which all aliases of a document may expand. The largest legitimate use, a list of roles that
/// 100,000 people share, needs a few hundred thousand.
const MAX_ALIASED: u64 = 5_000_000;

/// A collection that has not ended yet.
struct Open {
    node: NodeId,
    anchor: usize,
    children: Vec<NodeId>,
    /// The number of its nodes so far, with aliases expanded.
    weight: u64,
}

/// Builds the tree.
struct Composer<'t, 'f> {
    tree: Tree<'t>,
    open: Vec<Open>,
    anchors: HashMap<usize, (NodeId, u64)>,
    aliased: u64,
    faults: &'f mut Faults,
}

/// Reads a text with at most one document. The error is a fault that prevents further reading.
pub(super) fn compose<'t>(
    text: &'t str,
    file: u32,
    faults: &mut Faults,
) -> Result<Tree<'t>, Box<Diagnostic>> {
    let tree = Tree::new(file);
    let mut composer = Composer { tree, open: Vec::new(), anchors: HashMap::new(), aliased: 0, faults };
    let mut documents = 0_u32;
    let mut options = Options::default();
    options.set_emit_comments(false);
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(text, file, &error))?;
        let span = composer.tree.at(span.byte_range().unwrap_or(0..0));
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents > 1 {
                let help = "keep one document per file, and list other files under `include`";
                let message = "a second document starts here";
                composer.faults.push(Diagnostic::at(Code::MultipleDocuments, span, message, help));
                break;
            }
        }
        composer.take(event, span)?;
    }
    Ok(composer.tree)
}

impl<'t> Composer<'t, '_> {
    fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let tags: &[&str] = if plain { &["str", "int", "float", "bool", "null"] } else { &["str"] };
                let says_text = self.check_tag(tag.as_deref(), tags, span) == Some("str");
                let node = if plain && !says_text { Node::Plain(text) } else { Node::Text(text) };
                let id = self.tree.push(node, span);
                self.finish(id, anchor, 1);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), &["seq"], span);
                self.begin(Node::Sequence(0..0), anchor, span);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), &["map"], span);
                self.begin(Node::Mapping(0..0), anchor, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            _ => {}
        }
        Ok(())
    }

    /// The short name of a tag of a basic type. A tag that is not in `known`, the tags for this value, is a fault.
    fn check_tag<'n>(&mut self, tag: Option<&'n Tag>, known: &[&str], span: Span) -> Option<&'n str> {
        let tag = tag?;
        let name = match tag.core_suffix() {
            // The tag `!` prevents the resolution of a type: a scalar is text.
            None if tag.original() == "!" => known.first().map(|_| "str"),
            name => name.filter(|name| known.contains(name)),
        };
        if name.is_none() {
            let message = format!("the tag {} is not supported", Quoted(&tag.original()));
            self.faults.push(Diagnostic::at(Code::UnsupportedTag, span, message, "remove the tag"));
        }
        name
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        let Some((id, weight)) = self.anchors.get(&anchor).copied() else {
            let message = "this alias is inside the value that it refers to";
            let help = "write the value instead";
            return Err(Box::new(Diagnostic::at(Code::InvalidValue, span, message, help)));
        };
        self.aliased = self.aliased.saturating_add(weight);
        if self.aliased > MAX_ALIASED {
            let message = format!("the aliases up to this one expand to more than {MAX_ALIASED} values");
            let help = "write the values instead, or use `defaults` for shared values";
            return Err(Box::new(Diagnostic::at(Code::AliasBomb, span, message, help)));
        }
        self.finish(id, 0, weight);
        Ok(())
    }

    fn begin(&mut self, node: Node<'t>, anchor: usize, span: Span) {
        let node = self.tree.push(node, span);
        self.open.push(Open { node, anchor, children: Vec::new(), weight: 1 });
    }

    fn end(&mut self, span: Span) {
        let Some(Open { node, anchor, mut children, weight }) = self.open.pop() else { return };
        if matches!(self.tree.node(node), Some(Node::Mapping(_))) {
            children = merge(&self.tree, children, self.faults);
        }
        self.tree.close(node, &children, span.end);
        self.finish(node, anchor, weight);
    }

    /// Adds a finished node to its parent, or makes it the root.
    fn finish(&mut self, id: NodeId, anchor: usize, weight: u64) {
        if anchor != 0 {
            self.anchors.insert(anchor, (id, weight));
        }
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(id);
                parent.weight = parent.weight.saturating_add(weight);
            }
            None => self.tree.set_root(id),
        }
    }
}

fn syntax(text: &str, file: u32, error: &granit_parser::ScanError) -> Box<Diagnostic> {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    // At the end of the text, point at the last line with content.
    let at = if at == text.len() { text.trim_end().len() } else { at };
    let byte = u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { file, start: byte, end: byte };
    let info = error.info();
    let help = match info {
        _ if info.contains("tab") => "indent with spaces, not with tabs",
        _ if info.contains("unknown anchor") => {
            "use an anchor (`&name`) that is defined earlier in this file"
        }
        _ => "correct the syntax here",
    };
    Box::new(Diagnostic::at(Code::YamlSyntax, span, format!("this is not YAML: {info}"), help))
}

/// Resolves merge keys (`<<`). Returns alternating keys and values: first those of the mapping itself, then those of
/// the merged mappings. The first one of each key wins.
fn merge(tree: &Tree<'_>, entries: Vec<NodeId>, faults: &mut Faults) -> Vec<NodeId> {
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
            let fault = Diagnostic::new(Code::DuplicateKey, "the key `<<` is used twice", help);
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

/// The entries of a mapping or of a list of mappings.
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
        let help = "use an anchor on a mapping";
        faults.push(Diagnostic::at(Code::WrongType, tree.span(*item), message, help));
    }
    entries
}
