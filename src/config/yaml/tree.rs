//! A YAML document as a tree, with the position of every node.

use crate::source::Span;
use std::borrow::Cow;
use std::ops::Range;

/// Index of a node in its [`Tree`].
pub(super) type NodeId = u32;

/// A node.
#[derive(Debug)]
pub(super) enum Node<'t> {
    /// A text: a scalar that is quoted or tagged `!!str`.
    Text(Cow<'t, str>),
    /// A plain scalar, whose type depends on its spelling.
    Plain(Cow<'t, str>),
    /// A sequence: the range of its items in the list of children.
    Sequence(Range<u32>),
    /// A mapping: the range of its alternating keys and values in the list of children.
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

impl<'t> Tree<'t> {
    /// An empty tree for a file.
    pub(super) fn new(file: u32) -> Self {
        Self { file, nodes: Vec::new(), children: Vec::new(), root: None }
    }

    /// Adds a node. A collection gets its children when it is closed.
    pub(super) fn push(&mut self, node: Node<'t>, span: Span) -> NodeId {
        self.nodes.push((node, span.start, span.end));
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    /// Sets the children and the end of a collection.
    pub(super) fn close(&mut self, id: NodeId, children: &[NodeId], end: u32) {
        let length = |list: &[NodeId]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        let start = length(&self.children);
        self.children.extend_from_slice(children);
        let range = start..length(&self.children);
        if let Some((node, _, node_end)) = self.nodes.get_mut(id as usize) {
            *node = match node {
                Node::Mapping(_) => Node::Mapping(range),
                _ => Node::Sequence(range),
            };
            *node_end = (*node_end).max(end);
        }
    }

    /// Sets the root node.
    pub(super) fn set_root(&mut self, id: NodeId) {
        self.root = Some(id);
    }

    /// The root node; `None` for a text without a document.
    pub(super) fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node with this id.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node<'t>> {
        self.nodes.get(id as usize).map(|(node, ..)| node)
    }

    /// Whether nothing is written for a node.
    pub(super) fn is_absent(&self, id: NodeId) -> bool {
        let span = self.span(id);
        span.start == span.end && matches!(self.node(id), Some(Node::Plain(_)))
    }

    /// The position of a node.
    pub(super) fn span(&self, id: NodeId) -> Span {
        let (start, end) = self.nodes.get(id as usize).map_or((0, 0), |(_, start, end)| (*start, *end));
        Span { file: self.file, start, end }
    }

    /// The items of a sequence, or the alternating keys and values of a mapping.
    pub(super) fn children(&self, range: &Range<u32>) -> &[NodeId] {
        self.children.get(range.start as usize..range.end as usize).unwrap_or(&[])
    }

    /// The text of a scalar, in any style.
    pub(super) fn scalar(&self, id: NodeId) -> Option<&str> {
        match self.node(id)? {
            Node::Text(text) | Node::Plain(text) => Some(text),
            Node::Sequence(_) | Node::Mapping(_) => None,
        }
    }

    /// A span in this file.
    pub(super) fn at(&self, range: Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: byte(range.start), end: byte(range.end) }
    }
}

/// A plain scalar's value under YAML 1.2's core schema.
pub(super) enum Plain<'s> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'s str),
}

/// The type of a plain scalar by its spelling (YAML 1.2.2, 10.3.2).
pub(super) fn resolve(text: &str) -> Plain<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        _ => {}
    }
    let first = text.trim_start_matches(['-', '+', '.']).bytes().next();
    if !first.is_some_and(|b| b.is_ascii_digit() || b == b'i' || b == b'I' || b == b'n' || b == b'N') {
        return Plain::Text(text);
    }
    let radix = |prefix, radix| {
        // Rust also reads a sign behind the prefix; YAML does not.
        let digits = text.strip_prefix(prefix).filter(|digits: &&str| !digits.starts_with('+'));
        digits.and_then(|digits| u64::from_str_radix(digits, radix).ok())
    };
    if let Some(value) = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8)) {
        return Plain::Unsigned(value);
    }
    if let Ok(value) = text.parse() {
        return Plain::Signed(value);
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => Plain::Float(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => Plain::Float(f64::NAN),
        // Rust also reads `inf` and `infinity`; YAML does not.
        _ if unsigned.contains(|c: char| c.is_ascii_digit()) => {
            text.parse().map_or(Plain::Text(text), Plain::Float)
        }
        _ => Plain::Text(text),
    }
}
