//! Small repositories as text, as `sealsmith_lint::rule::Example` describes them, and what the rules say of them.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::sealed::SealedValue;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::change::{Change, Commit};
use sealsmith_lint::finding::Finding;
use sealsmith_lint::guard::{GitState, Head, Upstream};
use sealsmith_lint::layout::Layout;
use sealsmith_lint::lock::{Lock, digest};
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
    policy_from: Option<String>,
    policy_before: Option<String>,
    lock: String,
    certificates: BTreeMap<String, Vec<Certificate>>,
    changed: BTreeMap<Path, i64>,
    incomplete: bool,
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
            policy_from: None,
            policy_before: None,
            lock: String::new(),
            certificates: CERTIFICATES.map(certified).into(),
            changed: BTreeMap::new(),
            incomplete: false,
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
            Some(("HEAD", path)) => {
                if path == "sealsmith.yaml" {
                    self.policy_before = Some(content.to_owned());
                }
                self.before.push(file(path, content));
            }
            Some(("base", "sealsmith.yaml")) => self.policy_from = Some(content.to_owned()),
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
            Some(("filtered", path)) => self.files.push(File {
                attributes: vec!["filter=lfs".to_owned()],
                ..file(path, content)
            }),
            Some(("submodule", path)) => self.files.push(File {
                mode: Mode::Gitlink,
                content: Content::Nothing,
                ..file(path, content)
            }),
            Some((other, _)) => panic!("a section `{other}:` means nothing"),
            None => self.plain_section(name, content),
        }
    }

    fn plain_section(&mut self, name: &str, content: &str) {
        match name {
            "changed" => self.changed = content.lines().map(changed).collect(),
            "incomplete" => self.incomplete = true,
            "commit" => self.commit = Some(commit(content)),
            "git" => self.git = Some(state(content)),
            path => {
                match path {
                    "sealsmith.yaml" => self.policy = content.to_owned(),
                    "sealsmith.lock" => self.lock = content.to_owned(),
                    _ => {}
                }
                self.files.push(file(path, content));
            }
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

    /// Gives an environment other certificates.
    pub(crate) fn certified(mut self, env: &str, pem: &str) -> Self {
        self.certificates.extend([certified((env, pem))]);
        self
    }

    /// Runs every rule.
    pub(crate) fn check(&self) -> Report {
        self.check_with(&Baseline::default(), |_, _| {})
    }

    /// Runs every rule on more than the text says. A policy that cannot be read is judged by the usual one,
    /// as `--policy-from` does.
    pub(crate) fn check_with(
        &self,
        baseline: &Baseline,
        more: impl FnOnce(&mut Run<'_>, &Context<'_>),
    ) -> Report {
        let text = self.policy_from.as_ref().unwrap_or(&self.policy);
        let (text, policy) = match Policy::parse(text) {
            Ok(policy) => (text.as_str(), policy),
            Err(_) => (
                POLICY,
                Policy::parse(POLICY).expect("the usual policy is valid"),
            ),
        };
        let before = self
            .policy_before
            .as_ref()
            .map(|text| Policy::parse(text).expect("the policy before is valid"));
        let layout = Layout::new(&policy.layout);
        let context = Context {
            policy: &policy,
            policy_text: text,
            layout: &layout,
            certificates: &self.certificates,
            lock: &Lock::parse(&self.lock).expect("the lock file is valid"),
            changed: &self.changed,
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
        more(&mut run, &context);
        run.finish(baseline, !self.incomplete)
    }

    /// The commit with what it changes, when the example has one or has files before it.
    fn changes(&self, context: &Context<'_>) -> Option<Commit> {
        if self.commit.is_none() && self.before.is_empty() {
            return None;
        }
        let mut commit = self.commit.clone().unwrap_or_default();
        for file in self.files.iter().filter(|file| file.tracked) {
            let before = self.before.iter().find(|before| before.path == file.path);
            // One policy for both sides need not be written twice.
            if before.is_none() && file.path.as_bytes() == b"sealsmith.yaml" {
                continue;
            }
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

fn certified((env, pem): (&str, &str)) -> (String, Vec<Certificate>) {
    let certificates = Certificate::parse_all(pem.as_bytes());
    (
        env.to_owned(),
        certificates.expect("a certificate of the tests"),
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

/// The first line holds the author's address and, where the environment says so, `automation`; the rest is
/// the message, and without one the commit is about to be made.
fn commit(text: &str) -> Commit {
    let (first, message) = text.split_once('\n').unwrap_or((text, ""));
    let (author, automation) = first.split_once(' ').unwrap_or((first, ""));
    let written = !message.trim().is_empty();
    Commit {
        id: written.then(|| "0123456789".to_owned()),
        people: vec![author.to_owned()],
        message: written.then(|| message.to_owned()),
        by_automation: automation == "automation",
        changes: Vec::new(),
    }
}

/// `days path`: a file that was last changed so many days before now.
fn changed(line: &str) -> (Path, i64) {
    let (days, path) = line.split_once(' ').expect("days and a path");
    let days: i64 = days.parse().expect("a number of days");
    (Path::from(path), NOW - days * 86_400)
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
                state.unfinished = Some(word.to_owned());
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

/// Puts a value for every `<sealed …>`, and the name of one for every `<digest …>`.
pub(crate) fn sealed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = ["<sealed ", "<digest "]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        let (before, after) = rest.split_at(at);
        let (kind, after) = after.split_once(' ').expect("a mark and its words");
        let (words, after) = after.split_once('>').expect("a mark ends with `>`");
        count += 1;
        out.push_str(before);
        let seed = if words.contains('#') {
            words.to_owned()
        } else {
            format!("{words} {count}")
        };
        let value = value(words, &seed);
        match kind {
            "<digest" => digest(&value)
                .iter()
                .for_each(|byte| out.push_str(&format!("{byte:02x}"))),
            _ if words.ends_with(" folded") => out.push_str(&folded(&value, before)),
            _ => out.push_str(&value),
        }
        rest = after;
    }
    out + rest
}

/// The value over several lines, each as far in as the first.
fn folded(value: &str, before: &str) -> String {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let lines: Vec<_> = value
        .as_bytes()
        .chunks(100)
        .map(|line| String::from_utf8_lossy(line))
        .collect();
    lines.join(&format!("\n{}", " ".repeat(line.len())))
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
