//! `sealsmith lint` with real git: the hard cases of a repository, from the commit hook to the shallow clone.
//!
//! | case | claim | proven in |
//! | --- | --- | --- |
//! | 1 to 5, 7 | a commit in progress, however it is made | `lint_command/commits_in_progress.rs` |
//! | 6, 8, 9 | announced files, merges, renames | `lint_command/commits_in_progress.rs` |
//! | 10 | unfinished business of git | `lint_command/guards.rs` |
//! | 11 to 19 | files that are not what they seem | `lint_command/unusual_files.rs` |
//! | 20 to 22 | repositories that are not what they seem | `lint_command/unusual_repositories.rs` |
//! | 23 to 35 | YAML, ciphertext, scopes | `lint/` |
//! | 36, 37 | who may change what | `lint_command/people_and_robots.rs` |
//! | 38, 39 | policies that loosen themselves, suppressions | `lint_command/judging.rs` |
//! | 40 | clean and empty runs | `lint_command/extent.rs` |
//!
//! `lint_command/first_policy.rs` follows `init` from a repository without a policy to one that lints clean.

mod support;

#[path = "lint_command/commits_in_progress.rs"]
mod commits_in_progress;
#[path = "lint_command/desk.rs"]
mod desk;
#[path = "lint_command/extent.rs"]
mod extent;
#[path = "lint_command/first_policy.rs"]
mod first_policy;
#[path = "lint_command/fixes.rs"]
mod fixes;
#[path = "lint_command/guards.rs"]
mod guards;
#[path = "lint_command/judging.rs"]
mod judging;
#[path = "lint_command/people_and_robots.rs"]
mod people_and_robots;
#[path = "lint_command/ranges.rs"]
mod ranges;
#[path = "lint_command/unusual_files.rs"]
mod unusual_files;
#[path = "lint_command/unusual_repositories.rs"]
mod unusual_repositories;
