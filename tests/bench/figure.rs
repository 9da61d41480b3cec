//! Measuring two peers in turn, and saying how they compare.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The figures of one run.
#[derive(Default)]
pub(crate) struct Report {
    met: usize,
    missed: usize,
}

impl Report {
    /// Prints how many times as fast we are as the peer, and whether that is enough.
    pub(crate) fn speed(
        &mut self,
        what: &str,
        peer: &str,
        (ours, theirs): (Duration, Duration),
        target: f64,
    ) {
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        let figures = format!("{} against {} of {peer}", shown(ours), shown(theirs));
        self.line(
            what,
            &figures,
            &format!("{ratio:.2} times as fast, at least {target:.2}"),
            ratio >= target,
        );
    }

    /// Prints one line, and remembers whether its target was met.
    pub(crate) fn line(&mut self, what: &str, figures: &str, verdict: &str, met: bool) {
        let word = if met { "met" } else { "MISSED" };
        *(if met { &mut self.met } else { &mut self.missed }) += 1;
        println!("{what}\n    {figures}: {verdict}: {word}");
    }

    /// Prints a figure that helps to read the next one.
    #[expect(
        clippy::unused_self,
        reason = "all that is printed goes through the report"
    )]
    pub(crate) fn note(&self, text: &str) {
        println!("note: {text}");
    }

    /// Prints the sum in the style of the other tests.
    pub(crate) fn verdict(&self) -> ExitCode {
        let word = if self.missed == 0 { "ok" } else { "FAILED" };
        println!(
            "\ntest result: {word}. {} passed; {} failed; 0 ignored",
            self.met, self.missed
        );
        ExitCode::from(u8::from(self.missed > 0))
    }
}

/// Runs both in turn, so that a busy moment of the machine hits both, and returns the median of each.
pub(crate) fn in_turn(
    rounds: usize,
    ours: impl FnMut(),
    theirs: impl FnMut(),
) -> (Duration, Duration) {
    in_turn_after(|| (), rounds, ours, theirs)
}

/// As [`in_turn`], with a step before each that takes no part in the time.
pub(crate) fn in_turn_after(
    prepare: impl Fn(),
    rounds: usize,
    mut ours: impl FnMut(),
    mut theirs: impl FnMut(),
) -> (Duration, Duration) {
    let once = |work: &mut dyn FnMut()| {
        prepare();
        time(work)
    };
    let pairs = (0..rounds).map(|_| (once(&mut ours), once(&mut theirs)));
    let (ours, theirs): (Vec<_>, Vec<_>) = pairs.unzip();
    (median(ours), median(theirs))
}

/// Runs the work on so many threads at once.
pub(crate) fn on_threads(count: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| (0..count).for_each(|_| drop(scope.spawn(&work))));
}

pub(crate) fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
