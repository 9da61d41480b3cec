//! Points about the repository: what it is sealed for, and whether everything in it is committed and pushed.

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::guard::{GitState, Head};
use sealsmith_lint::{Lock, lock, policy};

use super::Scene;
use super::point::Point;
use crate::failure::Failure;
use crate::lock_file::LockFile;
use crate::ui::count;
use crate::{certificates, ui};

const SEALED: &str = "sealed-for";
const PUSHED: &str = "repository";

/// Every value is sealed for the newest key, as the lock file remembers.
pub(super) fn newest_key(
    scene: &Scene<'_>,
    served: Option<&Certificate>,
) -> Result<Point, Failure> {
    let newest = match served {
        Some(served) => served.fingerprint(),
        None => match of_file(scene) {
            Ok(certificate) => certificate.fingerprint(),
            Err(failure) => return Ok(Point::unknown(SEALED, failure.message())),
        },
    };
    let Some(file) = LockFile::of(scene.workspace)? else {
        return Ok(Point::skipped(SEALED, "there is no sealsmith.lock"));
    };
    let remembered = Lock::parse(file.text())
        .map_err(|error| Failure::could_not("cannot use sealsmith.lock").because(error))?;
    let (mut values, mut left) = (0, Vec::new());
    for expected in &scene.repository.expected {
        values += expected.values.len();
        for (key, digest) in &expected.values {
            let sealed_for = remembered.get(digest).map(|entry| entry.fingerprint);
            let why = match sealed_for {
                Some(fingerprint) if fingerprint == newest => continue,
                Some(fingerprint) => format!("for {fingerprint}"),
                None => "not in sealsmith.lock".to_owned(),
            };
            left.push(format!("{}: {key} is {why}", expected.path));
        }
    }
    if left.is_empty() {
        let says = format!("{} are sealed for {newest}", count(values, "value"));
        return Ok(Point::pass(SEALED, says));
    }
    let says = format!(
        "{} of {} are not known to be sealed for {newest}",
        left.len(),
        count(values, "value")
    );
    Ok(Point::fail(SEALED, says)
        .details(left)
        .hint(format!("sealsmith reseal {}", scene.name)))
}

fn of_file(scene: &Scene<'_>) -> Result<Certificate, Failure> {
    let path = certificates::path_of_environment(scene.workspace, scene.name)?;
    certificates::load(&path.display().to_string(), scene.env)
}

/// What belongs to the environment is committed, and the branch is where its remote is.
pub(super) fn pushed(scene: &Scene<'_>) -> Result<Point, Failure> {
    let Some(git) = &scene.git else {
        return Ok(Point::fail(PUSHED, "it is no git repository"));
    };
    let state = git.state()?;
    let dirty = dirty(scene, &state);
    if let Some(what) = &state.unfinished {
        return Ok(Point::fail(
            PUSHED,
            format!("git is in the middle of a {what}"),
        ));
    }
    if !dirty.is_empty() {
        let says = format!("{} not committed", count(dirty.len(), "file"));
        return Ok(Point::fail(PUSHED, says)
            .details(dirty)
            .hint("commit them, or bring back what is committed: git restore"));
    }
    Ok(branch(scene, &state))
}

fn branch(scene: &Scene<'_>, state: &GitState) -> Point {
    let name = match &state.head {
        Head::Branch(name) => name,
        Head::Detached(commit) => {
            return Point::fail(PUSHED, format!("no branch is checked out, only {commit}"));
        }
        Head::Unborn => return Point::fail(PUSHED, "it has no commit yet"),
    };
    let wanted = scene.settings.git.branch.as_ref();
    if let Some(wanted) = wanted.filter(|wanted| *wanted != name) {
        return Point::fail(
            PUSHED,
            format!(
                "branch {name} is checked out, and {wanted} deploys {}",
                scene.name
            ),
        )
        .hint(format!("git switch {wanted}"));
    }
    let Some(upstream) = &state.upstream else {
        return Point::fail(
            PUSHED,
            format!("branch {name} follows no branch of a remote"),
        )
        .hint(format!(
            "git push --set-upstream {} {name}",
            scene.settings.git.remote
        ));
    };
    let remote = &upstream.name;
    match (upstream.ahead, upstream.behind) {
        (0, 0) => Point::pass(
            PUSHED,
            format!(
                "clean, and {name} is where {remote} was {}",
                fetched(upstream.fetched_ago)
            ),
        ),
        (ahead, 0) => Point::fail(
            PUSHED,
            format!("{} not pushed to {remote}", count(ahead, "commit")),
        )
        .hint("git push"),
        (_, behind) => Point::fail(
            PUSHED,
            format!("{name} lacks {} of {remote}", count(behind, "commit")),
        )
        .hint("git pull --rebase"),
    }
}

fn fetched(ago: Option<i64>) -> String {
    match ago {
        None => "when it was last fetched".to_owned(),
        Some(ago) if ago < 120 => "when it was fetched a moment ago".to_owned(),
        Some(ago) if ago < 7200 => format!("when it was fetched {} minutes ago", ago / 60),
        Some(ago) => format!("when it was fetched {} hours ago", ago / 3600),
    }
}

/// What is not committed among the environment's files, the policy, the lock file and the certificate.
fn dirty(scene: &Scene<'_>, state: &GitState) -> Vec<String> {
    let certificate = scene.settings.certificate.as_ref();
    let is_ours = |path: &str| {
        [policy::FILE, lock::FILE].contains(&path)
            || certificate.is_some_and(|certificate| certificate.as_str() == path)
            || scene
                .workspace
                .layout()
                .locate(path)
                .is_some_and(|place| place.env == scene.name)
    };
    let paths = [
        ("changed", &state.changed),
        ("not known to git", &state.untracked),
        ("unmerged", &state.unmerged),
    ];
    let all = paths
        .into_iter()
        .flat_map(|(what, paths)| paths.iter().map(move |path| (what, path.to_string())));
    all.filter(|(_, path)| is_ours(path))
        .map(|(what, path)| format!("{} is {what}", ui::printable(&path)))
        .collect()
}
