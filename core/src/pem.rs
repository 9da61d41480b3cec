//! PEM blocks in whatever text surrounds them (RFC 7468 section 2, as Go reads it).

use std::mem::take;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// One block, or what is left of it.
pub(crate) struct Block<'a> {
    /// What the block says it holds, for example `CERTIFICATE`.
    pub(crate) label: &'a str,
    /// Its header lines, for example `Proc-Type: 4,ENCRYPTED`.
    pub(crate) headers: Vec<&'a str>,
    /// The bytes inside; wiped on drop, for they may be a private key.
    pub(crate) body: Result<Zeroizing<Vec<u8>>, Damage>,
}

/// What is wrong with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The line that ends it is missing.
    NoEnd,
    /// Its lines are no base64.
    Base64,
}

/// Returns every block of a text, the damaged ones too, in one pass over its lines.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for line in text.lines().map(str::trim) {
        if let Some(label) = between_dashes(line, "BEGIN ") {
            blocks.extend(open.replace(Open::new(label)).map(Open::cut));
        } else if let Some(label) = between_dashes(line, "END ") {
            blocks.extend(take(&mut open).map(|block| block.close(label)));
        } else if let Some(block) = &mut open {
            block.lines.push(line);
        }
    }
    blocks.extend(open.map(Open::cut));
    blocks
}

fn between_dashes<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let line = line.strip_prefix("-----")?.strip_prefix(word)?;
    line.strip_suffix("-----")
}

/// A block whose last line is not yet seen.
struct Open<'a> {
    label: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Open<'a> {
    fn new(label: &'a str) -> Self {
        let lines = Vec::new();
        Self { label, lines }
    }

    fn cut(self) -> Block<'a> {
        let body = Err(Damage::NoEnd);
        self.block(body)
    }

    fn close(self, label: &str) -> Block<'a> {
        if label != self.label {
            return self.cut();
        }
        let body = self.decode().ok_or(Damage::Base64);
        self.block(body)
    }

    fn block(self, body: Result<Zeroizing<Vec<u8>>, Damage>) -> Block<'a> {
        let headers = self.lines.into_iter().filter(is_header).collect();
        Block {
            label: self.label,
            headers,
            body,
        }
    }

    fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let lines = || self.lines.iter().filter(|line| !is_header(line));
        let length = lines().map(|line| line.len()).sum();
        // Sized beforehand, because growing would leave copies of a private key behind.
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        for line in lines() {
            text.extend(line.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        }
        let mut body = Zeroizing::new(vec![0; text.len().div_ceil(4) * 3]);
        let length = STANDARD.decode_slice(&*text, &mut body).ok()?;
        body.truncate(length);
        Some(body)
    }
}

/// Says whether a line inside a block is a header: base64 has no colon.
fn is_header(line: &&str) -> bool {
    line.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Label, number of headers and content.
    type Read<'a> = (&'a str, usize, Result<Vec<u8>, Damage>);

    fn read(text: &str) -> Vec<Read<'_>> {
        blocks(text).into_iter().map(parts).collect()
    }

    fn parts(block: Block<'_>) -> Read<'_> {
        let content = block.body.map(|body| body.to_vec());
        (block.label, block.headers.len(), content)
    }

    #[test]
    fn text_around_and_between_blocks_is_skipped() {
        let text = "Bag\n-----BEGIN A-----\naGk=\n-----END A-----\nx: y\n  -----BEGIN B-----\r\n  aG\r\n  k=\r\n  -----END B-----";
        let hi = || Ok(b"hi".to_vec());
        assert_eq!(read(text), [("A", 0, hi()), ("B", 0, hi())]);
    }

    #[test]
    fn headers_are_kept_apart() {
        let text = "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\naGk=\n-----END A-----\n";
        assert_eq!(read(text), [("A", 1, Ok(b"hi".to_vec()))]);
    }

    #[test]
    fn a_damaged_block_does_not_hide_the_next() {
        let good = "-----BEGIN C-----\naGk=\n-----END C-----\n";
        for (bad, damage) in [
            ("-----BEGIN B-----\naGk=\n", Damage::NoEnd),
            ("-----BEGIN B-----\naGk=\n-----END X-----\n", Damage::NoEnd),
            ("-----BEGIN B-----\naGk\n-----END B-----\n", Damage::Base64),
            ("-----BEGIN B-----\na*==\n-----END B-----\n", Damage::Base64),
        ] {
            let text = format!("{bad}{good}");
            let expected = [("B", 0, Err(damage)), ("C", 0, Ok(b"hi".to_vec()))];
            assert_eq!(read(&text), expected, "{bad}");
        }
        assert_eq!(read("-----BEGIN B-----"), [("B", 0, Err(Damage::NoEnd))]);
    }
}
