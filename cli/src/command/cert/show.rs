//! `sealsmith cert show`.

use sealsmith_core::certificate::{Certificate, Validity};
use serde_json::json;

use super::super::Ending;
use crate::certificates;
use crate::env::{Env, clock};
use crate::failure::Failure;
use crate::output::Format;
use crate::ui::{Table, Text, Ui};

/// Show fingerprint, key and validity of certificates; exit 1 when the one that seals has expired
///
/// The fingerprint is that of the public key, as `ssh-keygen -lf` prints it. Of several certificates
/// in a file the first one seals.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Certificate file, URL, `-`, or an environment of sealsmith.yaml
    #[arg(value_name = "FILE|URL|ENV", required = true)]
    sources: Vec<String>,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Days before the end of a certificate from which its end is worth a warning.
const SOON: i64 = 30;

pub(super) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let mut found = Vec::new();
    for source in &args.sources {
        let bytes = certificates::read(&resolve(source, env)?, env)?;
        let first = certificates::load_from(&bytes, source)?;
        let all = Certificate::parse_all(&bytes).unwrap_or_else(|_| vec![first]);
        found.push((source.clone(), all));
    }
    match args.format {
        Format::Human => found
            .iter()
            .try_for_each(|(source, all)| human(source, all, env.now(), ui))?,
        Format::Json => {
            let all = found.iter().flat_map(|(source, all)| {
                all.iter()
                    .enumerate()
                    .map(move |(index, one)| as_json(source, index, one, env.now()))
            });
            ui.line(format!("{:#}", json!(all.collect::<Vec<_>>())))?;
        }
    }
    let expired =
        |all: &[Certificate]| matches!(all[0].validity(env.now()), Validity::Expired { .. });
    Ok(if found.iter().any(|(_, all)| expired(all)) {
        Ending::No
    } else {
        Ending::Done
    })
}

/// An environment's name stands for its certificate, unless a file has that name.
fn resolve(source: &str, env: &Env) -> Result<String, Failure> {
    let is_file = source == "-" || certificates::is_url(source) || env.cwd().join(source).exists();
    let workspace = env.workspace()?;
    let names_environment = workspace
        .policy()
        .is_some_and(|policy| policy.environment(source).is_some());
    if is_file || !names_environment {
        return Ok(source.to_owned());
    }
    certificates::path_of_environment(workspace, source).map(|path| path.display().to_string())
}

fn human(source: &str, all: &[Certificate], now: i64, ui: &Ui) -> Result<(), Failure> {
    let source = certificates::named(source);
    for (index, certificate) in all.iter().enumerate() {
        let title = if index == 0 {
            source.clone()
        } else {
            format!("{source} (certificate {}, not used for sealing)", index + 1)
        };
        ui.line(Text::new().bold(title))?;
        let mut table = Table::new();
        let mut row =
            |name: &str, value: Text| table.row([Text::new().plain("  ").dim(name), value]);
        row(
            "fingerprint",
            Text::new().accent(certificate.fingerprint().to_string()),
        );
        row(
            "key",
            Text::new().plain(format!("RSA {} bits", certificate.public_key().bits())),
        );
        row(
            "valid from",
            Text::new().plain(clock::date(certificate.not_before())),
        );
        row("valid until", validity(certificate, now));
        row(
            "subject",
            Text::new().plain(match certificate.subject() {
                none if none.is_empty() => "(empty)".to_owned(),
                subject => subject,
            }),
        );
        row("serial", Text::new().plain(certificate.serial()));
        ui.table(&table)?;
    }
    Ok(())
}

fn validity(certificate: &Certificate, now: i64) -> Text {
    let date = Text::new()
        .plain(clock::date(certificate.not_after()))
        .plain(" ");
    match certificate.validity(now) {
        Validity::Valid { days_left } if days_left < SOON => {
            date.warn(format!("({days_left} days left)"))
        }
        Validity::Valid { days_left } => date.good(format!("({days_left} days left)")),
        Validity::Expired { .. } => date.bad("(expired)"),
        Validity::NotYetValid { .. } => date.warn("(not valid yet)"),
    }
}

fn as_json(source: &str, index: usize, certificate: &Certificate, now: i64) -> serde_json::Value {
    let (state, days_left) = match certificate.validity(now) {
        Validity::Valid { days_left } => ("valid", Some(days_left)),
        Validity::Expired { .. } => ("expired", None),
        Validity::NotYetValid { .. } => ("not-yet-valid", None),
    };
    json!({
        "source": source,
        "seals": index == 0,
        "fingerprint": certificate.fingerprint().to_string(),
        "bits": certificate.public_key().bits(),
        "notBefore": clock::rfc3339(certificate.not_before()),
        "notAfter": clock::rfc3339(certificate.not_after()),
        "state": state,
        "daysLeft": days_left,
        "subject": certificate.subject(),
        "serial": certificate.serial(),
    })
}
