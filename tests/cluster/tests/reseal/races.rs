//! Others push too, and remotes go away.

use crate::estate::Estate;
use crate::hook;
use sealsmith_test_cluster::Result;

#[test]
fn a_remote_that_is_gone_keeps_the_commit_for_later() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    estate.kills("after-committed", &["--fingerprint", &key]);
    let shared = estate.repository.shared();
    let aside = shared.with_extension("aside");
    std::fs::rename(shared, &aside).unwrap();
    estate.reseal(&["--resume"]).ends(2).says("--resume");
    std::fs::rename(&aside, shared).unwrap();
    estate.reseal(&["--resume"]).ends(0);
    estate.is_done(&key)
}

#[test]
fn somebody_who_pushed_first_keeps_what_they_pushed() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    estate.kills("after-committed", &["--fingerprint", &key]);
    let colleague = estate.repository.cloned("colleague")?;
    colleague.write("docs/note.md", "theirs\n")?;
    let theirs = colleague.push("a note")?;
    estate.reseal(&["--resume"]).ends(0);
    estate.is_done(&key)?;
    let parents = estate
        .repository
        .git(&["rev-list", "--parents", "-1", "HEAD"])?;
    assert!(parents.ends_with(&theirs), "{parents}");
    Ok(())
}

#[test]
fn a_push_that_is_overtaken_while_it_arrives_is_put_on_top() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    let colleague = estate.repository.cloned("overtaking")?;
    colleague.write("docs/overtaking.md", "theirs\n")?;
    let theirs = colleague.commit("a note")?;
    let aside = ["push", "--quiet", "origin", "HEAD:refs/heads/overtaking"];
    colleague.git(&aside)?;
    hook::overtakes_once(&estate.repository, &theirs);
    let done = estate.reseal(&["--fingerprint", &key]).ends(0);
    done.says("others pushed to origin/main meanwhile");
    estate.is_done(&key)?;
    assert_eq!(estate.repository.git(&["rev-parse", "HEAD^"])?, theirs);
    Ok(())
}
