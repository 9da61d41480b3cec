//! Files that stand where a manifest should, and are none that Kubernetes reads.

use sealsmith_lint::policy::Severity;

use crate::dev::{PATH, found, manifest};
use crate::example::{Example, value};

fn unreadable(bytes: &[u8]) -> Vec<String> {
    let report = Example::parse("-- README.md --\ntext\n")
        .with(PATH.as_bytes(), bytes)
        .check();
    let found = found(&report, "unreadable-input").into_iter();
    found
        .filter(|finding| finding.severity == Severity::Error && finding.path.to_string() == PATH)
        .map(|finding| finding.message.clone())
        .collect()
}

#[test]
fn a_git_lfs_pointer_is_no_manifest() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    let found = unreadable(pointer.as_bytes());
    assert!(
        found.len() == 1 && found[0].contains("git LFS"),
        "{found:?}"
    );
}

#[test]
fn utf_16_is_said_to_be_unreadable_and_not_taken_for_binary() {
    let text = manifest(&format!("password: {}", value("dev 12", "x")));
    let units: Vec<u16> = "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .collect();
    for bytes in [
        units
            .iter()
            .flat_map(|unit| unit.to_le_bytes())
            .collect::<Vec<_>>(),
        units
            .iter()
            .flat_map(|unit| unit.to_be_bytes())
            .collect::<Vec<_>>(),
    ] {
        let found = unreadable(&bytes);
        assert!(found.len() == 1 && found[0].contains("UTF-16"), "{found:?}");
        assert_eq!(
            unreadable(&bytes[2..]).len(),
            1,
            "without its mark it is unreadable as well"
        );
    }
}

#[test]
fn other_encodings_are_unreadable_and_a_utf_8_mark_is_not() {
    let text = manifest(&format!("password: {}", value("dev 12", "x")));
    let latin = [text.as_bytes(), b"# caf\xe9\n"].concat();
    assert_eq!(unreadable(&latin).len(), 1);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert_eq!(unreadable(&marked), [""; 0]);
}
