//! The fault matrix: what can go wrong, at each step, and how it ends.
//!
//! A cell is one rotation with one fault (two where it says so). Most of its time is spent waiting, so many run at once.

mod aws;
mod cell;
mod cluster;
mod faults;
mod git;
mod kills;
mod steps;

use std::path::Path;

use cell::Cell;

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn whatever_goes_wrong_wherever_it_ends_well() {
    let cells: Vec<Cell> = kills::cells()
        .into_iter()
        .chain(faults::cells())
        .filter(Cell::is_wanted)
        .collect();
    let (table, failed) = cell::run_all(cells);
    println!("{table}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../rotate-aws-matrix.txt");
    std::fs::write(file, &table).expect("cargo's folder is writable");
    assert!(
        failed.is_empty(),
        "{} cells failed:\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
