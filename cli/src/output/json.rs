//! One JSON object for scripts. A later version may add fields; it takes none away.

use sealsmith_lint::finding::Fix;
use sealsmith_lint::weighing::Silencer;
use sealsmith_lint::{Finding, Report};
use serde_json::{Value, json};

use super::wording::word;

/// Writes everything a run found.
pub(super) fn write(report: &Report) -> String {
    let checked = report.checked;
    let silenced = report.silenced.iter().map(|(finding, silencer)| {
        let mut value = self::finding(finding);
        value["silencedBy"] = self::silencer(silencer);
        value
    });
    let object = json!({
        "version": 1,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "silenced": silenced.collect::<Vec<_>>(),
        "checked": {
            "files": checked.files,
            "filesInLayout": checked.in_layout,
            "sealedSecrets": checked.secrets,
            "sealedValues": checked.values,
            "submodules": checked.submodules,
            "commits": checked.commits,
        },
    });
    serde_json::to_string_pretty(&object).expect("the object is plain JSON") + "\n"
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.name,
        "code": finding.rule.code,
        "severity": word(finding.severity),
        "path": finding.path.to_string(),
        "uri": finding.path.to_uri(),
        "line": finding.mark.map(|mark| mark.line),
        "column": finding.mark.map(|mark| mark.column),
        "endLine": finding.mark.map(|mark| mark.end_line),
        "endColumn": finding.mark.map(|mark| mark.end_column),
        "message": finding.message,
        "note": finding.note,
        "help": finding.help,
        "object": finding.subject.object,
        "field": finding.subject.field,
        "fix": finding.fix.as_ref().map(fix),
    })
}

// The text of an edit stays out: it may be a line with a secret in it.
fn fix(fix: &Fix) -> Value {
    json!({"safe": fix.safe, "summary": fix.summary})
}

fn silencer(silencer: &Silencer) -> Value {
    match silencer {
        Silencer::Comment { reason } => json!({"by": "comment", "reason": reason}),
        Silencer::Exception { reason } => json!({"by": "exception", "reason": reason}),
        Silencer::Baseline => json!({"by": "baseline"}),
    }
}
