//! Sealed values that are damaged, for another key, copied or of another length.

use sealsmith_lint::Lock;
use sealsmith_lint::lock::digest;

use super::scene::{Scene, Spot};
use crate::example::value;
use crate::random::Random;

pub(super) fn malformed(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let damage: fn(&str) -> String = match random.below(5) {
        0 => |value| value[..value.len() - 1].to_owned(),
        1 => |value| format!("{}-{}", &value[..40], &value[41..]),
        2 => |value| format!("{} {}", &value[..40], &value[40..]),
        3 => |value| format!("AAAA{}", &value[4..]),
        _ => |value| value[..400].to_owned(),
    };
    scene.change_value(random, index, damage)
}

pub(super) fn of_another_size(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let bits = random.pick(&["2048", "3072", "8192"]);
    scene.change_value(random, index, |_| {
        value(&format!("{bits} 12"), "another size")
    })
}

pub(super) fn foreign(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    scene.change_value(random, index, |_| value("elsewhere 12", "foreign"))
}

pub(super) fn repeated(random: &mut Random, scene: &mut Scene) -> Spot {
    let (here, there) = *random.pick(&[&("dev", "prod"), &("prod", "dev")]);
    let source = scene.sealed(random, &format!("envs/{there}/"));
    let copied = scene.text(source)[scene.values(source)[0].clone()].to_owned();
    let index = scene.sealed(random, &format!("envs/{here}/"));
    scene.change_value(random, index, |_| copied)
}

pub(super) fn too_long(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "aws-credentials");
    let bytes = random.pick(&["0", "21", "41", "200"]);
    scene.change_value(random, index, |_| {
        value(&format!("dev {bytes}"), "too long")
    })
}

/// Annotations that mean something else than they say.
pub(super) fn other_scope(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "svc-0001");
    let annotations = scene.lines(index, "annotations:");
    let own = random.one_in(2);
    let line = annotations[usize::from(!own)];
    let next = scene.line(index, line + 1);
    let indent = &next[..next.len() - next.trim_start().len()];
    let scope = random.pick(&["namespace-wide", "cluster-wide"]);
    // In the template, `true` means something, and the SealedSecret does not say so.
    let value = if own {
        random.pick(&["\"True\"", "\"yes\"", "\"1\""])
    } else {
        "\"true\""
    };
    scene.insert_after(
        index,
        line,
        &format!("{indent}sealedsecrets.bitnami.com/{scope}: {value}"),
    )
}

pub(super) fn wide(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "svc-0001");
    let annotations = scene.lines(index, "annotations:");
    for line in annotations.iter().rev().copied() {
        let next = scene.line(index, line + 1);
        let indent = &next[..next.len() - next.trim_start().len()];
        scene.insert_after(
            index,
            line,
            &format!("{indent}sealedsecrets.bitnami.com/cluster-wide: \"true\""),
        );
    }
    scene.spot(index, annotations[0] + 1)
}

pub(super) fn schema(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let data = scene.one(random, index, "encryptedData:");
    let indent = scene.line(index, data).replace("encryptedData:", "");
    match random.below(4) {
        0 => scene.replace(index, data, &format!("{indent}encryptdData:")),
        1 => scene.insert_after(index, data - 1, &format!("{indent}secretName: other")),
        2 => {
            let end = scene.text(index).lines().count();
            scene.insert_after(index, end, "status: {observedGeneration: 1}")
        }
        _ => {
            let next = scene.line(index, data + 1);
            let inner = &next[..next.len() - next.trim_start().len()];
            scene.insert_after(index, data, &format!("{inner}NUMBER: 12"))
        }
    }
}

/// The lock file says that a value is for a key that the policy does not know.
pub(super) fn stale(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let values = scene.values(index);
    let range = values[random.below(values.len())].clone();
    let digest: String = digest(&scene.text(index)[range.clone()])
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let line = 1 + scene.text(index)[..range.start].matches('\n').count();
    let entry = format!(
        "{digest} SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ 2026-01-10T09:00:00Z\n"
    );
    scene.with_settings(|settings| {
        settings.lock = Lock::parse(&entry).expect("a line of a lock file");
    });
    scene.spot(index, line)
}
