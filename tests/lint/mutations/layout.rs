//! Files in the wrong place, under the wrong name, or no plain files.

use sealsmith_lint::source::Mode;

use super::scene::{Scene, Spot};
use crate::example::value;
use crate::random::Random;

const OUTSIDE: [&str; 5] = [
    "apps/web/sealed-secret.yaml",
    "envs/dev/sealed-secrets/sealed-secret.yaml",
    "envs/prod/sealed-secrets/airflow/secret.yaml",
    "envs/dev/secrets/airflow/sealed-secret.yml",
    "sealed-secret.yaml",
];

pub(super) fn outside(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    scene.rename(index, random.pick(&OUTSIDE));
    let kinds = scene.lines(index, "kind: ");
    scene.spot(index, kinds[random.below(kinds.len())])
}

pub(super) fn mixed(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let end = scene.text(index).lines().count();
    if random.one_in(3) {
        scene.set(index, random.pick(&["", "# nothing any more\n", "---\n"]));
        return Spot::file(&scene.path(index));
    }
    let kind = random.pick(&["ConfigMap", "Secret", "Service"]);
    scene.insert_after(
        index,
        end,
        &format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: other}}"),
    );
    scene.spot(index, end + 3)
}

pub(super) fn other_namespace(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let line = scene.one(random, index, "namespace: ");
    let old = scene.line(index, line);
    let new = old
        .replace("-dev", "-x")
        .replace("-prod", "-dev")
        .replace("-x", "-prod");
    scene.replace(index, line, &new)
}

pub(super) fn other_name(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let names = scene.lines(index, "name: ");
    let object = random.below(names.len() / 2);
    let (own, template) = (names[2 * object], names[2 * object + 1]);
    match random.below(4) {
        0 => scene.replace(index, own, &(scene.line(index, own) + "_X")),
        1 => copied_to_another_environment(random, scene),
        more => {
            let line = if more == 2 { own } else { template };
            scene.replace(index, line, &(scene.line(index, line) + "-x"));
            scene.spot(index, template)
        }
    }
}

/// The file and its name still say where it comes from.
fn copied_to_another_environment(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "dev/sealed-secrets/svc-");
    let path = scene
        .path(index)
        .replace("envs/dev/", "envs/prod/")
        .replace("-secret.yaml", "-dev-secret.yaml");
    let text = scene.text(index).to_owned();
    scene.add(&path, text);
    Spot::file(&path)
}

pub(super) fn twice(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let (path, text) = (scene.path(index), scene.text(index).to_owned());
    let copy = path.replace(
        "-secret.yaml",
        random.pick(&["-copy.yaml", "-secret.yml", "-zzz.yaml"]),
    );
    scene.add(&copy, text);
    // The first one is taken for the right one.
    let later = if copy > path {
        scene.index(&copy)
    } else {
        index
    };
    let line = scene.one(random, later, "kind: SealedSecret");
    let name = scene
        .lines(later, "name: ")
        .into_iter()
        .find(|name| *name > line);
    scene.spot(later, name.expect("a name follows"))
}

pub(super) fn only_here(random: &mut Random, scene: &mut Scene) -> Spot {
    let app = random.pick(&["airflow", "fastapi", "mlflow"]);
    let (here, there) = *random.pick(&[&("dev", "prod"), &("prod", "dev")]);
    let index = scene.sealed(random, &format!("{here}/sealed-secrets/{app}/"));
    if random.one_in(2) {
        let line = scene.one(random, index, "encryptedData:");
        let next = scene.line(index, line + 1);
        let indent = &next[..next.len() - next.trim_start().len()];
        return scene.insert_after(
            index,
            line,
            &format!("{indent}EXTRA: {}", value("dev 9", "extra")),
        );
    }
    let counterpart = scene.path(index).replace(here, there);
    scene.files.remove(scene.index(&counterpart));
    let index = scene.index(&counterpart.replace(there, here));
    let names = scene.lines(index, "name: ");
    scene.spot(index, names[2 * random.below(names.len() / 2)])
}

pub(super) fn irregular(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let file = &mut scene.files[index];
    match random.below(5) {
        0 => file.mode = Mode::Symlink,
        1 => file.mode = Mode::Gitlink,
        2 => file.mode = Mode::Executable,
        3 => file.attributes.push(
            random
                .pick(&["filter=crypt", "working-tree-encoding=UTF-16"])
                .to_owned(),
        ),
        _ => {
            let clash = scene
                .path(index)
                .replace("sealed-a", "sealed-A")
                .replace("secret.yaml", "Secret.yaml");
            let text = scene.text(index).to_owned();
            scene.add(&clash, text);
        }
    }
    Spot::file(&scene.path(index))
}
