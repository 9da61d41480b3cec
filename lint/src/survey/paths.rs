//! Where sealed secrets are: the pattern that their paths have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Located, Sighting};
use crate::layout::NamespaceTemplate;

/// Names that environments usually have.
const ENVIRONMENTS: [&str; 18] = [
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "qa",
    "uat",
    "int",
    "integration",
    "stage",
    "staging",
    "stg",
    "preprod",
    "preview",
    "sandbox",
    "prd",
    "prod",
    "production",
];
/// Folders whose children are environments.
const PARENTS: [&str; 7] = [
    "env",
    "envs",
    "environments",
    "clusters",
    "overlays",
    "stages",
    "cluster",
];
/// Folders that say what kind of file they hold, not for which application.
const KINDS: [&str; 8] = [
    "sealed-secrets",
    "sealedsecrets",
    "secrets",
    "secret",
    "templates",
    "manifests",
    "base",
    "resources",
];
/// A part of the path that differs more often than this is left open.
const MOST_LITERALS: usize = 3;

/// Returns patterns that cover every path.
pub(super) fn patterns(sightings: &[Sighting]) -> Result<Vec<String>, Error> {
    let mut shapes = BTreeSet::new();
    for seen in sightings {
        shapes.insert(shape(seen)?);
    }
    let mut patterns: Vec<String> = open(shapes)
        .into_iter()
        .map(|parts| with_endings(&parts))
        .collect();
    patterns.dedup();
    Ok(patterns)
}

/// Returns the template that every namespace follows, if there is one.
pub(super) fn namespace(located: &[Located<'_>]) -> Option<String> {
    let fits = |text: &str| {
        let template = NamespaceTemplate::parse(text).ok()?;
        let all = located
            .iter()
            .all(|one| template.render(&one.place).as_deref() == Some(&one.seen.namespace));
        all.then(|| text.to_owned())
    };
    ["{app}-{env}", "{env}-{app}", "{app}", "{env}"]
        .into_iter()
        .find_map(fits)
}

/// The path with its environment, application and name taken out.
fn shape(seen: &Sighting) -> Result<Vec<String>, Error> {
    let parts: Vec<&str> = seen.path.split('/').collect();
    let (file, folders) = parts
        .split_last()
        .expect("splitting leaves one part at least");
    let env = environment(folders).ok_or_else(|| Error::NoEnvironment(seen.path.clone()))?;
    let app = application(folders, env, &seen.namespace);
    let mut shape: Vec<String> = folders.iter().map(|part| (*part).to_owned()).collect();
    "{env}".clone_into(&mut shape[env]);
    if let Some(app) = app {
        "{app}".clone_into(&mut shape[app]);
    }
    let stem = if file.starts_with("sealed-") {
        "sealed-{name}"
    } else {
        "{name}"
    };
    shape.push(stem.to_owned());
    Ok(shape)
}

fn environment(folders: &[&str]) -> Option<usize> {
    let by_name = folders
        .iter()
        .position(|part| ENVIRONMENTS.contains(&part.to_lowercase().as_str()));
    let below = || {
        let parent = folders
            .iter()
            .position(|part| PARENTS.contains(&part.to_lowercase().as_str()))?;
        (parent + 1 < folders.len()).then_some(parent + 1)
    };
    by_name.or_else(below)
}

fn application(folders: &[&str], env: usize, namespace: &str) -> Option<usize> {
    let others = || (0..folders.len()).rev().filter(|at| *at != env);
    let named = others().find(|&at| {
        let (app, env) = (folders[at], folders[env]);
        namespace == app
            || namespace == format!("{app}-{env}")
            || namespace == format!("{env}-{app}")
    });
    let nearest =
        || others().find(|&at| at > env && !KINDS.contains(&folders[at].to_lowercase().as_str()));
    named.or_else(nearest)
}

/// Leaves parts open in which shapes of one length differ too often.
fn open(shapes: BTreeSet<Vec<String>>) -> BTreeSet<Vec<String>> {
    let mut by_length: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
    for shape in shapes {
        by_length.entry(shape.len()).or_default().push(shape);
    }
    let opened = by_length.into_values().flat_map(|mut shapes| {
        for at in 0..shapes[0].len() {
            let texts: BTreeSet<String> = shapes.iter().map(|shape| shape[at].clone()).collect();
            if texts.len() > MOST_LITERALS {
                let literal = |text: &String| !text.contains('{');
                shapes
                    .iter_mut()
                    .map(|shape| &mut shape[at])
                    .filter(|text| literal(text))
                    .for_each(|text| "*".clone_into(text));
            }
        }
        shapes
    });
    opened.collect()
}

fn with_endings(parts: &[String]) -> String {
    format!("{}.{{yaml,yml,json}}", parts.join("/"))
}
