//! Whether a person other than its author approves of a commit.

use crate::authorship::{NOREPLY, is_automation, plain};
use crate::change::Commit;
use crate::policies::Policies;
use crate::policy::{Approval, SecretRule};
use crate::text::{listed, shown};
use crate::trailers::values_of;

/// Why a commit is not approved.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// No trailer says so.
    Missing,
    /// The trailer names nobody.
    Nobody(String),
    /// Its author approves, and nobody else.
    Own(String),
    /// Automation approves, and nobody else.
    Automation(String),
    /// Someone approves who may not.
    Stranger(String),
}

/// Words that people write where a name should be.
const NOBODY: [&str; 13] = [
    "none", "no", "nobody", "na", "tbd", "todo", "pending", "unknown", "me", "myself", "self",
    "name", "yes",
];

/// Returns why a commit lacks the approval that a rule asks for; nothing when it has it.
pub(crate) fn lack(commit: &Commit, rule: &SecretRule, policies: &Policies<'_>) -> Option<Lack> {
    let usual = Approval::default();
    let approval = rule.approval.as_ref().unwrap_or(&usual);
    let message = commit.message.as_deref().unwrap_or_default();
    let values = values_of(message, &approval.trailer);
    let approvers: Vec<_> = values.iter().flat_map(|value| approvers(value)).collect();
    let authors = authors(commit, message);
    let mut lacks = approvers
        .iter()
        .map(|approver| approver.lack(&approval.by, &authors, policies));
    match lacks.next() {
        None => Some(Lack::Missing),
        Some(None) => None,
        Some(first) if lacks.all(|lack| lack.is_some()) => first,
        Some(_) => None,
    }
}

/// The trailer that a rule asks for.
pub(crate) fn trailer(rule: &SecretRule) -> String {
    let usual = Approval::default();
    let approval = rule.approval.as_ref().unwrap_or(&usual);
    match approval.by.as_slice() {
        [] => format!("`{}: NAME`", shown(&approval.trailer)),
        by => format!(
            "`{}: NAME`, the name being one of {}",
            shown(&approval.trailer),
            listed(by.iter().map(String::as_str))
        ),
    }
}

/// Whoever wrote a commit: its author, and the others that it names. Who only applied it is none of them.
fn authors(commit: &Commit, message: &str) -> Vec<Approver> {
    let others = values_of(message, "Co-authored-by");
    let others = others.iter().flat_map(|value| approvers(value));
    let first = commit.people.first().map(|address| Approver {
        text: address.clone(),
        address: Some(plain(address)),
    });
    first.into_iter().chain(others).collect()
}

/// Someone named in a trailer.
#[derive(Debug, PartialEq, Eq)]
struct Approver {
    /// As it is written.
    text: String,
    /// The address, when there is one.
    address: Option<String>,
}

/// `@lead`, `@a, @b`, `Jane Doe <jane@example.com>`, `Jane Doe`.
fn approvers(value: &str) -> Vec<Approver> {
    let parts = value.split([',', ';']).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .flat_map(one_or_more)
        .collect()
}

fn one_or_more(part: &str) -> Vec<Approver> {
    let bracketed = part
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    if let Some((address, _)) = bracketed {
        return vec![Approver {
            text: part.to_owned(),
            address: Some(plain(address)),
        }];
    }
    let words: Vec<_> = part
        .split_whitespace()
        .filter(|word| word.contains('@'))
        .collect();
    let texts = if words.is_empty() { vec![part] } else { words };
    let approver = |text: &str| Approver {
        text: text.to_owned(),
        address: text.find('@').filter(|at| *at > 0).map(|_| plain(text)),
    };
    texts.into_iter().map(approver).collect()
}

impl Approver {
    fn lack(&self, by: &[String], authors: &[Self], policies: &Policies<'_>) -> Option<Lack> {
        let text = || self.text.clone();
        if self.is_nobody() {
            return Some(Lack::Nobody(text()));
        }
        if authors.iter().any(|author| self.is(author)) {
            return Some(Lack::Own(text()));
        }
        if self
            .address
            .as_ref()
            .is_some_and(|address| is_automation(address, policies))
        {
            return Some(Lack::Automation(text()));
        }
        let allowed = by.is_empty() || by.iter().any(|name| self.has_name(name));
        (!allowed).then(|| Lack::Stranger(text()))
    }

    fn is_nobody(&self) -> bool {
        let letters = letters(&self.text);
        letters.is_empty() || NOBODY.contains(&letters.as_str()) || self.text.starts_with('<')
    }

    /// Whether both are certainly one person: the same address, or a name that is the other one's.
    fn is(&self, other: &Self) -> bool {
        match (&self.address, &other.address) {
            (Some(one), Some(other)) if one == other => true,
            (Some(one), Some(other)) if !one.ends_with(NOREPLY) && !other.ends_with(NOREPLY) => {
                false
            }
            _ => self
                .handles()
                .iter()
                .any(|name| other.handles().contains(name)),
        }
    }

    /// The names that tell who it is: what stands before the `@` of the address, and what is written as a name.
    fn handles(&self) -> Vec<String> {
        let local = self
            .address
            .as_ref()
            .and_then(|address| address.split('@').next());
        let written = self
            .text
            .split('<')
            .next()
            .filter(|text| !text.trim_start_matches('@').contains('@'));
        let names = local.into_iter().chain(written).map(letters);
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Whether a list of the policy means this one.
    fn has_name(&self, name: &str) -> bool {
        let same = |text: &str| {
            let trimmed = |text: &str| text.trim().trim_start_matches('@').to_lowercase();
            trimmed(text) == trimmed(name)
        };
        same(&self.text)
            || self
                .address
                .as_deref()
                .is_some_and(|address| address == plain(name))
            || self
                .text
                .split_once('<')
                .is_some_and(|(written, _)| same(written))
    }
}

fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str) -> Vec<String> {
        approvers(value)
            .into_iter()
            .map(|approver| approver.text)
            .collect()
    }

    fn is(one: &str, other: &str) -> bool {
        approvers(one)[0].is(&approvers(other)[0])
    }

    #[test]
    fn a_trailer_names_one_or_more() {
        assert_eq!(texts("@lead"), ["@lead"]);
        assert_eq!(texts("@backend @sre"), ["@backend", "@sre"]);
        assert_eq!(texts("@backend, Jane Doe"), ["@backend", "Jane Doe"]);
        assert_eq!(
            texts("Jane Doe <Jane@Example.com>"),
            ["Jane Doe <Jane@Example.com>"]
        );
    }

    #[test]
    fn a_person_is_recognised_by_address_and_by_name() {
        assert!(is("Jane <jane@example.com>", "JANE@example.com"));
        assert!(is("@jane-doe", "jane.doe@example.com"));
        assert!(is("Jane Doe", "janedoe@example.com"));
        assert!(is("@jane", "12+jane@users.noreply.github.com"));
        assert!(is("jane@example.com", "12+jane@users.noreply.github.com"));
        assert!(!is("@lead", "jane@example.com"));
        assert!(!is("admin@one.example", "admin@other.example"));
    }

    #[test]
    fn a_list_of_the_policy_means_names_and_addresses() {
        for (written, name) in [
            ("@Backend-Leads", "@backend-leads"),
            ("backend-leads", "@backend-leads"),
            ("Jane Doe <jane@example.com>", "jane@example.com"),
            ("Jane Doe <jane@example.com>", "Jane Doe"),
        ] {
            assert!(approvers(written)[0].has_name(name), "{written} is {name}");
        }
        assert!(!approvers("@backend")[0].has_name("@backend-leads"));
    }

    #[test]
    fn a_word_that_names_nobody_is_no_approval() {
        for word in ["TBD", "n/a", "-", "?", "<name>", "me"] {
            assert!(approvers(word)[0].is_nobody(), "{word}");
        }
        assert!(!approvers("@noel")[0].is_nobody());
    }
}
