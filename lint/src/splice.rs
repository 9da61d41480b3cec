//! Fixes as core makes them: an edit that is proven to change nothing else, as the bytes that differ.

use sealsmith_core::manifest::edit::{self, Change};
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::manifest::value::Value;

use crate::finding::Edit;

/// Puts an annotation into `metadata`, which gets annotations when it has none.
pub(crate) fn annotate(metadata: Node<'_>, name: &str, value: &str) -> Option<Edit> {
    let annotations = metadata.get("annotations");
    let change = match annotations {
        Some(annotations) => Change::Insert {
            mapping: in_place(annotations)?.id(),
            key: name.to_owned(),
            value: Value::text(value),
        },
        None => Change::Insert {
            mapping: in_place(metadata)?.id(),
            key: "annotations".to_owned(),
            value: Value::texts([(name, value)]),
        },
    };
    let stream = metadata.stream();
    let edited = edit::apply(stream, &[change]).ok()?;
    Some(difference(stream.text(), &edited))
}

/// Gives a scalar another text, in the quotes or block that it has.
pub(crate) fn rewrite(scalar: Node<'_>, text: &str) -> Option<Edit> {
    let change = Change::Replace {
        scalar: in_place(scalar)?.id(),
        text: text.to_owned(),
    };
    let stream = scalar.stream();
    let edited = edit::apply(stream, &[change]).ok()?;
    Some(difference(stream.text(), &edited))
}

/// What stands for several places at once is not edited for one of them.
fn in_place(node: Node<'_>) -> Option<Node<'_>> {
    (!node.is_alias()).then_some(node)
}

/// The one edit that turns a text into another, as short as can be.
fn difference(old: &str, new: &str) -> Edit {
    let same = |(one, other): &(char, char)| one == other;
    let head = |(one, _): (char, char)| one.len_utf8();
    let start: usize = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(head)
        .sum();
    let rest = (&old[start..], &new[start..]);
    let tails = rest.0.chars().rev().zip(rest.1.chars().rev());
    let end: usize = tails.take_while(same).map(head).sum();
    Edit {
        range: start..old.len() - end,
        text: new[start..new.len() - end].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_what_stands_between_equal_ends() {
        for (old, new, range, text) in [
            ("a: 1\nb: 2\n", "a: 1\nx: 0\nb: 2\n", 5..5, "x: 0\n"),
            ("aa", "aaa", 2..2, "a"),
            ("ä=é", "ä=è", 3..5, "è"),
            ("same", "same", 4..4, ""),
        ] {
            let edit = difference(old, new);
            assert_eq!((edit.range, edit.text.as_str()), (range, text), "{old}");
        }
    }
}
