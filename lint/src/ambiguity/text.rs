//! Characters and lines that Go's YAML takes for structure, and YAML 1.2 and editors do not.

use super::Ambiguity;

/// What stands in the text, and what it is for Kubernetes.
const MARKS: [(char, &str); 4] = [
    (
        '\u{85}',
        "U+0085 is a line break for Kubernetes, and nothing in an editor",
    ),
    (
        '\u{2028}',
        "U+2028 is a line break for Kubernetes, and nothing in an editor",
    ),
    (
        '\u{2029}',
        "U+2029 is a line break for Kubernetes, and nothing in an editor",
    ),
    (
        '\u{feff}',
        "a byte order mark inside the file, which Kubernetes skips",
    ),
];

/// Returns the characters that hide structure.
pub(super) fn marks(text: &str) -> impl Iterator<Item = Ambiguity> + '_ {
    let text = if text.is_ascii() { "" } else { text };
    text.char_indices().filter_map(|(at, c)| {
        let (_, message) = MARKS.iter().find(|(mark, _)| *mark == c)?;
        Some(Ambiguity {
            at: at..at + c.len_utf8(),
            message: (*message).to_owned(),
            note: "what follows may be read as a line of its own",
            fix: None,
        })
    })
}

/// Returns the lines that start a document for Kubernetes, whose reader only looks at three hyphens.
pub(super) fn markers(text: &str) -> impl Iterator<Item = Ambiguity> + '_ {
    let first = text.starts_with("---").then_some(0);
    let starts = first
        .into_iter()
        .chain(text.match_indices("\n---").map(|(at, _)| at + 1));
    let others = starts.filter(|start| {
        !text[start + 3..].starts_with([' ', '\t', '\r', '\n']) && start + 3 < text.len()
    });
    others.map(|start| Ambiguity {
        at: start..start + 3,
        message: "a line that starts with `---` ends the document for Kubernetes, and not in YAML"
            .to_owned(),
        note: "Kubernetes tools cut the file here",
        fix: None,
    })
}
