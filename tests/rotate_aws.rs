//! `sealsmith rotate aws ENV` from end to end: the program, real git, AWS as moto has it, and a cluster that is a stand-in.
//!
//! | claim | proven in |
//! | --- | --- |
//! | every application gets the new key, and nobody is refused on the way | `rotate_aws/way.rs` |
//! | whatever goes wrong at whichever step, it is resumed to the end or undone, and no key is stranded | `rotate_aws/matrix/` |
//! | the hard cases of the specification | `rotate_aws/hard_cases.rs`, whose head says where each one is |
//! | the old key waits for its grace, and a failed check brings it back | `rotate_aws/waiting.rs` |
//! | what is wrong is said before anything is created | `rotate_aws/bad_input.rs` |
//! | the secret is in the backup, sealed in the manifests, and nowhere else | `rotate_aws/hygiene.rs`, and each cell of the matrix |
//! | people are told, and nothing waits for that | `rotate_aws/slack.rs` |
//!
//! The matrix prints its table, and keeps it as `target/rotate-aws-matrix.txt`. `SEALSMITH_CELLS=TEXT` plays the cells
//! alone whose line holds the text. What the real cluster does is tested in `tests/cluster`.

mod support;

#[path = "support/bucket.rs"]
mod bucket;
#[path = "support/moto.rs"]
mod moto;
#[path = "support/stand_in/mod.rs"]
mod stand_in;

#[path = "rotate_aws/mod.rs"]
mod side_by_side;
