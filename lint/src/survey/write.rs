//! Writes a proposal as `sealsmith.yaml`.

use std::fmt::Write as _;

use super::{Proposal, ProposedEnvironment, ProposedSecret};
use crate::policy::Rotation;

const HEADER: &str = "\
# Policy of this repository's sealed secrets.
# `sealsmith policy schema` prints the JSON Schema, `sealsmith lint` checks the repository against it.
version: v1
";

const FOOTER: &str = "
git:
  require-clean: [reseal, rotate]
  require-branch: true
";

pub(super) fn policy(proposal: &Proposal) -> String {
    let mut out = HEADER.to_owned();
    layout(&mut out, proposal);
    out.push_str("\nenvironments:\n");
    for one in &proposal.environments {
        environment(&mut out, one);
    }
    out.push_str("\n# The first entry that matches decides. What is `manual` is changed by a person alone; re-sealing may\n# still give it a new key, since that leaves the value as it is.\nsecrets:\n");
    for one in &proposal.secrets {
        secret(&mut out, one);
    }
    out.push_str(FOOTER);
    if let Some(base) = &proposal.base {
        line(&mut out, format_args!("  base: {}", quoted(base)));
    }
    out
}

fn layout(out: &mut String, proposal: &Proposal) {
    out.push_str("\nlayout:\n  allow:\n");
    for pattern in &proposal.allow {
        line(out, format_args!("    - {}", quoted(pattern)));
    }
    if let Some(namespace) = &proposal.namespace {
        line(out, format_args!("  namespace: {}", quoted(namespace)));
    }
}

fn environment(out: &mut String, environment: &ProposedEnvironment) {
    let name = &environment.name;
    line(
        out,
        format_args!("  {}:  # {} SealedSecrets", key(name), environment.count),
    );
    match &environment.certificate {
        Some((path, fingerprint)) => {
            line(out, format_args!("    certificate: {}", quoted(path)));
            line(
                out,
                format_args!("    fingerprints: [{}]", quoted(&fingerprint.to_string())),
            );
        }
        None => line(
            out,
            format_args!(
                "    # certificate: certs/{name}.pem  # `sealsmith cert pin {name} --cert FILE` adds and pins it"
            ),
        ),
    }
    let scopes: Vec<_> = environment.scopes.iter().map(String::as_str).collect();
    line(out, format_args!("    scopes: [{}]", scopes.join(", ")));
    if environment.parity {
        line(out, format_args!("    parity: true"));
    }
}

fn secret(out: &mut String, secret: &ProposedSecret) {
    line(
        out,
        format_args!(
            "  - id: {}  # {}: {}",
            key(&secret.id),
            many(secret.count),
            secret.evidence
        ),
    );
    line(
        out,
        format_args!("    match: {{name: {}}}", quoted(&secret.name)),
    );
    let rotation = match secret.rotation {
        Rotation::Automated => "automated",
        Rotation::Manual => "manual",
    };
    line(out, format_args!("    rotation: {rotation}"));
    line(out, format_args!("    reason: {}", quoted(&secret.reason)));
    if secret.aws && secret.rotation == Rotation::Automated {
        out.push_str("    max-age: 90d\n    restarts: true\n");
    }
    if !secret.keys.is_empty() {
        out.push_str("    keys:  # in bytes; anything else is a copy-and-paste mistake\n");
        for (name, bytes) in &secret.keys {
            line(
                out,
                format_args!("      {}: {{bytes: [{bytes}]}}", key(name)),
            );
        }
    }
}

fn many(count: usize) -> String {
    match count {
        1 => "1 SealedSecret".to_owned(),
        _ => format!("{count} SealedSecrets"),
    }
}

/// A key, in quotes unless it is a plain word that no YAML reads as anything else.
fn key(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let word = matches!(
        text.to_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    if starts && plain && !word {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A double-quoted scalar: JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}
