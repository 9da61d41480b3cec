//! AWS access keys rotated on a real cluster, with consumers that use them all the time.

#[path = "../../../support/bucket.rs"]
mod bucket;
mod consumers;
mod faults;
#[path = "../../../support/moto.rs"]
mod moto;
#[path = "../reseal/program.rs"]
mod program;
mod scene;
mod whole;
