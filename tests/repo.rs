//! Structure that nobody has to remember: checks over the files git tracks.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything `core` may bring in. It computes; a crate that does I/O does not belong here.
const CORE_DEPENDENCIES: [&str; 17] = [
    "aes-gcm",
    "aws-lc-rs",
    "base64",
    "der",
    "granit-parser",
    "pem",
    "pkcs1",
    "pkcs8",
    "rand_core",
    "regex",
    "rsa",
    "sha1",
    "sha2",
    "spki",
    "thiserror",
    "x509-cert",
    "zeroize",
];

#[test]
fn core_depends_on_nothing_that_is_not_listed() {
    let manifest = read("core/Cargo.toml");
    let unlisted: Vec<_> = dependencies(&manifest, "[dependencies]")
        .filter(|name| !CORE_DEPENDENCIES.contains(name))
        .collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

#[test]
fn every_dependency_names_its_job() {
    let manifest = read("Cargo.toml");
    let unexplained: Vec<_> = table(&manifest, "[workspace.dependencies]")
        .filter(|line| {
            line.contains('=') && !line.starts_with("sealsmith-") && !line.contains(" # ")
        })
        .collect();
    assert!(unexplained.is_empty(), "no comment on {unexplained:#?}");
}

#[test]
fn files_are_named_for_an_idea() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc"];
    assert_none(tracked(), |path| {
        path.components().any(|part| {
            vague.contains(
                &Path::new(&part)
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .as_ref(),
            )
        })
    });
}

#[test]
fn source_files_stay_short() {
    assert_none(sources("rs"), |path| read(path).lines().count() > 600);
}

#[test]
fn every_exception_has_a_reason() {
    let bare = |line: &str| {
        let line = line.trim_start();
        (line.starts_with("#[allow(") || line.starts_with("#![allow("))
            && line.ends_with(")]")
            && !line.contains("reason")
            || line.starts_with("#[ignore]")
            || line.starts_with("```ignore")
    };
    assert_none_holds(sources("rs"), bare);
}

#[test]
fn every_ignored_test_runs() {
    assert!(read("tests/tools/sections/test.sh").contains("-- --include-ignored"));
    assert!(
        read("tests/run")
            .lines()
            .any(|line| line.starts_with("all=(") && line.contains(" test "))
    );
    assert!(
        read(".ci/run").contains("exec ./tests/run\n"),
        "CI runs everything"
    );
}

#[test]
fn every_test_file_is_part_of_a_crate() {
    let manifests: String = ["core", "lint", "cli", "wasm"]
        .map(|name| read(format!("{name}/Cargo.toml")))
        .concat();
    let at_top = |path: &PathBuf| path.parent() == Some(Path::new("tests"));
    assert_none(sources("rs").filter(at_top), |path| {
        !manifests.contains(&format!("path = \"../{}\"", path.display()))
    });
}

#[test]
fn nothing_is_half_done() {
    let marks = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
    ];
    assert_none_holds(sources("rs"), |line| {
        marks.iter().any(|mark| line.contains(mark))
    });
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let roots = [
        concat!("/wo", "rk/"),
        concat!("/fa", "rm/"),
        concat!("/ro", "ot/."),
    ];
    let starts_a_path =
        |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || "._-}".contains(c));
    assert_none_holds(tracked(), |line| {
        roots.iter().any(|root| {
            line.match_indices(root)
                .any(|(at, _)| starts_a_path(&line[..at]))
        })
    });
}

#[test]
fn both_licences_are_here() {
    for (file, first_words) in [
        ("LICENSE-MIT", "MIT License"),
        ("LICENSE-APACHE", "Apache License"),
    ] {
        assert!(read(file).contains(first_words), "{file}");
    }
}

/// Lists the files git tracks, or would: new files count before they are committed.
fn tracked() -> impl Iterator<Item = PathBuf> {
    let list = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ];
    let output = Command::new("git")
        .args(list)
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let paths: Vec<_> = names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect();
    assert!(
        paths.len() > 30,
        "only {} files: is this the repository?",
        paths.len()
    );
    paths.into_iter()
}

fn sources(extension: &'static str) -> impl Iterator<Item = PathBuf> {
    tracked().filter(move |path| path.extension().is_some_and(|e| e == extension))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("crates lie in the repository's root")
}

fn read(path: impl AsRef<Path>) -> String {
    let bytes = std::fs::read(root().join(path.as_ref()))
        .unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn table<'a>(manifest: &'a str, header: &str) -> impl Iterator<Item = &'a str> {
    manifest
        .lines()
        .skip_while(move |line| *line != header)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
}

fn dependencies<'a>(manifest: &'a str, header: &str) -> impl Iterator<Item = &'a str> {
    table(manifest, header)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
}

fn assert_none(files: impl Iterator<Item = PathBuf>, is_bad: impl Fn(&PathBuf) -> bool) {
    let bad: Vec<_> = files.filter(|path| is_bad(path)).collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

fn assert_none_holds(files: impl Iterator<Item = PathBuf>, is_bad: impl Fn(&str) -> bool) {
    let mut bad = Vec::new();
    for path in files {
        let lines = read(&path);
        let hits = lines.lines().enumerate().filter(|(_, line)| is_bad(line));
        bad.extend(hits.map(|(n, line)| format!("{}:{}: {}", path.display(), n + 1, line.trim())));
    }
    assert!(bad.is_empty(), "{bad:#?}");
}
