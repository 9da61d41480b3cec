//! References from one part of the policy to another.

use super::error::Problem;
use super::secret::Rotation;
use super::{Aws, EnvironmentName, Located, Policy, SecretRule};

/// Finds the first reference that leads nowhere.
pub(super) fn references(policy: &Policy) -> Result<(), Problem> {
    unique_ids(&policy.secrets)?;
    let keys = policy
        .environments
        .iter()
        .filter_map(|(_, environment)| environment.aws.as_ref());
    keys.into_iter()
        .try_for_each(|aws| aws_secret(aws, policy))?;
    let settings = policy
        .rules
        .iter()
        .filter_map(|(_, setting)| setting.env.as_ref());
    settings
        .into_iter()
        .try_for_each(|env| known_environment(env, policy))
}

fn unique_ids(secrets: &[SecretRule]) -> Result<(), Problem> {
    for (at, secret) in secrets.iter().enumerate() {
        if secrets[..at]
            .iter()
            .any(|earlier| *earlier.id == *secret.id)
        {
            let message = format!("id \"{}\" is used twice", *secret.id);
            return Err(Problem::new(message, secret.id.position()));
        }
    }
    Ok(())
}

fn aws_secret(aws: &Aws, policy: &Policy) -> Result<(), Problem> {
    let wrong = |message: String| Problem::new(message, aws.secret.position());
    let Some(secret) = policy
        .secrets
        .iter()
        .find(|secret| *secret.id == *aws.secret)
    else {
        let ids = policy.secrets.iter().map(|secret| secret.id.as_str());
        return Err(
            wrong(format!("no secret has the id \"{}\"", *aws.secret)).suggest(&aws.secret, ids)
        );
    };
    match secret.rotation {
        Rotation::Automated => Ok(()),
        Rotation::Manual => Err(wrong(format!(
            "secret \"{}\" is manual, so it is not rotated",
            *aws.secret
        ))),
    }
}

fn known_environment(env: &Located<EnvironmentName>, policy: &Policy) -> Result<(), Problem> {
    if policy.environment(env.as_str()).is_some() {
        return Ok(());
    }
    let message = format!("no environment is named \"{}\"", env.as_str());
    Err(Problem::new(message, env.position()).suggest(env.as_str(), policy.environments.names()))
}
