//! Git hooks, hook runners and CI files, each with the git, the runner or the shell that will run it.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot be read in a test has failed it"
)]

mod support;

#[path = "hooks/action.rs"]
mod action;
#[path = "hooks/chained.rs"]
mod chained;
#[path = "hooks/commits.rs"]
mod commits;
#[path = "hooks/folders.rs"]
mod folders;
#[path = "hooks/gitlab_ci.rs"]
mod gitlab_ci;
#[path = "hooks/offer.rs"]
mod offer;
#[path = "hooks/runners.rs"]
mod runners;
#[path = "hooks/world.rs"]
mod world;
