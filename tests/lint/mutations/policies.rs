//! Policies that contradict themselves, are out of date or too weak, and comments that silence findings.

use sealsmith_lint::Policy;

use super::scene::{POLICY, Scene, Spot};
use crate::random::Random;

const FILE: &str = "sealsmith.yaml";

/// An entry of `secrets` that no secret reaches, because an earlier one takes everything that it names.
pub(super) fn contradictory(random: &mut Random, scene: &mut Scene) -> Spot {
    let names = [
        "svc-0001-config-secret",
        "slack-webhook-secret",
        "svc-*-config-secret",
        "registry-*",
    ];
    let entry = format!(
        "  - id: late\n    match: {{name: \"{}\"}}\n    rotation: manual\n    reason: it comes too late to hold\n",
        random.pick(&names)
    );
    let (before, after) = POLICY
        .split_once("automation:\n")
        .expect("the policy has it");
    let exception = after
        .find("  - rule: contradictory-policy")
        .expect("the policy has it");
    let next = after
        .find("  - rule: env-drift")
        .expect("the policy has it");
    scene.set_policy(&format!(
        "{}{entry}\nautomation:\n{}{}",
        before.trim_end().to_owned() + "\n",
        &after[..exception],
        &after[next..]
    ));
    Spot {
        path: FILE.to_owned(),
        line: Some(1 + before.trim_end().lines().count()),
    }
}

/// An entry that nothing in the repository needs any more.
pub(super) fn stale(random: &mut Random, scene: &mut Scene) -> Spot {
    let (text, words) = match random.below(2) {
        0 => (POLICY.replace("automation:\n", "  - id: gone\n    match: {name: stripe-*}\n    rotation: manual\n    reason: the old token is revoked by hand\n\nautomation:\n"), "id: gone"),
        _ => (POLICY.to_owned() + "  - rule: sync-wave\n    path: apps/gone/*\n    reason: nothing is there any more\n    expires: 2036-01-01\n", "rule: sync-wave"),
    };
    scene.set_policy(&text);
    Spot::words(FILE, &text, words)
}

pub(super) fn bad_comment(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let line = scene.one(random, index, "kind: ");
    let comment = random.pick(&[
        "# sealsmith: allow(sync-wave)",
        "# sealsmith: allow(sync-wave) until 2026-01-01 -- this chart has no waves yet",
        "# sealsmith: allow(sync-wave) until 2036-01-01 -- this chart has no waves yet",
        "# sealsmith: allow(no-such-rule) until 2026-12-31 -- this chart has no waves yet",
        "# sealsmith: allow(plaintext-secret) until 2026-12-31 -- this chart has no waves yet",
    ]);
    scene.insert_after(index, line, comment)
}

pub(super) fn unused_comment(random: &mut Random, scene: &mut Scene) -> Spot {
    let index = scene.sealed(random, "");
    let line = scene.one(random, index, "kind: ");
    let rule = random.pick(&["sync-wave", "name-mismatch", "schema"]);
    scene.insert_after(
        index,
        line,
        &format!("# sealsmith: allow({rule}) until 2026-12-31 -- not needed any more"),
    )
}

pub(super) fn weak(random: &mut Random, scene: &mut Scene) -> Spot {
    let pins = POLICY
        .lines()
        .find(|line| line.contains("fingerprints:"))
        .expect("the policy pins its keys");
    let (text, words) = match random.below(3) {
        0 => (POLICY.replace("  base: origin/main\n", ""), "git:"),
        1 => (POLICY.replacen(pins, "    fingerprints: []", 1), "  dev:"),
        _ => (
            POLICY.replace("trailer: Sealsmith-Operation", "trailer: \"\""),
            "trailer: \"\"",
        ),
    };
    scene.set_policy(&text);
    Spot::words(FILE, &text, words)
}

pub(super) fn loosened(random: &mut Random, scene: &mut Scene) -> Spot {
    let (text, words) = match random.below(3) {
        0 => (
            POLICY.to_owned() + "\nrules:\n  sync-wave: {severity: info}\n",
            "  sync-wave: ",
        ),
        1 => (
            POLICY.to_owned()
                + "  - rule: plaintext-secret\n    path: apps/**\n    reason: all of these are only examples\n    expires: 2036-01-01\n",
            "rule: plaintext-secret",
        ),
        _ => (
            POLICY.replacen(
                "scopes: [strict, namespace-wide]",
                "scopes: [strict, namespace-wide, cluster-wide]",
                1,
            ),
            "cluster-wide]",
        ),
    };
    scene.set_policy(&text);
    let before = Policy::parse(POLICY).expect("the policy is valid");
    scene.with_settings(|settings| settings.before = Some(before));
    Spot::words(FILE, &text, words)
}

/// A policy that cannot be read, judged by the one that it would replace.
pub(super) fn invalid(random: &mut Random, scene: &mut Scene) -> Spot {
    let (before, after) = *random.pick(&[
        &("    parity: true", "    parity: perhaps"),
        &("    max-age: 90d", "    max-age: ninety"),
        &("    rotation: manual", "    rotaton: manual"),
        &("    reason: image pulls", "    reason: short #"),
        &("scopes: [strict, namespace-wide]", "scopes: [wide]"),
    ]);
    let text = POLICY.replacen(before, after, 1);
    let at = scene.index(FILE);
    scene.set(at, text.as_str());
    Spot::words(FILE, &text, after)
}
