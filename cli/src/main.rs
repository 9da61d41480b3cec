//! The `sealsmith` command.

#![forbid(unsafe_code)]
#![allow(
    dead_code,
    reason = "the commands that use these parts are being added"
)]

mod env;
mod failure;
mod ui;

fn main() {}
