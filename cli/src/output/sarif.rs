//! SARIF 2.1.0 (OASIS, errata 01), as code scanning services take it.
//!
//! One run with every rule declared, also on a clean tree. Silenced findings are left out: services that
//! ignore `suppressions` would show them as open.

use sealsmith_lint::policy::Severity;
use sealsmith_lint::rule::Rule;
use sealsmith_lint::{Finding, RULES, Report};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::wording;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes one log with one run.
pub(super) fn write(report: &Report) -> String {
    let mut fingerprints = Fingerprints::default();
    let results: Vec<_> = report
        .findings
        .iter()
        .map(|finding| result(finding, &fingerprints.next(finding)))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver()},
            "invocations": [{"executionSuccessful": true}],
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("the log is plain JSON") + "\n"
}

fn driver() -> Value {
    json!({
        "name": "sealsmith",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": HOME,
        "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "name": pascal_case(rule.name),
        "shortDescription": {"text": sentence(rule.summary)},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": format!("{}\n\n{}", rule.why, rule.how),
            "markdown": format!("{}\n\n**How to fix:** {}\n\n`sealsmith lint explain {}`", rule.why, rule.how, rule.name),
        },
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"code": rule.code, "problem.severity": problem(rule.severity)},
    })
}

fn result(finding: &Finding, fingerprint: &str) -> Value {
    let index = RULES.iter().position(|rule| rule.name == finding.rule.name);
    let mut result = json!({
        "ruleId": finding.rule.name,
        "level": level(finding.severity),
        "message": {"text": without_links(&wording::full(finding))},
        "locations": [location(finding)],
        "partialFingerprints": {"sealsmith/v1": fingerprint},
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn location(finding: &Finding) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": finding.path.to_uri(), "uriBaseId": ROOT},
        },
    });
    if let Some(mark) = finding.mark {
        location["physicalLocation"]["region"] = json!({
            "startLine": mark.line,
            "startColumn": mark.column,
            "endLine": mark.end_line,
            "endColumn": mark.end_column,
        });
    }
    let subject = &finding.subject;
    let names = [subject.object.as_str(), subject.field.as_str()];
    let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
    if !names.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": names.join(" ")}]);
    }
    location
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "note",
    }
}

/// The same in the words of GitHub.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "recommendation",
    }
}

/// Takes the meaning out of `[text](target)`, which viewers show as a link (section 3.11.6): a name in
/// a file must not lead a reviewer anywhere.
fn without_links(text: &str) -> String {
    text.replace("](", "] (")
}

fn sentence(summary: &str) -> String {
    capital(summary) + "."
}

fn pascal_case(name: &str) -> String {
    name.split('-').map(capital).collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_a_name_in_the_style_of_sarif_and_a_sentence() {
        assert_eq!(pascal_case("plaintext-secret"), "PlaintextSecret");
        assert_eq!(sentence("a value"), "A value.");
    }

    #[test]
    fn no_name_makes_a_link() {
        assert_eq!(
            without_links("[a](https://example.com)"),
            "[a] (https://example.com)"
        );
    }
}
