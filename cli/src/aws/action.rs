//! What AWS is asked: how IAM calls it, how people do, and whether it may be asked twice.

/// One action of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Whose credentials are these?
    GetCallerIdentity,
    /// Is there such a user?
    GetUser,
    /// Which keys has a user?
    ListAccessKeys,
    /// When did a key last sign something?
    GetAccessKeyLastUsed,
    /// A new key, please.
    CreateAccessKey,
    /// This key shall be active, or inactive.
    UpdateAccessKey,
    /// This key shall be gone.
    DeleteAccessKey,
    /// Is there this bucket, and may I look into it?
    ListBucket,
    /// May I log in to the registry of images?
    GetAuthorizationToken,
    /// May I pull an image?
    BatchGetImage,
}

/// Whether a call may be sent again when its outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice is the same as once.
    Safe,
    /// Twice is something else.
    Never,
}

impl Action {
    /// Its name in policies.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "sts:GetCallerIdentity",
            Self::GetUser => "iam:GetUser",
            Self::ListAccessKeys => "iam:ListAccessKeys",
            Self::GetAccessKeyLastUsed => "iam:GetAccessKeyLastUsed",
            Self::CreateAccessKey => "iam:CreateAccessKey",
            Self::UpdateAccessKey => "iam:UpdateAccessKey",
            Self::DeleteAccessKey => "iam:DeleteAccessKey",
            Self::ListBucket => "s3:ListBucket",
            Self::GetAuthorizationToken => "ecr:GetAuthorizationToken",
            Self::BatchGetImage => "ecr:BatchGetImage",
        }
    }

    /// What it does, after "cannot".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "find out whose AWS credentials these are",
            Self::GetUser => "look up the IAM user",
            Self::ListAccessKeys => "list the user's access keys",
            Self::GetAccessKeyLastUsed => "see when an access key was last used",
            Self::CreateAccessKey => "create an access key",
            Self::UpdateAccessKey => "change the status of an access key",
            Self::DeleteAccessKey => "delete an access key",
            Self::ListBucket => "look into the S3 bucket with the new key",
            Self::GetAuthorizationToken => "log in to ECR with the new key",
            Self::BatchGetImage => "pull from the ECR repository with the new key",
        }
    }

    /// Whether it may be sent again.
    pub(super) fn repeat(self) -> Repeat {
        match self {
            // No client token: a second call makes a second key.
            Self::CreateAccessKey => Repeat::Never,
            // A status is set, not flipped; a key that is gone stays gone.
            Self::UpdateAccessKey | Self::DeleteAccessKey => Repeat::Safe,
            Self::GetCallerIdentity
            | Self::GetUser
            | Self::ListAccessKeys
            | Self::GetAccessKeyLastUsed
            | Self::ListBucket
            | Self::GetAuthorizationToken
            | Self::BatchGetImage => Repeat::Safe,
        }
    }

    /// Whether it is asked with the new key rather than with the operator's credentials.
    pub(super) fn is_probe(self) -> bool {
        matches!(
            self,
            Self::ListBucket | Self::GetAuthorizationToken | Self::BatchGetImage
        )
    }
}
