//! Go's syntax of regular expressions in Rust's.
//!
//! Both are RE2's, but in Rust `\w` is Unicode, classes nest, and some escapes mean more.

use regex::escape;

use crate::template::Problem;

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Writes a Go expression as the Rust expression that matches the same.
pub(super) fn translated(pattern: &str) -> Result<String, Problem> {
    let mut translator = Translator {
        rest: pattern,
        out: String::with_capacity(2 * pattern.len()),
    };
    let mut repeated = false;
    while let Some(c) = translator.rest.chars().next() {
        let is_repetition = match c {
            '*' | '+' | '?' => true,
            '{' => repetition(translator.rest)?.is_some(),
            _ => false,
        };
        if is_repetition && repeated {
            return Err(bad());
        }
        repeated = is_repetition;
        match c {
            '\\' => translator.escape()?,
            '[' => translator.class()?,
            '(' => translator.group()?,
            _ if is_repetition => translator.repetition()?,
            '{' | '}' | ']' => translator.literal(c),
            _ => translator.copy(c.len_utf8()),
        }
    }
    Ok(translator.out)
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
}

impl Translator<'_> {
    fn copy(&mut self, length: usize) {
        let (copied, rest) = self.rest.split_at(length);
        self.out.push_str(copied);
        self.rest = rest;
    }

    fn literal(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
        self.out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
    }

    fn repetition(&mut self) -> Result<(), Problem> {
        let length = repetition(self.rest)?.unwrap_or(1);
        self.copy(length);
        if self.rest.starts_with('?') {
            self.copy(1);
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), Problem> {
        let length = match self.rest.strip_prefix("(?") {
            None => 1,
            Some(named) if named.starts_with("P<") || named.starts_with('<') => {
                2 + named.find('>').ok_or_else(bad)? + 1
            }
            Some(flags) => {
                let length = flags.find([':', ')']).ok_or_else(bad)?;
                if flags[..length].contains(|c: char| !"imsU-".contains(c)) {
                    return Err(bad());
                }
                2 + length + usize::from(flags[length..].starts_with(':'))
            }
        };
        self.copy(length);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let c = self.rest[1..].chars().next().ok_or_else(bad)?;
        if let Some(set) = perl_class(c) {
            self.rest = &self.rest[2..];
            self.out.push_str(&set);
            return Ok(());
        }
        match c {
            'A' | 'z' => self.copy(2),
            'b' => {
                self.rest = &self.rest[2..];
                self.out.push_str(r"(?-u:\b)");
            }
            'B' => {
                return Err(Problem::unsupported(
                    r"\B",
                    "Sealsmith's regular expressions do not have it",
                ));
            }
            'p' | 'P' => self.copy(property(self.rest)?),
            'Q' => {
                let quoted = &self.rest[2..];
                let (literal, rest) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
                self.out.push_str(&escape(literal));
                self.rest = rest;
            }
            _ => {
                let c = self.character()?;
                self.out.push_str(&code(c));
            }
        }
        Ok(())
    }

    /// Translates `[…]`, in which Rust gives a meaning to more characters than Go.
    fn class(&mut self) -> Result<(), Problem> {
        self.copy(if self.rest.starts_with("[^") { 2 } else { 1 });
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            let perl = self
                .rest
                .strip_prefix('\\')
                .and_then(|rest| rest.chars().next())
                .and_then(perl_class);
            if let Some(set) = perl {
                self.rest = &self.rest[2..];
                self.out.push_str(&set);
            } else if self.rest.starts_with(r"\p") || self.rest.starts_with(r"\P") {
                self.copy(property(self.rest)?);
            } else if let Some((name, _)) = self
                .rest
                .strip_prefix("[:")
                .and_then(|rest| rest.split_once(":]"))
            {
                if !POSIX_CLASSES.contains(&name.trim_start_matches('^')) {
                    return Err(bad());
                }
                self.copy(name.len() + 4);
            } else {
                self.range()?;
            }
        }
        self.copy(1);
        Ok(())
    }

    fn range(&mut self) -> Result<(), Problem> {
        let from = self.character()?;
        self.out.push_str(&code(from));
        if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
            self.rest = &self.rest[1..];
            let to = self.character()?;
            self.out.push_str(&format!("-{}", code(to)));
        }
        Ok(())
    }

    /// Takes one character, escaped or not.
    fn character(&mut self) -> Result<char, Problem> {
        let mut chars = self.rest.chars();
        let mut c = chars.next().ok_or_else(bad)?;
        if c == '\\' {
            c = match chars.next().ok_or_else(bad)? {
                'a' => '\x07',
                'f' => '\x0c',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\x0b',
                'x' => return self.hexadecimal(),
                '0'..='7' => return self.octal(),
                other if other.is_ascii() && !other.is_ascii_alphanumeric() => other,
                _ => return Err(bad()),
            };
        }
        self.rest = chars.as_str();
        Ok(c)
    }

    /// Takes `\0`, `\12` or `\123`; a single digit but 0 would be a backreference, which RE2 lacks.
    fn octal(&mut self) -> Result<char, Problem> {
        let digits = &self.rest[1..];
        let length = digits.chars().take(3).take_while(|c| c.is_digit(8)).count();
        let (digits, rest) = digits.split_at(length);
        self.rest = rest;
        let code = u32::from_str_radix(digits, 8)
            .ok()
            .filter(|_| length > 1 || digits == "0");
        code.and_then(char::from_u32).ok_or_else(bad)
    }

    /// Takes `\x7F` or `\x{10FFFF}`.
    fn hexadecimal(&mut self) -> Result<char, Problem> {
        let digits = &self.rest[2..];
        let (digits, rest) = match digits.strip_prefix('{') {
            Some(braced) => braced.split_once('}').ok_or_else(bad)?,
            None => digits.split_at_checked(2).ok_or_else(bad)?,
        };
        self.rest = rest;
        let code = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| !digits.starts_with('+'));
        code.and_then(char::from_u32).ok_or_else(bad)
    }
}

fn bad() -> Problem {
    Problem::execution("invalid regular expression")
}

fn code(c: char) -> String {
    format!("\\x{{{:X}}}", u32::from(c))
}

/// Go's `\d`, `\s` and `\w` know only ASCII.
fn perl_class(c: char) -> Option<String> {
    let set = match c.to_ascii_lowercase() {
        'd' => "0-9",
        's' => r"\t\n\x0C\r\x20",
        'w' => "0-9A-Za-z_",
        _ => return None,
    };
    Some(format!(
        "[{}{set}]",
        if c.is_ascii_uppercase() { "^" } else { "" }
    ))
}

/// Returns the length of `\pL` or `\p{Greek}`.
fn property(rest: &str) -> Result<usize, Problem> {
    match rest[2..].chars().next().ok_or_else(bad)? {
        '{' => rest.find('}').map(|end| end + 1).ok_or_else(bad),
        c => Ok(2 + c.len_utf8()),
    }
}

/// Returns the length of `{2}`, `{2,}` or `{2,5}`; any other `{` stands for itself.
fn repetition(rest: &str) -> Result<Option<usize>, Problem> {
    let Some((counts, _)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
        return Ok(None);
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
    if !is_number(least) || !(most.is_empty() || is_number(most)) {
        return Ok(None);
    }
    let too_many =
        |text: &str| !text.is_empty() && text.parse::<u32>().map_or(true, |count| count > 1000);
    match too_many(least) || too_many(most) {
        true => Err(bad()),
        false => Ok(Some(counts.len() + 2)),
    }
}
