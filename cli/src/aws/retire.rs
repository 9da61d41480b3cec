//! What takes a key away from whoever uses it. Nothing outside of `aws` can call this, so that the one who wraps it decides what has to
//! be proven first.

use aws_sdk_iam::types::StatusType;

use super::account::Account;
use super::action::Action;
use super::key::{AccessKeyId, Status};
use super::problem::{Kind, Problem};

impl Account {
    /// Makes a key active, or inactive.
    ///
    /// The caller owes for [`Status::Inactive`]: every consumer works with another key, checked in this process. [`Status::Active`] is
    /// always allowed, it is how a deactivation is undone.
    pub(super) fn set_status(
        &self,
        user: &str,
        id: &AccessKeyId,
        status: Status,
    ) -> Result<(), Problem> {
        let status = match status {
            Status::Active => StatusType::Active,
            Status::Inactive => StatusType::Inactive,
        };
        self.ask(Action::UpdateAccessKey, || async {
            let request = self.iam.update_access_key().user_name(user);
            let request = request.access_key_id(id.as_str()).status(status.clone());
            let answer = request.send().await;
            answer.map_err(|error| Problem::of_sdk(Action::UpdateAccessKey, &error))
        })?;
        Ok(())
    }

    /// Deletes a key; that it is gone already is a success.
    ///
    /// The caller owes: the key was inactive for the agreed time without harm, and every consumer was checked again in this process. Or:
    /// it was made by this run and nobody holds its secret.
    pub(super) fn delete_key(&self, user: &str, id: &AccessKeyId) -> Result<(), Problem> {
        let answer = self.ask(Action::DeleteAccessKey, || async {
            let request = self.iam.delete_access_key().user_name(user);
            let answer = request.access_key_id(id.as_str()).send().await;
            answer.map_err(|error| Problem::of_sdk(Action::DeleteAccessKey, &error))
        });
        match answer {
            Ok(_) => Ok(()),
            Err(problem) if problem.kind() == Kind::NoSuchEntity => Ok(()),
            Err(problem) => Err(problem),
        }
    }
}
