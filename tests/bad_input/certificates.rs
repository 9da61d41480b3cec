//! Certificates that nothing may be sealed for, and keys that do not fit.

use crate::world::{CACHE, DB, World, flag, read};

const REFUSED: [(&str, &str); 6] = [
    ("expired", "expired on 2026-01-31"),
    ("elliptic-curve", "found an elliptic curve key"),
    ("truncated", "it is truncated"),
    ("rsa512", "512 bits"),
    ("empty", "no certificate found"),
    ("public-key", "not its bare key"),
];

#[test]
fn a_certificate_that_is_wrong_stops_every_command_that_seals() {
    let world = World::new();
    for (name, words) in REFUSED {
        let cert = flag("cert", &format!("certs/{name}.pem"));
        let key = flag("recovery-private-key", "keys/old");
        let commands = [
            vec!["seal", &cert, "-f", "secret.yaml", "-w", "sealed.yaml"],
            vec![
                "seal",
                "--raw",
                &cert,
                "-n",
                "app",
                "--name",
                "db",
                "--from-file",
                "value.txt",
                "-w",
                "sealed.txt",
            ],
            vec!["seal", &cert, "-f", "secret.yaml", "--merge-into", DB],
            vec!["set", DB, "password", "--from-file", "value.txt", &cert],
            vec!["reseal", "envs/dev", &key, &cert],
        ];
        for command in commands {
            world.refuses(world.run(command), 2, &["error: cannot ", words]);
        }
    }
}

#[test]
fn one_bad_certificate_of_several_writes_nothing() {
    let world = World::new();
    let (good, bad) = (
        flag("cert", "certs/new.pem"),
        flag("cert", "certs/expired.pem"),
    );
    let seal = world.run([
        "seal",
        &good,
        &bad,
        "-f",
        "secret.yaml",
        "-w",
        "sealed-{cert}.yaml",
    ]);
    world.refuses(seal, 2, &["expired on"]);
}

#[test]
fn a_wrong_key_opens_nothing_and_changes_nothing() {
    let world = World::new();
    let key = flag("recovery-private-key", "keys/other");
    let reseal = world.run(["reseal", DB, &key, &flag("cert", "certs/new.pem")]);
    world.refuses(
        reseal,
        1,
        &[
            "left behind: key \"password\" of app-dev/db: no key could decrypt",
            "hint: ",
        ],
    );
    let unseal = world.run(["unseal", &key, "-f", DB, "-w", "plain.yaml"]);
    let outcome = world.refuses(unseal, 1, &["cannot unseal app-dev/db"]);
    assert!(outcome.stdout.is_empty());
}

#[test]
fn an_unreadable_private_key_says_which_and_why() {
    let world = World::new();
    for (key, words) in [
        ("keys/elliptic-curve.pem", "elliptic curve"),
        ("keys/encrypted.pem", "encrypted with a passphrase"),
        ("keys/empty", "holds no private key"),
        ("certs/new.pem", "no private key found"),
    ] {
        let reseal = world.run([
            "reseal",
            DB,
            &flag("recovery-private-key", key),
            &flag("cert", "certs/new.pem"),
        ]);
        world.refuses(reseal, 2, &[key, words]);
    }
}

#[test]
fn a_value_sealed_for_another_place_is_left_behind_with_its_place() {
    let annotation =
        "metadata:\n  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: \"true\"\n";
    let original = read(DB);
    let moved = [
        original.replace("name: db", "name: renamed"),
        original.replace("namespace: app-dev", "namespace: other"),
        original.replacen("metadata:\n", annotation, 1),
    ];
    for text in moved {
        assert_ne!(text, original);
        let world = World::new();
        // Its neighbour still has the name, which is how the former place is known.
        world.commit("envs/dev/sealed-secrets/app/sealed-moved.yaml", &text);
        let reseal = world.reseal(&[
            "envs/dev/sealed-secrets/app/sealed-moved.yaml",
            DB,
            "--dry-run",
        ]);
        world.refuses(
            reseal,
            1,
            &[
                "left behind: key \"password\"",
                "sealed for app-dev/db (strict)",
            ],
        );
        let verify = world.run([
            "verify",
            "envs/dev/sealed-secrets/app/sealed-moved.yaml",
            &flag("recovery-private-key", "keys/old"),
        ]);
        world.refuses(verify, 1, &["sealed-moved.yaml:", "sealed for"]);
    }
}

#[test]
fn a_file_with_one_value_left_behind_is_not_written_at_all() {
    let world = World::new();
    let half = read(DB).replace(
        "  template:\n",
        &format!("    token: {}\n  template:\n", value_of(CACHE)),
    );
    world.commit(DB, half);
    let outcome = world.refuses(world.reseal(&[DB]), 1, &["key \"token\" of app-dev/db"]);
    assert!(
        String::from_utf8_lossy(&outcome.stdout).contains("0 values in 0 files, 1 left behind")
    );
}

fn value_of(path: &str) -> String {
    let text = read(path);
    let line = text
        .lines()
        .find(|line| line.contains("token: "))
        .expect("the fixture has the key");
    line.trim().trim_start_matches("token: ").to_owned()
}
