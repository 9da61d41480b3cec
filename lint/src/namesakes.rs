//! Which SealedSecret an object elsewhere means: other files name a Secret, and seldom its environment.

use std::collections::HashMap;

use crate::context::Context;
use crate::index::{Indexed, Repository, SealedEntry};
use crate::layout::Place;
use crate::path::Path;

/// A SealedSecret with its file.
pub(crate) type Sealed<'a> = (&'a Indexed, &'a SealedEntry);

/// The SealedSecrets inside the layout, by name.
pub(crate) struct Namesakes<'a> {
    by_name: HashMap<&'a str, Vec<Sealed<'a>>>,
    environments: Vec<&'a str>,
}

impl<'a> Namesakes<'a> {
    /// Takes all of a repository.
    pub(crate) fn of(repository: &Repository<'a>, context: &Context<'a>) -> Self {
        let mut by_name: HashMap<&str, Vec<Sealed<'_>>> = HashMap::new();
        for file in repository.files.iter().filter(|file| file.place.is_some()) {
            for secret in &file.secrets {
                by_name
                    .entry(&secret.name)
                    .or_default()
                    .push((file, secret));
            }
        }
        Self {
            by_name,
            environments: context.policy.environments.names().collect(),
        }
    }

    /// Returns the SealedSecrets that an object in a file means by the name of a Secret.
    ///
    /// Its own namespace decides. Without one, only a single candidate counts, or the one of the
    /// application that the path names; and a path that names an environment means that one.
    pub(crate) fn meant(&self, path: &Path, namespace: &str, name: &str) -> Vec<Sealed<'a>> {
        let named = self.by_name.get(name).into_iter().flatten().copied();
        let path = path.lossy();
        let candidates = named.filter(|(file, _)| self.may_be_of(&path, file.place.as_ref()));
        if !namespace.is_empty() {
            return candidates
                .filter(|(_, secret)| secret.namespace == namespace)
                .collect();
        }
        let candidates: Vec<_> = candidates.collect();
        if candidates.len() <= 1 {
            return candidates;
        }
        let mut of_app = candidates
            .into_iter()
            .filter(|(file, _)| names_app(&path, file.place.as_ref()));
        match (of_app.next(), of_app.next()) {
            (Some(only), None) => vec![only],
            _ => Vec::new(),
        }
    }

    fn may_be_of(&self, path: &str, place: Option<&Place>) -> bool {
        let words = || path.split(['/', '-', '_', '.']);
        let names_one = self
            .environments
            .iter()
            .any(|env| words().any(|word| word == *env));
        !names_one || place.is_some_and(|place| words().any(|word| word == place.env))
    }
}

fn names_app(path: &str, place: Option<&Place>) -> bool {
    let app = place.and_then(|place| place.app.as_deref());
    let stem = |part: &str| part.split('.').next().map(str::to_owned);
    app.is_some_and(|app| {
        path.split('/')
            .any(|part| part == app || stem(part).as_deref() == Some(app))
    })
}
