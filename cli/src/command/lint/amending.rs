//! Whether the commit in progress replaces the last one.

use crate::env::Env;
use crate::env::git::tree::Commit;

/// Whether git runs this hook for `git commit --amend`.
///
/// Git tells a hook neither that nor how, but it hands over who the new commit will be from and since
/// when (`GIT_AUTHOR_DATE` as `@seconds zone`): with `--amend` the same as the last commit. A new commit
/// by the same person in the same second looks alike, and then the last commit is only judged again.
pub(super) fn is_amending(env: &Env, last: &Commit) -> bool {
    let date = env.variable("GIT_AUTHOR_DATE").unwrap_or_default();
    let seconds = date
        .strip_prefix('@')
        .and_then(|date| date.split(' ').next());
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    let address = env.variable("GIT_AUTHOR_EMAIL");
    let in_hook = env.variable("GIT_INDEX_FILE").is_some();
    in_hook
        && seconds == Some(last.author.time)
        && address.as_deref() == Some(last.author.address.as_str())
}
