//! The tree that YAML and JSON readers share: nodes in one arena, each with its place in the text.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::places::Places;

/// The most nodes a stream may have. Aliases count as one node and are never expanded.
pub const MAX_NODES: usize = 1_000_000;
/// The deepest nesting a document may have.
pub const MAX_DEPTH: usize = 64;

/// A parsed file: its documents, and the text they came from.
pub struct Stream {
    pub(super) text: Zeroizing<String>,
    pub(super) nodes: Vec<NodeData>,
    pub(super) documents: Vec<DocumentData>,
    pub(super) format: Format,
    pub(super) places: OnceLock<Places>,
}

/// Which grammar a file was read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2, several documents separated by `---`.
    Yaml,
    /// JSON (RFC 8259), several values one after another.
    Json,
}

/// Names a node within its [`Stream`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) usize);

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`, and every JSON string.
    DoubleQuoted,
    /// `|` block.
    Literal,
    /// `>` block.
    Folded,
}

/// A place in a text, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Why a file could not be read as manifests.
#[derive(Debug, thiserror::Error)]
#[error("{position}: {problem}")]
pub struct Error {
    /// Where reading stopped.
    pub position: Position,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at a place in a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The grammar was broken.
    #[error("not valid {format}: {message}")]
    Syntax {
        /// The grammar.
        format: Format,
        /// The parser's words.
        message: String,
    },
    /// A mapping holds the same key twice.
    #[error("key `{key}` stands twice in the same mapping, first at line {first}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// Line of its first place.
        first: usize,
    },
    /// `--- {…}`: Kubernetes' reader loses such documents.
    #[error(
        "content on the `---` line: Kubernetes tools lose this document, start it on the next line"
    )]
    ContentAfterMarker,
    /// Content after `...` without `---`: Kubernetes' reader loses it.
    #[error(
        "content after `...` without `---`: Kubernetes tools lose it, separate documents with `---`"
    )]
    ContentAfterEnd,
    /// More nodes than [`MAX_NODES`].
    #[error("more than {MAX_NODES} nodes")]
    TooManyNodes,
    /// Nesting deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A field is not what the API says it is.
    #[error("{message}")]
    Shape {
        /// What is wrong.
        message: String,
    },
    /// `<<` where the content decides what is read or changed.
    #[error("merge key `<<` is not supported here, write its entries out")]
    MergeKey,
}

impl Stream {
    /// Parses a file as JSON when it starts like JSON, else as YAML, as kubeseal does.
    ///
    /// # Errors
    /// [`Error`] with the place: a broken document is never skipped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !text.trim_start().starts_with('{') {
            return super::yaml::parse(text);
        }
        match super::json::parse(text) {
            Ok(stream) => Ok(stream),
            // Flow YAML also starts with a brace; whoever got further names the real problem.
            Err((json, complete)) => super::yaml::parse(text).map_err(|yaml| {
                if complete > 0 || json.position >= yaml.position {
                    json
                } else {
                    yaml
                }
            }),
        }
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The grammar that the text was read with.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The documents in order, empty ones included.
    pub fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        self.documents
            .iter()
            .map(move |data| Document { stream: self, data })
    }

    /// The node of that id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { stream: self, id }
    }

    /// Returns the place of a byte offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let places = self.places.get_or_init(|| Places::of(&self.text));
        places.position(&self.text, offset)
    }
}

/// One document of a stream.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    stream: &'a Stream,
    data: &'a DocumentData,
}

impl<'a> Document<'a> {
    /// The document's root, or `None` when it holds nothing but comments.
    #[must_use]
    pub fn root(self) -> Option<Node<'a>> {
        let root = self.stream.node(self.data.root?);
        (!root.is_absent()).then_some(root)
    }

    /// The bytes from this document's first line (its `---`, if any) up to the next document.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.data.range.clone()
    }

    /// The text of [`Self::range`].
    #[must_use]
    pub fn text(self) -> &'a str {
        &self.stream.text[self.range()]
    }
}

/// A node with its stream.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    stream: &'a Stream,
    id: NodeId,
}

impl<'a> Node<'a> {
    /// The stream it belongs to.
    #[must_use]
    pub fn stream(self) -> &'a Stream {
        self.stream
    }

    /// The node's id.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Follows an alias to what it stands for; any other node is itself.
    #[must_use]
    pub fn resolved(self) -> Self {
        match self.data().kind {
            // An alias points backwards to a node that is no alias, so one step is enough.
            Kind::Alias(target) => self.stream.node(target),
            _ => self,
        }
    }

    /// Whether the node is an alias (`*name`).
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, Kind::Alias(_))
    }

    /// The value of `key`, when this is a mapping that has it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries()
            .find(|(name, _)| name.scalar() == Some(key))
            .map(|(_, value)| value)
    }

    /// The entries of a mapping in order; none for any other node. Keys may be any node.
    pub fn entries(self) -> impl Iterator<Item = (Self, Self)> + 'a {
        let pairs: &[(NodeId, NodeId)] = match &self.resolved().data().kind {
            Kind::Mapping(pairs) => pairs,
            _ => &[],
        };
        let stream = self.stream;
        pairs
            .iter()
            .map(move |&(key, value)| (stream.node(key), stream.node(value)))
    }

    /// The items of a sequence in order; none for any other node.
    pub fn items(self) -> impl Iterator<Item = Self> + 'a {
        let items: &[NodeId] = match &self.resolved().data().kind {
            Kind::Sequence(items) => items,
            _ => &[],
        };
        let stream = self.stream;
        items.iter().map(move |&id| stream.node(id))
    }

    /// A scalar's text after quotes and escapes, whatever its type, null included.
    #[must_use]
    pub fn scalar(self) -> Option<&'a str> {
        match &self.resolved().data().kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A scalar's text, unless it is null.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        if self.is_null() { None } else { self.scalar() }
    }

    /// How the scalar is written.
    #[must_use]
    pub fn style(self) -> Option<Style> {
        match self.resolved().data().kind {
            Kind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// The explicit tag of the node, such as `!!str`.
    #[must_use]
    pub fn tag(self) -> Option<&'a str> {
        self.resolved().data().tag.as_deref()
    }

    /// Whether this is a mapping.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        matches!(self.resolved().data().kind, Kind::Mapping(_))
    }

    /// Whether this is a sequence.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        matches!(self.resolved().data().kind, Kind::Sequence(_))
    }

    /// Whether this is a scalar.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        self.scalar().is_some()
    }

    /// Whether this is null: nothing at all, `~` or `null` without quotes or tag.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.style() == Some(Style::Plain)
            && self.tag().is_none()
            && matches!(self.scalar(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether nothing is written here at all.
    #[must_use]
    pub fn is_absent(self) -> bool {
        self.is_null() && self.scalar() == Some("")
    }

    /// Whether a collection is written in flow style (`{…}`, `[…]`, and all of JSON).
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.resolved().data().flow
    }

    /// The bytes of the node, quotes included; a block scalar's start at its content.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.data().range.clone()
    }

    /// Where the node starts.
    #[must_use]
    pub fn position(self) -> Position {
        self.stream.position(self.range().start)
    }

    /// An error at this node.
    #[must_use]
    pub fn error(self, problem: Problem) -> Error {
        Error {
            position: self.position(),
            problem,
        }
    }

    pub(super) fn data(self) -> &'a NodeData {
        &self.stream.nodes[self.id.0]
    }
}

pub(super) struct NodeData {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    pub(super) flow: bool,
    pub(super) anchored: bool,
    pub(super) tag: Option<String>,
}

pub(super) enum Kind {
    Scalar {
        text: Zeroizing<String>,
        style: Style,
    },
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
    Alias(NodeId),
}

pub(super) struct DocumentData {
    pub(super) root: Option<NodeId>,
    pub(super) range: Range<usize>,
}

/// Returns the line and column of a byte offset; an offset past the end is the end.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line_start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let is_char_start = |byte: &&u8| (**byte & 0xC0) != 0x80;
    Position {
        line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
        column: before[line_start..].iter().filter(is_char_start).count() + 1,
    }
}

/// Refuses a mapping that holds a key twice: readers disagree on which one counts.
pub(super) fn refuse_duplicate_keys(stream: &Stream) -> Result<(), Error> {
    for index in 0..stream.nodes.len() {
        if let Kind::Mapping(pairs) = &stream.nodes[index].kind {
            find_duplicate(stream, pairs).map_or(Ok(()), Err)?;
        }
    }
    Ok(())
}

fn find_duplicate(stream: &Stream, pairs: &[(NodeId, NodeId)]) -> Option<Error> {
    let mut seen = HashSet::with_capacity(pairs.len());
    let keys = pairs
        .iter()
        .filter_map(|&(key, _)| Some((stream.node(key), stream.node(key).scalar()?)));
    for (node, key) in keys {
        if !seen.insert(key) {
            let first = pairs
                .iter()
                .find(|&&(other, _)| stream.node(other).scalar() == Some(key))?;
            let first = stream.node(first.0).position().line;
            return Some(node.error(Problem::DuplicateKey {
                key: key.to_owned(),
                first,
            }));
        }
    }
    None
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        })
    }
}
