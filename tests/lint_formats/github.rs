//! Annotations, parsed back as GitHub's runner parses them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::world::{ODD_NAMES, clean, lint, lint_paths, lint_with, messy, text};

/// One workflow command.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

#[test]
fn at_most_ten_of_a_level_are_annotations_and_a_line_says_how_many_there_are() {
    let report = text(&lint(&messy(), "github"));
    let commands = commands(&report);
    for level in ["error", "warning", "notice"] {
        let count = commands.iter().filter(|one| one.name == level).count();
        assert!(count <= 10, "{count} of {level}");
    }
    assert_eq!(commands.len(), 11, "{commands:#?}");
    let last = commands.last().unwrap();
    assert!(
        last.message.contains("of which the worst 10 are shown"),
        "{last:?}"
    );
}

#[test]
fn names_and_places_survive() {
    let repository = messy();
    let mut commands = Vec::new();
    for name in ODD_NAMES {
        let path = OsStr::from_bytes(name);
        let outcome = lint_paths(&repository, "github", &[path]);
        let of_file = self::commands(&text(&outcome));
        let file = std::str::from_utf8(name).unwrap_or("charts/not utf-8 \\xff.yaml");
        let named = |command: &&Command| {
            command
                .properties
                .get("file")
                .is_some_and(|one| one == file)
        };
        assert!(
            of_file.iter().any(|one| named(&one)),
            "{file:?}: {of_file:#?}"
        );
        commands.extend(of_file);
    }
    for command in commands
        .iter()
        .filter(|one| one.properties.contains_key("line"))
    {
        let number = |name: &str| command.properties[name].parse::<u32>().unwrap();
        assert!(number("line") >= 1 && number("endLine") >= number("line"));
        if command.properties.contains_key("col") {
            assert_eq!(number("line"), number("endLine"));
            assert!(number("col") >= 1 && number("endColumn") >= number("col"));
        }
    }
}

#[test]
fn nothing_from_a_file_starts_a_command_of_its_own() {
    let report = text(&lint(&messy(), "github"));
    for line in report.lines() {
        let known = ["::error ", "::warning ", "::notice ", "sealsmith lint: "];
        assert!(
            known.iter().any(|start| line.starts_with(start)),
            "{line:?}"
        );
    }
}

#[test]
fn a_clean_tree_has_no_annotation() {
    let report = text(&lint(&clean(), "github"));
    assert_eq!(report, "sealsmith lint: no findings\n");
}

#[test]
fn few_findings_are_all_annotations() {
    let report = text(&lint_with(&messy(), "github", &["envs"]));
    let commands = commands(&report);
    let count = commands.len();
    assert!((1..10).contains(&count), "{commands:#?}");
    assert!(
        report.contains(&format!("sealsmith lint: {count} finding")),
        "{report}"
    );
}

/// Parses as actions/runner does (ActionCommand.cs): properties end at the first `::`, values are unescaped.
fn commands(report: &str) -> Vec<Command> {
    let lines = report.lines().filter_map(|line| line.strip_prefix("::"));
    lines
        .map(|line| {
            let (head, message) = line.split_once("::").expect("a command has two parts");
            let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
            let properties = properties.split(',').filter_map(|one| one.split_once('='));
            Command {
                name: name.to_owned(),
                properties: properties
                    .map(|(name, value)| (name.to_owned(), unescaped(value)))
                    .collect(),
                message: unescaped(message),
            }
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    let codes = [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ];
    codes
        .iter()
        .fold(text.to_owned(), |text, (code, c)| text.replace(code, c))
}
