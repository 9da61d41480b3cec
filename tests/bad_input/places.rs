//! Files that are where they should not be, or that nobody may read or write.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::program::Program;
use crate::world::{CACHE, DB, World, flag, read};

const APP: &str = "envs/dev/sealed-secrets/app";

#[test]
fn without_settings_only_the_standard_layout_is_rewritten() {
    let world = World::new();
    world.commit("charts/sealed-db.yaml", read(DB));
    let words = [
        "charts/sealed-db.yaml is not where sealed secrets may be",
        "envs/{env}/sealed-secrets/**",
        "hint: move it",
    ];
    world.refuses(world.reseal(&["charts/sealed-db.yaml"]), 1, &words);
    world.refuses(world.reseal(&["charts"]), 1, &words);
    world.commit("envs/dev/sealed-secrets/anywhere.yml", read(DB));
    world
        .reseal(&["envs/dev/sealed-secrets/anywhere.yml"])
        .output();
}

#[test]
fn a_symlink_out_of_the_layout_is_judged_by_where_it_leads() {
    let world = World::new();
    world.commit("charts/db.yaml", read(DB));
    let link = world.file("envs/dev/sealed-secrets/app/sealed-link.yaml");
    symlink("../../../../charts/db.yaml", &link).expect("the folder is writable");
    world.repository.commit("link");
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &[
            "sealed-link.yaml leads to ",
            "charts/db.yaml, which is not where sealed secrets may be",
        ],
    );
}

#[test]
fn a_symlink_out_of_the_repository_is_refused() {
    let (world, outside) = (World::new(), World::new());
    symlink(
        outside.file(DB),
        world.file(&format!("{APP}/sealed-link.yaml")),
    )
    .expect("the folder is writable");
    world.repository.commit("link");
    let before = outside.snapshot();
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["which is outside the repository"],
    );
    assert!(before == outside.snapshot());
}

#[test]
fn a_certificate_is_not_written_through_a_symlink_out_of_the_repository() {
    let (world, outside) = (World::new(), World::new());
    let policy = "environments: {dev: {certificate: certs/dev.pem}}\n";
    world.commit("sealsmith.yaml", policy);
    let pin = || {
        world
            .run(["cert", "pin", "dev"])
            .arg(flag("cert", "certs/new.pem"))
    };
    let before = outside.snapshot();
    for (link, leads) in [
        ("certs", outside.file("")),
        ("certs/dev.pem", outside.file("notes.md")),
        ("certs/dev.pem", outside.file("new.pem")),
    ] {
        let link = world.file(link);
        std::fs::create_dir_all(link.parent().expect("it is in a folder")).expect("it is ours");
        symlink(leads, &link).expect("the folder is writable");
        world.refuses(pin(), 1, &["certs/dev.pem is a symlink that leads out of"]);
        std::fs::remove_file(link).expect("it was made above");
    }
    assert!(before == outside.snapshot());
    pin().output();
}

#[test]
fn a_symlink_that_leads_nowhere_is_named() {
    let world = World::new();
    symlink(
        "nowhere.yaml",
        world.file(&format!("{APP}/sealed-link.yaml")),
    )
    .expect("the folder is writable");
    world.repository.commit("link");
    world.refuses(world.reseal(&["envs/dev"]), 2, &["sealed-link.yaml"]);
}

#[test]
fn a_folder_in_place_of_a_file_is_no_file() {
    let world = World::new();
    std::fs::create_dir(world.file("folder.yaml")).expect("the folder is writable");
    let cert = flag("cert", "certs/new.pem");
    for args in [
        ["seal", "-f", "folder.yaml", &cert],
        ["set", "folder.yaml", "key", &cert],
    ] {
        world.refuses(world.run(args), 2, &["folder.yaml: it is a folder"]);
    }
}

#[test]
fn a_pipe_in_place_of_a_manifest_does_not_hang() {
    let world = World::new();
    Program::new("mkfifo")
        .arg(world.file(&format!("{APP}/sealed-pipe.yaml")))
        .output();
    world.refuses(
        world.reseal(&[&format!("{APP}/sealed-pipe.yaml"), "--dry-run"]),
        1,
        &["it is a pipe"],
    );
}

#[test]
fn a_file_nobody_may_read_is_left_behind() {
    let world = World::new();
    set_permissions(world.file(DB), Permissions::from_mode(0o000)).expect("the file is ours");
    let seal = world.run(["seal", "-f", DB, &flag("cert", "certs/new.pem")]);
    let before = std::fs::read(world.file(CACHE)).expect("it is there");
    for program in [seal, world.reseal(&[DB, "--dry-run"])] {
        let outcome = bound_by_permissions(program).run();
        assert!(
            matches!(outcome.code, Some(1 | 2)) && outcome.stderr.contains("Permission denied"),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(
        before,
        std::fs::read(world.file(CACHE)).expect("it is there")
    );
}

#[test]
fn a_folder_nobody_may_write_keeps_its_files() {
    let world = World::new();
    set_permissions(world.file(APP), Permissions::from_mode(0o555)).expect("the folder is ours");
    let cert = flag("cert", "certs/new.pem");
    let set = world.run(["set", DB, "password", "--from-file", "value.txt", &cert]);
    let words = [
        "cannot write envs/dev/sealed-secrets/app/sealed-db.yaml",
        "Permission denied",
    ];
    world.refuses(bound_by_permissions(set), 2, &words);
    world.refuses(bound_by_permissions(world.reseal(&[DB])), 1, &words);
    set_permissions(world.file(APP), Permissions::from_mode(0o755)).expect("the folder is ours");
}

#[test]
fn a_file_nobody_may_write_is_not_replaced() {
    let world = World::new();
    set_permissions(world.file(DB), Permissions::from_mode(0o444)).expect("the file is ours");
    world.refuses(
        bound_by_permissions(world.reseal(&[DB])),
        1,
        &["cannot write ", "Permission denied"],
    );
}

#[test]
fn a_name_that_steers_the_terminal_is_shown_harmless() {
    let world = World::new();
    let name = format!("{APP}/sealed-\u{1b}[2J.yaml");
    world.commit(&name, "kind: [");
    let outcome = world.refuses(
        world.reseal(&["envs/dev", "--dry-run"]),
        1,
        &["sealed-\\u{1b}[2J.yaml"],
    );
    assert!(!outcome.stderr.contains('\u{1b}'));
}

/// Lets file permissions hold for root too, who may otherwise read and write everything.
fn bound_by_permissions(program: Program) -> Program {
    let root = Program::new("id").arg("-u").text().trim() == "0";
    if !root {
        return program;
    }
    let command = program.into_command();
    let folder = command
        .get_current_dir()
        .expect("the world sets it")
        .to_owned();
    Program::new("setpriv")
        .args(["--bounding-set=-dac_override,-dac_read_search", "--"])
        .arg(command.get_program())
        .args(command.get_args())
        .dir(folder)
}
