//! Files that cannot be read as manifests.

use std::fs::File;

use crate::support::program::Program;
use crate::world::{DB, World, flag, read};

const BAD: &str = "envs/dev/sealed-secrets/app/sealed-bad.yaml";

/// Every command that edits the file refuses it; the whole folder is re-sealed but for it.
fn refused_everywhere(world: &World, words: &[&str]) {
    let cert = flag("cert", "certs/new.pem");
    let set = world.run(["set", BAD, "password", "--from-file", "value.txt", &cert]);
    world.refuses(set, 2, words);
    let merge = world.run(["seal", &cert, "-f", "secret.yaml", "--merge-into", BAD]);
    world.refuses(merge, 2, words);
    let key = flag("recovery-private-key", "keys/old");
    let unseal = world.run(["unseal", &key, "-f", BAD, "-w", "plain.yaml"]);
    world.refuses(unseal, 2, words);
    world.refuses(world.reseal(&[BAD]), 1, &[&["left behind"], words].concat());
    world.refuses(world.reseal(&["envs/dev", "--dry-run"]), 1, words);
}

#[test]
fn broken_yaml_in_one_of_many_documents_names_line_and_column() {
    let world = World::new();
    let db = read(DB);
    world.commit(
        BAD,
        format!("{db}---\nkind: ConfigMap\nmetadata: {{name: [}}\n---\n{db}"),
    );
    refused_everywhere(&world, &["sealed-bad.yaml:18:18: ", "not valid YAML"]);
    let cert = flag("cert", "certs/new.pem");
    let seal = world.run(["seal", &cert, "-f", "secret.yaml", BAD, "-w", "sealed.yaml"]);
    world.refuses(seal, 2, &["sealed-bad.yaml:18:18"]);
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let world = World::new();
    let value = "    password: AgA=\n";
    world.commit(
        BAD,
        read(DB).replace("  encryptedData:\n", &format!("  encryptedData:\n{value}")),
    );
    refused_everywhere(&world, &["key `password` stands twice in the same mapping"]);
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let world = World::new();
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (inner, outer) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        bomb += &format!(
            "{outer}: &{outer} [{}]\n",
            vec![format!("*{inner}"); 10].join(", ")
        );
    }
    world.commit("bomb.yaml", format!("{bomb}kind: ConfigMap\n"));
    let cert = flag("cert", "certs/new.pem");
    let seal = world.run(["seal", &cert, "-f", "bomb.yaml", "-w", "sealed.json"]);
    world.refuses(frugal(seal), 2, &["expand to more than 16 MiB"]);
    world.commit(
        BAD,
        bomb + "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: app-dev}\nspec: {encryptedData: *i}\n",
    );
    world.refuses(frugal(world.reseal(&[BAD])), 1, &["left behind"]);
}

#[test]
fn a_file_of_100_megabytes_is_refused_unread() {
    let world = World::new();
    let giant = File::create(world.file(BAD)).expect("the folder is writable");
    giant
        .set_len(100 << 20)
        .expect("a sparse file takes no room");
    let words = ["sealed-bad.yaml is 100 MB, the limit is 16 MB"];
    let cert = flag("cert", "certs/new.pem");
    for args in [["seal", "-f", BAD, &cert], ["set", BAD, "key", &cert]] {
        world.refuses(frugal(world.run(args)), 2, &words);
    }
    world.refuses(frugal(world.reseal(&[BAD, "--dry-run"])), 1, &words);
}

#[test]
fn text_that_is_not_utf_8_says_at_which_byte() {
    let world = World::new();
    world.commit(BAD, [read(DB).as_bytes(), b"# caf\xe9\n"].concat());
    refused_everywhere(&world, &["not valid UTF-8 at byte "]);
}

#[test]
fn a_utf_16_file_is_not_edited() {
    let world = World::new();
    let text: Vec<u8> = read(DB).encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.commit(BAD, [&b"\xff\xfe"[..], &text].concat());
    let set = world.run([
        "set",
        BAD,
        "password",
        "--from-file",
        "value.txt",
        &flag("cert", "certs/new.pem"),
    ]);
    world.refuses(
        set,
        2,
        &[
            "UTF-16, which Kubernetes and Argo CD cannot read",
            "hint: convert it first",
        ],
    );
    world.refuses(world.reseal(&[BAD]), 1, &["UTF-16"]);
}

#[test]
fn an_empty_file_holds_nothing_to_do() {
    let world = World::new();
    world.commit(BAD, "");
    let outcome = world.refuses(world.reseal(&[BAD]), 0, &[]);
    assert!(String::from_utf8_lossy(&outcome.stdout).contains("nothing to do: 0 values"));
    let seal = world.run(["seal", "-f", BAD, &flag("cert", "certs/new.pem")]);
    world.refuses(seal, 2, &["holds no manifest"]);
}

/// Wraps a program so that it may not have more than 96 MB of data.
fn frugal(program: Program) -> Program {
    let command = program.into_command();
    let folder = command
        .get_current_dir()
        .expect("the world sets it")
        .to_owned();
    Program::new("bash")
        .args(["-c", "ulimit -d 98304 && exec \"$@\"", "bash"])
        .arg(command.get_program())
        .args(command.get_args())
        .env("RAYON_NUM_THREADS", "2")
        .dir(folder)
}
