//! Small repositories as text, as `sealsmith_lint::rule::Example` describes them, and what the rules say of them.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::sealed::SealedValue;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::change::{Change, Commit};
use sealsmith_lint::finding::Finding;
use sealsmith_lint::guard::{GitState, Head, Upstream};
use sealsmith_lint::layout::Layout;
use sealsmith_lint::lock::Lock;
use sealsmith_lint::policy::Severity;
use sealsmith_lint::run::indexed;
use sealsmith_lint::source::{Content, File, Mode};
use sealsmith_lint::{Context, Path, Policy, Report, Run};
use sha2::{Digest as _, Sha256};

/// 2026-11-24, noon.
pub(crate) const NOW: i64 = 1_795_521_600;

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']}
  prod: {certificate: certs/prod.pem, scopes: [strict]}
secrets:
  - id: all
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
git: {base: origin/main}
";

const CERTIFICATES: [(&str, &str); 2] = [
    (
        "dev",
        include_str!("../vectors/kubeseal/keys/rsa4096-old.crt"),
    ),
    ("prod", include_str!("../vectors/kubeseal/keys/rsa4096.crt")),
];

/// A repository to be checked.
pub(crate) struct Example {
    policy: String,
    policy_before: Option<String>,
    lock: String,
    files: Vec<File>,
    before: Vec<File>,
    commit: Option<Commit>,
    git: Option<GitState>,
}

impl Example {
    /// Reads the sections of a text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut example = Self {
            policy: POLICY.to_owned(),
            policy_before: None,
            lock: String::new(),
            files: Vec::new(),
            before: Vec::new(),
            commit: None,
            git: None,
        };
        let text = sealed(text);
        for section in text
            .split("\n-- ")
            .flat_map(|part| part.strip_prefix("-- ").or(Some(part)))
        {
            let (name, content) = section
                .split_once(" --\n")
                .expect("a section starts with `-- path --`");
            example.section(name, &format!("{content}\n").replace("\n\n\u{0}", "\n"));
        }
        example
    }

    fn section(&mut self, name: &str, content: &str) {
        let content = content
            .strip_suffix('\n')
            .filter(|text| text.ends_with('\n'))
            .unwrap_or(content);
        match name.split_once(':') {
            Some(("HEAD", "sealsmith.yaml")) => self.policy_before = Some(content.to_owned()),
            Some(("HEAD", path)) => self.before.push(file(path, content)),
            Some(("untracked", path)) => self.files.push(File {
                tracked: false,
                permissions: Some(0o644),
                ..file(path, content)
            }),
            Some(("private", path)) => self.files.push(File {
                tracked: false,
                permissions: Some(0o600),
                ..file(path, content)
            }),
            Some(("link", path)) => self.files.push(File {
                mode: Mode::Symlink,
                ..file(path, content)
            }),
            Some(("executable", path)) => self.files.push(File {
                mode: Mode::Executable,
                ..file(path, content)
            }),
            Some((other, _)) => panic!("a section `{other}:` means nothing"),
            None => self.plain_section(name, content),
        }
    }

    fn plain_section(&mut self, name: &str, content: &str) {
        match name {
            "sealsmith.yaml" => self.policy = content.to_owned(),
            "sealsmith.lock" => self.lock = content.to_owned(),
            "commit" => self.commit = Some(commit(content)),
            "git" => self.git = Some(state(content)),
            path => self.files.push(file(path, content)),
        }
    }

    /// Adds or replaces a file, in any bytes.
    pub(crate) fn with(mut self, path: &[u8], bytes: &[u8]) -> Self {
        self.files.retain(|file| file.path.as_bytes() != path);
        self.files.push(File {
            path: Path::new(path),
            content: Content::Bytes(bytes.to_vec()),
            ..file("", "")
        });
        self
    }

    /// Runs every rule.
    pub(crate) fn check(&self) -> Report {
        let policy =
            Policy::parse(&self.policy).unwrap_or_else(|error| panic!("{error}\n{}", self.policy));
        let before = self
            .policy_before
            .as_ref()
            .map(|text| Policy::parse(text).expect("the policy before is valid"));
        let layout = Layout::new(&policy.layout);
        let certificates = CERTIFICATES.map(|(env, pem)| {
            (
                env.to_owned(),
                Certificate::parse_all(pem.as_bytes()).expect("a certificate of the tests"),
            )
        });
        let context = Context {
            policy: &policy,
            policy_text: &self.policy,
            layout: &layout,
            certificates: &BTreeMap::from(certificates),
            lock: &Lock::parse(&self.lock).expect("the lock file is valid"),
            changed: &BTreeMap::new(),
            policy_before: before.as_ref(),
            guarding: self.git.is_some(),
            now: NOW,
        };
        let mut run = Run::new(&context);
        run.policy();
        self.files.iter().for_each(|file| run.file(file));
        if let Some(commit) = self.changes(&context) {
            run.commit(&commit);
        }
        if let Some(state) = &self.git {
            run.guard(state);
        }
        run.finish(&Baseline::default(), true)
    }

    /// The commit with what it changes, when the example has one or has files before it.
    fn changes(&self, context: &Context<'_>) -> Option<Commit> {
        if self.commit.is_none() && self.before.is_empty() {
            return None;
        }
        let mut commit = self.commit.clone().unwrap_or_default();
        for file in self.files.iter().filter(|file| file.tracked) {
            let before = self.before.iter().find(|before| before.path == file.path);
            if before.is_none_or(|before| before.content != file.content) {
                commit.changes.push(Change {
                    path: file.path.clone(),
                    before: before.map(|before| indexed(before, context)),
                    after: Some(indexed(file, context)),
                });
            }
        }
        let gone = self
            .before
            .iter()
            .filter(|before| self.files.iter().all(|file| file.path != before.path));
        commit.changes.extend(gone.map(|before| Change {
            path: before.path.clone(),
            before: Some(indexed(before, context)),
            after: None,
        }));
        Some(commit)
    }
}

/// The findings that fail a check or warn, one a line.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let loud = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info);
    loud.map(line).collect()
}

/// One finding as a line.
pub(crate) fn line(finding: &Finding) -> String {
    let place = finding.mark.map_or(String::new(), |mark| {
        format!(":{}:{}", mark.line, mark.column)
    });
    format!(
        "{}{place}: {}: {}",
        finding.path, finding.rule.name, finding.message
    )
}

fn file(path: &str, content: &str) -> File {
    File {
        path: Path::from(path),
        mode: Mode::Regular,
        content: Content::Bytes(content.as_bytes().to_vec()),
        tracked: true,
        attributes: Vec::new(),
        permissions: None,
    }
}

/// The first line holds the author's address, the rest is the message.
fn commit(text: &str) -> Commit {
    let (author, message) = text
        .split_once('\n')
        .expect("a commit has an author and a message");
    Commit {
        id: Some("0123456789".to_owned()),
        people: vec![author.to_owned()],
        message: Some(message.to_owned()),
        by_automation: false,
        changes: Vec::new(),
    }
}

fn state(text: &str) -> GitState {
    let mut state = GitState {
        head: Head::Branch("main".to_owned()),
        ..GitState::default()
    };
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "clean" => {}
            "merge" | "rebase" | "bisect" | "cherry-pick" => {
                state.unfinished = Some(word.to_owned())
            }
            "detached" => state.head = Head::Detached("0123456789".to_owned()),
            "unborn" => state.head = Head::Unborn,
            "locked" => state.index_locked = true,
            "dirty" => state.changed.push(Path::from(rest)),
            "untracked" => state.untracked.push(Path::from(rest)),
            "unmerged" => state.unmerged.push(Path::from(rest)),
            "behind" => {
                state.upstream = Some(Upstream {
                    name: "origin/main".to_owned(),
                    ahead: 0,
                    behind: rest.parse().expect("a number of commits"),
                    fetched_ago: Some(3600),
                });
            }
            other => panic!("`{other}` means nothing"),
        }
    }
    state
}

/// Puts a value for every `<sealed …>`.
fn sealed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut count = 0;
    while let Some((before, after)) = rest.split_once("<sealed ") {
        let (words, after) = after.split_once('>').expect("`<sealed` ends with `>`");
        count += 1;
        let seed = if words.contains('#') {
            words.to_owned()
        } else {
            format!("{words} {count}")
        };
        out.push_str(before);
        out.push_str(&value(words, &seed));
        rest = after;
    }
    out + rest
}

/// A well-formed value of so many bytes; `elsewhere` is certainly for another key, a number of bits for a key of that size.
pub(crate) fn value(words: &str, seed: &str) -> String {
    let mut words = words.split(' ');
    let (env, length) = (
        words.next().expect("an environment"),
        words.next().expect("a length"),
    );
    let key_bytes = env.parse::<usize>().map_or(512, |bits| bits / 8);
    let length: usize = length.parse().expect("a number of bytes");
    let mut bytes = u16::try_from(key_bytes)
        .expect("a key size")
        .to_be_bytes()
        .to_vec();
    let mut stream = (0_u32..).flat_map(|block| Sha256::digest(format!("{seed} {block}")).to_vec());
    bytes.push(if env == "elsewhere" { 0xff } else { 0x01 });
    bytes.extend(stream.by_ref().take(key_bytes - 1 + length + 16));
    SealedValue::from_bytes(bytes)
        .expect("it is well formed")
        .as_str()
        .to_owned()
}
