//! A suppression says which rule, until when and why, and cannot be abused.

use std::fmt::Write as _;

use crate::example::{Example, lines};

fn with(comment: &str) -> Vec<String> {
    let text = format!(
        "-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  \
         {comment}\n  name: db\n  namespace: airflow-dev\nspec:\n  encryptedData: {{password: <sealed dev 12 #1>}}\n  \
         template: {{metadata: {{name: db, namespace: airflow-dev}}}}\n"
    );
    let found = lines(&Example::parse(&text).check()).into_iter();
    found
        .filter_map(|line| line.split(": ").nth(1).map(str::to_owned))
        .collect()
}

#[test]
fn case_39_what_is_over_too_short_or_not_allowed_silences_nothing() {
    let valid = "# sealsmith: allow(sync-wave) until 2026-12-31 -- this chart has no waves yet";
    assert_eq!(with(valid), Vec::<String>::new());
    for (from, to) in [
        ("2026-12-31", "2026-11-23"),
        ("2026-12-31", "2027-12-31"),
        ("this chart has no waves yet", "."),
        ("until 2026-12-31 ", ""),
        ("allow(", "ignore("),
    ] {
        let found = with(&valid.replace(from, to));
        assert_eq!(found, ["bad-suppression", "sync-wave"], "{from} -> {to}");
    }
    let found = with(&valid.replace("sync-wave", "sync-wave, automation-on-manual"));
    assert!(found.contains(&"bad-suppression".to_owned()), "{found:?}");
}

#[test]
fn the_last_day_of_a_suppression_still_counts() {
    assert!(
        with("# sealsmith: allow(sync-wave) until 2026-11-24 -- this chart has no waves yet")
            .is_empty()
    );
}

#[test]
fn case_39_a_comment_inside_a_block_is_data() {
    let text = "-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template:
    metadata: {name: db, namespace: airflow-dev}
    data:
      note: |
        # sealsmith: allow(sync-wave) until 2026-12-31 -- this chart has no waves yet
        text
";
    let found = lines(&Example::parse(text).check());
    assert!(
        found.iter().any(|line| line.contains(": sync-wave: ")),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|line| line.contains("suppression")),
        "{found:?}"
    );
}

#[test]
fn the_work_for_suppressions_grows_with_their_number_alone() {
    let mut text = "-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --\n".to_owned();
    for number in 0..20_000 {
        let _ = writeln!(
            text,
            "# sealsmith: allow(sync-wave)\nk{number}: v # sealsmith: x"
        );
    }
    // A test that compares each with each does not come to its end.
    Example::parse(&text).check();
}
