//! Splits a template into text and the tokens of its actions.

use super::unicode::{Class, is};
use super::{Fault, Problem};

/// A token, with its source text where that matters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    Text(&'s str),
    Open,
    Close,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// Any other printable ASCII character.
    Char(char),
    /// `.` alone.
    Dot,
    /// `.name`, without the dot.
    Field(&'s str),
    /// `$name`, with the dollar sign.
    Variable(&'s str),
    Keyword(&'s str),
    Word(&'s str),
    Number(&'s str),
    /// A character constant with its quotes.
    Rune(&'s str),
    /// A string with its quotes, raw or not.
    Quoted(&'s str),
    End,
}

const KEYWORDS: [&str; 11] = [
    "block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with",
];
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// Splits `source`, adding to every token the byte it starts at. The last one is [`Token::End`].
pub(super) fn lex(source: &str) -> Result<Vec<(usize, Token<'_>)>, Fault> {
    let (at, tokens) = (0, Vec::new());
    let mut lexer = Lexer { source, at, tokens };
    while lexer.text() {
        if !lexer.comment()? {
            lexer.action()?;
        }
    }
    lexer.tokens.push((source.len(), Token::End));
    Ok(lexer.tokens)
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<(usize, Token<'s>)>,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    /// Takes the text up to the next action, and its `{{`; says whether there is one.
    fn text(&mut self) -> bool {
        let rest = self.rest();
        let open = rest.find("{{");
        let mut text = &rest[..open.unwrap_or(rest.len())];
        let trims = open.is_some_and(|open| trims_before(&rest[open + 2..]));
        if trims {
            text = text.trim_end_matches(SPACES);
        }
        if !text.is_empty() {
            self.tokens.push((self.at, Token::Text(text)));
        }
        self.at += open.map_or(rest.len(), |open| open + 2);
        open.is_some()
    }

    /// Takes a comment, if the action is one.
    fn comment(&mut self) -> Result<bool, Fault> {
        let marker = if trims_before(self.rest()) { 2 } else { 0 };
        let Some(comment) = self.rest()[marker..].strip_prefix("/*") else {
            self.tokens.push((self.at - 2, Token::Open));
            self.at += marker;
            return Ok(false);
        };
        let end = comment
            .find("*/")
            .ok_or_else(|| self.error("unclosed comment"))?;
        self.at += marker + 2 + end + 2;
        match self.close() {
            true => Ok(true),
            false => Err(self.error("comment ends before closing delimiter")),
        }
    }

    /// Takes the closing delimiter, if it is next, and the space it trims.
    fn close(&mut self) -> bool {
        if self.rest().starts_with("}}") {
            self.at += 2;
            return true;
        }
        let Some(after) = trimming_close(self.rest()) else {
            return false;
        };
        self.at = self.source.len() - after.trim_start_matches(SPACES).len();
        true
    }

    fn action(&mut self) -> Result<(), Fault> {
        let mut parens = 0_usize;
        loop {
            let at = self.at;
            if self.close() {
                self.tokens.push((at, Token::Close));
                return match parens {
                    0 => Ok(()),
                    _ => Err(Problem::syntax("unclosed left paren").at(at)),
                };
            }
            let token = self.token()?;
            match token {
                Token::LeftParen => parens += 1,
                Token::RightParen if parens == 0 => {
                    return Err(Problem::syntax("unexpected right paren").at(at));
                }
                Token::RightParen => parens -= 1,
                _ => {}
            }
            self.tokens.push((at, token));
        }
    }

    fn token(&mut self) -> Result<Token<'s>, Fault> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let first = chars.next().ok_or_else(|| self.error("unclosed action"))?;
        let second = chars.next().unwrap_or('\0');
        let (length, token) = match first {
            _ if SPACES.contains(&first) => (self.spaces(), Token::Space),
            '=' => (1, Token::Assign),
            ':' if second == '=' => (2, Token::Declare),
            '|' => (1, Token::Pipe),
            '(' => (1, Token::LeftParen),
            ')' => (1, Token::RightParen),
            '"' | '`' | '\'' => return self.quoted(first),
            '$' => return self.name(1),
            '.' if !second.is_ascii_digit() => return self.name(1),
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            _ if is_alphanumeric(first) => return self.name(0),
            ' '..='~' if first != ':' => (1, Token::Char(first)),
            ':' => return Err(self.error("expected :=")),
            _ => return Err(self.error("unrecognized character in action")),
        };
        self.at += length;
        Ok(token)
    }

    /// A run of spaces, without the one that belongs to ` -}}`.
    fn spaces(&self) -> usize {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(SPACES).len();
        match trimming_close(&rest[length - 1..]) {
            Some(_) => length - 1,
            None => length,
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Token<'s>, Fault> {
        let rest = self.rest();
        let mut chars = rest.char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            if c == quote {
                let text = &rest[..=i];
                self.at += text.len();
                return Ok(if quote == '\'' {
                    Token::Rune(text)
                } else {
                    Token::Quoted(text)
                });
            }
            let escaped = c == '\\' && quote != '`';
            let c = if escaped {
                chars.next().map_or('\n', |(_, c)| c)
            } else {
                c
            };
            if c == '\n' && quote != '`' {
                break;
            }
        }
        Err(self.error("unterminated string or character constant"))
    }

    /// Takes a word, a `.field` or a `$variable`, which starts with `sigil` bytes of punctuation.
    fn name(&mut self, sigil: usize) -> Result<Token<'s>, Fault> {
        let rest = self.rest();
        let name = &rest[sigil..];
        let length = name.find(|c| !is_alphanumeric(c)).unwrap_or(name.len());
        let (name, after) = name.split_at(length);
        let ends = after.is_empty() || after.starts_with("}}") || after.starts_with(SPACES);
        if !ends && !after.starts_with(['.', ',', '|', ':', ')', '(']) {
            self.at += sigil + length;
            return Err(self.error("bad character in a name"));
        }
        self.at += sigil + length;
        Ok(match rest.as_bytes()[0] {
            b'.' if name.is_empty() => Token::Dot,
            b'.' => Token::Field(name),
            b'$' => Token::Variable(&rest[..=length]),
            _ if KEYWORDS.contains(&name) => Token::Keyword(name),
            _ => Token::Word(name),
        })
    }

    fn number(&mut self) -> Result<Token<'s>, Fault> {
        let rest = self.rest();
        let length = number_length(rest);
        let tail = &rest[length..];
        if tail[number_length(tail)..].starts_with('i') {
            let why = "Sealsmith has no complex numbers";
            return Err(Problem::unsupported("a complex number", why).at(self.at));
        }
        if tail.starts_with(['+', '-']) || tail.starts_with(is_alphanumeric) {
            return Err(self.error("bad number syntax"));
        }
        self.at += length;
        Ok(Token::Number(&rest[..length]))
    }

    fn error(&self, why: &str) -> Fault {
        Problem::syntax(why).at(self.at)
    }
}

/// Go's scan of a number, which reads too much rather than too little.
fn number_length(text: &str) -> usize {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (base, exponent, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, ['p', 'P'], &unsigned[2..]),
        [b'0', b'o' | b'O', ..] => (8, ['\0'; 2], &unsigned[2..]),
        [b'0', b'b' | b'B', ..] => (2, ['\0'; 2], &unsigned[2..]),
        _ => (10, ['e', 'E'], unsigned),
    };
    let skip = |text: &'_ str| {
        text.len()
            - text
                .trim_start_matches(|c: char| c == '_' || c.is_digit(base))
                .len()
    };
    let mut rest = &digits[skip(digits)..];
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = &fraction[skip(fraction)..];
    }
    if let Some(power) = rest.strip_prefix(exponent) {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        rest = power.trim_start_matches(|c: char| c == '_' || c.is_ascii_digit());
    }
    text.len() - rest.len()
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || is(Class::Letter, c) || is(Class::Digit, c)
}

/// Says whether an action that goes on like this trims the text before it.
fn trims_before(action: &str) -> bool {
    action.starts_with('-') && action[1..].starts_with(SPACES)
}

/// Returns what follows ` -}}`.
fn trimming_close(rest: &str) -> Option<&str> {
    rest.strip_prefix(SPACES)?.strip_prefix("-}}")
}
