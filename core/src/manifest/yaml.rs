//! Reads YAML into the tree: the only place that knows the YAML parser.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle, options};
use zeroize::Zeroizing;

use super::tree::{
    DocumentData, Format, Kind, MAX_DEPTH, MAX_NODES, NodeData, NodeId, Problem, Style, position,
    refuse_duplicate_keys,
};
pub use super::tree::{Error, Node, Stream};

/// Parses every document of a YAML text.
///
/// # Errors
/// [`Error`] at the first place that is not YAML, that readers understand differently (a key
/// twice, content on the `---` line or after `...`), or that exceeds a limit.
pub fn parse(text: &str) -> Result<Stream, Error> {
    let mut reader = Reader::new(text);
    let limits = options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        bom_inside_document_as_content: true,
    };
    for next in Parser::new_from_str_with_options(text, limits) {
        let (event, span) = next.map_err(|error| syntax(text, &error))?;
        reader.take(event, span)?;
    }
    let stream = reader.finish();
    refuse_duplicate_keys(&stream)?;
    Ok(stream)
}

struct Reader<'t> {
    text: &'t str,
    nodes: Vec<NodeData>,
    documents: Vec<DocumentData>,
    /// Collections being read, outermost first.
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
}

struct Open {
    id: NodeId,
    /// The key that waits for its value, in a mapping.
    key: Option<NodeId>,
    /// The anchor's id, 0 for none.
    anchor: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            nodes: Vec::new(),
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        let range = self.range(span);
        match event {
            Event::DocumentStart(explicit, _) => self.start_document(explicit, range),
            Event::Scalar(text, style, anchor, tag) => {
                // The parser says `~` where nothing is written.
                let absent = range.is_empty() && style == ScalarStyle::Plain;
                let text = Zeroizing::new(if absent {
                    String::new()
                } else {
                    text.into_owned()
                });
                let kind = Kind::Scalar {
                    text,
                    style: style_of(style),
                };
                let tag = tag.map(|tag| tag.original());
                self.add(
                    NodeData {
                        kind,
                        range,
                        flow: false,
                        anchored: anchor != 0,
                        tag,
                    },
                    anchor,
                )?;
                Ok(())
            }
            Event::Alias(anchor) => {
                let target = self
                    .anchors
                    .get(&anchor)
                    .copied()
                    .ok_or_else(|| self.error(&range, "alias inside its own anchor"))?;
                self.add(
                    NodeData {
                        kind: Kind::Alias(target),
                        range,
                        flow: false,
                        anchored: false,
                        tag: None,
                    },
                    0,
                )?;
                Ok(())
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = tag.map(|tag| tag.original());
                self.begin(Kind::Sequence(Vec::new()), style, range, anchor, tag)
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = tag.map(|tag| tag.original());
                self.begin(Kind::Mapping(Vec::new()), style, range, anchor, tag)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(&range);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn start_document(&mut self, explicit: bool, marker: Range<usize>) -> Result<(), Error> {
        self.anchors.clear();
        let start = if self.documents.is_empty() {
            0
        } else {
            line_start(self.text, marker.start)
        };
        if explicit {
            refuse_content_on_marker_line(self.text, &marker)?;
        } else if !self.documents.is_empty() {
            return Err(self.problem(&marker, Problem::ContentAfterEnd));
        }
        if let Some(last) = self.documents.last_mut() {
            last.range.end = start;
        }
        self.documents.push(DocumentData {
            root: None,
            range: start..self.text.len(),
        });
        Ok(())
    }

    fn begin(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        range: Range<usize>,
        anchor: usize,
        tag: Option<String>,
    ) -> Result<(), Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.problem(&range, Problem::TooDeep));
        }
        let flow = style == StructureStyle::Flow;
        // The anchor counts from the end of the collection: an alias inside its own anchor has no meaning.
        let id = self.add(
            NodeData {
                kind,
                range,
                flow,
                anchored: anchor != 0,
                tag,
            },
            0,
        )?;
        self.open.push(Open {
            id,
            key: None,
            anchor,
        });
        Ok(())
    }

    fn end(&mut self, range: &Range<usize>) {
        let open = self.open.pop().expect("the parser ends only what it began");
        let node = &mut self.nodes[open.id.0];
        node.range.end = node.range.end.max(range.end);
        if open.anchor != 0 {
            self.anchors.insert(open.anchor, open.id);
        }
    }

    fn add(&mut self, data: NodeData, anchor: usize) -> Result<NodeId, Error> {
        if self.nodes.len() >= MAX_NODES {
            return Err(self.problem(&data.range, Problem::TooManyNodes));
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(data);
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        self.attach(id);
        Ok(id)
    }

    fn attach(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            if let Some(document) = self.documents.last_mut() {
                document.root = Some(id);
            }
            return;
        };
        match &mut self.nodes[open.id.0].kind {
            Kind::Sequence(items) => items.push(id),
            Kind::Mapping(pairs) => match open.key.take() {
                None => open.key = Some(id),
                Some(key) => pairs.push((key, id)),
            },
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or(0..0);
        range.start.min(self.text.len())..range.end.min(self.text.len())
    }

    fn problem(&self, range: &Range<usize>, problem: Problem) -> Error {
        Error {
            position: position(self.text, range.start),
            problem,
        }
    }

    fn error(&self, range: &Range<usize>, message: &str) -> Error {
        self.problem(
            range,
            Problem::Syntax {
                format: Format::Yaml,
                message: message.to_owned(),
            },
        )
    }

    fn finish(self) -> Stream {
        Stream {
            text: Zeroizing::new(self.text.to_owned()),
            nodes: self.nodes,
            documents: self.documents,
            format: Format::Yaml,
            places: OnceLock::new(),
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn refuse_content_on_marker_line(text: &str, marker: &Range<usize>) -> Result<(), Error> {
    let line = text[marker.start..].lines().next().unwrap_or_default();
    let rest = line.strip_prefix("---").unwrap_or_default().trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(());
    }
    Err(Error {
        position: position(text, marker.start),
        problem: Problem::ContentAfterMarker,
    })
}

fn syntax(text: &str, error: &ScanError) -> Error {
    let offset = error.marker().byte_offset().unwrap_or(text.len());
    let message = error.kind().to_string();
    Error {
        position: position(text, offset),
        problem: Problem::Syntax {
            format: Format::Yaml,
            message,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        parse(text).err().expect("the text is refused").problem
    }

    fn spans(text: &str) -> Vec<(String, String)> {
        let stream = parse(text).unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        root.entries()
            .map(|(key, value)| {
                (
                    key.scalar().unwrap().to_owned(),
                    text[value.range()].to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn spans_cover_the_scalar_as_it_is_written() {
        let text =
            "a: plain # c\nb: 'single'\nc: \"dou\\nble\"\nd: &x anchored\ne: *x\nf: !!str tagged\n";
        let expected = [
            ("a", "plain"),
            ("b", "'single'"),
            ("c", "\"dou\\nble\""),
            ("d", "anchored"),
            ("e", "*x"),
            ("f", "tagged"),
        ];
        assert_eq!(
            spans(text),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn documents_tile_the_text() {
        let text = "# head\na: 1\n---\n# only a comment\n---\nb: 2\n...\n# tail\n---\nc: 3";
        let stream = parse(text).unwrap();
        assert_eq!(
            stream
                .documents()
                .map(|document| document.text())
                .collect::<String>(),
            text
        );
        let roots: Vec<_> = stream
            .documents()
            .map(|document| document.root().is_some())
            .collect();
        assert_eq!(roots, [true, false, true, true]);
    }

    #[test]
    fn what_other_readers_lose_is_refused() {
        assert!(matches!(
            problem("a: 1\n--- {b: 2}\n"),
            Problem::ContentAfterMarker
        ));
        assert!(matches!(
            problem("a: 1\n...\nb: 2\n"),
            Problem::ContentAfterEnd
        ));
        assert!(matches!(
            problem("a: 1\nb: 2\na: 3\n"),
            Problem::DuplicateKey { first: 1, .. }
        ));
    }

    #[test]
    fn bombs_stay_small() {
        let laughs: String = (1..30)
            .map(|n| format!("a{n}: &a{n} [*a{0},*a{0},*a{0},*a{0},*a{0},*a{0}]\n", n - 1))
            .collect();
        assert!(parse(&format!("a0: &a0 x\n{laughs}")).is_ok());
        for open in ["[", "{", "- ", "? "] {
            assert!(parse(&open.repeat(50_000)).is_err(), "{open}");
        }
        assert!(matches!(problem("a: &a [*a]"), Problem::Syntax { .. }));
    }

    #[test]
    fn positions_count_characters_from_one() {
        let stream = parse("ä: 한국\nb:\r\n  - 'x'\r\n").unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        assert_eq!(root.get("ä").unwrap().position().to_string(), "1:4");
        assert_eq!(
            root.get("b")
                .unwrap()
                .items()
                .next()
                .unwrap()
                .position()
                .to_string(),
            "3:5"
        );
    }
}
