//! The lock of an environment on a real API server.

use crate::estate::Estate;
use crate::held::{self, Held};
use crate::hook::Waiting;
use crate::program::Outcome;
use sealsmith_test_cluster::Result;

#[test]
fn an_environment_that_somebody_holds_is_left_alone() -> Result<()> {
    let estate = Estate::lent()?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    let holder = Held::by("somebody@elsewhere/20260101T000000Z-00000000", &estate)?;
    estate
        .reseal(&["--fingerprint", &key])
        .ends(1)
        .says("somebody@elsewhere");
    estate.is_still_at(&before)?;
    estate
        .reseal(&["--fingerprint", &key, "--no-lock", "they are on holiday"])
        .ends(0);
    drop(holder);
    estate.is_done(&key)
}

#[test]
fn a_lock_that_nobody_renews_is_taken_over_when_it_has_expired() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    held::abandoned("gone@elsewhere/20260101T000000Z-00000000", 3, &estate)?;
    let done = estate.reseal(&["--fingerprint", &key]).ends(0);
    done.says("the lock of dev is held by gone@elsewhere")
        .says("taken over if it is not renewed within 3 seconds");
    assert_eq!(
        held::holder(&estate)?,
        (None, 1),
        "taken once, and given back"
    );
    estate.is_done(&key)
}

#[test]
fn who_loses_the_lock_pushes_nothing_and_goes_on_later() -> Result<()> {
    let estate = Estate::lent()?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    // While the operator's own hook holds the commit up, somebody takes the lock.
    let hook = Waiting::put(&estate.repository);
    let mut command = estate.command(&["reseal", "dev", "--fingerprint", &key]);
    let operation = command.spawn().expect("the program was built");
    hook.is_reached()?;
    held::robbed("thief@elsewhere/20260101T000000Z-00000000", &estate)?;
    hook.goes_on();
    let output = operation.wait_with_output().expect("it ends");
    let stopped = Outcome::of(&output).ends(1);
    stopped
        .says("the lock of dev is lost")
        .says("thief@elsewhere")
        .says("--resume");
    assert_eq!(estate.pushed()?, before);
    assert_eq!(estate.commits_ahead()?, "1", "the commit waits");
    // The thief holds it still, and then not any more.
    held::freed(&estate)?;
    estate.reseal(&["--resume"]).ends(0);
    estate.is_done(&key)
}
