//! What git has in place of a plain file, and names that are two for git and one for other systems.

use crate::dev::{found, names};
use crate::example::Example;

const FOLDER: &str = "envs/dev/sealed-secrets/airflow";

/// What `irregular-file` says of one file of the layout.
fn said(section: &str) -> Vec<String> {
    let report = Example::parse(section).check();
    let found = found(&report, "irregular-file").into_iter();
    found.map(|finding| finding.message.clone()).collect()
}

/// A repository with a SealedSecret in each of two files of one folder.
fn pair(one: &str, other: &str) -> Example {
    let manifest = |file: &str, name: &str| {
        format!(
            "-- {FOLDER}/{file} --\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: airflow-dev\n  annotations: {{argocd.argoproj.io/sync-wave: \"-1\"}}\nspec:\n  encryptedData: {{password: <sealed dev 12>}}\n"
        )
    };
    Example::parse(&(manifest(one, "one") + &manifest(other, "other")))
}

#[test]
fn two_spellings_of_one_accent_are_one_name_on_some_systems() {
    let report = pair("sealed-caf\u{e9}.yaml", "sealed-cafe\u{301}.yaml").check();
    assert_eq!(names(&report), ["irregular-file"]);
    assert_eq!(
        found(&report, "irregular-file").len(),
        2,
        "each names the other"
    );
}

#[test]
fn a_name_in_other_letters_takes_the_place_of_one_in_the_layout() {
    let report = pair("Sealed-X.yaml", "sealed-x.yaml").check();
    assert_eq!(names(&report), ["irregular-file", "outside-layout"]);
    assert_eq!(found(&report, "irregular-file").len(), 2);
}

#[test]
fn names_that_differ_in_more_are_two() {
    assert_eq!(
        names(&pair("sealed-x.yaml", "sealed-y.yaml").check()),
        [""; 0]
    );
}

#[test]
fn what_is_no_plain_file_is_named_and_not_followed() {
    for (kind, content, expected) in [
        ("link", "../../../../../etc/passwd\n", "a symlink"),
        ("submodule", "", "a submodule"),
        ("executable", "{}\n", "executable"),
        ("filtered", "{}\n", "`filter=lfs`"),
    ] {
        let messages = said(&format!("-- {kind}:{FOLDER}/sealed-x.yaml --\n{content}"));
        assert!(
            messages.len() == 1 && messages[0].contains(expected),
            "{kind}: {messages:?}"
        );
    }
}

#[test]
fn a_link_or_submodule_in_place_of_a_folder_of_the_layout_is_named_too() {
    for kind in ["link", "submodule"] {
        assert_eq!(
            said(&format!("-- {kind}:{FOLDER} --\n/elsewhere\n")).len(),
            1,
            "{kind}"
        );
        assert_eq!(
            said(&format!("-- {kind}:charts/airflow --\n/elsewhere\n")),
            [""; 0]
        );
    }
}
