//! Files that were made to cost as much as they can.

use std::time::Duration;

use crate::cost::Job;
use crate::figure::Report;
use crate::lint::{at_most, sealsmith, small};
use crate::support::repository::Repository;

const MOST: Duration = Duration::from_secs(1);

pub(crate) fn files(report: &mut Report) {
    let repository = Repository::new();
    repository.write(
        "sealsmith.yaml",
        "environments: {dev: {}}\ngit: {base: origin/main}\n",
    );
    repository.commit("a policy");
    for (name, text) in all() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("there is room");
        let args = ["lint", "--stdin-path", "apps/web/hostile.yaml"];
        let job = Job {
            stdin: Some(file.path()),
            ..sealsmith(&repository, &args)
        };
        let what = format!("hostile YAML, {name}");
        at_most(report, &what, job.median_cpu(1, 1), MOST);
        small(report, &what, job.peak_mib());
    }
}

/// Each below the two mebibytes that are read, and a Secret for somebody.
fn all() -> Vec<(&'static str, String)> {
    let secret = "apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n";
    let laughs = |merge: &str| -> String {
        let line = |n: usize| format!("a{n}: &a{n} {}\n", list(merge, n - 1));
        format!(
            "{secret}a0: &a0 {{x: y}}\n{}",
            (1..40).map(line).collect::<String>()
        )
    };
    let broken = "? [\n";
    vec![
        ("billion laughs", laughs("")),
        ("merge bomb", laughs("<<: ")),
        (
            "100,000 open brackets",
            format!("{secret}a: {}", "[".repeat(100_000)),
        ),
        (
            "20,000 nested lists",
            format!("{secret}---\n{}", "- ".repeat(20_000)),
        ),
        (
            "50,000 nested keys",
            format!("{secret}---\n{}", "? ".repeat(50_000)),
        ),
        (
            "400,000 documents",
            format!("{secret}{}", "---\n".repeat(400_000)),
        ),
        (
            "100,000 aliases",
            format!(
                "{secret}x: &x {}\ny: [{}]\n",
                "z".repeat(100_000),
                vec!["*x"; 100_000].join(",")
            ),
        ),
        (
            "200,000 keys",
            format!(
                "{secret}{}",
                (0..200_000).map(|n| format!("k{n}:\n")).collect::<String>()
            ),
        ),
        (
            "templates, broken",
            format!("{{{{ x }}}}\n{}{broken}", secret.repeat(20_000)),
        ),
        (
            "colons, broken",
            format!("{secret}{}{broken}", "kind: ".repeat(300_000)),
        ),
        (
            "backslashes, broken",
            format!("{secret}{}{broken}", "\\\n".repeat(800_000)),
        ),
        (
            "markers, broken",
            format!("{secret}{broken}{}", "--- x\n".repeat(300_000)),
        ),
        (
            "tags, broken",
            format!("{secret}{broken}kind: {}", "!a ".repeat(500_000)),
        ),
    ]
}

fn list(merge: &str, n: usize) -> String {
    let alias = format!("*a{n}");
    match merge {
        "" => format!("[{}]", vec![alias; 9].join(", ")),
        merge => format!("{{{merge}[{}]}}", vec![alias; 9].join(", ")),
    }
}
