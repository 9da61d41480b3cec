//! Bytes that the page unpacks itself: gzip, written in letters.

use zopfli::{Format, Options};

/// Returns bytes as gzip, without a time or a name in its header: the same bytes everywhere.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    zopfli::compress(Options::default(), Format::Gzip, bytes, &mut out)
        .expect("writing to memory does not fail");
    out
}

/// Returns bytes as text, five letters for four bytes, which is 15 KB less of the page than base64.
///
/// The letters run from `(` to `}` without `<`, so that none needs an escape in a script element or an attribute. The
/// last group is cut: as many letters as it has bytes, and one. `web/script/17-unpack.js` reads it.
pub(crate) fn letters(bytes: &[u8]) -> String {
    bytes.chunks(4).flat_map(group).collect()
}

fn group(bytes: &[u8]) -> impl Iterator<Item = char> {
    let padded = std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default());
    let number = u32::from_be_bytes(padded);
    let digits = [4, 3, 2, 1, 0].map(|power| number / 85_u32.pow(power) % 85);
    digits.into_iter().take(bytes.len() + 1).map(letter)
}

fn letter(digit: u32) -> char {
    let code = u32::from('(') + digit;
    let after_gap = u32::from(code >= u32::from('<'));
    char::from_u32(code + after_gap).expect("the letters are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bytes_are_five_letters() {
        assert_eq!(letters(&[0, 0, 0, 0, 0, 0, 0, 84]), "(((((((((}");
        assert_eq!(letters(&[255; 4]), "{@_4(");
    }

    #[test]
    fn the_end_is_as_long_as_it_has_to_be() {
        for length in 0..9 {
            assert_eq!(letters(&vec![7; length]).len(), (length * 5).div_ceil(4));
        }
    }

    #[test]
    fn no_letter_needs_an_escape() {
        let every: Vec<u8> = (0..=u8::MAX).flat_map(|byte| [byte; 4]).collect();
        assert!(!letters(&every).contains(['<', '&', '\'', '"']));
    }
}
