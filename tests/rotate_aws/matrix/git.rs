//! What can be wrong with git.

use super::faults::{EVERYWHERE, Fault, Healing, Meets};
use crate::side_by_side::desk::{Desk, hook};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "git: the remote is gone",
        pieces: EVERYWHERE,
        strikes: |desk| {
            std::fs::rename(desk.place("origin.git"), desk.place("gone.git")).expect("it is ours");
            Box::new(|desk| {
                std::fs::rename(desk.place("gone.git"), desk.place("origin.git"))
                    .expect("it is ours");
            })
        },
        meets: Meets::Either,
    },
    Fault {
        name: "git: somebody changed one of our files",
        pieces: &["sealing", "committing"],
        strikes: |desk| {
            let path = Desk::manifest("fastapi");
            let before = desk.clone.read(&path);
            desk.clone.write(&path, [&before[..], b"# mine\n"].concat());
            Box::new(move |desk| desk.clone.write(path, before))
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "git: another branch is checked out",
        pieces: &["sealing", "committing", "pushing"],
        strikes: |desk| {
            // What is written already is carried along.
            desk.clone
                .git(["switch", "--quiet", "--create", "elsewhere", "HEAD"]);
            Box::new(|desk| {
                desk.clone.git(["switch", "--quiet", "main"]);
            })
        },
        meets: Meets::Either,
    },
    Fault {
        name: "git: the index is locked",
        pieces: &["committing"],
        strikes: |desk| {
            desk.clone.write(".git/index.lock", "");
            Box::new(|desk| {
                std::fs::remove_file(desk.clone.file(".git/index.lock")).expect("it is ours");
            })
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "git: a pre-commit hook says no",
        pieces: &["committing"],
        strikes: |desk| hooked(desk, "pre-commit"),
        meets: Meets::Stops,
    },
    Fault {
        name: "git: a pre-push hook says no",
        pieces: &["pushing"],
        strikes: |desk| hooked(desk, "pre-push"),
        meets: Meets::Stops,
    },
    Fault {
        name: "git: the remote rejects the push",
        pieces: &["pushing"],
        strikes: |desk| {
            hook(
                &desk.place("origin.git"),
                "pre-receive",
                "echo 'protected branch' >&2; exit 1",
            );
            Box::new(|desk| hook(&desk.place("origin.git"), "pre-receive", "exit 0"))
        },
        meets: Meets::Stops,
    },
    Fault {
        name: "git: a colleague pushed something else",
        pieces: &["pushing"],
        strikes: |desk| {
            desk.colleague().pushes("theirs.md", "theirs\n");
            Box::new(|_| {})
        },
        meets: Meets::Passes,
    },
];

fn hooked(desk: &Desk, name: &'static str) -> Healing {
    hook(
        &desk.clone.file(".git"),
        name,
        "echo 'not today' >&2; exit 1",
    );
    Box::new(move |desk| hook(&desk.clone.file(".git"), name, "exit 0"))
}
