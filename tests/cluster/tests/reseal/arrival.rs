//! The whole way, with nothing in it.

use crate::estate::Estate;
use sealsmith_test_cluster::{Cluster, ControllerSetup, Result};
use std::time::Instant;

#[test]
fn a_key_change_is_seen_through_and_nobody_notices() -> Result<()> {
    let estate = Estate::with(
        Cluster::builder(),
        ControllerSetup::new("sealed-secrets", "kube-system"),
    )?;
    let (before, versions) = (estate.served(), estate.versions()?);
    let first = estate.pushed()?;
    estate.cluster.controller().renew_key()?;
    let after = estate.served();
    assert_ne!(before, after);
    let prober = estate.prober()?;

    // Nobody said that the key was to change: both fingerprints, and nothing else happens.
    let refused = estate.sealsmith(&["reseal", "dev"]).ends(1);
    let refused = refused.says(&before).says(&after);
    assert!(refused.stderr.contains("--fingerprint"), "{refused:?}");
    assert_eq!(estate.repository.git(&["status", "--porcelain"])?, "");

    let declared = ["reseal", "dev", "--fingerprint", &after];
    let dry = [&declared[..], &["--dry-run"]].concat();
    let dry = estate.sealsmith(&dry).ends(1);
    assert!(dry.stdout.contains("+++ "), "{dry:?}");
    assert_eq!(estate.repository.git(&["status", "--porcelain"])?, "");
    assert_eq!(estate.pushed()?, first);

    let start = Instant::now();
    let done = estate.sealsmith(&declared).ends(0);
    println!(
        "24 values of 9 files seen through in {:?}\n{}",
        start.elapsed(),
        done.stderr
    );

    let pushed = estate.pushed()?;
    assert_ne!(pushed, first);
    assert_eq!(estate.repository.git(&["rev-parse", "HEAD"])?, pushed);
    assert_eq!(estate.repository.git(&["status", "--porcelain"])?, "");
    let message = estate
        .repository
        .git(&["log", "-1", "--format=%an <%ae>%n%B"])?;
    for words in [
        "Operator <ops@example.com>",
        "Sealsmith-Operation: reseal",
        "Sealsmith-Environment: dev",
        &format!("Sealsmith-Old-Key-Fingerprint: {before}"),
        &format!("Sealsmith-Key-Fingerprint: {after}"),
    ] {
        assert!(message.contains(words), "{words} is not in {message}");
    }
    only_what_belongs_to_it_changed(&estate)?;
    for application in estate.applications.iter().take(3) {
        application.synced_to(&pushed)?;
    }
    assert_eq!(estate.versions()?, versions, "no Secret was written");

    estate
        .sealsmith(&["reseal", "dev"])
        .ends(0)
        .says("nothing to do");
    estate.sealsmith(&["verify", "dev"]).ends(0);
    estate.sealsmith(&["check", "dev"]).ends(0);
    assert_eq!(estate.pushed()?, pushed);
    let report = prober.finish();
    assert!(report.sightings.is_empty(), "{:?}", report.sightings);
    println!("{} reads of the Secrets meanwhile, all right", report.reads);
    Ok(())
}

/// Ciphertexts of dev, the lock file, the certificate and its pin: nothing else, and no line more or less.
fn only_what_belongs_to_it_changed(estate: &Estate) -> Result<()> {
    let changed = estate
        .repository
        .git(&["diff", "--numstat", "HEAD~1", "HEAD"])?;
    let mut paths = Vec::new();
    for line in changed.lines() {
        let mut parts = line.split('\t');
        let (added, removed, path) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        if path.starts_with("envs/") {
            assert_eq!(added, removed, "{line}");
        }
        paths.push(path.to_owned());
    }
    let mut expected = vec!["certs/dev.pem".to_owned()];
    for app in crate::files::APPLICATIONS {
        for name in ["sealed-db", "sealed-several", "sealed-template"] {
            expected.push(format!("envs/dev/sealed-secrets/{app}/{name}.yaml"));
        }
    }
    expected.extend(["sealsmith.lock", "sealsmith.yaml"].map(str::to_owned));
    assert_eq!(paths, expected);
    let lines = estate
        .repository
        .git(&["diff", "--unified=0", "HEAD~1", "HEAD", "--", "envs"])?;
    for line in lines
        .lines()
        .filter(|line| line.starts_with('+') && !line.starts_with("+++"))
    {
        assert!(line.contains(": Ag"), "{line} is no ciphertext");
    }
    Ok(())
}
