//! Tests that wait for most of their time: `./tests/run test` runs more of them at once than there are cores, by this
//! module's name.

mod aws;
mod bad_input;
mod check;
mod colleague;
mod controls;
mod desk;
mod hard_cases;
mod hygiene;
mod matrix;
mod prober;
mod scan;
mod slack;
mod waiting;
mod way;
