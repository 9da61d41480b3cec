//! Nothing that a file may hold makes the rules panic or hang.

#![allow(
    clippy::disallowed_types,
    reason = "a hang is noticed by a clock, which the crate itself has not"
)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_lint::Report;
use sealsmith_lint::finding::{Edit, Finding};

use crate::example::{Example, lines};

/// A hang, not slowness: the benchmark measures how long these take.
const HANG: Duration = Duration::from_secs(30);

/// Where the bytes are put, so that every rule has its turn.
const PATHS: [&[u8]; 6] = [
    b"envs/dev/sealed-secrets/a/sealed-b.yaml",
    b"apps/a/kustomization.yaml",
    b"charts/a/values.yaml",
    b"apps/a/.env",
    b"apps/a/tls.key",
    b"sealsmith.txt",
];

fn check(path: &[u8], bytes: &[u8]) -> Report {
    let example = Example::parse("-- README.md --\ntext\n").with(path, bytes);
    let start = Instant::now();
    let report = example.check();
    assert!(
        start.elapsed() < HANG,
        "{} bytes take too long",
        bytes.len()
    );
    report
}

fn bombs() -> Vec<(&'static str, String)> {
    let laughs = |start: &str, item: fn(usize) -> String| {
        let lines = (1..12).map(|n| format!("a{n}: &a{n} {}\n", item(n - 1)));
        format!("a0: &a0 {start}\n{}", lines.collect::<String>())
    };
    vec![
        (
            "billion laughs",
            laughs("x", |n| {
                format!("[{}]", vec![format!("*a{n}"); 9].join(", "))
            }),
        ),
        (
            "merge bomb",
            laughs("{x: y}", |n| {
                format!("{{<<: [{}]}}", vec![format!("*a{n}"); 9].join(", "))
            }),
        ),
        (
            "one long text many times",
            format!(
                "a: &a {}\nb: [{}]\n",
                "x".repeat(200_000),
                vec!["*a"; 100_000].join(", ")
            ),
        ),
        ("brackets", "[".repeat(100_000)),
        ("hyphens", "- ".repeat(20_000)),
        ("question marks", "? ".repeat(50_000)),
        ("braces", "{a: ".repeat(50_000)),
        ("documents", "---\n".repeat(500_000)),
        ("documents with a word", "---\na\n".repeat(300_000)),
        ("keys", (0..150_000).map(|n| format!("k{n}: 1\n")).collect()),
        ("the same key", "k: 1\n".repeat(200_000)),
    ]
}

#[test]
fn a_bomb_is_a_finding_and_no_more() {
    for (name, text) in bombs() {
        let report = check(PATHS[0], text.as_bytes());
        let said = lines(&report);
        let unread =
            |line: &String| line.contains("unreadable-input") || line.contains("ambiguous-yaml");
        // Many keys are a legal file that holds no SealedSecret.
        assert!(
            said.iter().any(unread) || name == "keys",
            "{name}: {said:?}"
        );
        check(b"charts/a/values.yaml", text.as_bytes());
    }
}

#[test]
fn a_mark_ends_where_its_line_does() {
    for text in [
        "spec:\n...\n\u{1f071}\\",
        "a: 1\n\"b\n  c\": 1\n\"b c\": 2\n",
    ] {
        let report = check(PATHS[0], text.as_bytes());
        assert!(!report.findings.is_empty());
        assert_sound(&report, text);
    }
}

/// What makes one finding is repeated until the file is full.
#[test]
fn a_file_full_of_findings_is_checked_in_time_and_names_a_few() {
    let secret = "---\napiVersion: v1\nkind: Secret\nstringData: {a: b}\n";
    let inside: String = format!(
        "a: [\n---\nkind: ConfigMap\napiVersion: v1\ndata:\n  x: |\n{}",
        indented(&secret.repeat(30_000))
    );
    let held = format!(
        "kind: ConfigMap\napiVersion: v1\ndata:\n  x: |\n{}",
        indented(&secret.repeat(25_000))
    );
    for (name, text) in [
        ("Secrets", secret.repeat(35_000)),
        ("Secrets in a text", held),
        ("Secrets in a text of a broken file", inside),
        (
            "Secrets in a template",
            format!(
                "{{{{ x }}}}\n{}",
                secret.replace("---\n", "- ").repeat(30_000)
            ),
        ),
        (
            "escapes",
            format!(
                "a: [\nkind: \"S\\x65cret\"\nx: \"{}\"\n",
                "\\x53".repeat(400_000)
            ),
        ),
        (
            "access keys",
            format!("{}{} ", "AKIA", "QX7PZ3MDL5RT2WVN").repeat(80_000),
        ),
        ("starts of access keys", "AKIA".repeat(400_000)),
        ("base64 of them", "QUtJQ".repeat(400_000)),
        (
            "starts of keys",
            "-----BEGIN PRIVATE KEY-----\n".repeat(70_000),
        ),
        (
            "suppressions",
            "# sealsmith: allow(sync-wave) until 2027-03-31 -- a reason of some length\n"
                .repeat(20_000),
        ),
        ("names of secrets", "secretAccessKey".repeat(130_000)),
        ("passwords", "password: hunter22\n---\n".repeat(80_000)),
        ("variables", "A_PASSWORD=hunter22\n".repeat(100_000)),
        (
            "generators",
            format!(
                "kind: Kustomization\nsecretGenerator:\n{}",
                "- {name: a, literals: [a=b], files: [x]}\n".repeat(15_000)
            ),
        ),
    ] {
        for path in PATHS {
            let report = check(path, text.as_bytes());
            let mut counts = std::collections::BTreeMap::new();
            report
                .findings
                .iter()
                .for_each(|finding| *counts.entry(finding.rule.name).or_insert(0) += 1);
            counts.retain(|rule, count| *count > 50 && MINE.contains(rule));
            assert!(
                counts.is_empty(),
                "{name} in {}: {counts:?}",
                String::from_utf8_lossy(path)
            );
        }
    }
}

const MINE: [&str; 5] = [
    "plaintext-secret",
    "literal-in-generator",
    "credential-in-text",
    "private-material",
    "stray-plaintext",
];

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Pieces of manifests that mean something, so that their mixtures get further than random bytes do.
const PIECES: [&str; 46] = [
    "apiVersion: v1\n",
    "apiVersion: bitnami.com/v1alpha1\n",
    "kind: Secret\n",
    "kind: SealedSecret\n",
    "kind: List\n",
    "kind: Kustomization\n",
    "kind: Config\n",
    "kind: Deployment\n",
    "metadata:\n",
    "  name: ä\n",
    "  namespace: a-dev\n",
    "  annotations: {argocd.argoproj.io/sync-wave: -1}\n",
    "spec:\n",
    "  encryptedData:\n",
    "    a: AgB=\n",
    "    b: >\n      AgA\n      AAA\n",
    "  template: {metadata: {name: ä}}\n",
    "data:\n",
    "  p: aHVudGVyMg==\n",
    "stringData: {p: \"S\\x65\", q: *a}\n",
    "items:\n",
    "- ",
    "---\n",
    "...\n",
    "<<: *a\n",
    "a: &a {kind: Secret}\n",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\r\n",
    "\t",
    "{{ .x }}",
    "? ",
    ": ",
    "|\n",
    "secretGenerator:\n",
    "literals: [a=b]\n",
    "users: [{user: {token: abcdefgh}}]\n",
    "AKIAQX7PZ3MDL5RT2WVN",
    "QUtJQVFYN1BaM01ETDVSVDJXVk4=",
    "# sealsmith: allow(sync-wave) until 2027-03-31 -- a reason\n",
    "-----BEGIN PRIVATE KEY-----\n",
    "A_PASSWORD=hunter22\n",
    "\"",
    "'",
    "한국어",
];

fn mixture() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES.as_slice()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Every mark lies inside its file, on characters that are there, and every safe fix keeps the meaning.
fn assert_sound(report: &Report, text: &str) {
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    // What is about the policy has its places in another file.
    let here = report
        .findings
        .iter()
        .filter(|finding| finding.path.as_bytes() != b"sealsmith.yaml");
    for finding in here {
        if let Some(mark) = finding.mark {
            let inside = |line: u32, column: u32| {
                let line = usize::try_from(line).expect("it is small");
                let column = usize::try_from(column).expect("it is small");
                line >= 1 && column >= 1 && lines.get(line - 1).is_some_and(|len| column <= len + 1)
            };
            let placed = inside(mark.line, mark.column) && inside(mark.end_line, mark.end_column);
            let ordered = (mark.line, mark.column) <= (mark.end_line, mark.end_column);
            assert!(placed && ordered, "{finding:?}\n{text:?}");
        }
        assert_keeps_meaning(finding, text);
    }
}

fn assert_keeps_meaning(finding: &Finding, text: &str) {
    let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) else {
        return;
    };
    let fixed = applied(&fix.edits, text);
    let before = Stream::parse(text).expect("only what was read is fixed");
    let after = Stream::parse(&fixed)
        .unwrap_or_else(|error| panic!("{error}: {finding:?}\n{text:?}\n{fixed:?}"));
    // A fix that adds something adds one annotation; any other leaves every text as it is.
    let (before, after) = (texts(&before), texts(&after));
    let added = after.len() - before.len().min(after.len());
    assert!(added <= 3, "{finding:?}\n{text:?}\n{fixed:?}");
    if added == 0 {
        assert_eq!(before, after, "{finding:?}\n{text:?}\n{fixed:?}");
    }
}

fn applied(edits: &[Edit], text: &str) -> String {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    edits.into_iter().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.range.clone(), &edit.text);
        text
    })
}

/// The texts of a stream in order; line breaks and blanks inside them do not count, for joined lines lose them.
fn texts(stream: &Stream) -> Vec<String> {
    fn add(node: sealsmith_core::manifest::tree::Node<'_>, found: &mut Vec<String>) {
        let text = node.scalar().filter(|_| !node.is_alias());
        found.extend(text.map(|text| text.split_whitespace().collect::<String>()));
        if node.is_alias() {
            return;
        }
        for (key, value) in node.entries() {
            add(key, found);
            add(value, found);
        }
        node.items().for_each(|item| add(item, found));
    }
    let mut found = Vec::new();
    for root in stream.documents().filter_map(|document| document.root()) {
        add(root, &mut found);
    }
    found
}

proptest! {
    // The same texts in every run, so that a change is not blamed for what it did not do; fuzzing draws new ones.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(20_261_124), ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes_are_checked_without_a_panic(
        path in proptest::sample::select(PATHS.as_slice()),
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        check(path, &bytes);
    }

    #[test]
    fn any_text_has_marks_inside_it_and_safe_fixes_keep_its_meaning(
        path in proptest::sample::select(PATHS.as_slice()),
        text in mixture(),
    ) {
        let report = check(path, text.as_bytes());
        // A byte order mark at the start is no part of the text.
        assert_sound(&report, text.strip_prefix('\u{feff}').unwrap_or(&text));
    }
}
