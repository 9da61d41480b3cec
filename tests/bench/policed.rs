//! A repository with a policy, two environments and many SealedSecrets of eight values, 6.5 KB each.

use std::fmt::Write as _;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::seal::SealingKey;

use crate::bulk::{VALUE, new_key, old_key, sealing_key};
use crate::support::keys::KeyPair;
use crate::support::program::Program;
use crate::support::repository::Repository;

const VALUES: usize = 8;
const SECRETS_AN_APP: usize = 5;

/// An environment: its name and its key.
type Environment = (&'static str, fn() -> KeyPair);

const ENVIRONMENTS: [Environment; 2] = [("dev", old_key), ("prod", new_key)];

/// Makes a repository of so many manifests, committed, in which nothing is wrong.
pub(crate) fn repository(manifests: usize) -> Repository {
    let repository = Repository::new();
    repository.write("sealsmith.yaml", policy());
    for (at, (env, key)) in ENVIRONMENTS.into_iter().enumerate() {
        let certificate = std::fs::read(key().certificate).expect("the key was made before");
        repository.write(format!("certs/{env}.pem"), certificate);
        let key = sealing_key(&key());
        let half = 0..manifests / 2;
        std::thread::scope(|scope| {
            for part in 0..2 {
                let (repository, key, half) = (&repository, &key, half.clone());
                scope.spawn(move || {
                    half.filter(|n| n % 2 == part)
                        .for_each(|n| write(repository, key, env, n, at));
                });
            }
        });
    }
    commit(&repository);
    repository
}

/// Seals the first files of `dev` again.
pub(crate) fn reseal(repository: &Repository, files: usize) {
    let key = sealing_key(&old_key());
    (0..files).for_each(|n| write(repository, &key, "dev", n, 7));
}

fn write(repository: &Repository, key: &SealingKey, env: &str, n: usize, seed: usize) {
    let (app, name) = (
        format!("app-{:04}", n / SECRETS_AN_APP),
        format!("secret-{n}"),
    );
    let namespace = format!("{app}-{env}");
    let label = Label::new(Scope::Strict, &namespace, &name);
    let seed = u8::try_from(seed).expect("a small number");
    let mut random = ChaCha20Rng::from_seed([seed; 32]);
    random.set_stream(n as u64);
    let mut values = String::new();
    for item in 0..VALUES {
        let sealed = key
            .seal(&mut random, &label, VALUE)
            .expect("a value can be sealed");
        writeln!(values, "    KEY_{item}: {}", sealed.as_str()).expect("a string takes everything");
    }
    repository.write(
        format!("envs/{env}/sealed-secrets/{app}/sealed-{name}.yaml"),
        manifest(&namespace, &name, &values),
    );
}

fn manifest(namespace: &str, name: &str, values: &str) -> String {
    let metadata = format!(
        "name: {name}\n  namespace: {namespace}\n  annotations:\n    argocd.argoproj.io/sync-wave: \"-1\"\n"
    );
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  {metadata}spec:\n  encryptedData:\n{values}  \
         template:\n    metadata:\n      name: {name}\n      namespace: {namespace}\n    type: Opaque\n"
    )
}

fn policy() -> String {
    let environment = |(env, key): Environment| {
        let fingerprint = sealing_key(&key()).fingerprint();
        format!(
            "  {env}: {{certificate: certs/{env}.pem, fingerprints: ['{fingerprint}'], scopes: [strict], parity: true}}\n"
        )
    };
    let environments = ENVIRONMENTS.map(environment).concat();
    format!(
        "layout: {{namespace: '{{app}}-{{env}}'}}\nenvironments:\n{environments}secrets:\n  - id: all\n    match: {{name: 'secret-*'}}\n    \
         rotation: automated\n    reason: these are made-up secrets of a bench\n    keys: {{KEY_0: {{bytes: [{}]}}}}\ngit: {{base: origin/main}}\n",
        VALUE.len()
    )
}

/// Commits after the certificates were made, so that nothing in it is stale.
fn commit(repository: &Repository) {
    repository.git(["add", "--all"]);
    let git =
        Program::new("git")
            .dir(repository.path())
            .args(["commit", "--quiet", "-m", "everything"]);
    let now = format!(
        "@{} +0000",
        std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs()
    );
    drop(
        git.env("GIT_COMMITTER_DATE", &now)
            .env("GIT_AUTHOR_DATE", &now)
            .output(),
    );
}
