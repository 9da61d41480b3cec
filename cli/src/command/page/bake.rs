//! What a page knows about environments, as JSON. Nothing in it is secret: it is all committed already.

use sealsmith_lint::policy::Policy;
use serde_json::{Value, json};

use super::inventory;
use crate::certificates::Recipient;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::ui::Ui;

/// Returns the JSON for these environments, in the order given; each is checked as for sealing.
pub(super) fn json(environments: &[String], env: &Env, ui: &Ui) -> Result<String, Failure> {
    if environments.is_empty() {
        return Ok("{}".to_owned());
    }
    refuse_twice(environments)?;
    let workspace = env.workspace()?;
    if workspace.policy().is_none() {
        return Err(
            Failure::could_not("--env needs a sealsmith.yaml, and there is none")
                .hint("write one with `sealsmith init`, or leave --env out for the plain page"),
        );
    }
    let baked = environments
        .iter()
        .map(|name| environment(name, workspace, env, ui))
        .collect::<Result<Vec<_>, _>>()?;
    let mut page = json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "environments": baked,
    });
    if let Some(wave) = workspace.policy().and_then(Policy::sync_wave) {
        page["syncWave"] = wave.into();
    }
    Ok(page.to_string())
}

fn refuse_twice(environments: &[String]) -> Result<(), Failure> {
    let twice = (1..environments.len()).find(|&at| environments[..at].contains(&environments[at]));
    twice.map_or(Ok(()), |at| {
        let message = format!("--env {} is given twice", environments[at]);
        Err(Failure::could_not(message))
    })
}

fn environment(name: &str, workspace: &Workspace, env: &Env, ui: &Ui) -> Result<Value, Failure> {
    let recipient = Recipient::of_environment(name, env, ui)?;
    let mut baked = json!({
        "name": name,
        "protected": workspace.is_protected(name),
        "certificate": recipient.certificate.to_pem(),
        "fingerprint": recipient.fingerprint().to_string(),
        "secrets": inventory::of(name, workspace)?,
    });
    let environment = workspace
        .policy()
        .and_then(|policy| policy.environment(name));
    if let Some(scopes) = environment.and_then(|found| found.scopes.as_ref()) {
        let scopes = scopes.iter().map(|scope| scope.scope().as_str());
        baked["scopes"] = scopes.collect();
    }
    Ok(baked)
}
