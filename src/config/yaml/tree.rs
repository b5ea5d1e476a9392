//! A YAML document as a tree in which every node knows its place.
//!
//! An alias is a second reference to the node that its anchor names, so it costs nothing; how large the document would
//! be with all aliases written out is counted on the way, and beyond a limit the document is refused. Merge keys
//! (`<<`) are resolved here. Memory grows with the text, never with what aliases multiply it to.

use super::fault;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use granit_parser::{Event, Options, Parser, ScalarStyle, Tag};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How many nodes all aliases of a document together may stand for. The largest honest use, a list of roles shared by
/// every one of 100,000 people, needs a few hundred thousand.
const MAX_ALIASED: u64 = 5_000_000;

/// Index of a node in its [`Tree`].
pub(super) type NodeId = u32;

/// What a node is.
#[derive(Debug)]
pub(super) enum Node<'t> {
    /// A scalar that is not what YAML calls null, bool, int or float, or that is quoted or tagged `!!str`.
    Text(Cow<'t, str>),
    /// A plain scalar: its type depends on how it is spelt.
    Plain(Cow<'t, str>),
    /// A sequence: its items' place in the list of children.
    Sequence(Range<u32>),
    /// A mapping: the place of its keys and values, one after the other, in the list of children.
    Mapping(Range<u32>),
}

/// One document.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    file: u32,
    nodes: Vec<(Node<'t>, u32, u32)>,
    children: Vec<NodeId>,
    root: Option<NodeId>,
}

/// A collection whose end has not been seen.
struct Open {
    node: NodeId,
    anchor: usize,
    children: Vec<NodeId>,
    /// The nodes in it so far, aliases written out.
    weight: u64,
}

/// Builds the tree out of events.
struct Composer<'t> {
    tree: Tree<'t>,
    open: Vec<Open>,
    anchors: HashMap<usize, (NodeId, u64)>,
    aliased: u64,
}

impl<'t> Tree<'t> {
    /// Reads a text that holds one document, or none.
    pub(super) fn compose(text: &'t str, file: u32) -> Result<Self, Box<Diagnostic>> {
        let tree = Tree { file, nodes: Vec::new(), children: Vec::new(), root: None };
        let mut composer = Composer { tree, open: Vec::new(), anchors: HashMap::new(), aliased: 0 };
        let mut documents = 0_u32;
        let mut options = Options::default();
        options.set_emit_comments(false);
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = event.map_err(|error| syntax(text, file, &error))?;
            let range = span.byte_range().unwrap_or(0..0);
            let span = composer.tree.at(range);
            if matches!(event, Event::DocumentStart(..)) {
                documents += 1;
                if documents > 1 {
                    return Err(fault(
                        Code::MultipleDocuments,
                        span,
                        "a second document begins here",
                        "keep one document per file; more files are named under `include`",
                    ));
                }
            }
            composer.take(event, span)?;
        }
        Ok(composer.tree)
    }

    /// The document's node; none where the text holds no document.
    pub(super) fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// What a node is.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node<'t>> {
        self.nodes.get(id as usize).map(|(node, ..)| node)
    }

    /// Where a node stands.
    pub(super) fn span(&self, id: NodeId) -> Span {
        let (start, end) = self.nodes.get(id as usize).map_or((0, 0), |(_, start, end)| (*start, *end));
        Span { file: self.file, start, end }
    }

    /// The items of a sequence, or keys and values of a mapping in turn.
    pub(super) fn children(&self, range: &Range<u32>) -> &[NodeId] {
        self.children.get(range.start as usize..range.end as usize).unwrap_or(&[])
    }

    /// A scalar's text, however it is written.
    pub(super) fn scalar(&self, id: NodeId) -> Option<&str> {
        match self.node(id)? {
            Node::Text(text) | Node::Plain(text) => Some(text),
            Node::Sequence(_) | Node::Mapping(_) => None,
        }
    }

    fn at(&self, range: Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: byte(range.start), end: byte(range.end) }
    }
}

impl<'t> Composer<'t> {
    fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text_tag = string_tag(tag.as_deref(), span)?;
                let plain = style == ScalarStyle::Plain && !text_tag;
                let node = if plain { Node::Plain(text) } else { Node::Text(text) };
                let id = self.push(node, span);
                self.finish(id, anchor, 1);
            }
            Event::SequenceStart(_, anchor, tag) => {
                string_tag(tag.as_deref(), span)?;
                self.begin(Node::Sequence(0..0), anchor, span);
            }
            Event::MappingStart(_, anchor, tag) => {
                string_tag(tag.as_deref(), span)?;
                self.begin(Node::Mapping(0..0), anchor, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => {
                let Some((id, weight)) = self.anchors.get(&anchor).copied() else {
                    return Err(fault(
                        Code::InvalidValue,
                        span,
                        "this alias stands inside the thing that it names",
                        "write out what is meant here",
                    ));
                };
                self.aliased = self.aliased.saturating_add(weight);
                if self.aliased > MAX_ALIASED {
                    return Err(fault(
                        Code::AliasBomb,
                        span,
                        format!("the aliases up to this one stand for more than {MAX_ALIASED} values"),
                        "write out what is meant, or put what is shared into `defaults`",
                    ));
                }
                self.finish(id, 0, weight);
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, node: Node<'t>, span: Span) -> NodeId {
        self.tree.nodes.push((node, span.start, span.end));
        u32::try_from(self.tree.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    fn begin(&mut self, node: Node<'t>, anchor: usize, span: Span) {
        let node = self.push(node, span);
        self.open.push(Open { node, anchor, children: Vec::new(), weight: 1 });
    }

    fn end(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        let is_mapping = matches!(self.tree.node(open.node), Some(Node::Mapping(_)));
        if is_mapping {
            self.merge(&mut open.children)?;
        }
        let start = u32::try_from(self.tree.children.len()).unwrap_or(u32::MAX);
        self.tree.children.append(&mut open.children);
        let range = start..u32::try_from(self.tree.children.len()).unwrap_or(u32::MAX);
        if let Some((node, _, end)) = self.tree.nodes.get_mut(open.node as usize) {
            *node = if is_mapping { Node::Mapping(range) } else { Node::Sequence(range) };
            *end = (*end).max(span.start);
        }
        self.finish(open.node, open.anchor, open.weight);
        Ok(())
    }

    /// Hands a finished node to its parent, or makes it the root.
    fn finish(&mut self, id: NodeId, anchor: usize, weight: u64) {
        if anchor != 0 {
            self.anchors.insert(anchor, (id, weight));
        }
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(id);
                parent.weight = parent.weight.saturating_add(weight);
            }
            None => self.tree.root = Some(id),
        }
    }

    /// Puts the entries of merged mappings (`<<`) where they are merged: what is written here wins, then the earlier
    /// of several.
    fn merge(&mut self, entries: &mut Vec<NodeId>) -> Result<(), Box<Diagnostic>> {
        let is_merge = |key: NodeId| matches!(self.tree.node(key), Some(Node::Plain(text)) if text == "<<");
        if !entries.chunks_exact(2).any(|entry| entry.first().is_some_and(|key| is_merge(*key))) {
            return Ok(());
        }
        let (mut own, mut merged) = (Vec::new(), Vec::new());
        for entry in entries.chunks_exact(2) {
            let &[key, value] = entry else { continue };
            if !is_merge(key) {
                own.extend([key, value]);
                continue;
            }
            let items = match self.tree.node(value) {
                Some(Node::Sequence(range)) => self.tree.children(range),
                _ => &[value],
            };
            for item in items {
                let Some(Node::Mapping(range)) = self.tree.node(*item) else {
                    return Err(fault(
                        Code::WrongType,
                        self.tree.span(*item),
                        "`<<` merges a mapping or a list of mappings",
                        "name an anchor that stands on a mapping",
                    ));
                };
                merged.extend_from_slice(self.tree.children(range));
            }
        }
        let mut seen: HashSet<&str> =
            own.chunks_exact(2).filter_map(|e| self.tree.scalar(*e.first()?)).collect();
        let mut added = Vec::new();
        for entry in merged.chunks_exact(2) {
            let fresh =
                entry.first().and_then(|key| self.tree.scalar(*key)).is_none_or(|key| seen.insert(key));
            if fresh {
                added.extend_from_slice(entry);
            }
        }
        own.append(&mut added);
        *entries = own;
        Ok(())
    }
}

/// Whether a tag says that a scalar is text. Tags beyond YAML's own are refused.
fn string_tag(tag: Option<&Tag>, span: Span) -> Result<bool, Box<Diagnostic>> {
    let Some(tag) = tag else { return Ok(false) };
    match tag.core_suffix() {
        Some("str") => Ok(true),
        Some(_) => Ok(false),
        None if tag.original() == "!" => Ok(true),
        None => Err(fault(
            Code::UnsupportedTag,
            span,
            format!("the tag `{}` has no meaning here", tag.original()),
            "remove the tag",
        )),
    }
}

fn syntax(text: &str, file: u32, error: &granit_parser::ScanError) -> Box<Diagnostic> {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    // At the end of the text there is no line to show: point at the last one that has something in it.
    let at = if at == text.len() { text.trim_end().len() } else { at };
    let byte = u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { file, start: byte, end: byte };
    fault(
        Code::YamlSyntax,
        span,
        format!("this is not YAML: {}", error.info()),
        "correct the syntax at this place",
    )
}
