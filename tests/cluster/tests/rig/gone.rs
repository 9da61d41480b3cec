//! Nothing is left of a cluster.

use sealsmith_test_cluster::{Cluster, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn its_folder_and_processes_end_with_the_value() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .argocd()
        .start()?;
    let folder = cluster.folder().to_owned();
    let before = processes_in(&folder);
    assert!(before.len() >= 6, "{before:?}");
    drop(cluster);
    assert_eq!(processes_in(&folder), Vec::<PathBuf>::new());
    assert!(!folder.exists());
    Ok(())
}

#[test]
fn a_namespace_takes_everything_with_it_when_its_program_is_killed() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/namespace.sh");
    // It leaves a program behind in another session and kills itself.
    let leave = "setsid sleep 4321 & echo $! > \"$1\"; kill -9 $$";
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(script)
        .args(["sh", "-c", leave, "sh"])
        .arg(folder.path().join("id"))
        .stderr(Stdio::null()) // where the shell mourns
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(128 + 9));
    assert!(folder.path().join("id").exists());
    let left = commands().filter(|command| command.contains("4321"));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
}

// Every program of a cluster works in its folder.
fn processes_in(folder: &Path) -> Vec<PathBuf> {
    processes()
        .filter(|process| {
            std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
        })
        .collect()
}

fn commands() -> impl Iterator<Item = String> {
    processes().filter_map(|process| std::fs::read_to_string(process.join("cmdline")).ok())
}

fn processes() -> impl Iterator<Item = PathBuf> {
    let is_process = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().parse::<u32>().is_ok())
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.map(|entry| entry.path()).filter(is_process)
}
