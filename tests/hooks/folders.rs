//! Where hooks go: wherever git looks for them, unless other repositories would get them too.

use crate::support::program::Program;
use crate::world::{HARMLESS, PLAINTEXT, commit, install, mode, repository, uninstall};

#[test]
fn a_hooks_path_in_the_work_tree_is_used_and_names_no_path_of_this_machine() {
    let repository = repository();
    repository.git(["config", "core.hooksPath", "tools/git hooks"]);
    let outcome = repository.sealsmith().args(["hook", "install"]).run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("commit the hooks"),
        "{}",
        outcome.stderr
    );
    let file = repository.file("tools/git hooks/pre-commit");
    assert_eq!(mode(&file), 0o755);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("installed="), "{text}");
    repository.write("secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(1));
    uninstall(&repository);
    assert!(!file.exists());
}

#[test]
fn a_hooks_path_elsewhere_is_refused_and_forced() {
    let repository = repository();
    let shared = tempfile::tempdir().unwrap();
    let path = shared.path().join("hooks");
    repository.git(["config", "core.hooksPath", path.to_str().unwrap()]);
    let outcome = repository.sealsmith().args(["hook", "install"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("outside of this repository"),
        "{}",
        outcome.stderr
    );
    assert!(!path.exists());
    repository
        .sealsmith()
        .args(["hook", "install", "--force"])
        .output();
    repository.write("secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(1));
    // What was installed by force goes without it.
    uninstall(&repository);
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
}

#[test]
fn the_way_out_that_the_refusal_names_works() {
    let repository = repository();
    let shared = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let global = home.path().join("gitconfig");
    let config = format!("[core]\n\thooksPath = {}\n", shared.path().display());
    std::fs::write(&global, config).unwrap();
    let install = || {
        let install = repository.sealsmith().args(["hook", "install"]);
        install.env("GIT_CONFIG_GLOBAL", &global).run()
    };
    let refused = install();
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    let lines = refused.stderr.lines();
    let command = lines
        .filter_map(|line| Some(line.split_once("alone: ")?.1))
        .next()
        .unwrap();
    Program::new("sh")
        .dir(repository.path())
        .args(["-c", command])
        .output();
    assert_eq!(install().code, Some(0));
    assert!(repository.file(".git/hooks/pre-commit").exists());
}

#[test]
fn a_linked_folder_of_hooks_is_judged_by_where_it_leads() {
    let repository = repository();
    let shared = tempfile::tempdir().unwrap();
    let hooks = repository.file(".git/hooks");
    let _ = std::fs::remove_dir_all(&hooks);
    std::os::unix::fs::symlink(shared.path(), &hooks).unwrap();
    let outcome = repository.sealsmith().args(["hook", "install"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(std::fs::read_dir(shared.path()).unwrap().count(), 0);
}

#[test]
fn a_repository_without_a_folder_of_hooks_gets_one() {
    let repository = repository();
    let _ = std::fs::remove_dir_all(repository.file(".git/hooks"));
    install(&repository);
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(0));
}

#[test]
fn a_repository_that_only_git_reads_gets_hooks_too() {
    let folder = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| Program::new("git").dir(folder.path()).args(args).output();
    git(&["init", "--quiet", "--object-format=sha256"]);
    let install = Program::sealsmith()
        .dir(folder.path())
        .args(["hook", "install"]);
    install.output();
    std::fs::write(folder.path().join("secret.yaml"), PLAINTEXT).unwrap();
    git(&["add", "--all"]);
    let outcome = crate::world::git(folder.path())
        .args(["commit", "-m", "x"])
        .run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
}
