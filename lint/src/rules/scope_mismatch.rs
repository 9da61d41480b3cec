//! A scope must be written so that the controller, its tools and a reader understand the same.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::{Node, Style};
use sealsmith_core::scope::{NAMESPACE_WIDE, Scope};

use crate::annotations::Side;
use crate::context::Context;
use crate::finding::{Edit, Findings, Fix};
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::scope_setting::{Said, ScopeSetting, selected};
use crate::source::Source;
use crate::splice::annotate;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "scope-mismatch",
    code: "SL306",
    severity: Severity::Error,
    fixable: Fixable::Unsafely,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a scope is written where, or how, the controller does not read it",
    why: "The controller reads only the annotations of the SealedSecret itself, and only exactly `\"true\"`: with \
          `\"True\"` or an annotation in the template the values are strict. Controllers before 0.36 take the \
          scope from the template when they re-encrypt, which widens or narrows it (CVE-2026-22728). And \
          `skip-set-owner-references` without `managed` fails as soon as it is applied.",
    how: "Write the annotation of the scope that the values were sealed with as `\"true\"`, on the SealedSecret and \
          in its template, as kubeseal does; or take it away in both places.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
    sealedsecrets.bitnami.com/namespace-wide: \"True\"
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
    sealedsecrets.bitnami.com/namespace-wide: \"true\"
spec:
  encryptedData: {password: <sealed dev 12>}
  template:
    metadata:
      name: db
      namespace: airflow-dev
      annotations: {sealedsecrets.bitnami.com/namespace-wide: \"true\"}
",
    checks: &[Check::File(scopes), Check::File(owners)],
};

const SKIP: &str = "sealedsecrets.bitnami.com/skip-set-owner-references";
const MANAGED: &str = "sealedsecrets.bitnami.com/managed";
const PATCH: &str = "sealedsecrets.bitnami.com/patch";

/// The first version that takes the scope from the SealedSecret itself when it re-encrypts.
const FIXED: (u32, u32) = (0, 36);

fn scopes(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, _) in source.judged() {
        let settings = ScopeSetting::of(secret);
        let unclear = settings
            .iter()
            .filter(|setting| setting.said() == Said::Unclear);
        unclear
            .clone()
            .for_each(|setting| spelled(source, secret, setting, findings));
        both(source, secret, &settings, findings);
        // What was meant by an unclear one decides whether the two places agree.
        if unclear.count() == 0 {
            places(
                source,
                secret,
                &settings,
                reads_template(place, context),
                findings,
            );
        }
    }
}

fn spelled(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    setting: &ScopeSetting<'_>,
    findings: &mut Findings<'_>,
) {
    let text = setting.node.scalar().unwrap_or_default();
    let message = format!(
        "`{}` is `{}`, and only \"true\" counts",
        short(setting.name),
        shown(text)
    );
    let note = match setting.side {
        Side::Own => "the controller takes the values for strict",
        Side::Template => "controllers before 0.36 re-encrypt the values as strict",
    };
    let finding = findings.add(source.path(), source.mark_of(setting.node), message);
    finding
        .note(note)
        .help("write \"true\" when the values were sealed with this scope, else take the annotation away")
        .about(secret.title(), setting.side.field(setting.name));
    if let Some(edit) = affirmed(setting.node) {
        finding.fix(unsafely("write \"true\"", edit));
    }
}

/// `"true"` in place of a word that says the same to people.
fn affirmed(node: Node<'_>) -> Option<Edit> {
    let text = node.scalar()?.trim().to_ascii_lowercase();
    let in_line = matches!(
        node.style()?,
        Style::Plain | Style::SingleQuoted | Style::DoubleQuoted
    );
    let means_yes = ["true", "yes", "on", "y", "1"].contains(&text.as_str());
    (means_yes && in_line && !node.is_alias() && node.tag().is_none()).then(|| Edit {
        range: node.range(),
        text: "\"true\"".to_owned(),
    })
}

/// Both scopes at once; kubeseal itself leaves both in the template, where they change nothing.
fn both(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    settings: &[ScopeSetting<'_>],
    findings: &mut Findings<'_>,
) {
    let own = settings
        .iter()
        .filter(|setting| setting.side == Side::Own && setting.said() == Said::Yes);
    let Some(narrower) = own.clone().find(|setting| setting.name == NAMESPACE_WIDE) else {
        return;
    };
    if own.count() == 2 {
        let message = "both scopes are set, and cluster-wide wins";
        findings
            .add(source.path(), source.mark_of(narrower.node), message)
            .note("the values open in any namespace of the cluster")
            .help("keep the annotation of the scope that the values were sealed with")
            .about(secret.title(), narrower.side.field(narrower.name));
    }
}

/// Which side a controller reads when it re-encrypts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Own,
    Template,
}

fn places(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    settings: &[ScopeSetting<'_>],
    reads: Reads,
    findings: &mut Findings<'_>,
) {
    let (own, template) = (
        selected(settings, Side::Own),
        selected(settings, Side::Template),
    );
    let setting = |side: Side, scope: Scope| {
        let mut of_side = settings.iter().filter(|setting| setting.side == side);
        of_side.find(|setting| Some(setting.name) == scope.annotation())
    };
    match (setting(Side::Own, own), setting(Side::Template, template)) {
        (None, Some(inner)) => only_in_template(source, secret, inner, findings),
        (Some(outer), None) => only_outside(source, secret, outer, reads, findings),
        (Some(_), Some(inner)) if own != template => {
            findings
                .add(
                    source.path(),
                    source.mark_of(inner.node),
                    format!("the template is {template}, and the SealedSecret itself {own}"),
                )
                .note(format!("the controller opens the values as {own}; before 0.36 it re-encrypts them as {template}"))
                .help("write the same scope in both places: the one that the values were sealed with")
                .about(secret.title(), inner.side.field(inner.name));
        }
        _ => {}
    }
}

fn only_in_template(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    inner: &ScopeSetting<'_>,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "`{}` is only in the template, where the controller does not look",
        short(inner.name)
    );
    let finding = findings.add(source.path(), source.mark_of(inner.node), message);
    finding
        .note("the controller takes the values for strict; before 0.36 it re-encrypts them with this scope")
        .help("annotate the SealedSecret itself when the values were sealed with this scope, else take it away here")
        .about(secret.title(), inner.side.field(inner.name));
    let metadata = Side::Own.metadata(secret);
    if let Some(edit) = metadata.and_then(|metadata| annotate(metadata, inner.name, "true")) {
        finding.fix(unsafely("annotate the SealedSecret itself", edit));
    }
}

/// What the controller reads, and kubeseal would have written into the template as well.
fn only_outside(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    outer: &ScopeSetting<'_>,
    reads: Reads,
    findings: &mut Findings<'_>,
) {
    let message = format!("`{}` is not in the template", short(outer.name));
    let (severity, note) = match reads {
        Reads::Own => (
            Severity::Info,
            "the controller does not need it there; kubeseal --recovery-unseal loses the scope",
        ),
        Reads::Template => (
            Severity::Warning,
            "this controller re-encrypts the values as strict",
        ),
    };
    let finding = findings.add(source.path(), source.mark_of(outer.node), message);
    finding
        .severity(severity)
        .note(note)
        .help("write it in `spec.template.metadata.annotations` too, as kubeseal does")
        .about(secret.title(), outer.side.field(outer.name));
    let metadata = Side::Template.metadata(secret);
    if let Some(edit) = metadata.and_then(|metadata| annotate(metadata, outer.name, "true")) {
        finding.fix(unsafely("annotate the template too", edit));
    }
}

/// An owner reference that is left out must be made up for, or the controller does not know its own Secret.
fn owners(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (_, secret, _) in source.judged() {
        let on = |side: Side, name| {
            side.annotation(secret, name)
                .filter(|node| node.scalar() == Some("true"))
        };
        let in_template = |name| on(Side::Template, name);
        match (in_template(SKIP), on(Side::Own, SKIP)) {
            (Some(node), _) if in_template(MANAGED).or(in_template(PATCH)).is_none() => {
                unmanaged(source, secret, node, findings);
            }
            (None, Some(node)) => outside(source, secret, node, findings),
            _ => {}
        }
    }
}

fn unmanaged(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    node: Node<'_>,
    findings: &mut Findings<'_>,
) {
    let message = "`skip-set-owner-references` needs `managed` beside it";
    let finding = findings.add(source.path(), source.mark_of(node), message);
    finding
        .note("the controller makes the Secret once, and then refuses it as not its own")
        .help(format!(
            "add `{MANAGED}: \"true\"` to the template's annotations"
        ))
        .about(secret.title(), Side::Template.field(SKIP));
    let metadata = Side::Template.metadata(secret);
    if let Some(edit) = metadata.and_then(|metadata| annotate(metadata, MANAGED, "true")) {
        finding.fix(unsafely("add `managed`", edit));
    }
}

fn outside(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    node: Node<'_>,
    findings: &mut Findings<'_>,
) {
    let message =
        "`skip-set-owner-references` is outside the template, where the controller does not look";
    findings
        .add(source.path(), source.mark_of(node), message)
        .severity(Severity::Warning)
        .note("the Secret goes when the SealedSecret goes")
        .help("move it to `spec.template.metadata.annotations`, with `managed` beside it")
        .about(secret.title(), Side::Own.field(SKIP));
}

fn reads_template(place: &Place, context: &Context<'_>) -> Reads {
    let environment = context.environment(&place.env);
    let version = environment.and_then(|environment| number(&environment.controller.version));
    match version {
        Some(version) if version < FIXED => Reads::Template,
        _ => Reads::Own,
    }
}

/// The first two numbers of a version.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The annotation without its domain.
fn short(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, name)| name)
}

fn unsafely(summary: &str, edit: Edit) -> Fix {
    Fix {
        safe: false,
        summary: summary.to_owned(),
        edits: vec![edit],
    }
}
