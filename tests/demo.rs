//! `sealsmith demo`, run to its end; then what it claims is looked at with git and with other commands.

mod support;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use support::program::Program;

const FIRST: &str = "HEAD~2";
const BEFORE: &str = "HEAD~1";
const AFTER: &str = "HEAD";

/// One run for all tests: it makes three RSA keys of 4096 bits.
static DEMO: LazyLock<Demo> = LazyLock::new(Demo::run);

struct Demo {
    root: PathBuf,
    said: String,
}

impl Demo {
    fn run() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
        if root.exists() {
            std::fs::remove_dir_all(&root).expect("an earlier run's folder is ours");
        }
        let said = Program::sealsmith().arg("demo").arg(&root).text();
        Self { root, said }
    }

    fn git<const N: usize>(&self, args: [&str; N]) -> String {
        Program::new("git").dir(&self.root).args(args).text()
    }

    fn sealsmith<const N: usize>(&self, args: [&str; N]) -> Program {
        Program::sealsmith().dir(&self.root).args(args)
    }

    /// The sealed files of dev, which got the new key.
    fn files(&self) -> Vec<String> {
        let listed = self.git(["ls-files", "envs/dev"]);
        listed.lines().map(str::to_owned).collect()
    }

    /// The key files of dev's controller.
    fn keys(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.root.join("controller/dev"));
        let entries = entries.expect("the controller is a folder");
        entries
            .map(|entry| entry.expect("the folder is readable").path())
            .collect()
    }

    /// Opens a file of a commit with one key alone; nothing when that key does not open it.
    fn opened(&self, commit: &str, file: &str, key: &Path) -> Option<String> {
        let sealed = self.git(["show", &format!("{commit}:{file}")]);
        let outcome = self
            .sealsmith(["unseal", "-o", "yaml", "--recovery-private-key"])
            .arg(key)
            .stdin(sealed)
            .run();
        let text = String::from_utf8(outcome.stdout).expect("a Secret is text");
        (outcome.code == Some(0)).then_some(text)
    }

    /// The fingerprint of dev's certificate in a commit.
    fn fingerprint(&self, commit: &str) -> String {
        let certificate = self.git(["show", &format!("{commit}:certs/dev.pem")]);
        let shown = self
            .sealsmith(["cert", "show", "--format", "json", "-"])
            .stdin(certificate)
            .output();
        let shown: serde_json::Value = serde_json::from_slice(&shown).expect("it prints JSON");
        let fingerprint = shown[0]["fingerprint"].as_str();
        fingerprint.expect("a certificate has one").to_owned()
    }
}

#[test]
fn it_comes_to_its_end_and_counts_what_it_proved() {
    for words in [
        "\n✓ 9 values equal under the new key alone\n",
        "\n✓ 5 files differ from the commit before in sealed values only\n",
        "\n18 values in 10 files open\n",
        "\nDone. ",
    ] {
        assert!(DEMO.said.contains(words), "no {words:?} in\n{}", DEMO.said);
    }
}

#[test]
fn every_step_is_a_commit_and_nothing_is_left_over() {
    let subjects = DEMO.git(["log", "--reverse", "--format=%s"]);
    let expected = [
        "envs: seal the first secrets",
        "dev: pin the new controller key",
        "dev: re-seal for the current controller key",
    ];
    assert_eq!(subjects.lines().collect::<Vec<_>>(), expected);
    assert_eq!(DEMO.git(["status", "--short"]), "");
}

#[test]
fn the_last_commit_says_in_trailers_which_key_followed_which() {
    let trailers = DEMO.git(["log", "-1", "--format=%(trailers:only,unfold)"]);
    let (old, new) = (DEMO.fingerprint(FIRST), DEMO.fingerprint(AFTER));
    assert_ne!(old, new);
    let mut lines: Vec<&str> = trailers.trim_end().lines().collect();
    let run = lines.remove(2);
    assert!(run.starts_with("Sealsmith-Run: 20"), "{run}");
    let expected = format!(
        "Sealsmith-Operation: reseal\nSealsmith-Environment: dev\n\
         Sealsmith-Old-Key-Fingerprint: {old}\nSealsmith-Key-Fingerprint: {new}"
    );
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn each_value_opens_to_the_same_plaintext_with_the_old_key_before_and_the_new_one_after() {
    let keys = DEMO.keys();
    assert_eq!((keys.len(), DEMO.files().len()), (2, 5));
    for file in DEMO.files() {
        let with_each = |commit| -> Vec<Option<String>> {
            keys.iter()
                .map(|key| DEMO.opened(commit, &file, key))
                .collect()
        };
        let (before, after) = (with_each(BEFORE), with_each(AFTER));
        let (old, new) = match before.as_slice() {
            [Some(_), None] => (0, 1),
            [None, Some(_)] => (1, 0),
            _ => panic!("not exactly one key opened it"),
        };
        assert!(before[old].is_some() && before[old] == after[new]);
        assert!(after[old].is_none());
    }
}

#[test]
fn the_re_sealing_changed_sealed_values_and_nothing_else() {
    let diff = DEMO.git(["diff", "--unified=0", BEFORE, AFTER, "--", "envs"]);
    let changed = |sign: &str| -> Vec<String> {
        let lines = diff
            .lines()
            .filter(|line| !line.starts_with(&sign.repeat(3)));
        let lines = lines.filter_map(|line| line.strip_prefix(sign));
        lines.map(|line| key_of(line).to_owned()).collect()
    };
    assert_eq!(changed("-").len(), 9);
    assert_eq!(changed("-"), changed("+"));
    let others = DEMO.git([
        "diff",
        "--name-only",
        BEFORE,
        AFTER,
        "--",
        ":!envs/dev",
        ":!sealsmith.lock",
    ]);
    assert_eq!(others, "");
}

/// The key of a sealed value's line.
fn key_of(line: &str) -> &str {
    let (key, value) = line.split_once(": ").expect("a value has a key");
    assert!(key.starts_with("    ") && value.len() > 700, "{line}");
    assert!(
        value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
    );
    key
}

#[test]
fn no_key_and_no_plaintext_ever_reached_git() {
    let history = DEMO.git(["log", "--patch", "--all"]);
    assert!(!history.contains("PRIVATE KEY") && !history.contains("tls.key"));
    for file in DEMO.files() {
        let mut opened = DEMO
            .keys()
            .into_iter()
            .filter_map(|key| DEMO.opened(AFTER, &file, &key));
        let secret = opened.next().expect("the new key opens it");
        let data = secret.lines().skip_while(|line| *line != "data:").skip(1);
        for line in data.take_while(|line| line.starts_with("  ")) {
            let (key, encoded) = line.split_once(": ").expect("an entry has a value");
            // A made-up name of a user says nothing.
            let plain = base64(encoded);
            assert!(key == "  username" || !history.contains(&plain) && !history.contains(encoded));
            assert!(key == "  username" || !DEMO.said.contains(&plain));
        }
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    String::from_utf8(bytes.expect("data is base64")).expect("the demo's values are text")
}

#[test]
fn it_can_be_gone_on_with_as_it_suggests() {
    let verified = DEMO.sealsmith(["verify", "dev", "prod"]).text();
    assert!(
        verified.ends_with("18 values in 10 files open\n"),
        "{verified}"
    );
    let explained = DEMO
        .sealsmith([
            "unseal",
            "--explain",
            "--recovery-private-key",
            "controller/dev",
        ])
        .args(DEMO.files())
        .text();
    assert_eq!(explained.matches("opens (strict)").count(), 9);
    let jwt = "envs/dev/sealed-secrets/fastapi/sealed-fastapi-jwt-secret.yaml";
    let set = DEMO.sealsmith(["set", "--dry-run", jwt, "JWT_SECRET"]);
    let outcome = set.stdin("new").run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
}
