use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::env::git::tests::Sandbox;

const DB: &str = "envs/dev/sealed-secrets/mlflow/sealed-db.yaml";

fn find(sandbox: &Sandbox) -> Workspace {
    Workspace::find(&sandbox.root(), Variables::Ignore).unwrap()
}

#[test]
fn the_root_is_found_from_below() {
    let sandbox = Sandbox::with_files(&[DB]);
    let below = sandbox.root().join("envs/dev");
    let workspace = Workspace::find(&below, Variables::Ignore).unwrap();
    assert_eq!(workspace.root(), sandbox.root());
    assert!(workspace.policy().is_none() && workspace.repo().unwrap().is_some());
}

#[test]
fn without_git_the_folder_is_the_root_and_guards_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::find(folder.path(), Variables::Ignore).unwrap();
    assert!(workspace.repo().unwrap().is_none());
    let failure = workspace
        .refuse_unless_safe(Guarded::Reseal, &[])
        .unwrap_err();
    assert!(failure.message().ends_with("is not in a git repository"));
    assert!(failure.hints()[0].contains("--no-git"));
}

#[test]
fn a_place_is_what_the_path_says() {
    let sandbox = Sandbox::with_files(&[DB]);
    let site = find(&sandbox).place(
        &sandbox
            .root()
            .join("envs/./prod/../dev/sealed-secrets/mlflow/sealed-db.yaml"),
    );
    assert!(site.is_err(), "envs/prod does not exist");
    let site = find(&sandbox).place(&sandbox.root().join(DB)).unwrap();
    assert_eq!((site.place.env.as_str(), site.path.as_str()), ("dev", DB));
}

#[test]
fn a_new_file_has_a_place_too() {
    let sandbox = Sandbox::with_files(&[DB]);
    let new = sandbox
        .root()
        .join("envs/dev/sealed-secrets/mlflow/sealed-new.yaml");
    assert_eq!(
        find(&sandbox).place(&new).unwrap().place.name.as_deref(),
        Some("new")
    );
}

#[test]
fn files_outside_the_whitelist_and_the_repository_are_refused_by_name() {
    let sandbox = Sandbox::with_files(&[DB, "charts/x.yaml"]);
    let failure = find(&sandbox)
        .place(&sandbox.root().join("charts/x.yaml"))
        .unwrap_err();
    assert!(
        failure
            .message()
            .ends_with("charts/x.yaml is not where sealed secrets may be")
    );
    assert_eq!(failure.exit_code(), 1);
    let failure = find(&sandbox).place(Path::new("/etc/passwd")).unwrap_err();
    assert_eq!(failure.message(), "/etc/passwd is outside the repository");
}

#[test]
fn a_symlink_is_judged_by_where_it_leads() {
    let sandbox = Sandbox::with_files(&[DB, "charts/x.yaml"]);
    let folder = sandbox.root().join("envs/dev/sealed-secrets/mlflow");
    let inside = folder.join("sealed-link.yaml");
    symlink("sealed-db.yaml", &inside).unwrap();
    assert_eq!(find(&sandbox).place(&inside).unwrap().path, DB);
    for (target, end) in [
        (
            "../../../../charts/x.yaml",
            "which is not where sealed secrets may be",
        ),
        (
            "/etc/passwd",
            "/etc/passwd, which is outside the repository",
        ),
    ] {
        let link = folder.join("sealed-out.yaml");
        let _ = fs::remove_file(&link);
        symlink(target, &link).unwrap();
        let failure = find(&sandbox).place(&link).unwrap_err();
        assert!(failure.message().ends_with(end), "{failure:?}");
    }
    let dangling = folder.join("sealed-gone.yaml");
    symlink("nowhere.yaml", &dangling).unwrap();
    assert!(
        find(&sandbox)
            .place(&dangling)
            .unwrap_err()
            .message()
            .starts_with("cannot find ")
    );
}

#[test]
fn an_environment_has_its_own_files_once_and_in_order() {
    let sandbox = Sandbox::with_files(&[
        DB,
        "envs/dev/sealed-secrets/airflow/sealed-b.yml",
        "envs/dev/sealed-secrets/x.json",
        "envs/prod/sealed-secrets/a/sealed-a.yaml",
        "envs/dev/sealed-secrets/readme.md",
    ]);
    let sites = find(&sandbox).files_of("dev").unwrap();
    let paths: Vec<&str> = sites.iter().map(|site| site.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "envs/dev/sealed-secrets/airflow/sealed-b.yml",
            DB,
            "envs/dev/sealed-secrets/x.json"
        ]
    );
    assert!(find(&sandbox).files_of("nowhere").unwrap().is_empty());
}

#[test]
fn a_link_into_another_environment_is_refused() {
    let sandbox = Sandbox::with_files(&[DB, "envs/prod/sealed-secrets/a/sealed-a.yaml"]);
    let link = sandbox
        .root()
        .join("envs/dev/sealed-secrets/mlflow/sealed-link.yaml");
    symlink("../../../prod/sealed-secrets/a/sealed-a.yaml", link).unwrap();
    let failure = find(&sandbox).files_of("dev").unwrap_err();
    assert!(
        failure
            .message()
            .ends_with("sealed-a.yaml, which belongs to prod"),
        "{failure:?}"
    );
}

#[test]
fn the_policy_decides_layout_and_guards() {
    let sandbox = Sandbox::with_files(&["secrets/dev/a.yaml"]);
    sandbox.write(FILE, "layout: {allow: ['secrets/{env}/*.yaml']}\ngit: {require-clean: [rotate]}\nenvironments: {dev: {protected: true}}\n");
    let workspace = find(&sandbox);
    assert_eq!(workspace.files_of("dev").unwrap().len(), 1);
    assert!(workspace.is_protected("dev") && workspace.is_protected("prod"));
    workspace
        .refuse_unless_safe(Guarded::Reseal, &["secrets/dev/a.yaml"])
        .unwrap();
    let failure = workspace
        .refuse_unless_safe(Guarded::Rotate, &["secrets/dev/a.yaml"])
        .unwrap_err();
    assert_eq!(failure.causes(), ["sealsmith.yaml is not known to git"]);
}

#[test]
fn a_broken_policy_names_its_line() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.write(FILE, "enviroments: {}\n");
    let failure = Workspace::find(&sandbox.root(), Variables::Ignore)
        .err()
        .unwrap();
    assert!(
        failure.causes()[0].starts_with("sealsmith.yaml:1:1: unknown field `enviroments`"),
        "{failure:?}"
    );
    assert_eq!(failure.exit_code(), 2);
}

#[test]
fn a_policy_behind_a_symlink_is_not_followed() {
    let sandbox = Sandbox::with_files(&["other.yaml"]);
    symlink("/dev/zero", sandbox.root().join(FILE)).unwrap();
    let failure = Workspace::find(&sandbox.root(), Variables::Ignore)
        .err()
        .unwrap();
    assert!(
        failure
            .message()
            .ends_with("is a symlink, which is not followed")
    );
}

#[test]
fn a_policy_above_the_root_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), "broken: true\n").unwrap();
    let below = folder.path().join("repo");
    fs::create_dir_all(below.join(".git")).unwrap();
    assert!(
        Workspace::find(&below, Variables::Ignore)
            .unwrap()
            .policy()
            .is_none()
    );
}
