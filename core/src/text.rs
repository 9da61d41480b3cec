//! Text as people's editors and shells leave it: UTF-8 with or without a mark, and UTF-16.

use std::borrow::Cow;

use zeroize::Zeroize as _;

/// Text and how it was encoded; wiped on drop where it is a copy, for it may hold a private key.
pub struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// How the bytes encode it.
    pub encoding: Encoding,
}

impl Drop for Decoded<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.text {
            text.zeroize();
        }
    }
}

/// A way to encode text that is recognised without being told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first (PowerShell's `>`), with or without a mark.
    Utf16Le,
    /// UTF-16, high byte first, with or without a mark.
    Utf16Be,
}

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no UTF-8.
    #[error("text is not valid UTF-8 at byte {offset}")]
    Utf8 {
        /// Where the first bad byte is.
        offset: usize,
    },

    /// The bytes are no UTF-16, although they start like it.
    #[error("text looks like UTF-16 but is not valid at byte {offset}")]
    Utf16 {
        /// Where the first bad unit is.
        offset: usize,
    },
}

/// Returns the text that bytes hold, in whichever encoding they hold it.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Error> {
    let (encoding, mark) = recognise(bytes);
    let text = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => Cow::Borrowed(utf8(bytes, mark)?),
        Encoding::Utf16Le => Cow::Owned(utf16(bytes, mark, u16::from_le_bytes)?),
        Encoding::Utf16Be => Cow::Owned(utf16(bytes, mark, u16::from_be_bytes)?),
    };
    Ok(Decoded { text, encoding })
}

/// Returns the encoding and the length of its mark.
///
/// Without a mark, a first character of ASCII tells UTF-16 by its zero half: certificates, keys and
/// manifests start so, and none of them holds a NUL (YAML 1.2.2 section 5.2 reads them alike).
fn recognise(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8Bom, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        [1..=0x7f, 0, ..] => (Encoding::Utf16Le, 0),
        [0, 1..=0x7f, ..] => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

fn utf8(bytes: &[u8], mark: usize) -> Result<&str, Error> {
    std::str::from_utf8(&bytes[mark..]).map_err(|error| Error::Utf8 {
        offset: mark + error.valid_up_to(),
    })
}

fn utf16(bytes: &[u8], mark: usize, unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, rest) = bytes[mark..].as_chunks();
    // Never grown, because growing would leave a copy of what may be a private key behind.
    let mut text = String::with_capacity(pairs.len() * 3);
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Err(bad_utf16(text, mark)),
        }
    }
    if !rest.is_empty() {
        return Err(bad_utf16(text, mark));
    }
    Ok(text)
}

fn bad_utf16(mut read: String, mark: usize) -> Error {
    let offset = mark + read.encode_utf16().count() * 2;
    read.zeroize();
    Error::Utf16 { offset }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_is_recognised_and_its_mark_dropped() {
        let le = utf16("kéy😀", u16::to_le_bytes);
        let be = utf16("kéy😀", u16::to_be_bytes);
        let cases = [
            ("kéy😀".as_bytes().to_vec(), Encoding::Utf8),
            (["\u{feff}", "kéy😀"].concat().into(), Encoding::Utf8Bom),
            (le.clone(), Encoding::Utf16Le),
            (be.clone(), Encoding::Utf16Be),
            ([vec![0xff, 0xfe], le].concat(), Encoding::Utf16Le),
            ([vec![0xfe, 0xff], be].concat(), Encoding::Utf16Be),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode(&bytes).unwrap();
            assert_eq!((&*decoded.text, decoded.encoding), ("kéy😀", encoding));
        }
    }

    #[test]
    fn no_bytes_are_empty_text() {
        assert_eq!(decode(b"").unwrap().text, "");
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let offset = |bytes: &[u8]| decode(bytes).err().unwrap();
        assert_eq!(offset(b"ab\xff"), Error::Utf8 { offset: 2 });
        assert_eq!(offset(b"\xef\xbb\xbfa\xff"), Error::Utf8 { offset: 4 });
        assert_eq!(offset(b"a\0\x00\xd8b\0"), Error::Utf16 { offset: 2 });
        assert_eq!(offset(b"\xff\xfea\0b"), Error::Utf16 { offset: 4 });
    }
}
