//! `--fix`: findings put right by their own edits, byte for byte, and proven by reading the result.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use sealsmith_core::manifest::tree::Stream;
use sealsmith_lint::finding::{Edit, Finding, Fix};
use sealsmith_lint::policy::{self, Policy};
use sealsmith_lint::source::{Content, MANIFESTS, Mode};
use sealsmith_lint::{Path, Report, baseline};

use super::ending::count;
use super::job::Job;
use super::overlay::Overlay;
use crate::command::Ending;
use crate::diff::unified;
use crate::env::files::{self, Access};
use crate::env::git::tree::Tree;
use crate::failure::Failure;
use crate::ui::printable;

/// Rounds of putting right and looking again; a fix may make room for another one.
const MOST_ROUNDS: usize = 10;

/// What became of a run's findings.
pub(super) struct Fixed<'t> {
    /// The files as they are with every fix.
    pub(super) tree: Overlay<'t>,
    /// What is still to be found in them.
    pub(super) report: Report,
    /// Findings that were put right.
    pub(super) findings: usize,
    /// Files that differ now.
    pub(super) files: Vec<FixedFile>,
}

/// A file that differs.
pub(super) struct FixedFile {
    pub(super) path: Path,
    pub(super) before: Vec<u8>,
    pub(super) after: Vec<u8>,
    /// What was done to it.
    pub(super) summaries: Vec<String>,
    /// Whether its lines may hold a secret, so that they are not shown.
    pub(super) sensitive: bool,
}

/// Puts right what can be, in memory, until nothing is left that can.
pub(super) fn run<'t>(
    job: &Job<'_>,
    tree: &'t dyn Tree,
    report: Report,
    judge: impl Fn(&dyn Tree) -> Result<Report, Failure>,
) -> Result<Fixed<'t>, Failure> {
    let mut fixed = Fixed {
        tree: Overlay::new(tree),
        report,
        findings: 0,
        files: Vec::new(),
    };
    for _ in 0..MOST_ROUNDS {
        if !fixed.round(job)? {
            break;
        }
        fixed.report = judge(&fixed.tree)?;
    }
    Ok(fixed)
}

/// Writes every file that differs, unless it changed on the disk meanwhile.
pub(super) fn write(job: &Job<'_>, tree: &dyn Tree, fixed: &Fixed<'_>) -> Result<(), Failure> {
    for file in &fixed.files {
        let now = bytes(tree, &file.path)?;
        if now.as_ref() != Some(&file.before) {
            return Err(Failure::could_not(format!(
                "{} changed while it was being put right",
                printable(&file.path.to_string())
            ))
            .hint("run it again"));
        }
        let path = job.root().join(OsStr::from_bytes(file.path.as_bytes()));
        files::replace(&path, &file.after, Access::Public)?;
    }
    job.ui.status(format!("put right {}", fixed.extent()));
    Ok(())
}

/// Shows what would differ; where lines may hold a secret, only what would be done.
pub(super) fn show(job: &Job<'_>, fixed: &Fixed<'_>) -> Result<Ending, Failure> {
    for file in &fixed.files {
        let path = printable(&file.path.to_string()).into_owned();
        let texts = (
            std::str::from_utf8(&file.before),
            std::str::from_utf8(&file.after),
        );
        match texts {
            (Ok(before), Ok(after)) if !file.sensitive => {
                let mut lines = unified(&path, before, after).into_iter();
                lines.try_for_each(|line| job.ui.line(line))?;
            }
            _ => job.ui.line(format!(
                "{path}: {} (not shown, since lines of this file may hold a secret)",
                file.summaries.join(", ")
            ))?,
        }
    }
    job.ui.status(format!("would put right {}", fixed.extent()));
    Ok(match fixed.files.is_empty() {
        true => Ending::Done,
        false => Ending::No,
    })
}

impl Fixed<'_> {
    /// How much was put right, in words.
    pub(super) fn extent(&self) -> String {
        let (findings, files) = (self.findings, self.files.len());
        format!("{} in {}", count(findings, "finding"), count(files, "file"))
    }

    /// Puts right what can be put right together; tells whether anything changed.
    fn round(&mut self, job: &Job<'_>) -> Result<bool, Failure> {
        let mut fixes: BTreeMap<&Path, Vec<&Fix>> = BTreeMap::new();
        for finding in &self.report.findings {
            let wanted = |fix: &&Fix| fix.safe || job.args.r#unsafe;
            if let Some(fix) = finding.fix.as_ref().filter(wanted) {
                fixes.entry(&finding.path).or_default().push(fix);
            }
        }
        let mut changed = Vec::new();
        for (path, fixes) in fixes {
            let Some(before) = bytes(&self.tree, path)? else {
                continue;
            };
            if let Some((after, taken)) = put_right(path, &before, &fixes) {
                let sensitive = is_sensitive(&self.report, path);
                changed.push((path.clone(), before, after, taken, sensitive));
            }
        }
        let any = !changed.is_empty();
        for (path, before, after, summaries, sensitive) in changed {
            self.findings += summaries.len();
            self.tree.put(path.clone(), after.clone());
            self.note(FixedFile {
                path,
                before,
                after,
                summaries,
                sensitive,
            });
        }
        Ok(any)
    }

    fn note(&mut self, file: FixedFile) {
        let known = self.files.iter_mut().find(|known| known.path == file.path);
        match known {
            None => self.files.push(file),
            Some(known) => {
                known.after = file.after;
                known.summaries.extend(file.summaries);
                known.sensitive |= file.sensitive;
            }
        }
    }
}

/// The content of a file that may be rewritten: one that the disk has, and that is no link.
fn bytes(tree: &dyn Tree, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let steers = [policy::FILE, baseline::FILE].map(str::as_bytes);
    let on_disk = match tree.find(path) {
        Some(entry) => !entry.skipped,
        None => steers.contains(&path.as_bytes()),
    };
    if !on_disk {
        return Ok(None);
    }
    Ok(tree
        .at(path)?
        .and_then(|file| match (file.mode, file.content) {
            (Mode::Regular | Mode::Executable, Content::Bytes(bytes)) => Some(bytes),
            _ => None,
        }))
}

fn is_sensitive(report: &Report, path: &Path) -> bool {
    let silenced = report.silenced.iter().map(|(finding, _)| finding);
    let mut all = report.findings.iter().chain(silenced);
    all.any(|finding: &Finding| finding.rule.sensitive && finding.path == *path)
}

/// Applies as many fixes as go together; returns the new content and what was done.
fn put_right(path: &Path, before: &[u8], fixes: &[&Fix]) -> Option<(Vec<u8>, Vec<String>)> {
    let mark = if before.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK
    } else {
        b""
    };
    let text = std::str::from_utf8(&before[mark.len()..]).ok()?;
    let apart = apart(fixes);
    let taken = match spliced(text, &apart).filter(|after| is_readable(path, after)) {
        Some(_) => apart,
        None => one_by_one(path, text, &apart),
    };
    let after = spliced(text, &taken).filter(|after| after != text)?;
    let summaries = taken.iter().map(|fix| fix.summary.clone()).collect();
    Some(([mark, after.as_bytes()].concat(), summaries))
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Keeps fixes that touch no earlier one; the others get their turn in the next round.
fn apart<'f>(fixes: &[&'f Fix]) -> Vec<&'f Fix> {
    let mut kept: Vec<&Fix> = Vec::new();
    for fix in fixes {
        if !kept.iter().any(|other| touch(fix, other)) {
            kept.push(fix);
        }
    }
    kept
}

fn one_by_one<'f>(path: &Path, text: &str, fixes: &[&'f Fix]) -> Vec<&'f Fix> {
    let mut kept: Vec<&Fix> = Vec::new();
    for fix in fixes {
        kept.push(fix);
        if spliced(text, &kept).is_none_or(|after| !is_readable(path, &after)) {
            kept.pop();
        }
    }
    kept
}

fn touch(one: &Fix, other: &Fix) -> bool {
    let mut pairs = one
        .edits
        .iter()
        .flat_map(|edit| other.edits.iter().map(move |other| (edit, other)));
    pairs.any(|(one, other)| {
        let (one, other) = (&one.range, &other.range);
        // Two insertions at one place have no order.
        let inserts = one.is_empty() || other.is_empty();
        one.start < other.end && other.start < one.end
            || inserts && one.start <= other.end && other.start <= one.end
    })
}

/// The text with every edit; nothing when one of them does not fit the text.
fn spliced(text: &str, fixes: &[&Fix]) -> Option<String> {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out += text.get(at..edit.range.start)?;
        out += &edit.text;
        text.get(edit.range.clone())?;
        at = edit.range.end;
    }
    out += text.get(at..)?;
    Some(out)
}

/// Whether a fixed file is still what it was: manifests that parse, a policy that can be used.
fn is_readable(path: &Path, text: &str) -> bool {
    if path.as_bytes() == policy::FILE.as_bytes() {
        return Policy::parse(text).is_ok();
    }
    !path.ends_with(&MANIFESTS) || Stream::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(std::ops::Range<usize>, &str)]) -> Fix {
        let edits = edits.iter().map(|(range, text)| Edit {
            range: range.clone(),
            text: (*text).to_owned(),
        });
        Fix {
            safe: true,
            summary: "do it".to_owned(),
            edits: edits.collect(),
        }
    }

    fn put(path: &str, before: &str, fixes: &[Fix]) -> Option<(String, usize)> {
        let fixes: Vec<_> = fixes.iter().collect();
        let (after, done) = put_right(&Path::from(path), before.as_bytes(), &fixes)?;
        Some((String::from_utf8(after).unwrap(), done.len()))
    }

    #[test]
    fn edits_are_applied_to_the_text_behind_a_byte_order_mark() {
        let fixes = [fix(&[(3..4, "'1'")]), fix(&[(0..1, "b")])];
        let fixed = put("a.yaml", "\u{feff}a: 1\r\n", &fixes);
        assert_eq!(fixed, Some(("\u{feff}b: '1'\r\n".to_owned(), 2)));
    }

    #[test]
    fn fixes_that_touch_wait_for_the_next_round() {
        let fixes = [
            fix(&[(3..4, "2")]),
            fix(&[(3..4, "3")]),
            fix(&[(5..5, "b: 1\n")]),
            fix(&[(5..5, "c: 1\n")]),
        ];
        assert_eq!(
            put("a.yaml", "a: 1\n", &fixes),
            Some(("a: 2\nb: 1\n".to_owned(), 2))
        );
    }

    #[test]
    fn a_fix_that_breaks_the_file_is_left_out() {
        let fixes = [fix(&[(3..4, "[")]), fix(&[(0..1, "b")])];
        assert_eq!(
            put("a.yaml", "a: 1\n", &fixes),
            Some(("b: 1\n".to_owned(), 1))
        );
        assert_eq!(put("a.yaml", "a: 1\n", &fixes[..1]), None);
        assert_eq!(
            put("a.txt", "a: 1\n", &fixes[..1]),
            Some(("a: [\n".to_owned(), 1))
        );
    }

    #[test]
    fn an_edit_outside_the_text_or_inside_a_character_is_left_out() {
        assert_eq!(put("a.txt", "é", &[fix(&[(1..2, "x")])]), None);
        assert_eq!(put("a.txt", "é", &[fix(&[(0..9, "x")])]), None);
    }
}
