//! What is reviewed must be what is applied: a plain file, under a name of its own.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::context::Context;
use crate::finding::Findings;
use crate::index::{Indexed, Repository};
use crate::path::Path;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::{Mode, Source};

pub(super) const RULE: Rule = Rule {
    name: "irregular-file",
    code: "SL107",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a path of the layout is no plain file, or another one on some systems",
    why: "A symlink, a submodule or a filter applies something other than what was reviewed, and of two names \
          that differ in case only, some systems keep one.",
    how: "Replace links and submodules by plain files, clear the executable bit with \
          `git update-index --chmod=-x`, remove the attribute, rename one of two clashing files.",
    bad: "\
-- link:envs/dev/sealed-secrets/airflow/sealed-db.yaml --
../../../../../etc/passwd
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    checks: &[Check::File(check), Check::Repository(clashes)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let (file, path) = (source.file(), source.path());
    let placed = source.place().is_some();
    if !file.tracked || !(placed || file.mode != Mode::Regular && is_on_the_way(path, context)) {
        return;
    }
    let problem = match file.mode {
        Mode::Regular => None,
        Mode::Symlink => Some((
            "this is a symlink: what it leads to is not reviewed here",
            "replace it by the file itself".to_owned(),
        )),
        Mode::Gitlink => Some((
            "this is a submodule: nothing in it is checked",
            "keep sealed secrets in this repository".to_owned(),
        )),
        Mode::Executable if !placed => None,
        Mode::Executable => Some((
            "the file is executable",
            format!("git update-index --chmod=-x '{path}'"),
        )),
    };
    if let Some((message, help)) = problem {
        findings.add(path, None, message).help(help);
    }
    for attribute in file.attributes.iter().filter(|_| placed) {
        findings
            .add(
                path,
                None,
                format!(
                    "the attribute `{attribute}` makes a checkout differ from what is committed"
                ),
            )
            .help("take the path out of it in `.gitattributes`");
    }
}

/// Whether a path is a folder above the files of the layout, or stands among them.
fn is_on_the_way(path: &Path, context: &Context<'_>) -> bool {
    let path = path.lossy();
    let below = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let environments = context.policy.environments.names();
    let mut roots = environments
        .flat_map(|env| context.layout.roots(env))
        .filter(|root| !root.is_empty());
    roots.any(|root| below(&path, &root) || below(&root, &path))
}

fn clashes(repository: &Repository<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut names: BTreeMap<String, Vec<&Indexed>> = BTreeMap::new();
    for file in repository.files {
        names.entry(folded(&file.path)).or_default().push(file);
    }
    // One of them is enough: `Sealed-x.yaml` need not be inside the layout to take the place of `sealed-x.yaml`.
    let policed = |group: &&Vec<&Indexed>| group.iter().any(|file| file.place.is_some());
    for group in names
        .values()
        .filter(|group| group.len() > 1)
        .filter(policed)
    {
        let paths: Vec<&Path> = group.iter().map(|file| &file.path).collect();
        for path in paths.iter().filter(|path| (repository.reported)(path)) {
            clash(path, &paths, findings);
        }
    }
}

fn clash(path: &Path, group: &[&Path], findings: &mut Findings<'_>) {
    let others = group.iter().filter(|other| **other != path);
    let others: Vec<_> = others.map(|other| format!("`{other}`")).collect();
    if !others.is_empty() {
        let message = format!(
            "some systems take the name for that of {}",
            others.join(", ")
        );
        findings
            .add(path, None, message)
            .note("on macOS and Windows only one of them can be checked out")
            .help("rename one of them");
    }
}

/// A path as systems see it that ignore case or the way an accent is written.
fn folded(path: &Path) -> String {
    let text = path.lossy();
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfc().flat_map(char::to_lowercase).collect(),
    }
}
