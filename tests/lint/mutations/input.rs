//! Files that cannot be read, or that readers disagree about.

use sealsmith_lint::source::Content;

use super::scene::{Scene, Spot};
use crate::random::Random;

pub(super) fn unreadable(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let end = scene.text(index).lines().count();
    let line = 1 + random.below(end);
    match random.below(6) {
        0 => return scene.insert_after(index, line, "<<<<<<< HEAD"),
        1 => scene.set(index, [scene.text(index).as_bytes(), b"# \xff\n"].concat()),
        2 => scene.files[index].content = Content::TooLarge(3 << 20),
        3 => scene.set(
            index,
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7000\n",
        ),
        4 => drop(scene.insert_after(index, end, "broken: [a, b")),
        _ => {
            let deep = format!("deep: {}{}", "[".repeat(80), "]".repeat(80));
            return scene.insert_after(index, end, &deep);
        }
    }
    Spot::file(&scene.path(index))
}

pub(super) fn ambiguous(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let kind = scene.lines(index, "kind: ")[0];
    let end = scene.text(index).lines().count();
    match random.below(7) {
        0 => scene.insert_after(index, kind, "kind: SealedSecret"),
        1 => {
            let hidden = random.pick(&["\u{85}", "\u{2028}", "\u{2029}"]);
            scene.replace(
                index,
                kind,
                &format!("kind: SealedSecret # as always{hidden}"),
            )
        }
        2 => scene.insert_after(index, end, "--- more"),
        3 => {
            scene.insert_after(index, end, "...\nmore: text");
            Spot::file(&scene.path(index))
        }
        4 => {
            scene.replace(index, kind, "x-kind: &kind SealedSecret\nkind: *kind");
            scene.spot(index, kind + 1)
        }
        5 => {
            let annotations = scene.lines(index, "annotations:")[0];
            let next = scene.line(index, annotations + 1);
            let indent = &next[..next.len() - next.trim_start().len()];
            scene.insert_after(
                index,
                annotations,
                &format!(
                    "{indent}replicas: {}",
                    random.pick(&["2", "yes", "0x1F", "1e3"])
                ),
            )
        }
        _ => scene.replace(index, kind, "kind: !!str SealedSecret"),
    }
}
