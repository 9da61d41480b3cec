//! Where the new secret is while the program runs: in its memory and in the backup.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use crate::side_by_side::desk::{Desk, Setting, hook};
use crate::side_by_side::scan::forms;

/// What was seen of the program and whatever it started.
#[derive(Default)]
struct Seen {
    /// The command lines of all, and the environments of all but the program, which got its own from the test.
    texts: BTreeSet<Vec<u8>>,
    children: BTreeSet<u32>,
    core_limits: BTreeSet<String>,
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn no_process_gets_the_secret_and_children_get_no_credentials_of_aws() {
    let desk = Desk::with(&Setting {
        own: true,
        ..Setting::default()
    });
    let dump = desk.place("tmp/hooks.txt");
    for name in ["pre-commit", "commit-msg", "post-commit", "pre-push"] {
        let script = format!(
            "env >> {0}; tr '\\0' '\\n' < /proc/$PPID/environ >> {0}; cat >> {0} < /dev/null; sleep 0.1",
            dump.display()
        );
        hook(&desk.clone.file(".git"), name, &script);
    }
    let mut command = desk.begin(&[]).into_command();
    let program = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let id = program.id();
    let mut seen = Seen::default();
    let output = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| program.wait_with_output().expect("it ends"));
        while !waiting.is_finished() {
            seen.look(id);
            desk.secrets();
        }
        waiting.join().expect("nothing panics there")
    });
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
    desk.said.lock().expect("nobody panics with it").push(said);

    assert!(
        seen.children.len() >= 5,
        "git was seen: {:?}",
        seen.children
    );
    assert_eq!(seen.core_limits, BTreeSet::from(["0 0".to_owned()]));
    let hooks = std::fs::read(&dump).expect("the hooks ran");
    std::fs::remove_file(&dump).expect("it is ours");
    seen.texts.insert(hooks);
    let needles: Vec<_> = desk
        .secrets()
        .iter()
        .flat_map(|secret| forms(secret))
        .collect();
    assert!(needles.len() >= 8, "the old secret and the new one");
    for text in &seen.texts {
        let text = String::from_utf8_lossy(text);
        assert!(
            !needles.iter().any(|needle| text.contains(needle.as_str())),
            "a secret was seen: {text}"
        );
        assert!(
            !text.contains("AWS_SECRET_ACCESS_KEY="),
            "a child got a credential: {text}"
        );
        assert!(
            !text.contains("AWS_SESSION_TOKEN="),
            "a child got a credential: {text}"
        );
    }
    desk.is_done();
}

impl Seen {
    fn look(&mut self, program: u32) {
        for id in descendants(program) {
            let folder = Path::new("/proc").join(id.to_string());
            // Whoever has ended meanwhile has nothing to show.
            self.texts.extend(std::fs::read(folder.join("cmdline")));
            if id == program {
                let limits = std::fs::read_to_string(folder.join("limits")).unwrap_or_default();
                let core = limits
                    .lines()
                    .find_map(|line| line.strip_prefix("Max core file size"));
                let words: Vec<_> = core
                    .unwrap_or_default()
                    .split_whitespace()
                    .take(2)
                    .collect();
                // Before its first statement the limit is the one that it was given.
                if words == ["0", "0"] || !self.core_limits.is_empty() {
                    self.core_limits
                        .extend((words.len() == 2).then(|| words.join(" ")));
                }
            } else if is_another(id, program) {
                self.children.insert(id);
                let who = std::fs::read(folder.join("cmdline")).unwrap_or_default();
                let environment = std::fs::read(folder.join("environ")).unwrap_or_default();
                self.texts.insert([who, environment].concat());
            }
        }
    }
}

/// A child is the program itself until it has become git.
fn is_another(id: u32, program: u32) -> bool {
    let executable = |id: u32| std::fs::read_link(format!("/proc/{id}/exe")).ok();
    let own = executable(program);
    own.is_some() && executable(id).is_some_and(|path| Some(path) != own)
}

fn descendants(program: u32) -> Vec<u32> {
    let mut all = vec![program];
    let mut next = 0;
    while let Some(id) = all.get(next).copied() {
        next += 1;
        let tasks = std::fs::read_dir(format!("/proc/{id}/task"))
            .into_iter()
            .flatten()
            .flatten();
        for task in tasks {
            let children =
                std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(
                children
                    .split_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        }
    }
    all
}
