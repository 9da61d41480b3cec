//! What people read about a rule: `RULES.md`, and one page of it for `sealsmith lint explain`.

use crate::policy::{FILE, Severity};
use crate::rule::{Example, Fixable, Rule};
use crate::rules::RULES;

/// Returns `RULES.md`: a table of all rules, then a page for each.
#[must_use]
pub fn reference() -> String {
    let rows: String = RULES.iter().map(row).collect();
    let pages: String = RULES
        .iter()
        .map(|rule| format!("\n{}", page(rule)))
        .collect();
    format!("{HEAD}{rows}{pages}")
}

/// Returns the page of a rule, as Markdown that reads well as plain text.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let Rule {
        name,
        code,
        since,
        summary,
        why,
        how,
        ..
    } = rule;
    let facts = [severity(rule.severity), fix(rule.fixable)].join(", ");
    let (bad, good) = (sections(rule.bad), sections(rule.good));
    let shown =
        |sections: &[Section<'_>]| sections.iter().map(Section::to_string).collect::<String>();
    let put_right: Vec<_> = good
        .into_iter()
        .filter(|section| !bad.contains(section))
        .collect();
    format!(
        "## {name}\n\n{code}, {facts}, since {since}: {summary}.\n\n{why}\n\n**What to do.** {how}\n\n\
         **Objects to**\n\n{}**Put right**\n\n{}{}\n",
        shown(&bad),
        match put_right.as_slice() {
            [] => "The same without the section that is objected to.\n\n".to_owned(),
            sections => shown(sections),
        },
        silencing(rule)
    )
}

const HEAD: &str = "\
# Rules

What `sealsmith lint` objects to. `sealsmith lint explain RULE` prints a page of this file. It is generated from
`lint/src/rules` and not edited by hand: `./tests/run docs` writes it anew. Examples are small repositories; `AgB…`
stands for a sealed value; where it matters which one, `AgBa…12` and `AgBb…12` are two of 12 bytes.

The severity is what a rule has unless `rules` in `sealsmith.yaml` gives it another. `--fix` makes the changes marked as
safe, and with `--unsafe` those that a person should look at.

| code | rule | severity | fix | objects when |
| --- | --- | --- | --- | --- |
";

fn row(rule: &Rule) -> String {
    let (name, code, summary) = (rule.name, rule.code, rule.summary);
    let fix = match rule.fixable {
        Fixable::No => "",
        Fixable::Safely => "safe",
        Fixable::Unsafely => "unsafe",
    };
    format!(
        "| {code} | [{name}](#{name}) | {} | {fix} | {summary} |\n",
        severity(rule.severity)
    )
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Off => "off",
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn fix(fixable: Fixable) -> &'static str {
    match fixable {
        Fixable::No => "put right by hand",
        Fixable::Safely => "put right by `--fix`",
        Fixable::Unsafely => "put right by `--fix --unsafe`",
    }
}

fn silencing(rule: &Rule) -> String {
    let name = rule.name;
    let exception = format!(
        "```yaml\nexceptions:\n  - rule: {name}\n    path: {}\n    reason: why it is accepted\n    expires: 2027-03-31\n```\n",
        example_path(rule)
    );
    match rule.may_be_suppressed() {
        true => format!(
            "**Accept one.** A comment on the line or above it, or an entry of `exceptions` in `{FILE}`:\n\n\
             ```yaml\n# sealsmith: allow({name}) until 2027-03-31 -- why it is accepted\n```\n\n{exception}"
        ),
        false => format!(
            "**Accept one.** Only an entry of `exceptions` in `{FILE}` does, and only one that was there before the \
             change. No comment and no baseline does.\n\n{exception}"
        ),
    }
}

/// A path that the rule could be about.
fn example_path(rule: &Rule) -> &'static str {
    let sections = sections(rule.bad).into_iter();
    let mut paths = sections.filter(|section| section.kind == Kind::File);
    let about = |section: &Section<'_>| rule.code.starts_with("SL8") || section.name != FILE;
    paths.find(about).map_or(FILE, |section| section.name)
}

/// A part of an example, as people read it.
#[derive(PartialEq, Eq)]
struct Section<'a> {
    kind: Kind,
    /// A path, or the first line of a commit.
    name: &'a str,
    text: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Before,
    Untracked,
    Link,
    Executable,
    Commit,
    Git,
    Ages,
}

/// Takes an example apart.
fn sections(example: Example) -> Vec<Section<'static>> {
    let parts = example
        .split("\n-- ")
        .flat_map(|part| part.strip_prefix("-- ").or(Some(part)));
    let parts = parts.filter_map(|part| part.split_once(" --\n"));
    let sections = parts.filter_map(|(name, text)| {
        let (kind, name) = match name.split_once(':') {
            Some(("HEAD", path)) => (Kind::Before, path),
            Some(("untracked" | "private", path)) => (Kind::Untracked, path),
            Some(("link", path)) => (Kind::Link, path),
            Some(("executable", path)) => (Kind::Executable, path),
            _ => (kind(name)?, name),
        };
        let (name, text) = match kind {
            Kind::Commit => text.split_once('\n').unwrap_or((text, "")),
            _ => (name, text),
        };
        let text = text.trim_end();
        Some(Section { kind, name, text })
    });
    sections.collect()
}

/// What a section without a prefix is; nothing for one that only the tests need.
fn kind(name: &str) -> Option<Kind> {
    match name {
        "commit" => Some(Kind::Commit),
        "git" => Some(Kind::Git),
        "changed" => Some(Kind::Ages),
        "incomplete" => None,
        _ => Some(Kind::File),
    }
}

impl std::fmt::Display for Section<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name;
        match self.kind {
            Kind::File => write!(f, "`{name}`"),
            Kind::Before => write!(f, "`{name}`, before the commit"),
            Kind::Untracked => write!(f, "`{name}`, which git does not track"),
            Kind::Link => write!(f, "`{name}`, a symlink"),
            Kind::Executable => write!(f, "`{name}`, executable"),
            Kind::Commit => write!(f, "a commit by `{name}`"),
            Kind::Git => f.write_str("the state of git"),
            Kind::Ages => f.write_str("days since files changed"),
        }?;
        let of_yaml = [".yaml", ".yml"]
            .iter()
            .any(|ending| name.ends_with(ending));
        let language = match self.kind {
            Kind::File | Kind::Before | Kind::Untracked if of_yaml => "yaml",
            _ => "text",
        };
        writeln!(f, "\n\n```{language}\n{}\n```\n", shortened(self.text))
    }
}

/// The text with the start of a value for every `<sealed …>`, and of its name for every `<digest …>`.
fn shortened(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let marks = [("<sealed ", true), ("<digest ", false)];
    let find = |text: &str| {
        let found = marks
            .iter()
            .filter_map(|(mark, sealed)| Some((text.find(mark)?, *sealed)));
        found.min()
    };
    while let Some((at, sealed)) = find(rest) {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end);
        out.push_str(&rest[..at]);
        out.push_str(&match sealed {
            true => stand_in(&rest[at..end]),
            false => "3fa9…".to_owned(),
        });
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out + rest
}

/// `<sealed dev 12` is `AgB…`, and `<sealed dev 12 #2`, which is told from others, `AgBb…12`.
fn stand_in(mark: &str) -> String {
    let mut words = mark
        .split([' ', '#'])
        .filter(|word| !word.is_empty())
        .skip(2);
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<u8>().ok());
    let (length, which) = (number(words.next()), number(words.next()));
    match (length, which) {
        (Some(length), Some(which)) => {
            let letter = char::from(b'a' + which.saturating_sub(1) % 26);
            format!("AgB{letter}…{length}")
        }
        _ => "AgB…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_shortened() {
        assert_eq!(
            shortened("a: <sealed dev 12 #2>\nb: <digest dev 1 #2> x"),
            "a: AgBb…12\nb: 3fa9… x"
        );
    }

    #[test]
    fn a_page_shows_both_examples_and_repeats_nothing() {
        for rule in RULES {
            let page = page(rule);
            assert!(page.starts_with(&format!("## {}\n", rule.name)), "{page}");
            assert!(
                !page.contains("<sealed") && !page.contains("\n-- "),
                "{page}"
            );
            let open = page.matches("```").count();
            assert!(open.is_multiple_of(2) && open >= 4, "{page}");
        }
    }

    #[test]
    fn what_only_exceptions_silence_says_so() {
        let page_of = |name| page(Rule::named(name).expect("a rule of the catalogue"));
        assert!(!page_of("automation-on-manual").contains("allow("));
        assert!(page_of("sync-wave").contains("# sealsmith: allow(sync-wave) until"));
    }
}
