//! Order of deployment, and who else uses or makes the same Secret.

use super::scene::{Scene, Spot};
use crate::random::Random;

pub(super) fn wave(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let objects = scene.lines(index, "kind: SealedSecret");
    let object = objects[random.below(objects.len())];
    let waves = scene.lines(index, "argocd.argoproj.io/sync-wave:");
    let wave = waves
        .into_iter()
        .find(|line| *line > object)
        .expect("every SealedSecret has a wave");
    let line = scene.line(index, wave);
    match random.below(4) {
        0 => {
            let key = random.pick(&["argocd.argoproj.io/sync-wav", "argocd.argoproj.io/hook"]);
            scene.replace(
                index,
                wave,
                &line.replace("argocd.argoproj.io/sync-wave", key),
            );
            let names = scene.lines(index, "name: ");
            let name = names.into_iter().find(|name| *name > object);
            scene.spot(index, name.expect("every SealedSecret has a name"))
        }
        1 => scene.replace(index, wave, &line.replace('"', "")),
        more => scene.replace(
            index,
            wave,
            &line.replace("-1", if more == 2 { "0" } else { "1" }),
        ),
    }
}

/// A Deployment that reads a Secret with `restarts`, and that nothing rolls when it changes.
pub(super) fn no_checksum(random: &mut Random, scene: &mut Scene) -> Spot {
    let (app, env) = (
        random.pick(&["airflow", "fastapi", "mlflow"]),
        random.pick(&["dev", "prod"]),
    );
    let secret = format!("aws-credentials-{env}-secret");
    let use_of_it = match random.below(3) {
        0 => format!("containers: [{{name: a, envFrom: [{{secretRef: {{name: {secret}}}}}]}}]"),
        1 => format!("volumes: [{{name: v, secret: {{secretName: {secret}}}}}]"),
        _ => format!(
            "containers: [{{name: a, env: [{{name: K, valueFrom: {{secretKeyRef: {{name: {secret}, key: AWS_ACCESS_KEY_ID}}}}}}]}}]"
        ),
    };
    let kind = random.pick(&["Deployment", "StatefulSet", "DaemonSet"]);
    let path = format!("apps/{app}/{env}.yaml");
    scene.add(&path, format!("apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: worker\n  namespace: {app}-{env}\nspec:\n  template:\n    spec:\n      {use_of_it}\n"));
    Spot {
        path,
        line: Some(4),
    }
}

pub(super) fn competitor(random: &mut Random, scene: &mut Scene) -> Spot {
    let env = random.pick(&["dev", "prod"]);
    let index = scene.sealed(random, &format!("envs/{env}/"));
    let line = |start: &str| {
        scene
            .line(index, scene.lines(index, start)[0])
            .trim()
            .to_owned()
    };
    let (name, namespace) = (line("name: "), line("namespace: "));
    let path = format!("apps/{}.yaml", random.pick(&["external", "store/db"]));
    scene.add(&path, format!("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  {name}\n  {namespace}\nspec:\n  secretStoreRef: {{name: aws, kind: ClusterSecretStore}}\n"));
    // Whoever comes later in the order of paths is told.
    Spot {
        path,
        line: Some(4),
    }
}
