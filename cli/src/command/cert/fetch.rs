//! `sealsmith cert fetch`.

use std::path::PathBuf;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::policy::Reach;

use super::super::Ending;
use crate::certificates;
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::key_folder;
use crate::ui::Ui;

/// Fetch the certificate that a controller seals with now
///
/// From a URL, or from the controller of an environment of sealsmith.yaml: a URL or a folder of keys.
/// It is checked before it is written, and its fingerprint is printed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml, a URL, or a folder of keys
    #[arg(value_name = "ENV|URL|FOLDER")]
    source: String,

    /// Write here instead of standard output
    #[arg(short = 'w', long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

pub(super) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let certificate = from(&args.source, env)?;
    ui.note(format!("fingerprint {}", certificate.fingerprint()));
    let pem = certificate.to_pem();
    match &args.output_file {
        Some(path) => files::replace(&env.cwd().join(path), pem.as_bytes(), files::Access::Public)?,
        None => ui.bytes(pem.as_bytes())?,
    }
    Ok(Ending::Done)
}

/// The certificate that an environment's controller, a URL or a key folder serves now.
pub(super) fn from(source: &str, env: &Env) -> Result<Certificate, Failure> {
    if certificates::is_url(source) {
        return certificates::load(source, env);
    }
    let workspace = env.workspace()?;
    if let Some(environment) = workspace
        .policy()
        .and_then(|policy| policy.environment(source))
    {
        return match &environment.controller.reach {
            Reach::Keys(folder) => key_folder::current_certificate(&folder.below(workspace.root())),
            Reach::Url(url) => {
                certificates::load(&format!("{}/v1/cert.pem", url.trim_end_matches('/')), env)
            }
            Reach::Cluster { .. } => Err(Failure::could_not(format!(
                "{source} is reached through its cluster, which this version cannot do"
            ))
            .hint(
                "fetch it with kubeseal --fetch-cert, then `sealsmith cert pin ENV --cert FILE`",
            )),
        };
    }
    let path = env.cwd().join(source);
    if path.is_dir() {
        return key_folder::current_certificate(&path);
    }
    Err(Failure::could_not(format!(
        "{source} is no environment, URL or folder of keys"
    )))
}
