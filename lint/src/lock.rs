//! `sealsmith.lock`: which key each value was sealed for, since a sealed value cannot tell.
//!
//! One line a value: the SHA-256 of the ciphertext, the fingerprint of the public key and the time. Lines
//! are sorted and stand for themselves, so that git can merge two versions by keeping the lines of
//! both (`merge=union`).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::sealed::SealedValue;
use sha2::{Digest as _, Sha256};

/// The file's name, at the repository root.
pub const FILE: &str = "sealsmith.lock";

const HEADER: &str =
    "# Which key each sealed value is for: SHA-256 of the ciphertext, key fingerprint, time.\n";

/// Names a sealed value: SHA-256 of its ciphertext.
pub type ValueDigest = [u8; 32];

/// What is remembered of all values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    entries: BTreeMap<ValueDigest, Entry>,
}

/// What is remembered of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key it was sealed for.
    pub fingerprint: Fingerprint,
    /// When, in seconds since 1970.
    pub sealed_at: i64,
}

/// Why a lock file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{FILE}:{line}: {problem}")]
pub struct Error {
    line: usize,
    problem: Problem,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(
        "a line holds a digest of 64 hex digits, a fingerprint and a time, separated by blanks"
    )]
    Shape,
    #[error("unresolved conflict marker: keep the lines of both sides, in any order")]
    Conflict,
    #[error("{0}")]
    Fingerprint(sealsmith_core::fingerprint::Error),
}

/// Returns the name of a sealed value, whatever quotes, folds or line breaks it is written with.
#[must_use]
pub fn digest(value: &str) -> ValueDigest {
    match SealedValue::parse(value) {
        Ok(sealed) => Sha256::digest(sealed.as_bytes()).into(),
        Err(_) => Sha256::digest(value.as_bytes()).into(),
    }
}

impl Lock {
    /// Reads a lock file. Of two entries for one value the later counts.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut lock = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (digest, entry) = entry(line).map_err(|problem| Error {
                line: index + 1,
                problem,
            })?;
            lock.add(digest, entry);
        }
        Ok(lock)
    }

    /// What is remembered of a value.
    #[must_use]
    pub fn get(&self, digest: &ValueDigest) -> Option<&Entry> {
        self.entries.get(digest)
    }

    /// Remembers a value.
    pub fn add(&mut self, digest: ValueDigest, entry: Entry) {
        let known = self.entries.get(&digest);
        if known.is_none_or(|known| known.sealed_at < entry.sealed_at) {
            self.entries.insert(digest, entry);
        }
    }

    /// Forgets a value that is no longer anywhere.
    pub fn remove(&mut self, digest: &ValueDigest) {
        self.entries.remove(digest);
    }

    /// Every value that is remembered.
    pub fn digests(&self) -> impl Iterator<Item = &ValueDigest> {
        self.entries.keys()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The file's text.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        for (digest, entry) in &self.entries {
            for byte in digest {
                write!(f, "{byte:02x}")?;
            }
            let time = Timestamp::from_second(entry.sealed_at).map_err(|_| fmt::Error)?;
            writeln!(f, " {} {time}", entry.fingerprint)?;
        }
        Ok(())
    }
}

fn entry(line: &str) -> Result<(ValueDigest, Entry), Problem> {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|mark| line.starts_with(mark))
    {
        return Err(Problem::Conflict);
    }
    let mut parts = line.split(' ');
    let (Some(digest), Some(fingerprint), Some(time), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Problem::Shape);
    };
    let entry = Entry {
        fingerprint: fingerprint.parse().map_err(Problem::Fingerprint)?,
        sealed_at: time
            .parse::<Timestamp>()
            .map_err(|_| Problem::Shape)?
            .as_second(),
    };
    Ok((hex(digest).ok_or(Problem::Shape)?, entry))
}

fn hex(text: &str) -> Option<ValueDigest> {
    let digits = text.as_bytes();
    let lower = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    if digits.len() != 64 || !digits.iter().all(lower) {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI";
    const OTHER: &str = "SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ";

    fn line(first: char, key: &str, day: u8) -> String {
        format!(
            "{} {key} 2026-11-{day:02}T10:00:00Z\n",
            first.to_string().repeat(64)
        )
    }

    #[test]
    fn a_lock_is_written_sorted_and_reads_back() {
        let text = [line('b', KEY, 1), line('a', OTHER, 2)].concat();
        let lock = Lock::parse(&text).unwrap();
        let written = lock.to_string();
        assert_eq!(
            written,
            [HEADER.to_owned(), line('a', OTHER, 2), line('b', KEY, 1)].concat()
        );
        assert_eq!(Lock::parse(&written).unwrap(), lock);
    }

    #[test]
    fn merged_lines_need_no_order_and_the_later_one_counts() {
        let text = [line('a', OTHER, 9), line('b', KEY, 1), line('a', KEY, 3)].concat();
        let lock = Lock::parse(&text).unwrap();
        assert_eq!(
            lock.get(&[0xaa; 32]).unwrap().fingerprint.to_string(),
            OTHER
        );
    }

    #[test]
    fn a_broken_line_is_named() {
        for (text, expected) in [
            ("<<<<<<< HEAD\n".to_owned(), "conflict"),
            (line('g', KEY, 1), "64 hex digits"),
            (line('A', KEY, 1), "64 hex digits"),
            (line('a', "MD5:00", 1), "fingerprint"),
            (format!("{} {KEY} yesterday\n", "a".repeat(64)), "time"),
            (format!("{} {KEY}\n", "a".repeat(64)), "time"),
        ] {
            let error = Lock::parse(&format!("# comment\n{text}"))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("sealsmith.lock:2: ") && error.contains(expected),
                "{error}"
            );
        }
    }

    #[test]
    fn line_breaks_do_not_change_the_name_of_a_value() {
        let value = base64(&[&[1, 0][..], &[7; 256], &[9; 20]].concat());
        let (first, second) = value.split_at(100);
        assert_eq!(digest(&value), digest(&format!("{first}\n{second}\r\n")));
        assert_ne!(digest(&value), digest(first));
    }

    fn base64(bytes: &[u8]) -> String {
        let sealed = SealedValue::from_bytes(bytes.to_vec()).unwrap();
        sealed.as_str().to_owned()
    }
}
