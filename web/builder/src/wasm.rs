//! Compiles the crate `wasm`, so that no path of the machine gets into it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::Failure;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";

/// Returns the module as the compiler made it.
pub(crate) fn build(repository: &Path) -> Result<Vec<u8>, Failure> {
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository.join("target"), PathBuf::from)
        .join("page");
    let status = Command::new(cargo())
        .current_dir(repository)
        .args(["build", "--locked", "--package", "sealsmith-wasm", "--lib"])
        .args(["--target", TARGET, "--profile", PROFILE])
        .arg("--target-dir")
        .arg(&target)
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", flags(repository)?)
        .status()?;
    if !status.success() {
        return Err(format!("cargo could not build the wasm for {TARGET}").into());
    }
    let module = target
        .join(TARGET)
        .join(PROFILE)
        .join("sealsmith_wasm.wasm");
    Ok(fs::read(module)?)
}

fn cargo() -> std::ffi::OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Panic messages name source files: those names become the same everywhere.
fn flags(repository: &Path) -> Result<String, Failure> {
    let mut flags = vec![remap(repository, "/sealsmith")];
    let compiler = output(&["-vV"])?;
    let commit = compiler
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))
        .unwrap_or("unknown");
    let library = Path::new(output(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    flags.push(remap(&library, &format!("/rustc/{commit}")));
    for registry in folders(&cargo_home()?.join("registry/src"))? {
        flags.push(remap(&registry, "/crates"));
    }
    Ok(flags.join("\u{1f}"))
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

fn output(arguments: &[&str]) -> Result<String, Failure> {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).args(arguments).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

fn cargo_home() -> Result<PathBuf, Failure> {
    let home = || env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .ok_or_else(|| "neither CARGO_HOME nor HOME is set".into())
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(parent)?;
    let mut folders = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    folders.sort();
    Ok(folders)
}
