//! How pods use Secrets, read from their description. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

/// How a pod uses one Secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// As variables, or as a file mounted by `subPath`: what the Secret was when the container started.
    pub(crate) at_start: bool,
    /// As files that follow the Secret after a minute or so.
    pub(crate) as_files: bool,
    /// To pull its images.
    pub(crate) to_pull: bool,
}

/// By what a workload restarts when a Secret changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rolls {
    /// A checksum among the annotations of its pods.
    Checksum,
    /// An operator that watches Secrets: Reloader or Wave.
    Operator,
}

/// Annotations by which an operator restarts a workload: Stakater's Reloader, Wave.
const OPERATORS: [&str; 4] = [
    "reloader.stakater.com/auto",
    "secret.reloader.stakater.com/auto",
    "reloader.stakater.com/search",
    "wave.pusher.com/update-on-config-change",
];
/// The same with a list of the Secrets that it watches.
const WATCHES: &str = "secret.reloader.stakater.com/reload";

/// The Secrets that a pod uses, by name.
pub(crate) fn of_pod(spec: &Value) -> BTreeMap<String, Uses> {
    let mut uses = BTreeMap::new();
    for container in containers(spec) {
        variables(container, &mut uses);
    }
    for volume in items(spec, "volumes") {
        of_volume(volume, spec, &mut uses);
    }
    for pull in items(spec, "imagePullSecrets") {
        note(&mut uses, text(pull, "/name"), |uses| uses.to_pull = true);
    }
    uses
}

/// By what a workload restarts when one of its Secrets changes.
pub(super) fn rolls(
    object: &Value,
    template: &Value,
    secrets: &BTreeMap<String, Uses>,
) -> Option<Rolls> {
    let watched = |object: &Value| {
        let on = |name: &&str| annotation(object, name) == Some("true");
        let listed = annotation(object, WATCHES).unwrap_or_default();
        OPERATORS.iter().any(on)
            || listed
                .split(',')
                .any(|name| secrets.contains_key(name.trim()))
    };
    if watched(object) || watched(template) {
        return Some(Rolls::Operator);
    }
    let annotations = template.pointer("/metadata/annotations")?.as_object()?;
    let mut names = annotations.keys();
    names
        .any(|name| name.contains("checksum") || name.contains("sha256"))
        .then_some(Rolls::Checksum)
}

fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers", "ephemeralContainers"]
        .into_iter()
        .flat_map(|list| items(spec, list))
}

fn variables(container: &Value, uses: &mut BTreeMap<String, Uses>) {
    let single = items(container, "env").map(|env| text(env, "/valueFrom/secretKeyRef/name"));
    let whole = items(container, "envFrom").map(|from| text(from, "/secretRef/name"));
    for name in single.chain(whole) {
        note(uses, name, |uses| uses.at_start = true);
    }
}

fn of_volume(volume: &Value, spec: &Value, uses: &mut BTreeMap<String, Uses>) {
    let own = text(volume, "/secret/secretName");
    let projected = volume
        .pointer("/projected/sources")
        .and_then(Value::as_array);
    let projected = projected
        .into_iter()
        .flatten()
        .map(|source| text(source, "/secret/name"));
    let by_sub_path = is_mounted_by_sub_path(volume, spec);
    for name in projected.chain([own]) {
        note(uses, name, |uses| match by_sub_path {
            true => uses.at_start = true,
            false => uses.as_files = true,
        });
    }
}

/// A file mounted by `subPath` is a copy of the start and never follows.
fn is_mounted_by_sub_path(volume: &Value, spec: &Value) -> bool {
    let name = text(volume, "/name");
    let mut mounts = containers(spec).flat_map(|container| items(container, "volumeMounts"));
    mounts.any(|mount| {
        let by_part = ["/subPath", "/subPathExpr"]
            .iter()
            .any(|field| text(mount, field).is_some());
        by_part && text(mount, "/name") == name
    })
}

fn note(uses: &mut BTreeMap<String, Uses>, name: Option<&str>, mark: impl FnOnce(&mut Uses)) {
    if let Some(name) = name {
        mark(uses.entry(name.to_owned()).or_default());
    }
}

fn annotation<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.pointer("/metadata/annotations")?.get(name)?.as_str()
}

fn items<'a>(object: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object
        .get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_to_use_a_secret_is_found() {
        let spec = json!({
            "initContainers": [{"name": "i", "envFrom": [{"secretRef": {"name": "whole"}}, {"configMapRef": {"name": "c"}}]}],
            "containers": [{
                "name": "c",
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "single", "key": "a"}}}, {"name": "B", "value": "b"}],
                "volumeMounts": [
                    {"name": "files", "mountPath": "/files"},
                    {"name": "part", "mountPath": "/part", "subPath": "key"},
                ],
            }],
            "volumes": [
                {"name": "files", "secret": {"secretName": "mounted"}},
                {"name": "part", "secret": {"secretName": "part"}},
                {"name": "all", "projected": {"sources": [{"secret": {"name": "projected"}}, {"configMap": {"name": "c"}}]}},
                {"name": "none", "emptyDir": {}},
            ],
            "imagePullSecrets": [{"name": "registry"}],
        });
        let at_start = Uses {
            at_start: true,
            ..Uses::default()
        };
        let as_files = Uses {
            as_files: true,
            ..Uses::default()
        };
        let to_pull = Uses {
            to_pull: true,
            ..Uses::default()
        };
        let expected = [
            ("mounted", as_files),
            ("part", at_start),
            ("projected", as_files),
            ("registry", to_pull),
            ("single", at_start),
            ("whole", at_start),
        ];
        let expected = expected.map(|(name, uses)| (name.to_owned(), uses));
        assert_eq!(of_pod(&spec), BTreeMap::from(expected));
    }

    #[test]
    fn checksums_and_operators_restart_a_workload() {
        let secrets = BTreeMap::from([("db".to_owned(), Uses::default())]);
        let rolls_by = |own: Value, pods: Value| {
            let object = json!({"metadata": {"annotations": own}});
            let template = json!({"metadata": {"annotations": pods}});
            rolls(&object, &template, &secrets)
        };
        let none = json!({});
        assert_eq!(rolls_by(none.clone(), none.clone()), None);
        assert_eq!(
            rolls_by(none.clone(), json!({"checksum/secret": "ab"})),
            Some(Rolls::Checksum)
        );
        for (own, expected) in [
            (json!({"reloader.stakater.com/auto": "true"}), true),
            (json!({"reloader.stakater.com/auto": "false"}), false),
            (json!({WATCHES: "other, db"}), true),
            (json!({WATCHES: "other"}), false),
        ] {
            let found = rolls_by(own.clone(), none.clone());
            assert_eq!(found == Some(Rolls::Operator), expected, "{own}");
        }
    }
}
