//! How the access key of an environment stands, for who only looks.

use sealsmith_lint::policy::{self, Duration};

use super::choice::Holders;
use super::seal::Targets;
use super::{holders, start};
use crate::aws::{AccessKey, Account};
use crate::cluster::expected::Expected;
use crate::failure::Failure;
use crate::operation::{Desk, Surroundings};

/// What is known of the access key of an environment.
pub(crate) struct Look {
    /// The IAM user.
    pub(crate) user: String,
    /// Its keys with their last use, the oldest first.
    pub(crate) keys: Vec<AccessKey>,
    /// Which Secrets hold which key, by its id.
    pub(crate) holders: Holders,
    /// The SealedSecrets that hold the key.
    pub(crate) expected: Vec<Expected>,
    /// How old a key may become.
    pub(crate) max_age: Option<Duration>,
}

/// Looks at AWS and the cluster; nothing when the environment has no access key of its own.
pub(crate) fn look(
    desk: &Desk<'_>,
    surroundings: &Surroundings<'_>,
    profile: Option<&str>,
    endpoint: Option<&str>,
) -> Result<Option<Look>, Failure> {
    let policy = desk.env.workspace()?.policy();
    let environment = policy.and_then(|policy| policy.environment(desk.environment));
    let Some(settings) = environment.and_then(|environment| environment.aws.as_ref()) else {
        return Ok(None);
    };
    let expected = surroundings.expected_in(&Targets::find(settings, desk)?.paths(desk)?)?;
    let places: Vec<_> = expected.iter().map(|one| one.place.clone()).collect();
    let holders = holders::find(surroundings, &places, &settings.keys.id)?;
    let profile = profile.or(settings.profile.as_deref());
    let account = Account::connect(profile, endpoint, desk.env)?;
    start::refuse_account(&account.caller()?, settings)?;
    Ok(Some(Look {
        user: settings.user.clone(),
        keys: account.keys(&settings.user)?,
        holders,
        expected,
        max_age: max_age(settings, policy),
    }))
}

fn max_age(settings: &policy::Aws, policy: Option<&policy::Policy>) -> Option<Duration> {
    let mut rules = policy?.secrets.iter();
    rules.find(|rule| *rule.id == *settings.secret)?.max_age
}
