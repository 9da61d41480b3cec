//! Cells, and how many of them run at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Instant;

/// More than there are cores: a cell waits for most of its time.
const AT_ONCE: usize = 12;
/// Runs the cells alone whose title holds this text.
const ONLY: &str = "SEALSMITH_CELLS";

/// A fault at a step, and how it is to end.
pub(crate) struct Cell {
    pub(crate) step: String,
    pub(crate) fault: String,
    /// How it goes on.
    pub(crate) then: &'static str,
    /// Plays it, and says what came of it.
    pub(crate) play: Box<dyn Fn() -> String + Send + Sync>,
}

impl Cell {
    fn title(&self) -> String {
        format!("{:<22} {:<44} {:<16}", self.step, self.fault, self.then)
    }

    pub(crate) fn is_wanted(&self) -> bool {
        std::env::var(ONLY).is_ok_and(|only| self.title().contains(&only))
            || std::env::var(ONLY).is_err()
    }
}

/// Plays all cells; the table of them, and what went wrong in which.
pub(crate) fn run_all(cells: Vec<Cell>) -> (String, Vec<String>) {
    let count = cells.len();
    // Those that wait for long are among the last, so they begin first.
    let next = Mutex::new(cells.into_iter().enumerate().rev());
    let rows = Mutex::new(Vec::new());
    let work = || {
        loop {
            let taken = next.lock().expect("it is only taken from").next();
            let Some((number, cell)) = taken else {
                return;
            };
            let start = Instant::now();
            let played = catch_unwind(AssertUnwindSafe(|| (cell.play)()));
            let seconds = start.elapsed().as_secs();
            let row = (number, cell.title(), seconds, played.map_err(words));
            rows.lock().expect("rows are only added").push(row);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(count) {
            scope.spawn(work);
        }
    });
    let mut rows = rows.into_inner().expect("everybody is done");
    rows.sort_by_key(|(number, ..)| *number);
    let (mut table, mut failed) = (String::new(), Vec::new());
    for (_, title, seconds, played) in rows {
        let said = match &played {
            Ok(said) => said,
            Err(_) => "FAILED",
        };
        table.push_str(&format!("{title} {said} ({seconds} s)\n"));
        failed.extend(
            played
                .err()
                .map(|why| format!("{}\n{why}", title.trim_end())),
        );
    }
    table.push_str(&format!("{count} cells, {} failed\n", failed.len()));
    (table, failed)
}

fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_default()
}
