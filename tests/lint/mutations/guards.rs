//! Work trees in which nothing must be rewritten.

use sealsmith_lint::Path;
use sealsmith_lint::guard::{GitState, Head, Upstream};

use super::scene::{Scene, Spot};
use crate::random::Random;

/// What the repository as a whole goes by.
const ROOT: &str = ".";

pub(super) fn dirty(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let path = scene.files[index].path.clone();
    let mut state = clean();
    let list = if random.one_in(2) {
        &mut state.changed
    } else {
        &mut state.untracked
    };
    list.push(path);
    scene.git = Some(state);
    Spot::file(&scene.path(index))
}

pub(super) fn unfinished(random: &mut Random, scene: &mut Scene) -> Spot {
    let mut state = clean();
    let mut place = ROOT.to_owned();
    match random.below(5) {
        0 => {
            state.unfinished = Some(
                random
                    .pick(&["merge", "rebase", "cherry-pick", "bisect"])
                    .to_owned(),
            );
        }
        1 => state.index_locked = true,
        2 => state.head = Head::Unborn,
        3 => state.head = Head::Detached("0123456789".to_owned()),
        _ => {
            place = scene.path(scene.sealed(random, ""));
            state.unmerged.push(Path::from(place.as_str()));
        }
    }
    scene.git = Some(state);
    Spot::file(&place)
}

pub(super) fn behind(random: &mut Random, scene: &mut Scene) -> Spot {
    let upstream = Upstream {
        name: "origin/main".to_owned(),
        ahead: random.below(3),
        behind: 1 + random.below(9),
        fetched_ago: Some(3600).filter(|_| random.one_in(2)),
    };
    scene.git = Some(GitState {
        upstream: Some(upstream),
        ..clean()
    });
    Spot::file(ROOT)
}

fn clean() -> GitState {
    GitState {
        head: Head::Branch("main".to_owned()),
        ..GitState::default()
    }
}
