//! A repository with many SealedSecrets.

use crate::bulk::{old_key, seal_one, sealing_key};
use crate::support::repository::Repository;
use sealsmith_core::scope::{Label, Scope};

/// Makes a repository of so many files with three values each, fifty files an application, sealed for the old key and committed.
pub(crate) fn repository(files: usize) -> Repository {
    let repository = Repository::new();
    let key = sealing_key(&old_key());
    for n in 0..files {
        let (namespace, name) = (format!("app-{}", n / 50), format!("secret-{n}"));
        let label = Label::new(Scope::Strict, &namespace, &name);
        let values = ["a", "b", "c"]
            .map(|item| format!("    {item}: {}\n", seal_one(&key, &label).as_str()));
        let path = format!("envs/dev/sealed-secrets/{namespace}/sealed-{name}.yaml");
        repository.write(path, manifest(&namespace, &name, &values.concat()));
    }
    repository.commit("sealed for the old key");
    repository
}

/// Undoes a re-seal, so that it can be measured again.
pub(crate) fn restore(repository: &Repository) {
    repository.git(["reset", "--quiet", "--hard", "HEAD"]);
}

fn manifest(namespace: &str, name: &str, values: &str) -> String {
    format!(
        "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n\
         spec:\n  encryptedData:\n{values}  template:\n    metadata:\n      name: {name}\n      namespace: {namespace}\n"
    )
}
