//! What has to hold at the end of a rotation, at the end of one that was undone, and whenever one stops in between.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use sealsmith_core::key_file;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};
use serde_json::Value;

use crate::moto::Held;
use crate::side_by_side::desk::{APPS, Desk, entries, key, manifest};
use crate::stand_in::Pair;
use crate::support::program::Program;

const LOCK: &str = "sealsmith.lock";
const WORKS: &str = "what a test makes itself is well formed";

impl Desk {
    /// The rotation came to its end: one key, a new one, in every application; one commit, pushed; nothing else touched.
    pub(crate) fn is_done(&self) {
        self.is_done_in("dev", 1, 1);
    }

    /// The same for an environment, after so many rotations, of which so many keys are in use.
    pub(crate) fn is_done_in(&self, environment: &str, rotations: usize, keys: usize) {
        let new = self.only_key(environment);
        let old = self.old.iter().find(|old| old.id == new.id);
        assert!(old.is_none(), "the old key is still there");
        self.is_tidy();
        let pair = Pair {
            id: new.id.clone(),
            secret: new.secret,
        };
        self.everybody_has(environment, &pair);
        self.only_the_pair_changed(environment);
        let trailers = "--format=%(trailers:key=Sealsmith-Run,valueonly)";
        let runs = self.clone.git(["log", trailers]);
        assert_eq!(runs.split_whitespace().count(), rotations, "{runs}");
        let kept: Vec<_> = self
            .backups()
            .into_iter()
            .map(|(_, backup)| backup)
            .collect();
        let ids: Vec<_> = kept.iter().map(|backup| &backup["accessKeyId"]).collect();
        assert!(ids.contains(&&Value::from(new.id)), "the backups");
        assert_eq!(ids.len(), keys, "the backups");
    }

    /// It is as if nothing had happened, but for commits that brought everything back.
    pub(crate) fn is_undone(&self) {
        let old = self.only_key("dev");
        assert_eq!(old.id, self.old[0].id, "another key is left");
        self.is_tidy();
        let Held { id, secret, .. } = old;
        self.everybody_has("dev", &Pair { id, secret });
        for (path, content) in self.start() {
            assert!(self.clone.read(&path) == content, "{path} is not as it was");
        }
        assert!(self.backups().is_empty(), "a backup is left");
    }

    /// However it stopped: nobody is without a working key, and whatever was made is kept somewhere. `asked` says that the
    /// answer of AWS may be lost, so that the new key is known from its list alone.
    pub(crate) fn nobody_is_stranded(&self, asked: bool) {
        let kept: BTreeMap<_, _> = self
            .backups()
            .into_iter()
            .map(|(_, backup)| {
                let text = |name: &str| backup[name].as_str().unwrap_or_default().to_owned();
                (text("accessKeyId"), text("secretAccessKey"))
            })
            .collect();
        for key in self.keys() {
            let is_kept = kept.get(&key.id) == Some(&key.secret);
            let is_old = self.known.lock().expect(WORKS).contains(&key.id);
            assert!(
                is_old || is_kept || asked,
                "{} is nowhere but at AWS",
                key.id
            );
        }
        let pairs: BTreeSet<_> = self
            .keys()
            .into_iter()
            .map(|key| (key.id, key.secret))
            .collect();
        for app in APPS {
            let pair = opened(&self.clone.read(Self::manifest(app)), self.names);
            assert!(pairs.contains(&pair), "{app} has a torn pair: {}", pair.0);
        }
        for journal in self.journals() {
            let text = std::fs::read(&journal).expect(WORKS);
            let journal: Value = serde_json::from_slice(&text).expect("the journal is readable");
            assert!(journal["step"].is_string(), "{journal}");
        }
        self.others_are_as_they_were();
        self.everything_is_private();
        self.nobody_was_refused();
        self.no_secret_is_out();
    }

    /// The application that was refused, if any was.
    pub(crate) fn nobody_was_refused(&self) {
        self.prober.works_on();
        assert_eq!(self.prober.refused(), Vec::<String>::new());
    }

    fn is_tidy(&self) {
        assert_eq!(
            self.journals(),
            Vec::<std::path::PathBuf>::new(),
            "it is unfinished"
        );
        assert_eq!(self.clone.git(["status", "--porcelain"]), "");
        assert_eq!(self.remote_tip(), self.head());
        self.others_are_as_they_were();
        self.everything_is_private();
        self.nobody_was_refused();
        self.no_secret_is_out();
    }

    fn only_key(&self, environment: &str) -> Held {
        let mut keys = self.aws.keys(&self.user(environment));
        let shown: Vec<_> = keys.iter().map(|key| (&key.id, &key.status)).collect();
        assert_eq!(keys.len(), 1, "{shown:?}");
        let only = keys.remove(0);
        assert_eq!(only.status, "Active");
        only
    }

    /// The work tree, the remote, every Secret and every pod.
    pub(crate) fn everybody_has(&self, environment: &str, pair: &Pair) {
        let both = (pair.id.clone(), pair.secret.clone());
        for app in APPS {
            let path = manifest(environment, app);
            assert!(
                opened(&self.clone.read(&path), self.names) == both,
                "{path}"
            );
            let git = Program::new("git")
                .arg("--git-dir")
                .arg(self.place("origin.git"));
            let pushed = git.args(["show", &format!("main:{path}")]).output();
            assert!(opened(&pushed, self.names) == both, "{path} at the remote");
        }
        // Pods are new soon after their Secret is.
        self.cluster
            .waits_until("everything is rolled out", |world| world.is_settled());
        for (who, held) in self.cluster.pairs() {
            let is_meant = who.contains(&format!("-{environment}/"));
            assert!(!is_meant || held == *pair, "{who} has {}", held.id);
        }
    }

    /// Of each manifest, two lines.
    fn only_the_pair_changed(&self, environment: &str) {
        for app in APPS {
            let path = manifest(environment, app);
            let (before, now) = (self.start()[&path].clone(), self.clone.read(&path));
            let (before, now) = (
                String::from_utf8_lossy(&before),
                String::from_utf8_lossy(&now),
            );
            let ours = |line: &&str| {
                let line = line.trim_start();
                self.names
                    .iter()
                    .any(|name| line.starts_with(&format!("{name}:")))
            };
            let around = |text: &str| -> Vec<String> {
                // Line ends count too.
                text.split('\n')
                    .filter(|line| !ours(line))
                    .map(str::to_owned)
                    .collect()
            };
            assert_eq!(around(&before), around(&now), "{path}");
        }
    }

    fn others_are_as_they_were(&self) {
        // Which of them was to be changed is checked elsewhere.
        let of = |environment| APPS.map(|app| manifest(environment, app));
        let ours = [of("dev"), of("prod")].concat();
        for (path, content) in self.start() {
            let is_ours = ours.contains(&path) || path == LOCK;
            assert!(
                is_ours || self.clone.read(&path) == content,
                "{path} changed"
            );
        }
    }

    fn everything_is_private(&self) {
        for folder in ["backup", "state"] {
            assert_private(&self.place(folder));
        }
    }
}

/// The two parts in a manifest.
fn opened(text: &[u8], names: [&str; 2]) -> (String, String) {
    let pem = std::fs::read(key().private_key).expect(WORKS);
    let private = &key_file::parse(&pem).expect(WORKS).keys[0];
    let keys = KeyRing::new(vec![UnsealingKey::native(private).expect(WORKS)]);
    let stream = Stream::parse(std::str::from_utf8(text).expect(WORKS)).expect("it is YAML");
    let sealed = sealed_secrets(&stream).expect("it is a manifest")[0];
    let items = sealed.items().expect("it has values");
    let [id, secret] = names.map(|name| {
        let item = items
            .iter()
            .find(|item| item.key == name)
            .expect("it has both");
        let value = sealsmith_core::sealed::SealedValue::parse(item.text).expect("it is whole");
        let opened = keys.unseal(&sealed.label(), &value).expect("it opens");
        String::from_utf8_lossy(opened.plaintext.expose()).into_owned()
    });
    (id, secret)
}

fn assert_private(path: &Path) {
    let metadata = path.symlink_metadata().expect(WORKS);
    let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
    let mode = metadata.permissions().mode() & 0o777;
    // Who may not enter a folder sees nothing in it.
    assert_eq!(mode, wanted, "{}: {mode:o}", path.display());
    for entry in entries(path) {
        assert_private(&entry);
    }
}
