//! Fields of a mapping as Go's JSON finds them: in any letters, merge keys included.

use sealsmith_core::manifest::tree::Node;

/// How many merge keys may lead to one another.
const MAX_MERGES: usize = 8;

/// A field of a mapping.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Its key.
    pub(crate) key: Node<'a>,
    /// Its value.
    pub(crate) value: Node<'a>,
    /// The merge key of this mapping that supplies it; nothing when it stands in the mapping itself.
    pub(crate) merge: Option<Node<'a>>,
}

/// Returns the first field of that name.
pub(crate) fn field<'a>(mapping: Node<'a>, name: &str) -> Option<Field<'a>> {
    let mut first = None;
    each(mapping, |field| {
        let wanted = field.key.scalar().is_some_and(|key| is_named(key, name));
        first = first.or(wanted.then_some(field));
    });
    first
}

/// Returns every field of that name: in other letters, or merged in, a name may stand more than once.
pub(crate) fn fields<'a>(mapping: Node<'a>, name: &str) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    each(mapping, |field| {
        if field.key.scalar().is_some_and(|key| is_named(key, name)) {
            found.push(field);
        }
    });
    found
}

/// Visits every field of a mapping, then those that its merge keys supply.
pub(crate) fn each<'a>(mapping: Node<'a>, mut visit: impl FnMut(Field<'a>)) {
    let mut merges = Vec::new();
    for (key, value) in mapping.entries() {
        if key.scalar() == Some("<<") {
            merges.push((key, value));
        } else {
            visit(Field {
                key,
                value,
                merge: None,
            });
        }
    }
    for (key, value) in merges {
        merged(key, value, MAX_MERGES, &mut visit);
    }
}

fn merged<'a>(merge: Node<'a>, value: Node<'a>, depth: usize, visit: &mut impl FnMut(Field<'a>)) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for (key, value) in value.entries() {
        if key.scalar() == Some("<<") {
            merged(merge, value, depth, visit);
        } else {
            visit(Field {
                key,
                value,
                merge: Some(merge),
            });
        }
    }
    value
        .items()
        .for_each(|item| merged(merge, item, depth, visit));
}

/// Whether Go's JSON takes a key for a field of that name: letters may be of either case, and `ſ` and
/// the Kelvin sign count as the letters they fold to.
pub(crate) fn is_named(key: &str, name: &str) -> bool {
    key == name || key.len() <= name.len() * 3 && key.chars().map(fold).eq(name.chars().map(fold))
}

fn fold(c: char) -> char {
    match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use sealsmith_core::manifest::tree::Stream;

    use super::*;

    #[test]
    fn letters_fold_as_in_go() {
        assert!(is_named("KIND", "kind") && is_named("\u{212a}ind", "kind"));
        assert!(is_named("\u{17f}tringdata", "stringData"));
        assert!(!is_named("kinds", "kind") && !is_named("", "kind"));
    }

    #[test]
    fn merge_keys_supply_fields_from_mappings_and_lists_of_them() {
        let stream =
            Stream::parse("a: &a {x: 1}\nb: {<<: [*a, {y: 2, <<: {z: 3}}], w: 0}\n").unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        let mut seen = Vec::new();
        each(root.get("b").unwrap(), |field| {
            seen.push((field.key.scalar().unwrap(), field.merge.is_some()));
        });
        assert_eq!(seen, [("w", false), ("x", true), ("y", true), ("z", true)]);
    }
}
