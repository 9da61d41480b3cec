//! Characters as Go sees them: its decoding, its categories, its one-to-one case mappings.
//!
//! Only for characters younger than Unicode 15 the tables of Rust know more than those of Go 1.26.

use std::sync::LazyLock;

use regex::Regex;
use zeroize::Zeroizing;

/// A set of characters that Go's `unicode` package names.
#[derive(Clone, Copy)]
pub(super) enum Class {
    Letter,
    Digit,
    Number,
    Upper,
    Lower,
    Title,
    Punct,
    Print,
}

/// Says whether a character is of a class.
pub(super) fn is(class: Class, c: char) -> bool {
    match class {
        _ if !c.is_ascii() => CLASSES[class as usize].is_match(c.encode_utf8(&mut [0; 4])),
        Class::Letter => c.is_ascii_alphabetic(),
        Class::Digit | Class::Number => c.is_ascii_digit(),
        Class::Upper => c.is_ascii_uppercase(),
        Class::Lower => c.is_ascii_lowercase(),
        Class::Title => false,
        // The others of ASCII are symbols to Unicode.
        Class::Punct => c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c),
        Class::Print => !c.is_ascii_control(),
    }
}

/// In the order of [`Class`].
static CLASSES: LazyLock<[Regex; 8]> = LazyLock::new(|| {
    let sets = [
        r"\pL",
        r"\p{Nd}",
        r"\pN",
        r"\p{Lu}",
        r"\p{Ll}",
        r"\p{Lt}",
        r"\pP",
        r"[\pL\pM\pN\pP\pS ]",
    ];
    sets.map(|set| Regex::new(set).expect("each is a constant category"))
});

/// Returns the characters of `bytes` with their bytes; every byte that is no UTF-8 is one U+FFFD.
pub(super) fn runes(bytes: &[u8]) -> impl Iterator<Item = (char, &[u8])> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid();
        let good = valid.char_indices();
        let good = good.map(move |(i, c)| (c, &valid.as_bytes()[i..i + c.len_utf8()]));
        good.chain(chunk.invalid().chunks(1).map(|byte| ('\u{FFFD}', byte)))
    })
}

/// Returns the characters of `bytes`, to be wiped like them.
pub(super) fn characters(bytes: &[u8]) -> Zeroizing<Vec<char>> {
    let mut characters = Zeroizing::new(Vec::with_capacity(bytes.len()));
    characters.extend(runes(bytes).map(|(c, _)| c));
    characters
}

pub(super) fn upper(c: char) -> char {
    match c {
        // Their full mappings are two letters; Go uses the simple ones.
        '\u{1F80}'..='\u{1FAF}' if c as u32 & 8 == 0 => offset(c, 8),
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => offset(c, 9),
        _ => only(c, c.to_uppercase()),
    }
}

pub(super) fn lower(c: char) -> char {
    match c {
        'İ' => 'i',
        _ => only(c, c.to_lowercase()),
    }
}

pub(super) fn title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals, but not for titles.
        '\u{10D0}'..='\u{10FF}' => c,
        _ => upper(c),
    }
}

fn only(c: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    match mapped.len() {
        1 => mapped.next().unwrap_or(c),
        _ => c,
    }
}

fn offset(c: char, by: u32) -> char {
    char::from_u32(c as u32 + by).unwrap_or(c)
}
