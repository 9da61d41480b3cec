//! Hooks that were there before: they run first, their word counts, and they come back byte for byte.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::program::Program;
use crate::support::repository::Repository;
use crate::world::{
    HARMLESS, PLAINTEXT, commit, install, mode, repository, uninstall, write_script,
};

const NAMES: [&str; 2] = ["pre-commit", "commit-msg"];

fn hook(repository: &Repository, name: &str) -> PathBuf {
    repository.file(format!(".git/hooks/{name}"))
}

#[test]
fn a_hook_that_was_there_runs_first_and_its_no_counts() {
    let repository = repository();
    write_script(
        &hook(&repository, "pre-commit"),
        "#!/bin/sh\necho before >&2\nexit 7\n",
    );
    install(&repository);
    repository.write("secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    let outcome = commit(&repository);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "before\n", "sealsmith ran after a no");
}

#[test]
fn both_have_to_agree() {
    let repository = repository();
    write_script(
        &hook(&repository, "pre-commit"),
        "#!/bin/sh\necho before >&2\n",
    );
    install(&repository);
    repository.write("settings.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    let outcome = commit(&repository);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.starts_with("before\n"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(0));
}

#[test]
fn what_the_hook_before_stages_is_judged() {
    let repository = repository();
    let script = format!("#!/bin/sh\ncat > late.yaml <<'END'\n{PLAINTEXT}END\ngit add late.yaml\n");
    write_script(&hook(&repository, "pre-commit"), &script);
    install(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "settings.yaml"]);
    let outcome = commit(&repository);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("late.yaml"), "{}", outcome.stderr);
}

#[test]
fn exit_code_arguments_and_standard_input_are_the_same_for_the_hook_before() {
    let repository = repository();
    let script = "#!/bin/sh\nprintf '%s|' \"$@\" >seen\ncat >>seen\nexit 7\n";
    write_script(&hook(&repository, "commit-msg"), script);
    install(&repository);
    let outcome = Program::new(hook(&repository, "commit-msg"))
        .dir(repository.path())
        .args(["a message.txt", "two\nlines"])
        .stdin("typed\n")
        .run();
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert_eq!(repository.read("seen"), b"a message.txt|two\nlines|typed\n");
}

#[test]
fn a_hook_that_git_would_not_run_is_not_run_either() {
    let repository = repository();
    std::fs::create_dir_all(repository.file(".git/hooks")).unwrap();
    std::fs::write(hook(&repository, "pre-commit"), "#!/bin/sh\nexit 7\n").unwrap();
    install(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(0));
    uninstall(&repository);
    assert_eq!(mode(&hook(&repository, "pre-commit")) & 0o111, 0);
}

#[test]
fn installing_twice_changes_nothing_and_uninstalling_brings_back_every_byte() {
    let repository = repository();
    let bytes = b"#!/bin/sh\n# \xff\x00\r\nexit 0\n".as_slice();
    for name in NAMES {
        write_script(&hook(&repository, name), "");
        std::fs::write(hook(&repository, name), bytes).unwrap();
    }
    let before = listing(&repository);
    install(&repository);
    let installed = listing(&repository);
    install(&repository);
    assert_eq!(listing(&repository), installed);
    uninstall(&repository);
    assert_eq!(listing(&repository), before);
    uninstall(&repository);
    assert_eq!(listing(&repository), before);
}

#[test]
fn without_a_hook_before_nothing_is_left() {
    let repository = repository();
    let before = listing(&repository);
    install(&repository);
    uninstall(&repository);
    assert_eq!(listing(&repository), before);
}

#[test]
fn a_link_to_a_hook_comes_back_as_a_link() {
    let repository = repository();
    write_script(
        &repository.file("scripts/check"),
        "#!/bin/sh\necho linked >&2\n",
    );
    std::fs::create_dir_all(repository.file(".git/hooks")).unwrap();
    symlink("../../scripts/check", hook(&repository, "pre-commit")).unwrap();
    install(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    assert!(commit(&repository).stderr.contains("linked\n"));
    uninstall(&repository);
    let target = std::fs::read_link(hook(&repository, "pre-commit")).unwrap();
    assert_eq!(target, PathBuf::from("../../scripts/check"));
    assert_eq!(
        repository.read("scripts/check"),
        b"#!/bin/sh\necho linked >&2\n"
    );
}

#[test]
fn an_install_that_was_cut_off_is_finished_by_the_next_or_undone() {
    for undo in [false, true] {
        let repository = repository();
        // The hook was moved away, and ours was not written yet.
        let saved = hook(&repository, "pre-commit.before-sealsmith");
        write_script(&saved, "#!/bin/sh\necho before >&2\n");
        if undo {
            uninstall(&repository);
            assert!(!saved.exists() && hook(&repository, "pre-commit").exists());
            continue;
        }
        install(&repository);
        repository.write("settings.yaml", HARMLESS);
        repository.git(["add", "--all"]);
        let outcome = commit(&repository);
        assert_eq!(
            (outcome.code, outcome.stderr.starts_with("before\n")),
            (Some(0), true)
        );
    }
}

#[test]
fn an_older_hook_of_ours_is_written_anew() {
    let repository = repository();
    install(&repository);
    let now = std::fs::read(hook(&repository, "pre-commit")).unwrap();
    write_script(
        &hook(&repository, "pre-commit"),
        "#!/bin/sh\n# Written by `sealsmith hook install`, long ago.\nexit 0\n",
    );
    install(&repository);
    assert_eq!(std::fs::read(hook(&repository, "pre-commit")).unwrap(), now);
    assert!(!hook(&repository, "pre-commit.before-sealsmith").exists());
}

#[test]
fn a_hook_in_the_way_of_the_second_leaves_the_first_unwritten() {
    let repository = repository();
    write_script(&hook(&repository, "commit-msg"), "#!/bin/sh\n");
    write_script(
        &hook(&repository, "commit-msg.before-sealsmith"),
        "#!/bin/sh\n",
    );
    let before = listing(&repository);
    let outcome = repository.sealsmith().args(["hook", "install"]).run();
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains("is there already"),
        "{}",
        outcome.stderr
    );
    assert_eq!(listing(&repository), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let repository = repository();
    write_script(&hook(&repository, "pre-commit"), "#!/bin/sh\n");
    let before = listing(&repository);
    let dry = |action: &str| {
        repository
            .sealsmith()
            .args(["hook", action, "--dry-run"])
            .run()
    };
    assert_eq!(dry("install").code, Some(1));
    assert_eq!(dry("uninstall").code, Some(0));
    assert_eq!(listing(&repository), before);
    install(&repository);
    let installed = listing(&repository);
    assert_eq!(dry("install").code, Some(0));
    assert_eq!(dry("uninstall").code, Some(1));
    assert_eq!(listing(&repository), installed);
}

/// Names, modes and bytes of all hooks; git's samples among them.
fn listing(repository: &Repository) -> Vec<(String, u32, Vec<u8>)> {
    let folder = repository.file(".git/hooks");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut all: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (
                name,
                mode(&entry.path()),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    all.sort();
    all
}
