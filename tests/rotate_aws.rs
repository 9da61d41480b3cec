//! `sealsmith rotate aws ENV` from end to end: the program, real git, AWS as moto has it, and a cluster that is a stand-in.

mod support;

#[path = "support/moto.rs"]
mod moto;
#[path = "support/stand_in/mod.rs"]
mod stand_in;

#[path = "rotate_aws/aws.rs"]
mod aws;
#[path = "rotate_aws/bad_input.rs"]
mod bad_input;
#[path = "rotate_aws/check.rs"]
mod check;
#[path = "rotate_aws/desk.rs"]
mod desk;
#[path = "rotate_aws/hard_cases.rs"]
mod hard_cases;
#[path = "rotate_aws/hygiene.rs"]
mod hygiene;
#[path = "rotate_aws/matrix/mod.rs"]
mod matrix;
#[path = "rotate_aws/prober.rs"]
mod prober;
#[path = "rotate_aws/scan.rs"]
mod scan;
#[path = "rotate_aws/slack.rs"]
mod slack;
#[path = "rotate_aws/waiting.rs"]
mod waiting;
#[path = "rotate_aws/way.rs"]
mod way;
