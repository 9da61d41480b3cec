//! The `sealsmith` command.

fn main() {}
