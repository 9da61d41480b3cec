//! In what a policy is less strict than another.
//!
//! Only what makes checks or guards weaker is named. Another certificate, pin or window is how an
//! environment changes, not how its policy does.

mod environments;
mod findings;
mod operations;
mod secrets;

use crate::policy::Policy;

/// Something that is less strict.
pub(crate) struct Loosened {
    /// What, in a sentence.
    pub(crate) what: String,
    /// Where it stands in the new policy, as a path of keys and numbers.
    pub(crate) at: String,
    /// The same in names, which stay when entries move.
    pub(crate) field: String,
}

impl Loosened {
    fn new(at: impl Into<String>, field: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            at: at.into(),
            field: field.into(),
        }
    }

    /// One whose place is named the same.
    fn at(field: &str, what: impl Into<String>) -> Self {
        Self::new(field, field, what)
    }
}

/// Returns everything in which `after` is less strict than `before`.
pub(crate) fn loosened(before: &Policy, after: &Policy) -> Vec<Loosened> {
    let parts = [
        findings::exceptions(before, after),
        findings::severities(before, after),
        secrets::rules(before, after),
        environments::environments(before, after),
        operations::layout(&before.layout, &after.layout),
        operations::automation(&before.automation, &after.automation),
        operations::git(&before.git, &after.git),
    ];
    parts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "
layout: {namespace: '{app}-{env}', ignore: [docs/**]}
environments:
  dev:
    certificate: certs/dev.pem
    fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']
    scopes: [strict]
    parity: true
    windows: {reseal: {days: mon-fri, hours: '09:00-18:00', time-zone: Asia/Seoul}}
  prod: {certificate: certs/prod.pem}
secrets:
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid
    max-age: 90d
    keys: {JWT: {bytes: [32]}}
    approval: {by: ['@lead']}
automation: {authors: [bot@example.com]}
git: {base: origin/main}
rules: {plain-length: {severity: error}}
exceptions:
  - {rule: mixed-file, path: envs/old.yaml, reason: it goes away with the chart, expires: 2027-01-31}
";

    fn found(from: &str, to: &str) -> Vec<String> {
        assert!(BEFORE.contains(from), "{from}");
        let policy = |text: &str| Policy::parse(text).unwrap_or_else(|error| panic!("{error}"));
        let after = policy(&BEFORE.replace(from, to));
        let found = loosened(&policy(BEFORE), &after).into_iter();
        found
            .map(|one| format!("{}: {}", one.field, one.what))
            .collect()
    }

    #[test]
    fn everything_that_is_less_strict_is_named() {
        for (from, to, field) in [
            ("envs/old.yaml", "envs/**", "exceptions.mixed-file.envs/**"),
            (
                "2027-01-31",
                "2027-02-28",
                "exceptions.mixed-file.envs/old.yaml",
            ),
            (
                "mixed-file",
                "automation-on-manual",
                "exceptions.automation-on-manual.envs/old.yaml",
            ),
            (
                "severity: error",
                "severity: info",
                "rules.plain-length.severity",
            ),
            (
                "severity: error",
                "severity: error, env: dev",
                "rules.plain-length.severity",
            ),
            (
                "rules: {",
                "rules: {sync-wave: {severity: 'off'}, ",
                "rules.sync-wave.severity",
            ),
            (
                "rules: {",
                "rules: {sync-wave: {options: {wave: '5'}}, ",
                "rules.sync-wave.options",
            ),
            (
                "rotation: manual",
                "rotation: automated",
                "secrets.jwt.rotation",
            ),
            ("id: jwt", "id: token", "secrets.jwt"),
            ("max-age: 90d", "max-age: 91d", "secrets.jwt.max-age"),
            ("    max-age: 90d\n", "", "secrets.jwt.max-age"),
            ("bytes: [32]", "bytes: [32, 33]", "secrets.jwt.keys.JWT"),
            (
                "approval: {by: ['@lead']}",
                "approval: {}",
                "secrets.jwt.approval",
            ),
            (
                "approval: {by: ['@lead']}",
                "approval: {by: ['@lead', '@me']}",
                "secrets.jwt.approval",
            ),
            (
                "approval: {by: ['@lead']}",
                "approval: {by: ['@lead'], trailer: Seen-By}",
                "secrets.jwt.approval",
            ),
            (
                "scopes: [strict]",
                "scopes: [strict, cluster-wide]",
                "environments.dev.scopes",
            ),
            ("    scopes: [strict]\n", "", "environments.dev.scopes"),
            (
                "['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']",
                "[]",
                "environments.dev.fingerprints",
            ),
            ("parity: true", "parity: false", "environments.dev.parity"),
            (
                "prod: {",
                "prod: {protected: false, ",
                "environments.prod.protected",
            ),
            (
                "    certificate: certs/dev.pem\n",
                "",
                "environments.dev.certificate",
            ),
            (
                "  prod: {certificate: certs/prod.pem}\n",
                "",
                "environments.prod",
            ),
            (
                "windows: {reseal: {",
                "windows: {aws: {",
                "environments.dev.windows.reseal",
            ),
            (
                "time-zone: Asia/Seoul",
                "time-zone: Asia/Seoul, notify: optional",
                "environments.dev.windows.reseal",
            ),
            ("ignore: [docs/**]", "ignore: ['**']", "layout.ignore"),
            ("namespace: '{app}-{env}', ", "", "layout.namespace"),
            (
                "layout: {",
                "layout: {allow: ['x/{env}/**'], ",
                "layout.allow",
            ),
            (
                "authors: [bot@example.com]",
                "authors: []",
                "automation.authors",
            ),
            (
                "authors: [",
                "trailer: Bot, authors: [",
                "automation.trailer",
            ),
            (
                "authors: [",
                "env-var: BOT, authors: [",
                "automation.env-var",
            ),
            ("git: {base: origin/main}", "git: {}", "git.base"),
            (
                "git: {",
                "git: {require-clean: [reseal], ",
                "git.require-clean",
            ),
            (
                "git: {",
                "git: {require-branch: false, ",
                "git.require-branch",
            ),
            (
                "git: {",
                "git: {require-up-to-date: false, ",
                "git.require-up-to-date",
            ),
        ] {
            let found = found(from, to);
            let named = found
                .iter()
                .any(|one| one.starts_with(&format!("{field}: ")));
            assert!(named, "{from} -> {to}: {found:#?}");
        }
    }

    #[test]
    fn what_is_as_strict_or_stricter_is_not_named() {
        for (from, to) in [
            ("version", "version"),
            ("max-age: 90d", "max-age: 30d"),
            ("rotation: manual", "rotation: manual\n    restarts: true"),
            ("2027-01-31", "2026-12-31"),
            (
                "exceptions:\n  - {rule: mixed-file, path: envs/old.yaml, reason: it goes away with the chart, expires: 2027-01-31}\n",
                "",
            ),
            ("rules: {", "rules: {env-drift: {severity: error}, "),
            ("bytes: [32]", "bytes: [32]}, OTHER: {bytes: [1]"),
            ("authors: [", "authors: [other@example.com, "),
            ("certs/dev.pem", "certs/dev-2.pem"),
            ("[docs/**]", "[]"),
            ("prod: {", "prod: {parity: true, "),
            (
                "secrets:\n",
                "secrets:\n  - {id: db, match: {name: db}, rotation: automated, reason: rotates every night}\n",
            ),
        ] {
            if from != to {
                assert_eq!(found(from, to), Vec::<String>::new(), "{from} -> {to}");
            }
        }
    }
}
