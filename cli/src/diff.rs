//! A unified diff for people: sealed values shortened, colour only where it shows.

use similar::{ChangeTag, TextDiff};

use crate::ui::Text;

/// Unchanged lines around a change.
const CONTEXT: usize = 1;
/// Longer runs of base64 are shortened; their length stays, because it is what a reviewer can check.
const LONGEST_TOKEN: usize = 40;
/// What is left of a shortened run.
const KEPT: usize = 12;

/// Returns the lines of a unified diff of two versions of a file; none when they are equal.
pub(crate) fn unified(path: &str, old: &str, new: &str) -> Vec<Text> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = vec![
        Text::new().bold(format!("--- a/{path}")),
        Text::new().bold(format!("+++ b/{path}")),
    ];
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(Text::new().accent(hunk.header().to_string()));
        lines.extend(
            hunk.iter_changes()
                .map(|change| line(change.tag(), change.value())),
        );
    }
    if lines.len() > 2 { lines } else { Vec::new() }
}

fn line(tag: ChangeTag, text: &str) -> Text {
    let text = shortened(text.trim_end_matches(['\r', '\n']));
    match tag {
        ChangeTag::Delete => Text::new().bad(format!("-{text}")),
        ChangeTag::Insert => Text::new().good(format!("+{text}")),
        ChangeTag::Equal => Text::new().dim(format!(" {text}")),
    }
}

/// Shortens each long run of base64 to its start and its length.
fn shortened(text: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_base64) {
        let run = rest[start..]
            .find(|c| !is_base64(c))
            .map_or(rest.len() - start, |length| length);
        out.push_str(&rest[..start]);
        let token = &rest[start..start + run];
        if run > LONGEST_TOKEN {
            out.push_str(&format!("{}… ({run} characters)", &token[..KEPT]));
        } else {
            out.push_str(token);
        }
        rest = &rest[start + run..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Colour;

    fn render(lines: &[Text]) -> String {
        lines
            .iter()
            .map(|line| line.render(Colour::Never) + "\n")
            .collect()
    }

    #[test]
    fn sealed_values_are_shortened_with_their_length() {
        let (old, new) = (
            format!("a: 1\nk: '{}'\nz: 2\n", "A".repeat(736)),
            format!("a: 1\nk: '{}'\nz: 2\n", "B".repeat(712)),
        );
        assert_eq!(
            render(&unified("f.yaml", &old, &new)),
            "--- a/f.yaml\n+++ b/f.yaml\n@@ -1,3 +1,3 @@\n a: 1\n-k: 'AAAAAAAAAAAA… (736 characters)'\n+k: 'BBBBBBBBBBBB… (712 characters)'\n z: 2\n"
        );
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert!(unified("f", "a\n", "a\n").is_empty());
    }
}
