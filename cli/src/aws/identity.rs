//! Who signs: what `GetCallerIdentity` says.

/// Whose credentials are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The account, twelve digits.
    pub(crate) account: String,
    /// The whole name, such as `arn:aws:iam::111122223333:user/team/deployer`.
    pub(crate) arn: String,
    /// The IAM user; nothing for a role, a federated session or the account itself.
    pub(crate) user: Option<String>,
}

impl Identity {
    /// Reads the answer of `GetCallerIdentity`.
    pub(super) fn new(account: &str, arn: &str) -> Self {
        Self {
            account: account.to_owned(),
            arn: arn.to_owned(),
            user: user(arn),
        }
    }
}

/// The name of the user that an ARN is of; its path is no part of the name.
fn user(arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    let service = parts.nth(2)?;
    let resource = parts.nth(2)?;
    let path_and_name = resource.strip_prefix("user/")?;
    let name = path_and_name.rsplit('/').next()?;
    (service == "iam" && !name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_of(arn: &str) -> Option<String> {
        Identity::new("111122223333", arn).user
    }

    #[test]
    fn a_user_is_named_without_its_path() {
        let plain = user_of("arn:aws:iam::111122223333:user/deployer");
        let below = user_of("arn:aws-cn:iam::111122223333:user/team/ci/deployer");
        assert_eq!(plain.as_deref(), Some("deployer"));
        assert_eq!(below.as_deref(), Some("deployer"));
    }

    #[test]
    fn what_is_no_iam_user_has_no_user() {
        for arn in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:sts::111122223333:assumed-role/admin/session",
            "arn:aws:sts::111122223333:federated-user/deployer",
            "arn:aws:sts::111122223333:user/moto",
            "arn:aws:iam::111122223333:user/",
            "nonsense",
            "",
        ] {
            assert_eq!(user_of(arn), None, "{arn}");
        }
    }
}
