//! Text from outside, made harmless for a terminal.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Returns text in which every character that steers a terminal or reorders a line is written out.
///
/// Line breaks and tabs stay, because messages use them.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |c| steers(c) && c != '\n' && c != '\t')
}

/// Returns a path as one line of text, short where it is below the current folder; bytes that are not
/// UTF-8 appear as `\xff`.
pub(crate) fn shown(path: &Path) -> String {
    let mut out = String::new();
    for chunk in below_current_folder(path)
        .as_os_str()
        .as_encoded_bytes()
        .utf8_chunks()
    {
        out.push_str(&escaped(chunk.valid(), steers));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// Commands make paths absolute early; people typed them, and click on them, as they are from here.
fn below_current_folder(path: &Path) -> &Path {
    static HERE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::current_dir().ok());
    let short = HERE
        .as_ref()
        .filter(|here| here.parent().is_some())
        .and_then(|here| path.strip_prefix(here).ok());
    short
        .filter(|short| !short.as_os_str().is_empty() && !short.starts_with(".."))
        .unwrap_or(path)
}

fn escaped(text: &str, unsafe_to_print: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unsafe_to_print(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

// Control characters start escape sequences; the rest break lines or reverse what is read
// (bidirectional controls), so a reviewer would see another name than the file has.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
        )
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(printable("a\n\tb 값 ☃"), Cow::Borrowed(_)));
    }

    #[test]
    fn terminal_and_bidi_controls_are_written_out() {
        assert_eq!(
            printable("a\u{1b}[31m\u{9b}b\r\u{202e}"),
            "a\\u{1b}[31m\\u{9b}b\\r\\u{202e}"
        );
    }

    #[test]
    fn a_path_is_one_line() {
        assert_eq!(shown(Path::new("a\nerror: x\tb")), "a\\nerror: x\\tb");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_outside_utf8_are_shown_as_hex() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xffb"));
        assert_eq!(shown(path), "a\\xffb");
    }
}
