//! Files that are not what they seem: each is reported, none is followed, skipped in silence or read whole.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use crate::desk::{DB, Desk, PLAIN, Verdict, manifest};
use crate::support::program::Program;

const FOLDER: &str = "envs/dev/sealed-secrets/app";

#[test]
fn a_submodule_in_the_layout_is_counted_and_reported() {
    let desk = Desk::new();
    let path = format!("{FOLDER}/sealed-sub.yaml");
    let commit = desk.repository.git(["rev-parse", "HEAD"]);
    let link = format!("160000,{},{path}", commit.trim());
    desk.repository
        .git(["update-index", "--add", "--cacheinfo", &link]);
    let verdict = desk.lint(["--staged"]);
    verdict
        .finds("irregular-file", &path)
        .says("1 gitlink not checked");
    desk.repository.git(["commit", "--quiet", "-m", "sub"]);
    desk.lint(["--rev", "HEAD"]).finds("irregular-file", &path);
}

#[test]
fn a_symlink_is_reported_and_not_followed() {
    let desk = Desk::new();
    let path = format!("{FOLDER}/sealed-passwd.yaml");
    symlink("../../../../etc/passwd", desk.repository.file(&path)).expect("a new link");
    desk.repository.git(["add", &path]);
    for verdict in [desk.lint(["--staged"]), desk.lint([])] {
        verdict.finds("irregular-file", &path);
        assert!(!verdict.stdout.contains("root:"), "{verdict:?}");
    }
}

#[test]
fn a_policy_that_leads_elsewhere_is_not_followed() {
    let desk = Desk::new();
    desk.repository.git(["rm", "--quiet", "sealsmith.yaml"]);
    symlink("/dev/zero", desk.repository.file("sealsmith.yaml")).expect("a new link");
    let words = ["sealsmith.yaml is a symlink, which is not followed"];
    desk.lint([]).could_not(&words);
    desk.repository.git(["add", "sealsmith.yaml"]);
    desk.lint(["--staged"]).could_not(&words);
}

#[test]
fn a_folder_with_the_name_of_the_policy_is_no_missing_policy() {
    let desk = Desk::new();
    desk.repository.git(["rm", "--quiet", "sealsmith.yaml"]);
    desk.repository
        .write("sealsmith.yaml/dev.yaml", "version: v1\n");
    let words = ["cannot use sealsmith.yaml", "it is a folder, not a file"];
    desk.lint([]).could_not(&words);
    desk.repository.git(["add", "--all"]);
    desk.lint(["--staged"]).could_not(&words);
    desk.repository.commit("a folder");
    desk.lint(["--rev", "HEAD"]).could_not(&words);
}

#[test]
fn a_folder_that_became_a_link_hides_nothing() {
    let desk = Desk::new();
    let elsewhere = tempfile::tempdir().expect("the temporary folder is writable");
    std::fs::write(elsewhere.path().join("sealed-db.yaml"), PLAIN).expect("the folder is writable");
    std::fs::remove_dir_all(desk.repository.file(FOLDER)).expect("it was made before");
    symlink(elsewhere.path(), desk.repository.file(FOLDER)).expect("a new link");
    let verdict = desk.lint([]);
    assert!(!verdict.stdout.contains("plaintext-secret"), "{verdict:?}");
    desk.lint(["--rev", "HEAD"]).passes();
}

#[test]
fn a_name_of_any_bytes_is_reported_with_escapes() {
    let desk = Desk::new();
    let name = OsStr::from_bytes(b"apps/a\nb\t\"c\xff.yaml");
    desk.repository.write(name, PLAIN);
    desk.repository.git(["add", "--all"]);
    for verdict in [desk.lint(["--staged"]), desk.lint([])] {
        verdict.finds("plaintext-secret", "apps/a\\nb\\t\"c\\xff.yaml:");
    }
    let json = desk.repository.sealsmith();
    let json = json.args(["lint", "--staged", "--format", "json"]).run();
    let json = Verdict::of(json);
    assert_eq!(json.code, Some(1));
    assert!(
        json.stdout.contains("apps/a%0Ab%09%22c%FF.yaml"),
        "{json:?}"
    );
}

#[test]
fn two_spellings_of_one_name_clash() {
    let desk = Desk::new();
    let upper = format!("{FOLDER}/sealed-DB.yaml");
    desk.stage(&upper, manifest("db2", "app-dev", 4));
    desk.lint(["--staged"]).finds("irregular-file", &upper);
    desk.repository.git(["rm", "--quiet", "--force", &upper]);
    let (composed, decomposed) = ("sealed-caf\u{e9}.yaml", "sealed-cafe\u{301}.yaml");
    desk.stage(
        &format!("{FOLDER}/{composed}"),
        manifest("cafe", "app-dev", 4),
    );
    desk.repository.commit("composed");
    let path = format!("{FOLDER}/{decomposed}");
    desk.stage(&path, manifest("cafe2", "app-dev", 5));
    desk.lint(["--staged"]).finds("irregular-file", &path);
}

#[test]
fn line_breaks_of_a_checkout_change_neither_lines_nor_fixes() {
    let desk = Desk::new();
    desk.repository.git(["config", "core.autocrlf", "true"]);
    let clean = manifest("db", "app-dev", 1);
    let wrong = clean.replace("sync-wave: \"-1\"", "sync-wave: -1");
    desk.stage(DB, &wrong);
    let crlf = wrong.replace('\n', "\r\n");
    desk.write(DB, &crlf);
    let (staged, on_disk) = (desk.lint(["--staged"]), desk.lint([]));
    staged.finds("sync-wave", DB);
    on_disk.finds("sync-wave", DB);
    assert_eq!(staged.stdout, on_disk.stdout);
    desk.lint(["--fix"]).passes();
    let fixed = desk.repository.read(DB);
    assert_eq!(String::from_utf8_lossy(&fixed), clean.replace('\n', "\r\n"));
}

#[test]
fn attributes_that_change_a_checkout_are_reported_and_the_blob_is_judged() {
    for attribute in ["filter=lfs", "working-tree-encoding=UTF-16"] {
        let desk = Desk::new();
        desk.write(".gitattributes", format!("*.yaml {attribute}\n"));
        desk.repository.git(["add", ".gitattributes"]);
        let path = format!("{FOLDER}/sealed-new.yaml");
        desk.write(&path, PLAIN);
        let blob = desk
            .repository
            .git(["hash-object", "-w", "--no-filters", &path]);
        let entry = format!("100644,{},{path}", blob.trim());
        desk.repository
            .git(["update-index", "--add", "--cacheinfo", &entry]);
        let verdict = desk.lint(["--staged"]);
        verdict.finds("irregular-file", &path);
        verdict.finds("plaintext-secret", &path);
        assert!(verdict.stdout.contains(attribute), "{verdict:?}");
    }
}

#[test]
fn a_pointer_of_large_file_storage_is_no_manifest() {
    let desk = Desk::new();
    let path = format!("{FOLDER}/sealed-big.yaml");
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "0f".repeat(32)
    );
    desk.stage(&path, pointer);
    desk.lint(["--staged"]).finds("unreadable-input", &path);
}

#[test]
fn utf_16_is_not_taken_for_a_binary_file() {
    let desk = Desk::new();
    let path = format!("{FOLDER}/sealed-wide.yaml");
    let wide = PLAIN.encode_utf16().flat_map(u16::to_le_bytes);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
    desk.stage(&path, wide);
    let verdict = desk.lint(["--staged"]);
    verdict.finds("unreadable-input", &path);
    assert!(verdict.stdout.contains("UTF-16"), "{verdict:?}");
}

#[test]
fn a_blob_of_300_megabytes_is_measured_and_not_read() {
    let desk = Desk::new();
    let path = format!("{FOLDER}/sealed-huge.yaml");
    let file = std::fs::File::create(desk.repository.file(&path)).expect("the folder is writable");
    file.set_len(300 << 20).expect("a sparse file");
    desk.repository.git(["add", &path]);
    // 240 MB of addresses, the program included, leave no room for it.
    let limited = "ulimit -v 245760; exec \"$0\" lint --format concise \"$@\"";
    for arguments in [&["--staged"][..], &[]] {
        let shell = Program::new("sh").dir(desk.repository.path());
        let shell = shell.args(["-c", limited, env!("CARGO_BIN_EXE_sealsmith")]);
        let verdict = Verdict::of(shell.args(arguments).run());
        verdict.finds("unreadable-input", &path);
        assert!(verdict.stdout.contains("314572800 bytes"), "{verdict:?}");
    }
}

#[test]
fn an_untracked_secret_beside_sealed_ones_is_no_finding_of_a_commit() {
    let desk = Desk::new();
    desk.write(&format!("{FOLDER}/secret.yaml.bak"), PLAIN);
    desk.lint(["--staged"]).passes();
}
