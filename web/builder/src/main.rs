//! Builds the offline page: one HTML file with the wasm, its glue, the script, the texts and the style inside.
//!
//! ```text
//! cargo run -p sealsmith-web-builder             # writes web/dist
//! cargo run -p sealsmith-web-builder -- --check  # fails when web/dist is not what the sources give
//! ```
//!
//! Nothing is downloaded but crates that `Cargo.lock` names, and the result is the same byte for byte wherever it is
//! built with the toolchain of `rust-toolchain.toml`.

mod bindings;
mod dist;
mod escape;
mod lean;
mod pack;
mod page;
mod policy;
mod sources;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// Builds the offline page.
#[derive(Parser)]
struct Args {
    /// Where to write it.
    #[arg(long, value_name = "FOLDER", default_value_os_t = repository().join("web/dist"))]
    out: PathBuf,
    /// Write nothing, and fail when the files there are others.
    #[arg(long)]
    check: bool,
}

type Failure = Box<dyn std::error::Error>;

#[allow(clippy::print_stderr, reason = "the only words of this program")]
fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(line) => {
            eprintln!("{line}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<String, Failure> {
    let module = wasm::build(repository())?;
    let bound = bindings::make(&module)?;
    let sources = sources::read(&repository().join("web"))?;
    let page = page::assemble(&sources, &bound)?;
    let sizes = format!(
        "{} bytes, wasm {} bytes, {} compressed",
        page.len(),
        bound.wasm.len(),
        pack::gzip(&bound.wasm).len()
    );
    if args.check {
        dist::compare(&args.out, &page)?;
        return Ok(format!("{} is current ({sizes})", args.out.display()));
    }
    dist::write(&args.out, &page)?;
    Ok(format!("wrote {} ({sizes})", args.out.display()))
}

/// The root of the repository that this program was built in.
fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("the manifest stands in web/builder")
}
