//! `sealsmith cert fetch`.

use std::path::PathBuf;

use sealsmith_core::certificate::Certificate;

use super::super::Ending;
use crate::certificates;
use crate::controller::{Flags, of_environment, of_flags};
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::key_folder;
use crate::ui::Ui;

/// Fetch the certificate that a controller seals with now
///
/// From a URL, a folder of keys, or the controller of an environment of sealsmith.yaml: through its cluster, at
/// a URL, or a folder of keys. It is checked before it is written, and its fingerprint is printed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml, URL of a certificate, or a folder of keys; with flags not needed
    #[arg(
        value_name = "ENV|URL|FOLDER",
        required_unless_present_any = ["controller_url", "context", "kubeconfig"]
    )]
    source: Option<String>,

    /// Write here instead of standard output
    #[arg(short = 'w', long, value_name = "FILE")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    controller: Flags,
}

pub(super) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let certificate = match &args.source {
        Some(source) => from(source, &args.controller, env)?,
        None => of_flags(&args.controller, env)?.certificate()?,
    };
    ui.note(format!("fingerprint {}", certificate.fingerprint()));
    let pem = certificate.to_pem();
    match &args.output_file {
        Some(path) => files::replace(&env.cwd().join(path), pem.as_bytes(), files::Access::Public)?,
        None => ui.bytes(pem.as_bytes())?,
    }
    Ok(Ending::Done)
}

/// The certificate that an environment's controller, a URL or a key folder serves now.
pub(super) fn from(source: &str, flags: &Flags, env: &Env) -> Result<Certificate, Failure> {
    if certificates::is_url(source) {
        return certificates::load(source, env);
    }
    let workspace = env.workspace()?;
    let is_environment = workspace
        .policy()
        .is_some_and(|policy| policy.environment(source).is_some());
    if is_environment {
        return of_environment(source, flags, env)?.certificate();
    }
    let path = env.cwd().join(source);
    if path.is_dir() {
        return key_folder::current_certificate(&path);
    }
    Err(Failure::could_not(format!(
        "{source} is no environment, URL or folder of keys"
    )))
}
