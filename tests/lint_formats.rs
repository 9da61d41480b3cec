//! The formats of `sealsmith lint`: read back, and judged by the schemas of those who read them.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot be read in a test has failed it"
)]

mod support;

#[path = "lint_formats/github.rs"]
mod github;
#[path = "lint_formats/gitlab.rs"]
mod gitlab;
#[path = "lint_formats/json.rs"]
mod json;
#[path = "lint_formats/junit.rs"]
mod junit;
#[path = "lint_formats/people.rs"]
mod people;
#[path = "lint_formats/sarif.rs"]
mod sarif;
#[path = "lint_formats/world.rs"]
mod world;
