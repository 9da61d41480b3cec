//! Plaintext leaves the process in one way only: as the result of `unseal`.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::support::program::Program;
use crate::world::{DB, World, flag, snapshot};

const SECRET: &str = "Quagga-Zenith-7731";

fn manifest(value: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: app-dev\nstringData:\n  password: {value}\n"
    )
}

#[test]
fn no_command_but_unseal_says_or_stores_a_secret() {
    let (world, temporary) = (
        World::new(),
        tempfile::tempdir().expect("the temporary folder is writable"),
    );
    let (cert, old, new) = (
        flag("cert", "certs/old.pem"),
        flag("recovery-private-key", "keys/old"),
        flag("cert", "certs/new.pem"),
    );
    let sealed = "envs/dev/sealed-secrets/app/sealed-new.yaml";
    let text = manifest(SECRET);
    let commands = [
        (vec!["seal", &cert, "-w", sealed], text.as_str()),
        (vec!["seal", &cert, "--merge-into", sealed], &text),
        (
            vec!["seal", "--raw", &cert, "-n", "app-dev", "--name", "db"],
            SECRET,
        ),
        (vec!["set", DB, "password", &cert], SECRET),
        (vec!["verify", "envs/dev", &old], ""),
        (vec!["unseal", "--explain", &old, sealed], ""),
        (vec!["reseal", "envs/dev", &old, &new, "--dry-run"], ""),
        (vec!["reseal", sealed, DB, &old, &new], ""),
        (vec!["reseal", "envs/dev", &old, &new, "--format=json"], ""),
    ];
    for (args, stdin) in commands {
        world.repository.commit("next");
        let outcome = world
            .run(args.clone())
            .env("TMPDIR", temporary.path())
            .stdin(stdin)
            .run();
        assert!(
            matches!(outcome.code, Some(0 | 1)),
            "{args:?} {}",
            outcome.stderr
        );
        silent(&args, &outcome.stdout, outcome.stderr.as_bytes());
        for folder in [world.repository.path(), temporary.path()] {
            nothing_in(folder, &args);
        }
    }
    let key = flag("recovery-private-key", "keys/new");
    let opened = world.run(["unseal", &key, "-f", sealed]).text();
    assert!(
        opened.contains(&BASE64.encode(SECRET)),
        "the secret went through all of it"
    );
}

#[test]
fn errors_about_a_secret_do_not_quote_it() {
    let world = World::new();
    let cert = flag("cert", "certs/new.pem");
    let broken = [
        manifest(&format!("[{SECRET}")),
        manifest(&format!("{{{SECRET}: 1}}")),
        manifest(&format!("{SECRET}\n  password: {SECRET}")),
        manifest(&format!("\"{SECRET}\\q\"")),
        manifest(&format!("*{SECRET}")),
        manifest(&format!("!!binary {SECRET}")),
        manifest(SECRET).replace("stringData", "data"),
        manifest(SECRET).replace("  namespace: app-dev\n", ""),
        manifest(SECRET).replace("kind: Secret\n", ""),
        format!("{}\u{7}", manifest(SECRET)),
        format!("{{\"kind\": \"Secret\", \"stringData\": {{\"a\": \"{SECRET}\" \"b\"}}}}"),
        format!("kind: Secret\n\t{SECRET}\n"),
    ];
    for text in broken {
        let outcome = world.refuses(
            world.run(["seal", &cert]).stdin(text.clone()),
            2,
            &["error: "],
        );
        silent(&[&text], &outcome.stdout, outcome.stderr.as_bytes());
    }
    let raw = world
        .run([
            "seal",
            "--raw",
            &flag("cert", "certs/expired.pem"),
            "-n",
            "a",
            "--name",
            "b",
        ])
        .stdin(SECRET);
    let outcome = world.refuses(raw, 2, &["expired"]);
    silent(&["raw"], &outcome.stdout, outcome.stderr.as_bytes());
}

#[test]
fn neither_the_command_line_nor_the_environment_holds_the_secret() {
    let world = World::new();
    let mut child = Program::sealsmith()
        .dir(world.repository.path())
        .args(["set", DB, "password", &flag("cert", "certs/old.pem")])
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    pipe.write_all(SECRET.as_bytes())
        .expect("the program waits for the end of its input");
    std::thread::sleep(std::time::Duration::from_millis(100));
    for name in ["cmdline", "environ"] {
        // A process that forbids to be looked into shows its environment to root alone.
        let seen = std::fs::read(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
        assert!(!holds(&seen), "{name}");
    }
    assert!(
        child
            .try_wait()
            .expect("a child can be waited for")
            .is_none(),
        "it was still reading"
    );
    drop(pipe);
    assert!(child.wait().expect("a child can be waited for").success());
}

fn silent(what: &[&str], stdout: &[u8], stderr: &[u8]) {
    assert!(!holds(stdout), "{what:?} says the secret");
    assert!(!holds(stderr), "{what:?} tells the secret");
}

fn nothing_in(folder: &Path, what: &[&str]) {
    for (path, (_, content)) in snapshot(folder) {
        assert!(
            !holds(&content),
            "{what:?} left the secret in {}",
            path.display()
        );
    }
}

/// As text, or in base64 at any of its three alignments.
fn holds(bytes: &[u8]) -> bool {
    let shifted = (0..3).map(|shift| {
        let text = BASE64.encode([&b"xx"[..shift], SECRET.as_bytes()].concat());
        text[4..text.len() - 4].to_owned()
    });
    [SECRET.to_owned()].into_iter().chain(shifted).any(|text| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}
