//! Line and column of a byte offset, in constant time however long the text or one line is.

use super::tree::Position;

/// Bytes between two remembered counts.
const BLOCK: usize = 1024;

/// An index over one text.
pub(super) struct Places {
    /// Where each line starts.
    lines: Vec<usize>,
    /// How many bytes before each block continue a character; empty where none does.
    continuations: Vec<usize>,
}

impl Places {
    /// Reads the text once.
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            lines: std::iter::once(0).chain(breaks).collect(),
            continuations: continuations(text),
        }
    }

    /// Returns the place of an offset in that text; an offset past the end is the end.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1];
        let characters = (offset - self.before(text, offset)) - (start - self.before(text, start));
        Position {
            line,
            column: characters + 1,
        }
    }

    /// How many bytes before an offset continue a character.
    fn before(&self, text: &str, offset: usize) -> usize {
        if self.continuations.is_empty() {
            return 0;
        }
        let block = offset / BLOCK;
        self.continuations[block] + count(&text.as_bytes()[block * BLOCK..offset])
    }
}

fn continuations(text: &str) -> Vec<usize> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut before = 0;
    let mut counts = Vec::with_capacity(text.len() / BLOCK + 2);
    for block in text.as_bytes().chunks(BLOCK) {
        counts.push(before);
        before += count(block);
    }
    counts.push(before);
    counts
}

fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::super::tree::position;
    use super::*;

    #[test]
    fn the_index_agrees_with_counting() {
        let text = "ä: 한국\n".repeat(700) + &"😀x".repeat(900) + "\r\nend";
        let places = Places::of(&text);
        for (offset, _) in text
            .char_indices()
            .chain([(text.len(), ' '), (text.len() + 9, ' ')])
        {
            assert_eq!(
                places.position(&text, offset),
                position(&text, offset),
                "{offset}"
            );
        }
        for text in ["", "ascii\n alone\n"] {
            let places = Places::of(text);
            for offset in 0..=text.len() {
                assert_eq!(places.position(text, offset), position(text, offset));
            }
        }
    }
}
