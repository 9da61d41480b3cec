//! Reads JSON (RFC 8259) into the tree, strictly and with positions: several values may follow each other.

use std::ops::Range;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::tree::{
    DocumentData, Error, Format, Kind, MAX_DEPTH, MAX_NODES, NodeData, NodeId, Problem, Stream,
    Style, position, refuse_duplicate_keys,
};

/// Parses JSON values that follow one another, with white space or nothing between them.
///
/// # Errors
/// The first [`Error`], and how many values were complete before it.
pub fn parse(text: &str) -> Result<Stream, (Error, usize)> {
    let mut reader = Reader {
        text,
        at: 0,
        nodes: Vec::new(),
        depth: 0,
    };
    let mut documents: Vec<DocumentData> = Vec::new();
    reader.skip_space();
    while reader.at < text.len() {
        let start = if documents.is_empty() { 0 } else { reader.at };
        let root = reader.value().map_err(|error| (error, documents.len()))?;
        reader.skip_space();
        documents.push(DocumentData {
            root: Some(root),
            range: start..reader.at,
        });
    }
    let complete = documents.len();
    let text = Zeroizing::new(text.to_owned());
    let stream = Stream {
        text,
        nodes: reader.nodes,
        documents,
        format: Format::Json,
        places: OnceLock::new(),
    };
    refuse_duplicate_keys(&stream).map_err(|error| (error, complete))?;
    Ok(stream)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    nodes: Vec<NodeData>,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<NodeId, Error> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => {
                let text = self.string()?;
                self.add(
                    Kind::Scalar {
                        text,
                        style: Style::DoubleQuoted,
                    },
                    start..self.at,
                )
            }
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => self.bare(),
            Some(_) => Err(self.syntax("expected a value")),
            None => Err(self.syntax("the text ends where a value should stand")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self, NodeId) -> Result<(), Error>,
    ) -> Result<NodeId, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.problem(Problem::TooDeep));
        }
        self.depth += 1;
        let start = self.at;
        let id = self.add(Kind::Sequence(Vec::new()), start..start)?;
        self.at += 1;
        read(self, id)?;
        self.nodes[id.0].range.end = self.at;
        self.depth -= 1;
        Ok(id)
    }

    fn object(&mut self, id: NodeId) -> Result<(), Error> {
        let mut pairs = Vec::new();
        self.list(b'}', |reader| {
            if reader.peek() != Some(b'"') {
                return Err(reader.syntax("expected a key in double quotes"));
            }
            let key = reader.value()?;
            reader.skip_space();
            reader.expect(b':', "expected `:` after the key")?;
            reader.skip_space();
            pairs.push((key, reader.value()?));
            Ok(())
        })?;
        self.nodes[id.0].kind = Kind::Mapping(pairs);
        Ok(())
    }

    fn array(&mut self, id: NodeId) -> Result<(), Error> {
        let mut items = Vec::new();
        self.list(b']', |reader| {
            items.push(reader.value()?);
            Ok(())
        })?;
        self.nodes[id.0].kind = Kind::Sequence(items);
        Ok(())
    }

    fn list(
        &mut self,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.skip_space();
        if self.eat(close) {
            return Ok(());
        }
        loop {
            self.skip_space();
            item(self)?;
            self.skip_space();
            if self.eat(close) {
                return Ok(());
            }
            self.expect(b',', "expected `,` or the end of the collection")?;
        }
    }

    /// A number, `true`, `false` or `null`: kept as it is written.
    fn bare(&mut self) -> Result<NodeId, Error> {
        let start = self.at;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            self.at = start;
            return Err(self.syntax("expected a value"));
        }
        let text = Zeroizing::new(word.to_owned());
        self.add(
            Kind::Scalar {
                text,
                style: Style::Plain,
            },
            start..self.at,
        )
    }

    fn string(&mut self) -> Result<Zeroizing<String>, Error> {
        self.at += 1;
        let mut out = Zeroizing::new(String::with_capacity(self.string_length()));
        loop {
            let run = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            out.push_str(&self.text[run..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.syntax("control character in a string")),
                None => return Err(self.syntax("the text ends inside a string")),
            }
        }
    }

    /// An upper bound, so that the buffer never moves and leaves a copy behind.
    fn string_length(&self) -> usize {
        let mut escaped = false;
        let is_end = |byte: u8| {
            let end = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            end
        };
        self.text.as_bytes()[self.at..]
            .iter()
            .copied()
            .position(is_end)
            .unwrap_or(0)
    }

    fn escape(&mut self) -> Result<char, Error> {
        self.at += 1;
        let byte = self
            .peek()
            .ok_or_else(|| self.syntax("the text ends inside a string"))?;
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.syntax("unknown escape")),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char, Error> {
        let high = self.four_hex()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high).ok_or_else(|| self.syntax("half of a surrogate pair"));
        }
        if self.peek() != Some(b'\\') {
            return Err(self.syntax("half of a surrogate pair"));
        }
        self.at += 1;
        let low = self.four_hex()?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(self.syntax("half of a surrogate pair"));
        }
        char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            .ok_or_else(|| self.syntax("half of a surrogate pair"))
    }

    /// `uXXXX`, with the cursor on the `u`.
    fn four_hex(&mut self) -> Result<u32, Error> {
        let digits = self
            .text
            .get(self.at + 1..self.at + 5)
            .filter(|_| self.peek() == Some(b'u'));
        let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = digits
            .filter(is_hex)
            .ok_or_else(|| self.syntax("expected four hex digits"))?;
        self.at += 5;
        Ok(u32::from_str_radix(digits, 16).expect("four hex digits fit"))
    }

    fn add(&mut self, kind: Kind, range: Range<usize>) -> Result<NodeId, Error> {
        if self.nodes.len() >= MAX_NODES {
            return Err(self.problem(Problem::TooManyNodes));
        }
        let flow = !matches!(kind, Kind::Scalar { .. });
        self.nodes.push(NodeData {
            kind,
            range,
            flow,
            anchored: false,
            tag: None,
        });
        Ok(NodeId(self.nodes.len() - 1))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, message: &str) -> Result<(), Error> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(self.syntax(message))
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn syntax(&self, message: &str) -> Error {
        self.problem(Problem::Syntax {
            format: Format::Json,
            message: message.to_owned(),
        })
    }

    fn problem(&self, problem: Problem) -> Error {
        Error {
            position: position(self.text, self.at),
            problem,
        }
    }
}

/// Whether a word is a number of RFC 8259: no leading zero, no plus sign, digits around the point.
pub(super) fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
        && exponent.is_none_or(|text| all_digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> String {
        let stream = parse(text).map_err(|(error, _)| error).unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        root.get("a").unwrap().scalar().unwrap().to_owned()
    }

    #[test]
    fn escapes_and_surrogate_pairs_are_decoded() {
        assert_eq!(scalar(r#"{"a":"x\u00e9\ud83d\ude00\n\/"}"#), "xé😀\n/");
    }

    #[test]
    fn values_may_follow_each_other_without_separator() {
        assert_eq!(
            parse("{}{}\n{}")
                .map_err(|(error, _)| error)
                .unwrap()
                .documents()
                .count(),
            3
        );
    }

    #[test]
    fn garbage_after_three_objects_names_its_line() {
        let (error, complete) = parse("{}\n{}\n{}\ngarbage").err().unwrap();
        assert_eq!((error.position.line, complete), (4, 3));
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for good in ["0", "-1", "1.5", "1e3", "2E+10", "0.1"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "01", "+1", ".5", "1.", "1e", "0x10", "--1"] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let (error, _) = parse(&"[".repeat(100_000)).err().unwrap();
        assert!(matches!(error.problem, Problem::TooDeep), "{error}");
    }
}
