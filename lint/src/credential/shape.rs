//! What follows the fixed part of a credential, and what surrounds it.

use std::ops::Range;

use super::Kind;

/// How far from an access key id its secret key is looked for.
const BESIDE: usize = 300;
/// How far behind its name a secret key is looked for.
const BEHIND_NAME: usize = 120;
/// The most words between a name and its value, as in `- name: X`, `value: Y`.
const WORDS: usize = 3;
const SECRET_KEY: usize = 40;

/// How much of a private key is looked at.
const KEY_BODY: usize = 40;
/// How much has to be there: a line may end anywhere where a key is encoded once more.
const KEY_LINE: usize = 16;
const KEY_REACH: usize = 600;

/// What documentation writes where a credential would stand.
const FILLERS: [&str; 7] = [
    "EXAMPLE", "example", "12345678", "abcdefgh", "00000000", "xxxxxxxx", "XXXXXXXX",
];

/// Returns the place of a credential whose fixed part stands there.
pub(super) fn verify(kind: Kind, text: &[u8], needle: Range<usize>) -> Option<Range<usize>> {
    match kind {
        Kind::AwsKeyId => access_key_id(text, needle.start),
        Kind::AwsSecretKey => named_secret(text, needle.end),
        Kind::PrivateKey => private_key(text, needle),
        Kind::AgeKey => token(text, needle, 58, |c| {
            c.is_ascii_uppercase() || c.is_ascii_digit()
        }),
        Kind::SlackHook => slack_hook(text, needle),
        Kind::SlackToken => token(text, needle, 20, |c| c.is_ascii_alphanumeric() || c == b'-'),
        Kind::GitHubToken => token(text, needle, 36, |c| c.is_ascii_alphanumeric() || c == b'_'),
        Kind::GitLabToken => token(text, needle, 20, |c| {
            c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')
        }),
    }
}

/// Returns the place of a secret access key near the id that it belongs to.
pub(super) fn secret_beside(text: &[u8], id: &Range<usize>) -> Option<Range<usize>> {
    let before = id.start.saturating_sub(BESIDE)..id.start;
    let after = id.end..text.len().min(id.end + BESIDE);
    let mut near = words(text, after).chain(words(text, before));
    near.find(|word| is_secret_key(text, word))
}

/// Whether a text fills the place of a credential in an example.
pub(crate) fn is_filler(text: &[u8]) -> bool {
    let holds = |part: &str| text.windows(part.len()).any(|at| at == part.as_bytes());
    let mut seen = [false; 256];
    text.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    distinct < 6 || FILLERS.into_iter().any(holds)
}

fn access_key_id(text: &[u8], start: usize) -> Option<Range<usize>> {
    let at = start..start + 20;
    let id = text.get(at.clone())?;
    let is_id = id
        .iter()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    (is_id && stands_alone(text, &at) && !is_filler(&id[4..])).then_some(at)
}

/// A prefix that nothing else has, and enough behind it.
fn token(
    text: &[u8],
    needle: Range<usize>,
    least: usize,
    is_part: impl Fn(u8) -> bool,
) -> Option<Range<usize>> {
    let rest = text.get(needle.end..)?;
    let len = rest.iter().take_while(|c| is_part(**c)).count();
    let at = needle.start..needle.end + len;
    let whole = len >= least && stands_alone(text, &at);
    (whole && !is_filler(&rest[..len])).then_some(at)
}

fn stands_alone(text: &[u8], at: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = at.start.checked_sub(1).and_then(|before| text.get(before));
    !is_word(before) && !is_word(text.get(at.end))
}

fn slack_hook(text: &[u8], needle: Range<usize>) -> Option<Range<usize>> {
    let rest = text.get(needle.end..)?;
    let is_part = |c: &&u8| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'-' | b'_');
    let len = rest.iter().take_while(is_part).count();
    let mut parts = rest[..len].split(|c| *c == b'/');
    let hook = matches!(parts.next()?, b"services" | b"workflows" | b"triggers");
    let last = parts.next_back()?;
    (hook && last.len() >= 20 && !is_filler(last)).then_some(needle.start..needle.end + len)
}

fn named_secret(text: &[u8], end: usize) -> Option<Range<usize>> {
    let behind = end..text.len().min(end + BEHIND_NAME);
    let mut words = words(text, behind).take(WORDS);
    words.find(|word| is_secret_key(text, word))
}

/// The words of the letters that a secret key consists of.
fn words(text: &[u8], within: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = within.start;
    let words = text[within].split(|byte| !is_word(*byte)).map(move |word| {
        let start = at;
        at += word.len() + 1;
        start..start + word.len()
    });
    words.filter(|word| !word.is_empty())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}

fn is_secret_key(text: &[u8], at: &Range<usize>) -> bool {
    let word = &text[at.clone()];
    let has = |is_one: fn(&u8) -> bool| word.iter().any(is_one);
    let before = at.start.checked_sub(1).and_then(|before| text.get(before));
    let goes_on = before
        .into_iter()
        .chain(text.get(at.end))
        .any(|byte| is_word(*byte));
    word.len() == SECRET_KEY
        && !goes_on
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
        && !is_filler(word)
}

fn private_key(text: &[u8], needle: Range<usize>) -> Option<Range<usize>> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let before = &text[needle.start.saturating_sub(40)..needle.start];
    let begin = before.windows(BEGIN.len()).rposition(|at| at == BEGIN)?;
    let label = &before[begin + BEGIN.len()..];
    let is_label = |c: &u8| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == b' ';
    let start = needle.start - (before.len() - begin);
    (label.iter().all(is_label) && has_body(&text[needle.end..])).then_some(start..needle.end)
}

/// Whether base64 follows, on lines of its own or behind `\n`; header lines do not count.
fn has_body(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&text[..text.len().min(KEY_REACH)]);
    let text = text.replace("\\n", "\n").replace("\\r", "\n");
    let mut body = String::new();
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')) {
        match part {
            _ if body.len() >= KEY_BODY => break,
            part if part.is_empty() || is_header(part) => {}
            part if part.bytes().all(|byte| is_word(byte) || byte == b'=') => {
                // A word is no line of a key.
                body.push_str(if part.len() < KEY_LINE { "" } else { part });
            }
            _ => return false,
        }
    }
    body.len() >= KEY_LINE && !is_filler(body.as_bytes())
}

/// `Proc-Type:`, `DEK-Info:` and what they say, as `AES-128-CBC`.
fn is_header(part: &str) -> bool {
    let name = part.strip_suffix(':').unwrap_or(part);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name.contains('-') && !name.starts_with('-') && name.bytes().all(is_name)
}
