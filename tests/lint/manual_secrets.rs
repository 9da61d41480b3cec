//! Which secrets automation may touch, and which only a person may: the ways around it are closed.

use sealsmith_lint::Path;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::change::Change;
use sealsmith_lint::policy::Severity;
use sealsmith_lint::run::indexed;
use sealsmith_lint::source::{Content, File, Mode};

use crate::example::{Example, line, sealed};

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: jwt
    match: {name: '*jwt*', app: api}
    rotation: manual
    reason: every issued token becomes invalid at once
  - id: rest
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
automation: {authors: [bot@example.com]}
";

const PATH: &str = "envs/dev/sealed-secrets/api/sealed-jwt.yaml";

/// A SealedSecret with these data keys: `KEY VALUE`, a value being a length and a number.
fn manifest(name: &str, app: &str, keys: &[&str], template: &str) -> String {
    let values = keys.iter().map(|key| {
        let (key, value) = key.split_once(' ').expect("a key and a value");
        format!("    {key}: <sealed dev {value}>\n")
    });
    let values: String = values.collect();
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: {app}-dev\n  \
         annotations: {{argocd.argoproj.io/sync-wave: \"-1\"}}\nspec:\n  encryptedData:\n{values}  \
         template:\n    metadata: {{name: {name}, namespace: {app}-dev}}\n{template}"
    )
}

fn jwt(values: &[&str]) -> String {
    manifest("jwt", "api", values, "")
}

/// Files before and after a commit, each as a path and a text.
struct Story<'a> {
    policy: &'a str,
    policy_before: Option<&'a str>,
    before: Vec<(&'a str, String)>,
    after: Vec<(&'a str, String)>,
}

impl Story<'_> {
    fn example(&self, commit: &str) -> Example {
        let mut text = format!("-- sealsmith.yaml --\n{}", self.policy);
        if let Some(before) = self.policy_before {
            text += &format!("-- HEAD:sealsmith.yaml --\n{before}");
        }
        for (path, content) in &self.before {
            text += &format!("-- HEAD:{path} --\n{content}");
        }
        for (path, content) in &self.after {
            text += &format!("-- {path} --\n{content}");
        }
        Example::parse(&format!("{text}-- commit --\n{commit}\n"))
    }

    /// The rules that object to the commit, among those about who changes what.
    fn broken(&self, commit: &str) -> Vec<&'static str> {
        let report = self.example(commit).check();
        let found = report.findings.iter().map(|finding| finding.rule.name);
        let about = [
            "unapproved-manual-change",
            "automation-on-manual",
            "reseal-changed-more",
        ];
        let mut found: Vec<_> = found.filter(|name| about.contains(name)).collect();
        found.dedup();
        found
    }
}

fn story<'a>(before: Vec<(&'a str, String)>, after: Vec<(&'a str, String)>) -> Story<'a> {
    Story {
        policy: POLICY,
        policy_before: None,
        before,
        after,
    }
}

fn edit() -> Story<'static> {
    story(
        vec![(PATH, jwt(&["K 32 #1"]))],
        vec![(PATH, jwt(&["K 32 #2"]))],
    )
}

const UNAPPROVED: [&str; 1] = ["unapproved-manual-change"];
const AUTOMATED: [&str; 1] = ["automation-on-manual"];

#[test]
fn case_37_before_its_message_is_written_a_change_is_only_a_remark() {
    let report = edit().example("dev@example.com").check();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|one| one.rule.name == UNAPPROVED[0])
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Info);
    assert!(
        found[0]
            .help
            .as_ref()
            .is_some_and(|help| help.contains("Secret-Change-Approved-By: NAME"))
    );
}

#[test]
fn case_37_a_message_without_an_approval_is_refused_and_one_with_it_passes() {
    assert_eq!(edit().broken("dev@example.com\nnew key"), UNAPPROVED);
    for message in [
        "new key\n\nSecret-Change-Approved-By: @lead",
        "new key\n\nsecret-change-approved-by: @lead",
        "new key\n\nSecret-Change-Approved-By:\n  Lead Person\n  <lead@example.com>",
        "Merge (#3)\n\n* first\n\nSecret-Change-Approved-By: @lead\n\n* second\n\ntext",
    ] {
        assert!(
            edit()
                .broken(&format!("dev@example.com\n{message}"))
                .is_empty(),
            "{message}"
        );
    }
}

#[test]
fn nobody_approves_their_own_change_and_no_word_stands_for_a_person() {
    for approval in [
        "@dev",
        "dev@example.com",
        "Dev <DEV@example.com>",
        "tbd",
        "bot@example.com",
        "-",
    ] {
        let commit = format!("dev@example.com\nnew key\n\nSecret-Change-Approved-By: {approval}");
        assert_eq!(edit().broken(&commit), UNAPPROVED, "{approval}");
    }
    let both = "dev@example.com\nnew key\n\nSecret-Change-Approved-By: @other\nCo-authored-by: O <other@example.com>";
    assert_eq!(edit().broken(both), UNAPPROVED);
}

#[test]
fn only_those_approve_whom_the_policy_names() {
    let policy = POLICY.replace(
        "    reason: every",
        "    approval: {trailer: Seen-By, by: ['@backend']}\n    reason: every",
    );
    let story = Story {
        policy: &policy,
        ..edit()
    };
    for (trailer, expected) in [
        ("Seen-By: @backend", &[][..]),
        ("Seen-By: @lead", &UNAPPROVED),
        ("Secret-Change-Approved-By: @backend", &UNAPPROVED),
    ] {
        assert_eq!(
            story.broken(&format!("dev@example.com\nx\n\n{trailer}")),
            expected,
            "{trailer}"
        );
    }
}

#[test]
fn automation_is_refused_by_address_trailer_or_environment_whoever_approves() {
    let approved = "x\n\nSecret-Change-Approved-By: @lead";
    for commit in [
        format!("bot@example.com\n{approved}"),
        format!("BOT@example.com\n{approved}"),
        format!("dev@example.com automation\n{approved}"),
        format!("dev@example.com\n{approved}\nSealsmith-Operation: rotate-aws"),
    ] {
        assert_eq!(edit().broken(&commit), AUTOMATED, "{commit}");
    }
    let guided = format!("dev@example.com\n{approved}\nSealsmith-Operation: replace");
    assert!(
        edit().broken(&guided).is_empty(),
        "a guided change is a person's"
    );
}

#[test]
fn every_way_to_change_a_manual_secret_is_seen() {
    let one = || jwt(&["K 32 #1"]);
    let other = "envs/dev/sealed-secrets/api/sealed-other.yaml";
    let away = "envs/dev/sealed-secrets/web/sealed-jwt.yaml";
    let plain = |keys: &[&str]| manifest("config", "api", keys, "");
    let rendered = manifest(
        "jwt",
        "api",
        &["K 32 #1"],
        "    data: {K: '{{ upper .K }}'}\n",
    );
    let wide = one().replace(
        "{argocd",
        "{sealedsecrets.bitnami.com/cluster-wide: \"true\", argocd",
    );
    for (what, before, after) in [
        (
            "removed",
            vec![(PATH, one())],
            vec![(other, plain(&["A 1 #9"]))],
        ),
        (
            "renamed file, other value",
            vec![(PATH, one())],
            vec![(other, jwt(&["K 32 #2"]))],
        ),
        (
            "renamed secret",
            vec![(PATH, one())],
            vec![(PATH, one().replace("jwt", "token"))],
        ),
        (
            "to an application without the rule",
            vec![(PATH, one())],
            vec![(away, one())],
        ),
        (
            "outside the layout",
            vec![(PATH, one())],
            vec![("x/jwt.yaml", jwt(&["K 32 #2"]))],
        ),
        (
            "key removed",
            vec![(PATH, jwt(&["K 32 #1", "L 1 #3"]))],
            vec![(PATH, one())],
        ),
        (
            "key added",
            vec![(PATH, one())],
            vec![(PATH, jwt(&["K 32 #1", "L 1 #3"]))],
        ),
        (
            "other template",
            vec![(PATH, one())],
            vec![(PATH, rendered)],
        ),
        ("other scope", vec![(PATH, one())], vec![(PATH, wide)]),
        (
            "unreadable",
            vec![(PATH, one())],
            vec![(PATH, format!("{}]\n", one()))],
        ),
        (
            "value moved to another document",
            vec![(
                PATH,
                format!("{}---\n{}", jwt(&["K 32 #1", "L 1 #3"]), plain(&["A 1 #4"])),
            )],
            vec![(
                PATH,
                format!("{}---\n{}", one(), plain(&["A 1 #4", "L 1 #5"])),
            )],
        ),
    ] {
        let story = story(before, after);
        assert_eq!(story.broken("dev@example.com\nx"), UNAPPROVED, "{what}");
        assert_eq!(story.broken("bot@example.com\nx"), AUTOMATED, "{what}");
    }
}

#[test]
fn what_leaves_every_value_as_it_is_needs_nobody() {
    let one = || jwt(&["K 32 #1"]);
    let other = "envs/dev/sealed-secrets/api/sealed-jwt-2.yaml";
    let folded = one().replace("K: <sealed dev 32 #1>", "K: |\n      <sealed dev 32 #1>");
    for (what, after) in [
        ("moved", (other, one())),
        ("commented", (PATH, format!("# why\n{}", one()))),
        ("written in another style", (PATH, folded)),
    ] {
        let story = story(vec![(PATH, one())], vec![after]);
        for author in ["dev@example.com", "bot@example.com"] {
            assert!(story.broken(&format!("{author}\nx")).is_empty(), "{what}");
        }
    }
}

#[test]
fn a_new_manual_secret_is_a_persons_without_an_approval_and_never_automations() {
    let story = story(vec![], vec![(PATH, jwt(&["K 32 #1"]))]);
    assert!(story.broken("dev@example.com\nx").is_empty());
    assert_eq!(story.broken("bot@example.com\nx"), AUTOMATED);
}

#[test]
fn automation_stays_away_from_what_no_rule_names() {
    let policy = POLICY.replace("{name: '*'}", "{name: aws-*}");
    let path = "envs/dev/sealed-secrets/api/sealed-x.yaml";
    let x = |value: &str| manifest("x", "api", &[value], "");
    let before = vec![(path, x("K 1 #1"))];
    let story = Story {
        policy: &policy,
        ..story(before, vec![(path, x("K 1 #2"))])
    };
    assert_eq!(story.broken("bot@example.com\nx"), AUTOMATED);
    assert!(story.broken("dev@example.com\nx").is_empty());
}

#[test]
fn a_policy_that_is_loosened_with_the_change_still_judges_it() {
    let before = POLICY;
    for after in [
        POLICY.replace("rotation: manual", "rotation: automated"),
        POLICY.replace("'*jwt*', app: api", "nothing"),
        POLICY.replace("layout: {", "layout: {ignore: ['envs/**'], "),
        POLICY.replace("layout: {", "layout: {allow: ['x/{env}/{app}/**'], "),
        format!(
            "{POLICY}rules: {{unapproved-manual-change: {{severity: 'off'}}, automation-on-manual: {{severity: 'off'}}}}\n"
        ),
        format!(
            "{POLICY}exceptions:\n- {{rule: unapproved-manual-change, path: '**', reason: it is only my own, expires: 2027-01-01}}\n- {{rule: automation-on-manual, path: '**', reason: it is only my own, expires: 2027-01-01}}\n"
        ),
        POLICY.replace("bot@example.com", "none@example.com"),
    ] {
        let story = Story {
            policy: &after,
            policy_before: Some(before),
            ..edit()
        };
        assert_eq!(story.broken("dev@example.com\nx"), UNAPPROVED, "{after}");
        assert_eq!(story.broken("bot@example.com\nx"), AUTOMATED, "{after}");
    }
    let weaker = POLICY.replace(
        "    reason: every",
        "    approval: {by: ['@me']}\n    reason: every",
    );
    let strict = POLICY.replace(
        "    reason: every",
        "    approval: {by: ['@lead']}\n    reason: every",
    );
    let story = Story {
        policy: &weaker,
        policy_before: Some(&strict),
        ..edit()
    };
    assert_eq!(
        story.broken("dev@example.com\nx\n\nSecret-Change-Approved-By: @me"),
        UNAPPROVED
    );
}

#[test]
fn an_exception_that_was_there_before_silences_and_a_comment_or_the_baseline_does_not() {
    let policy = format!(
        "{POLICY}exceptions:\n- {{rule: unapproved-manual-change, path: '{PATH}', reason: agreed with the leads, expires: 2027-01-01}}\n"
    );
    let story = Story {
        policy: &policy,
        policy_before: Some(&policy),
        ..edit()
    };
    assert!(story.broken("dev@example.com\nx").is_empty());
    let comment =
        "# sealsmith: allow(unapproved-manual-change) until 2027-01-01 -- it is only my own\n";
    let after = vec![(PATH, format!("{comment}{}", jwt(&["K 32 #2"])))];
    let story = self::story(vec![(PATH, jwt(&["K 32 #1"]))], after);
    let example = story.example("dev@example.com\nx");
    let found = example.check().findings;
    let named = |name: &str| found.iter().any(|one| one.rule.name == name);
    assert!(named("unapproved-manual-change") && named("bad-suppression"));
    let baseline = Baseline::parse(&format!(
        "unapproved-manual-change\t{PATH}\tapi-dev/jwt\tspec.encryptedData.K\n"
    ));
    let report = example.check_with(&baseline.expect("it is a line"), |_, _| {});
    assert!(
        report
            .findings
            .iter()
            .any(|one| one.rule.name == UNAPPROVED[0])
    );
}

#[test]
fn a_merge_that_leaves_out_a_change_is_seen_between_both_ends() {
    let text = format!(
        "-- sealsmith.yaml --\n{POLICY}-- {PATH} --\n{}",
        jwt(&["K 32 #1"])
    );
    let example = Example::parse(&text);
    let net = |value: &str| Content::Bytes(sealed(&jwt(&[value])).into_bytes());
    let report = example.check_with(&Baseline::default(), |run, context| {
        let side = |value: &str| {
            let file = File {
                path: Path::from(PATH),
                mode: Mode::Regular,
                content: net(value),
                tracked: true,
                attributes: Vec::new(),
                permissions: None,
            };
            Some(indexed(&file, context))
        };
        run.between_ends(vec![Change {
            path: Path::from(PATH),
            before: side("K 32 #2"),
            after: side("K 32 #1"),
        }]);
    });
    let lines: Vec<_> = report
        .findings
        .iter()
        .filter(|one| one.rule.name == UNAPPROVED[0])
        .map(line)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("no commit changes it"), "{lines:?}");
}
