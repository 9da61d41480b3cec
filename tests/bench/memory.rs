//! Peak memory, which must not grow with the number of files.

use crate::figure::Report;
use crate::{fleet, process};
use std::process::Stdio;
use std::time::Duration;

/// A file here has 2.5 KiB, its tree some more: less for each further file means that no content is kept.
const MOST_KIB_A_FILE: f64 = 2.0;

pub(crate) fn reseal_files(report: &mut Report) {
    let [small, large] = [1000, 10_000].map(peak_mib);
    let each = (large - small) * 1024.0 / 9000.0;
    let figures = format!("{small:.1} MiB for 1,000 files, {large:.1} MiB for 10,000");
    let verdict = format!("{each:.2} KiB for each further file, at most {MOST_KIB_A_FILE}");
    report.line(
        "reseal, peak memory",
        &figures,
        &verdict,
        each <= MOST_KIB_A_FILE,
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

pub(crate) fn high_water_mark(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib / 1024.0)
}
