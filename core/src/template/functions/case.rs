//! Upper and lower case, and the word styles of programming languages.

use super::{Outcome, Table, text};
use crate::template::Problem;
use crate::template::text::Buffer;
use crate::template::unicode::{Class, characters, is, lower, runes, title, upper};
use crate::template::value::Value;

pub(super) const TABLE: Table = &[
    ("upper", "s", |_, a| mapped(a.text(0), upper)),
    ("lower", "s", |_, a| mapped(a.text(0), lower)),
    ("title", "s", |_, a| {
        let mut before = ' ';
        mapped(a.text(0), |c| {
            if ends_word(std::mem::replace(&mut before, c)) {
                title(c)
            } else {
                c
            }
        })
    }),
    ("untitle", "s", |_, a| {
        let mut before = ' ';
        mapped(a.text(0), |c| {
            if std::mem::replace(&mut before, c).is_whitespace() {
                lower(c)
            } else {
                c
            }
        })
    }),
    ("swapcase", "s", |_, a| swapped(a.text(0))),
    ("nospace", "s", |_, a| {
        match a
            .text(0)
            .iter()
            .any(|byte| char::from(*byte).is_whitespace())
        {
            true => latin1(a.text(0), |c, _| !c.is_whitespace()),
            false => text(a.text(0)),
        }
    }),
    ("initials", "s", |_, a| {
        latin1(a.text(0), |c, before| {
            before.is_whitespace() && !c.is_whitespace()
        })
    }),
    ("snakecase", "s", |_, a| separated(a.text(0), '_')),
    ("kebabcase", "s", |_, a| separated(a.text(0), '-')),
    ("camelcase", "s", |_, a| camel(a.text(0))),
];

fn mapped(text: &[u8], mut map: impl FnMut(char) -> char) -> Outcome {
    let mut out = Buffer::default();
    runes(text).for_each(|(c, _)| out.push_char(map(c)));
    Ok(out.into_bytes()?.into())
}

fn ends_word(c: char) -> bool {
    match c.is_ascii() {
        true => !c.is_ascii_alphanumeric() && c != '_',
        false => c.is_whitespace(),
    }
}

fn swapped(text: &[u8]) -> Outcome {
    let mut after_space = true;
    mapped(text, |c| match c {
        _ if is(Class::Upper, c) || is(Class::Title, c) => {
            after_space = false;
            lower(c)
        }
        _ if is(Class::Lower, c) => match std::mem::replace(&mut after_space, false) {
            true => title(c),
            false => upper(c),
        },
        _ => {
            after_space = c.is_whitespace();
            c
        }
    })
}

/// Keeps some bytes, each taken for a character: what Sprig's library does to anything but ASCII.
fn latin1(text: &[u8], keep: fn(char, char) -> bool) -> Outcome {
    let (mut before, mut out) = (' ', Buffer::default());
    for c in text.iter().copied().map(char::from) {
        if keep(c, before) {
            out.push_char(c);
        }
        before = c;
    }
    Ok(out.into_bytes()?.into())
}

fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_') || c.is_whitespace()
}

fn camel(text: &[u8]) -> Outcome {
    let chars = characters(text);
    let start = chars
        .iter()
        .position(|c| !is_connector(*c))
        .unwrap_or(chars.len());
    let (leading, word) = chars.split_at(start);
    let mut out = Buffer::default();
    leading.iter().for_each(|c| out.push_char(*c));
    let [first, rest @ ..] = word else {
        // The library writes the last of them twice.
        leading.last().into_iter().for_each(|c| out.push_char(*c));
        return Ok(out.into_bytes()?.into());
    };
    let (mut pending, mut in_capitals) = (upper(*first), is(Class::Upper, *first));
    for c in rest.iter().copied() {
        let starts_word = is_connector(pending) && !is_connector(c);
        if !starts_word {
            out.push_char(pending);
        }
        pending = match is_connector(pending) {
            true if !starts_word => c,
            true => {
                in_capitals = is(Class::Upper, c);
                upper(c)
            }
            false => {
                in_capitals &= is(Class::Upper, c);
                if in_capitals { lower(c) } else { c }
            }
        };
    }
    out.push_char(pending);
    Ok(out.into_bytes()?.into())
}

/// What a run of characters is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Nothing,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punct,
    Other,
}

/// Snake and kebab case, rule for rule like the library Sprig uses.
fn separated(text: &[u8], connector: char) -> Outcome {
    let chars = characters(text);
    if chars.contains(&'\u{FFFD}') {
        let why = "the controller's result would not be text";
        return Err(Problem::unsupported(
            "a word style for bytes that are no UTF-8",
            why,
        ));
    }
    let mut words = Words {
        rest: &chars,
        connector,
        out: Buffer::default(),
    };
    let (mut kind, mut word) = words.next();
    while !words.rest.is_empty() {
        if kind != Word::Connector {
            words.write(kind, word);
        }
        let (before, last) = (kind, word);
        (kind, word) = words.next();
        match before {
            Word::Number => (kind, word) = words.glue(kind, word),
            Word::Connector => words.write(before, last),
            Word::Punct => {}
            _ if kind != Word::Number => words.connect(kind),
            _ if words.rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word) = words.next();
                if kind == Word::Alphabet {
                    words.out.push_char(connector);
                    words.write(Word::Number, number);
                    (kind, word) = words.glue(kind, word);
                } else {
                    words.write(Word::Number, number);
                    words.connect(kind);
                }
            }
        }
    }
    words.write(kind, word);
    Ok(Value::from(words.out.into_bytes()?))
}

struct Words<'c> {
    rest: &'c [char],
    connector: char,
    out: Buffer,
}

impl<'c> Words<'c> {
    /// Writes words and numbers that belong together, and the connector after them.
    fn glue(&mut self, mut kind: Word, mut word: &'c [char]) -> (Word, &'c [char]) {
        while matches!(kind, Word::Alphabet | Word::Number) {
            self.write(kind, word);
            (kind, word) = self.next();
        }
        if kind != Word::Nothing {
            self.connect(kind);
        }
        (kind, word)
    }

    fn connect(&mut self, next: Word) {
        if !matches!(next, Word::Connector | Word::Punct) {
            self.out.push_char(self.connector);
        }
    }

    fn write(&mut self, kind: Word, word: &[char]) {
        for c in word {
            self.out.push_char(match kind {
                Word::Connector if is_connector(*c) => self.connector,
                Word::Connector | Word::Upper if is(Class::Upper, *c) => lower(*c),
                _ => *c,
            });
        }
    }

    /// Takes the next run of characters of one kind.
    fn next(&mut self) -> (Word, &'c [char]) {
        let Some(first) = self.rest.first() else {
            return (Word::Nothing, &[]);
        };
        let kind = kind_of(*first);
        let run = |accepts: fn(char) -> bool| {
            let others = self.rest[1..].iter().position(|c| !accepts(*c));
            others.map_or(self.rest.len(), |others| others + 1)
        };
        let small = |c: char| is_alphabet(c) && !is(Class::Upper, c);
        let length = match kind {
            Word::Connector => run(is_connector),
            Word::Punct => run(|c| is(Class::Punct, c)),
            Word::Number => run(|c| is(Class::Number, c)),
            Word::Alphabet => run(small),
            // In HTTPStatus the S belongs to the next word.
            Word::Upper => match run(|c| is(Class::Upper, c)) {
                1 => run(small),
                capitals if self.rest.get(capitals).is_some_and(|c| is_alphabet(*c)) => {
                    capitals - 1
                }
                capitals => capitals,
            },
            Word::Other | Word::Nothing => run(|c| kind_of(c) == Word::Other),
        };
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        (kind, word)
    }
}

fn kind_of(c: char) -> Word {
    match c {
        _ if is_connector(c) => Word::Connector,
        _ if is(Class::Punct, c) => Word::Punct,
        _ if is(Class::Upper, c) => Word::Upper,
        _ if is_alphabet(c) => Word::Alphabet,
        _ if is(Class::Number, c) => Word::Number,
        _ => Word::Other,
    }
}

/// A letter that is no Chinese or Japanese character.
fn is_alphabet(c: char) -> bool {
    is(Class::Letter, c)
        && !matches!(c, '\u{3400}'..='\u{4D85}' | '\u{4E00}'..='\u{9FCC}' | '\u{20000}'..='\u{2B81D}')
}
