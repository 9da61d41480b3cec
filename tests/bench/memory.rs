//! Peak memory, which must not grow with the number of files.

use crate::figure::Report;
use crate::{fleet, process};
use std::process::Stdio;
use std::time::Duration;

/// Ten times the files may take a quarter more memory: the names of the files, not their content.
pub(crate) fn reseal_files(report: &mut Report) {
    let [small, large] = [1000, 10_000].map(peak_mib);
    let figures = format!("{large:.1} MiB for 10,000 files against {small:.1} MiB for 1,000");
    report.line(
        "reseal, peak memory",
        &figures,
        "at most 1.25 times",
        large <= 1.25 * small,
    );
}

/// Watches the high-water mark that the kernel keeps until the program ends.
fn peak_mib(files: usize) -> f64 {
    let repository = fleet::repository(files);
    let mut command = process::reseal(&repository, &[]).into_command();
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = quiet.spawn().expect("the binary starts");
    let mut peak = 0.0;
    let status = loop {
        peak = high_water_mark(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success(), "reseal ended with {status}");
    peak
}

fn high_water_mark(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib / 1024.0)
}
