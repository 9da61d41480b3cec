//! SealedSecrets as people and tools write them, with values really sealed for their environment.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::seal::SealingKey;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::{Entry, digest};
use sealsmith_lint::source::File;
use serde_json::{Map, Value, json};

use super::written;
use crate::example::NOW;
use crate::random::Random;
use crate::settings::tracked;

/// A key for each environment.
pub(super) const CERTIFICATES: [(&str, &str); 3] = [
    ("dev", include_str!("../../vectors/kubeseal/keyA.crt")),
    (
        "staging",
        include_str!("../../vectors/kubeseal/keys/rsa2048.crt"),
    ),
    ("prod", include_str!("../../vectors/kubeseal/keyB.crt")),
];

const APPS: [&str; 8] = [
    "airflow",
    "fastapi",
    "mlflow",
    "web",
    "payments",
    "a1",
    "data-platform",
    "x-y-z",
];
const KINDS: [&str; 9] = [
    "db",
    "aws-credentials",
    "jwt",
    "tls",
    "registry",
    "redis-cache",
    "git-ssh",
    "smtp",
    "config",
];

/// Seals, and remembers which key each value is for.
pub(super) struct Sealer {
    keys: Vec<SealingKey>,
    random: ChaCha20Rng,
    pub(super) lock: Lock,
}

impl Sealer {
    pub(super) fn new() -> Self {
        let key = |(_, pem): &(&str, &str)| {
            let certificate = Certificate::parse(pem.as_bytes()).expect("a vector is valid");
            SealingKey::native(certificate.public_key()).expect("a key of 2048 bits")
        };
        Self {
            keys: CERTIFICATES.iter().map(key).collect(),
            random: ChaCha20Rng::from_seed([7; 32]),
            lock: Lock::default(),
        }
    }

    fn seal(&mut self, env: usize, label: &Label, plain: &[u8]) -> String {
        let sealed = self.keys[env].seal(&mut self.random, label, plain);
        let text = sealed.expect("a value can be sealed").as_str().to_owned();
        let fingerprint = self.keys[env].fingerprint();
        self.lock.add(
            digest(&text),
            Entry {
                fingerprint,
                sealed_at: NOW - 3600,
            },
        );
        text
    }
}

/// One secret in every environment, each in a style of its own.
pub(super) fn everywhere(random: &mut Random, sealer: &mut Sealer, number: usize) -> Vec<File> {
    let app = random.pick(&APPS);
    let kind = random.pick(&KINDS);
    let name = format!("{kind}-{number}");
    let suffix = random.one_in(3);
    let keys = keys(random, kind);
    let scope = [
        Scope::Strict,
        Scope::Strict,
        Scope::NamespaceWide,
        Scope::ClusterWide,
    ][random.below(4)];
    let mut files = Vec::new();
    for (index, (env, _)) in CERTIFICATES.iter().enumerate() {
        let name = if suffix {
            format!("{name}-{env}")
        } else {
            name.clone()
        };
        let namespace = format!("{app}-{env}");
        let label = Label::new(scope, &namespace, &name);
        let data: Map<_, _> = keys
            .iter()
            .map(|(key, length)| {
                (
                    key.clone(),
                    json!(sealer.seal(index, &label, &random.bytes(*length))),
                )
            })
            .collect();
        let object = object(random, &name, &namespace, scope, data);
        let (ending, text) = written::text(random, &object);
        files.push(tracked(
            &format!("envs/{env}/sealed-secrets/{app}/sealed-{name}.{ending}"),
            text,
        ));
    }
    files
}

fn keys(random: &mut Random, kind: &str) -> Vec<(String, usize)> {
    let pairs: &[(&str, usize)] = match kind {
        "aws-credentials" => {
            return vec![
                ("AWS_ACCESS_KEY_ID".to_owned(), 20),
                ("AWS_SECRET_ACCESS_KEY".to_owned(), 40),
            ];
        }
        "tls" => &[("tls.crt", 900), ("tls.key", 1600)],
        "registry" => &[(".dockerconfigjson", 180)],
        "git-ssh" => &[("gitSshKey", 411), ("known_hosts", 90)],
        _ => &[
            ("username", 6),
            ("password", 24),
            ("URL", 60),
            ("empty", 0),
            ("0", 3),
            ("true", 4),
            ("api_key", 32),
        ],
    };
    let some = pairs
        .iter()
        .filter(|_| kind == "tls" || random.one_in(2))
        .map(|(key, length)| ((*key).to_owned(), *length));
    let some: Vec<_> = some.collect();
    if some.is_empty() {
        vec![("value".to_owned(), 12)]
    } else {
        some
    }
}

fn object(
    random: &mut Random,
    name: &str,
    namespace: &str,
    scope: Scope,
    data: Map<String, Value>,
) -> Value {
    let mut annotations =
        Map::from_iter([("argocd.argoproj.io/sync-wave".to_owned(), json!("-1"))]);
    match scope {
        Scope::Strict => {}
        Scope::NamespaceWide => drop(annotations.insert(
            "sealedsecrets.bitnami.com/namespace-wide".to_owned(),
            json!("true"),
        )),
        Scope::ClusterWide => drop(annotations.insert(
            "sealedsecrets.bitnami.com/cluster-wide".to_owned(),
            json!("true"),
        )),
    }
    let mut metadata = json!({"name": name, "namespace": namespace, "annotations": annotations});
    if random.one_in(3) {
        metadata["labels"] = json!({"app.kubernetes.io/name": "web", "tier": "2", "owner": "평온"});
    }
    if random.one_in(6) {
        metadata["creationTimestamp"] = Value::Null;
    }
    let mut spec = json!({"encryptedData": data});
    if scope != Scope::Strict || !random.one_in(6) {
        spec["template"] = template(random, &metadata, scope != Scope::Strict);
    }
    json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": metadata, "spec": spec})
}

fn template(random: &mut Random, metadata: &Value, whole: bool) -> Value {
    let mut template = json!({"metadata": metadata});
    if !whole && random.one_in(3) {
        template =
            json!({"metadata": {"name": metadata["name"], "namespace": metadata["namespace"]}});
    }
    if random.one_in(2) {
        template["type"] = json!("Opaque");
    }
    if random.one_in(6) {
        template["immutable"] = json!(random.one_in(2));
    }
    if random.one_in(6) {
        template["data"] =
            json!({"config.ini": "[db]\nurl = postgres://app:{{ .password }}@db.example/app\n"});
    }
    template
}
