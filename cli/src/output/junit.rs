//! Test results in the form of JUnit: a case for each finding, and one for each rule that found nothing.

use std::collections::HashMap;
use std::fmt::Write as _;

use sealsmith_lint::policy::Severity;
use sealsmith_lint::weighing::Silencer;
use sealsmith_lint::{Finding, RULES, Report, Rule};

use super::wording::{self, word};
use crate::ui::printable;

/// Writes one suite. Findings of `failing` or above are failures, others pass with what they say;
/// silenced ones are skipped.
pub(super) fn write(report: &Report, failing: Severity) -> String {
    let mut cases = Cases::default();
    for rule in RULES {
        cases.of_rule(rule, report, failing);
    }
    let (all, failed, skipped) = (cases.names.len(), cases.failed, cases.skipped);
    let counts = format!("tests=\"{all}\" failures=\"{failed}\" errors=\"0\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"sealsmith lint\" {counts}>\n\
         \x20 <testsuite name=\"sealsmith lint\" {counts} skipped=\"{skipped}\">\n\
         {}  </testsuite>\n\
         </testsuites>\n",
        cases.text
    )
}

/// The cases written so far.
#[derive(Default)]
struct Cases {
    text: String,
    names: HashMap<String, usize>,
    failed: usize,
    skipped: usize,
}

impl Cases {
    fn of_rule(&mut self, rule: &Rule, report: &Report, failing: Severity) {
        let findings = report.findings.iter();
        let findings: Vec<_> = findings.filter(|one| one.rule.name == rule.name).collect();
        let silenced = report.silenced.iter();
        let silenced: Vec<_> = silenced
            .filter(|(one, _)| one.rule.name == rule.name)
            .collect();
        if findings.is_empty() && silenced.is_empty() {
            self.case(rule, "nothing found", "");
        }
        for finding in findings {
            let inside = self.verdict(finding, failing);
            self.case(rule, &name(finding), &inside);
        }
        for (finding, silencer) in silenced {
            self.skipped += 1;
            let inside = format!("<skipped message=\"{}\"/>", escaped(&reason(silencer)));
            self.case(rule, &name(finding), &inside);
        }
    }

    fn verdict(&mut self, finding: &Finding, failing: Severity) -> String {
        let text = escaped(&format!("{}\n{}", place(finding), wording::full(finding)));
        if finding.severity < failing {
            return format!("<system-out>{text}</system-out>");
        }
        self.failed += 1;
        format!(
            "<failure type=\"{}\" message=\"{}\">{text}</failure>",
            word(finding.severity),
            escaped(&printable(&finding.message)),
        )
    }

    fn case(&mut self, rule: &Rule, name: &str, inside: &str) {
        let name = self.unique(rule.name, name);
        let start = format!(
            "    <testcase classname=\"{}\" name=\"{}\"",
            rule.name,
            escaped(&name)
        );
        let _ = match inside {
            "" => writeln!(self.text, "{start}/>"),
            inside => writeln!(self.text, "{start}>{inside}</testcase>"),
        };
    }

    /// Servers take two cases of one name for the same.
    fn unique(&mut self, rule: &str, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 1;
        while self.names.contains_key(&format!("{rule} {unique}")) {
            number += 1;
            unique = format!("{name} ({number})");
        }
        self.names.insert(format!("{rule} {unique}"), number);
        unique
    }
}

/// Names what a finding is about, without its line, so that the case keeps its name when lines move.
fn name(finding: &Finding) -> String {
    let subject = &finding.subject;
    let path = finding.path.to_string();
    let parts = [path.as_str(), &subject.object, &subject.field];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    printable(&parts.join(" ")).into_owned()
}

fn place(finding: &Finding) -> String {
    let path = finding.path.to_string();
    let path = printable(&path);
    match finding.mark {
        Some(mark) => format!("{path}:{}:{}", mark.line, mark.column),
        None => path.into_owned(),
    }
}

fn reason(silencer: &Silencer) -> String {
    let text = match silencer {
        Silencer::Comment { reason } => format!("a comment: {reason}"),
        Silencer::Exception { reason } => format!("an exception of the policy: {reason}"),
        Silencer::Baseline => "the baseline".to_owned(),
    };
    printable(&text).into_owned()
}

/// Text as XML has it, in elements and attributes; what XML 1.0 has no place for becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Attributes would turn these into spaces.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup_and_nothing_is_illegal() {
        assert_eq!(
            escaped("<a b=\"&\">\n\u{1b}\u{ffff}"),
            "&lt;a b=&quot;&amp;&quot;&gt;&#10;\u{fffd}\u{fffd}"
        );
    }
}
