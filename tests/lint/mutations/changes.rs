//! Commits that do what only a person, or no re-seal, may do.

use sealsmith_lint::change::Commit;

use super::scene::{Scene, Spot};
use crate::example::{NOW, value};
use crate::random::Random;

const MANUAL: [&str; 4] = ["slack-webhook", "fastapi-jwt", "git-ssh-key", "db-password"];

pub(super) fn unclassified(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "svc-");
    let names = scene.lines(index, "name: ");
    for line in &names {
        let renamed = scene.line(index, *line).replace("svc-", "stripe-");
        scene.replace(index, *line, &renamed);
    }
    scene.spot(index, names[0])
}

/// A person's commit without an approval.
pub(super) fn unapproved(random: &mut Random, scene: &mut Scene) -> Spot {
    scene.commit = Some(commit("dev@example.com", "a new value\n"));
    another_value(random, scene)
}

/// Automation's commit, with an approval or without.
pub(super) fn automated(random: &mut Random, scene: &mut Scene) -> Spot {
    let trailer = random.pick(&["", "\nSecret-Change-Approved-By: @lead\n"]);
    let mut commit = commit(
        "sealsmith-bot@users.noreply.example.com",
        &format!("a new value\n{trailer}"),
    );
    if random.one_in(2) {
        commit.people = vec!["dev@example.com".to_owned()];
        commit.by_automation = true;
    }
    scene.commit = Some(commit);
    another_value(random, scene)
}

fn another_value(random: &mut Random, scene: &mut Scene) -> Spot {
    let word = random.pick(&MANUAL);
    let index = scene.sealed(random, word);
    scene.change_value(random, index, |_| value("dev 21", "another"))
}

/// A re-seal that changes a length, a template or another file.
pub(super) fn more_than_resealed(random: &mut Random, scene: &mut Scene) -> Spot {
    scene.commit = Some(commit(
        "ops@example.com",
        "re-seal\n\nSealsmith-Operation: reseal\n",
    ));
    let index = scene.sealed(random, "");
    match random.below(3) {
        0 => scene.change_value(random, index, |_| value("dev 333", "longer")),
        1 => {
            let line = scene.one(random, index, "type: ");
            let indent = scene.line(index, line).len() - scene.line(index, line).trim_start().len();
            scene.replace(
                index,
                line,
                &format!("{}type: example.com/other", " ".repeat(indent)),
            );
            Spot::file(&scene.path(index))
        }
        _ => {
            let index = scene.index("ops/notes.md");
            scene.set(index, "something else\n");
            Spot::file("ops/notes.md")
        }
    }
}

/// Only one of the two values of an access key is new.
pub(super) fn half_rotated(random: &mut Random, scene: &mut Scene) -> Spot {
    scene.commit = Some(commit("ops@example.com", "rotate\n"));
    let index = scene.sealed(random, "aws-credentials");
    let at = random.below(2);
    let range = scene.values(index)[at].clone();
    let bytes = ["20", "40"][at];
    let mut text = scene.text(index).to_owned();
    let line = 1 + text[..range.start].matches('\n').count();
    text.replace_range(range, &value(&format!("dev {bytes}"), "new"));
    scene.set(index, text);
    scene.spot(index, line)
}

pub(super) fn overdue(random: &mut Random, scene: &mut Scene) -> Spot {
    let (word, days) = *random.pick(&[&("aws-credentials", 91), &("db-password", 366)]);
    let index = scene.sealed(random, word);
    let changed = NOW - 86_400 * (days + i64::try_from(random.below(900)).expect("a small number"));
    let path = scene.files[index].path.clone();
    scene.with_settings(|settings| {
        settings.changed.insert(path, changed);
    });
    // All are equally old, so that the last one stands for them.
    let values = scene.values(index);
    let last = values.last().expect("it has values").start;
    let line = 1 + scene.text(index)[..last].matches('\n').count();
    scene.spot(index, line)
}

fn commit(author: &str, message: &str) -> Commit {
    Commit {
        id: Some("0123456789".to_owned()),
        people: vec![author.to_owned()],
        message: Some(message.to_owned()),
        by_automation: false,
        changes: Vec::new(),
    }
}
