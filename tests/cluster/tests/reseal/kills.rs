//! kill -9 in the middle of the work: `--resume` gets to the end, and nobody who reads the Secrets notices.

use crate::estate::Estate;
use sealsmith_test_cluster::Result;

#[test]
fn a_kill_before_the_commit_is_resumed_and_nobody_notices() -> Result<()> {
    are_survived(&[
        "before-editing",
        "after-editing",
        "files-written",
        "lock-written",
        "after-edited",
    ])
}

#[test]
fn a_kill_from_the_commit_on_is_resumed_and_nobody_notices() -> Result<()> {
    are_survived(&[
        "announced",
        "commit-made",
        "after-committed",
        "push-made",
        "closing",
    ])
}

fn are_survived(deaths: &[&str]) -> Result<()> {
    let estate = Estate::lent()?;
    let prober = estate.prober()?;
    for death in deaths {
        let key = estate.renewed()?;
        estate.kills(death, &["--fingerprint", &key]);
        estate.reseal(&["--resume"]).ends(0);
        estate.is_done(&key)?;
    }
    let report = prober.finish();
    assert_eq!(report.sightings, []);
    println!(
        "{} deaths, {} reads of the Secrets, all right",
        deaths.len(),
        report.reads
    );
    Ok(())
}
