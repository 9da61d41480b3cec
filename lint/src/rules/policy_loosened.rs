//! Whoever loosens the policy says so to its reviewers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::context::Context;
use crate::finding::Findings;
use crate::index::{Indexed, Repository, SealedEntry};
use crate::layout::Layout;
use crate::loosening::loosened;
use crate::path::Path;
use crate::policy::{FILE, Policy, Rotation, SecretRule, Severity};
use crate::policy_text::PolicyText;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::{listed, shown};

pub(super) const RULE: Rule = Rule {
    name: "policy-loosened",
    code: "SL807",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "a change makes the policy less strict",
    why: "A change that accepts its own finding, or makes a manual secret automated, passes unless someone looks at \
          the policy as well.",
    how: "When it is meant, let the owners of `sealsmith.yaml` review it, in a change of its own. In CI, \
          `--policy-from` with the base branch judges a change by the policy that it did not write. Rules that \
          only `exceptions` silence are judged by both policies in any case.",
    bad: "\
-- HEAD:sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
git: {base: origin/main}
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
git: {base: origin/main}
rules:
  sync-wave: {severity: info}
",
    good: "\
-- HEAD:sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
git: {base: origin/main}
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
git: {base: origin/main}
rules:
  plain-length: {severity: error}
",
    checks: &[
        Check::File(texts),
        Check::Policy(removed),
        Check::Repository(reclassified),
    ],
};

/// Compares the policy in the file with the one before it, or with the one that judges it.
fn texts(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let is_policy = source.file().tracked && source.path().as_bytes() == FILE.as_bytes();
    let Some(text) = source.text().filter(|_| is_policy) else {
        return;
    };
    let after = match text == context.policy_text {
        true => Cow::Borrowed(context.policy),
        // One that cannot be read is another rule's.
        false => match Policy::parse(text) {
            Ok(policy) => Cow::Owned(policy),
            Err(_) => return,
        },
    };
    let before = context.policy_before.unwrap_or(context.policy);
    let places = PolicyText::read(text);
    for one in loosened(before, &after) {
        findings
            .add(source.path(), places.mark(&one.at), one.what)
            .note("less strict than before")
            .help("let the owners of the policy review it")
            .about("", one.field);
    }
}

fn removed(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.policy_text.is_empty() && context.policy_before.is_some() {
        findings
            .add(
                &Path::from(FILE),
                None,
                "the policy is gone, and with it every rule that it made",
            )
            .help("restore it, or let its owners review the removal")
            .about("", "");
    }
}

/// Who decides about secrets that were manual and are no longer, before and now.
type Groups<'a> = BTreeMap<(String, Option<String>), Vec<String>>;

/// Compares what both policies say of the secrets that are there: order and patterns matter too.
fn reclassified(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(before) = context.policy_before else {
        return;
    };
    let layout = Layout::new(&before.layout);
    let mut groups = Groups::new();
    let files = repository
        .files
        .iter()
        .filter(|file| (repository.reported)(&file.path));
    for (file, secret) in
        files.flat_map(|file| file.secrets.iter().map(move |secret| (file, secret)))
    {
        let was =
            rule(before, &layout, file, secret).filter(|rule| rule.rotation == Rotation::Manual);
        let is = rule(context.policy, context.layout, file, secret);
        let is_manual = is.is_some_and(|rule| rule.rotation == Rotation::Manual);
        let Some(was) = was.filter(|_| !is_manual) else {
            continue;
        };
        // The same rule with another class is seen in its text.
        if is.is_none_or(|is| *is.id != *was.id) {
            let key = (was.id.to_string(), is.map(|is| is.id.to_string()));
            groups.entry(key).or_default().push(secret.title());
        }
    }
    groups
        .iter()
        .for_each(|((was, is), titles)| say(was, is.as_deref(), titles, findings));
}

fn say(was: &str, is: Option<&str>, titles: &[String], findings: &mut Findings<'_>) {
    let names = listed(titles.iter().map(String::as_str));
    let verb = if titles.len() == 1 { "was" } else { "were" };
    let (was, now) = (
        shown(was),
        is.map_or("no rule".to_owned(), |is| format!("`{}`", shown(is))),
    );
    findings
        .add(
            &Path::from(FILE),
            None,
            format!("{names} {verb} manual by `{was}`, and {now} decides now"),
        )
        .note("less strict than before")
        .help("put the manual rule first, or let the owners of the policy review it")
        .about("", format!("secrets.{was}"));
}

fn rule<'p>(
    policy: &'p Policy,
    layout: &Layout,
    file: &Indexed,
    secret: &SealedEntry,
) -> Option<&'p SecretRule> {
    let place = layout.locate(&file.path.lossy())?;
    policy.secret_rule(&secret.name, place.app.as_deref())
}
