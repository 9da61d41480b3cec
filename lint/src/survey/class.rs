//! What each secret probably is, and who may change it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Located, Sighting};
use crate::policy::Rotation;

/// An entry of `secrets`, still to be confirmed.
#[derive(Clone, Debug)]
pub struct ProposedSecret {
    /// Its id.
    pub id: String,
    /// The pattern of its names.
    pub name: String,
    /// Who may change it.
    pub rotation: Rotation,
    /// Why.
    pub reason: String,
    /// What the guess rests on.
    pub evidence: String,
    /// Lengths of keys that have only one right length.
    pub keys: Vec<(String, usize)>,
    /// Whether it is an AWS key, which has an age and consumers to restart.
    pub aws: bool,
    /// How many SealedSecrets it stands for.
    pub count: usize,
}

/// A kind of secret that names and keys give away; all of them are a person's to change.
struct Class {
    words: &'static [&'static str],
    reason: &'static str,
}

const AWS_REASON: &str = "IAM access keys rotate on a schedule; two keys may be live at once";

const CLASSES: [Class; 7] = [
    Class {
        words: &["dockerconfigjson", "dockercfg", "registry"],
        reason: "image pulls fail everywhere when it is wrong, and the registry must change with it",
    },
    Class {
        words: &["slack", "webhook", "pagerduty", "opsgenie"],
        reason: "a wrong webhook cuts off alerting, so a person checks the channel afterwards",
    },
    Class {
        words: &["fernet", "encryption", "master-key", "kms"],
        reason: "what was encrypted with the old key can no longer be read",
    },
    Class {
        words: &["jwt", "session", "cookie", "signing", "webserver"],
        reason: "every issued token or session becomes invalid at once",
    },
    Class {
        words: &["ssh", "id_rsa", "id_ed25519", "deploy-key"],
        reason: "git-sync and deployments stop when the key and the deploy key differ",
    },
    Class {
        words: &["kubernetes.io/tls", "tls.crt", "tls.key"],
        reason: "its issuer renews certificate and key together, and clients may pin them",
    },
    Class {
        words: &[
            "db",
            "postgres",
            "postgresql",
            "mysql",
            "mariadb",
            "mongo",
            "mongodb",
            "redis",
            "database",
            "rabbitmq",
        ],
        reason: "changes seldom, and the server side must change in the same window",
    },
];

const UNKNOWN: &str = "nobody has said yet what breaks when it changes, so automation stays away";

/// Proposes an entry for each pattern of names, the narrower patterns first.
pub(super) fn propose(
    located: &[Located<'_>],
    environments: &BTreeSet<&str>,
) -> Vec<ProposedSecret> {
    let mut groups: BTreeMap<String, Vec<&Sighting>> = BTreeMap::new();
    for one in located {
        let pattern = pattern(&one.seen.name, environments);
        groups.entry(pattern).or_default().push(one.seen);
    }
    let mut proposed: Vec<_> = groups
        .into_iter()
        .map(|(name, seen)| guess(name, &seen))
        .collect();
    proposed.sort_by_key(|secret| {
        (
            secret.name.matches('*').count(),
            usize::MAX - secret.name.len(),
        )
    });
    name_apart(&mut proposed);
    proposed
}

/// The name with a `*` for each environment and number in it.
pub(super) fn without_environment(name: &str, environments: &BTreeSet<&str>) -> String {
    let words = name.split('-').map(|word| {
        if environments.contains(word) {
            "*"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join("-")
}

fn pattern(name: &str, environments: &BTreeSet<&str>) -> String {
    let open = without_environment(name, environments);
    let words = open.split('-').map(|word| {
        let number = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
        if number { "*" } else { word }
    });
    words.collect::<Vec<_>>().join("-")
}

fn guess(name: String, seen: &[&Sighting]) -> ProposedSecret {
    let keys: BTreeSet<&str> = seen
        .iter()
        .flat_map(|one| one.keys.iter().map(|(key, _)| key.as_str()))
        .collect();
    let aws = aws_keys(&keys);
    let class = CLASSES
        .iter()
        .find_map(|class| Some((class, evidence(class, &name, seen, &keys)?)));
    let (rotation, reason, evidence) = match (&aws, class) {
        (Some(_), _) => (
            Rotation::Automated,
            AWS_REASON,
            "its keys are those of an AWS access key".to_owned(),
        ),
        (None, Some((class, evidence))) => (Rotation::Manual, class.reason, evidence),
        (None, None) => (
            Rotation::Manual,
            UNKNOWN,
            "nothing in its name or keys says what it is".to_owned(),
        ),
    };
    ProposedSecret {
        id: id_of(&name),
        name,
        rotation,
        reason: reason.to_owned(),
        evidence,
        aws: aws.is_some(),
        keys: aws
            .map(|(id, secret)| vec![(id, 20), (secret, 40)])
            .unwrap_or_default(),
        count: seen.len(),
    }
}

/// The keys that hold an AWS key's id and its secret.
fn aws_keys(keys: &BTreeSet<&str>) -> Option<(String, String)> {
    let named = |ending: &str| {
        let plain = |key: &&&str| key.to_lowercase().replace(['-', '_'], "").ends_with(ending);
        keys.iter().find(plain).map(|key| (*key).to_owned())
    };
    Some((named("accesskeyid")?, named("secretaccesskey")?))
}

fn evidence(
    class: &Class,
    name: &str,
    seen: &[&Sighting],
    keys: &BTreeSet<&str>,
) -> Option<String> {
    let types = seen.iter().map(|one| one.secret_type.as_str());
    if let Some(secret_type) = types
        .into_iter()
        .find(|text| class.words.iter().any(|word| text.contains(word)))
    {
        return Some(format!("its type is {secret_type}"));
    }
    if let Some(key) = keys.iter().find(|key| says(key, class)) {
        return Some(format!("it has a key `{key}`"));
    }
    says(name, class).then(|| "its name says so".to_owned())
}

/// Whether a name has one of the class's words in it, as a word.
fn says(name: &str, class: &Class) -> bool {
    let words = split_words(name);
    let joined = words.join("-");
    class.words.iter().any(|word| {
        words.iter().any(|known| known == word)
            || (word.contains(['-', '.', '_']) && (joined.contains(word) || name.contains(word)))
            || (word.len() > 5 && joined.contains(word))
    })
}

/// `gitSshKey` and `GIT_SSH_KEY` are `git`, `ssh` and `key`.
fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words
                .last_mut()
                .expect("there is always a word")
                .extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn id_of(pattern: &str) -> String {
    let words: Vec<&str> = pattern
        .split(['-', '.'])
        .filter(|word| !word.is_empty() && *word != "*")
        .collect();
    let words = match words.as_slice() {
        [rest @ .., "secret" | "secrets"] if !rest.is_empty() => rest,
        all => all,
    };
    if words.is_empty() {
        "other".to_owned()
    } else {
        words.join("-")
    }
}

/// Numbers ids that several patterns would share.
fn name_apart(secrets: &mut [ProposedSecret]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for secret in secrets {
        let count = seen.entry(secret.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            secret.id = format!("{}-{count}", secret.id);
        }
    }
}
