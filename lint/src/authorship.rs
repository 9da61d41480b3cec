//! Who makes a commit, a person or automation, and what it says it does.

use crate::change::Commit;
use crate::policies::Policies;
use crate::text::shown;
use crate::trailers::values_of;

/// The trailer that Sealsmith itself writes.
const OPERATION: &str = "Sealsmith-Operation";

/// Operations that leave every value as it is.
const RESEALS: [&str; 3] = ["reseal", "re-seal", "rotate-controller-key"];

/// Operations in which a person is guided, and decides.
const GUIDED: [&str; 3] = ["replace", "migrate", "migrate-eso"];

/// What shows that automation makes a commit; nothing for a person's.
pub(crate) fn automation(commit: &Commit, policies: &Policies<'_>) -> Option<String> {
    author(commit, policies)
        .or_else(|| trailer(commit, policies))
        .or_else(|| variable(commit, policies))
}

/// Whether a commit says that it re-seals.
pub(crate) fn says_reseal(commit: &Commit, policies: &Policies<'_>) -> bool {
    let mut operations = operations(commit, policies);
    operations.any(|(_, operation)| is_one_of(&operation, &RESEALS))
}

/// Whether an address is one of automation's.
pub(crate) fn is_automation(address: &str, policies: &Policies<'_>) -> bool {
    let mut known = policies
        .each()
        .flat_map(|policy| &policy.automation.authors);
    known.any(|known| plain(known) == plain(address))
}

/// An address as it is compared: `1234+name@users.noreply.github.com` is `name`'s.
pub(crate) fn plain(address: &str) -> String {
    let address = address.trim().to_lowercase();
    match address.split_once('+') {
        Some((number, rest))
            if rest.ends_with(NOREPLY) && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest.to_owned()
        }
        _ => address,
    }
}

/// The end of addresses behind which GitHub hides those of its users.
pub(crate) const NOREPLY: &str = "@users.noreply.github.com";

fn author(commit: &Commit, policies: &Policies<'_>) -> Option<String> {
    let mut people = commit.people.iter();
    let known = people.find(|address| is_automation(address, policies))?;
    Some(format!("it is by `{}`", shown(known)))
}

fn trailer(commit: &Commit, policies: &Policies<'_>) -> Option<String> {
    let mut operations = operations(commit, policies);
    let (key, value) = operations.find(|(_, value)| !is_one_of(value, &GUIDED))?;
    Some(format!("its message says `{key}: {}`", shown(&value)))
}

fn variable(commit: &Commit, policies: &Policies<'_>) -> Option<String> {
    let policy = policies.each().next()?;
    let name = &policy.automation.env_var;
    commit
        .by_automation
        .then(|| format!("`{}` is set", shown(name)))
}

/// What a commit says it does, by Sealsmith's own trailer and those of the policies.
fn operations<'a>(
    commit: &'a Commit,
    policies: &'a Policies<'_>,
) -> impl Iterator<Item = (&'a str, String)> {
    let message = commit.message.as_deref().unwrap_or_default();
    let configured = policies
        .each()
        .map(|policy| policy.automation.trailer.as_str());
    let configured = configured.filter(|key| !key.eq_ignore_ascii_case(OPERATION));
    let keys = configured.chain([OPERATION]);
    keys.flat_map(move |key| {
        values_of(message, key)
            .into_iter()
            .map(move |value| (key, value))
    })
}

fn is_one_of(operation: &str, known: &[&str]) -> bool {
    let operation = operation.trim().to_lowercase().replace([' ', '_'], "-");
    known.contains(&operation.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_github_hides_is_its_users() {
        assert_eq!(
            plain("1234+Lead@users.noreply.github.com"),
            "lead@users.noreply.github.com"
        );
        assert_eq!(plain("me+git@example.com"), "me+git@example.com");
    }

    #[test]
    fn operations_are_told_apart_however_they_are_written() {
        assert!(is_one_of(" Re-Seal ", &RESEALS) && is_one_of("rotate controller-key", &RESEALS));
        assert!(!is_one_of("reseal everything", &RESEALS) && !is_one_of("rotate-aws", &RESEALS));
    }
}
