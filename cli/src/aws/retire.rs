//! What takes a key away from whoever uses it. Nothing here is done without what shows that it may be: a [`Proof`] that every consumer
//! has another key, or a [`Warrant`] to delete this one.

use aws_sdk_iam::types::StatusType;

use super::account::Account;
use super::action::Action;
use super::key::AccessKeyId;
#[cfg(test)]
use super::key::Status;
use super::problem::{Kind, Problem};
use super::rotation::consumers::Proof;
use super::rotation::warrant::Warrant;

impl Account {
    /// Makes a key inactive. The proof has to be about another key, which every consumer has.
    pub(super) fn deactivate(
        &self,
        user: &str,
        id: &AccessKeyId,
        proof: &Proof,
    ) -> Result<(), Problem> {
        if proof.key() == id {
            return Err(unwarranted(Action::UpdateAccessKey));
        }
        self.set(user, id, StatusType::Inactive)
    }

    /// Makes a key active, which is how a deactivation is undone.
    pub(super) fn activate(&self, user: &str, id: &AccessKeyId) -> Result<(), Problem> {
        self.set(user, id, StatusType::Active)
    }

    /// Deletes a key; that it is gone already is a success.
    pub(super) fn delete_key(
        &self,
        user: &str,
        id: &AccessKeyId,
        warrant: &Warrant<'_>,
    ) -> Result<(), Problem> {
        if !warrant.is_for(id) {
            return Err(unwarranted(Action::DeleteAccessKey));
        }
        self.delete(user, id)
    }

    fn delete(&self, user: &str, id: &AccessKeyId) -> Result<(), Problem> {
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

    fn set(&self, user: &str, id: &AccessKeyId, status: StatusType) -> Result<(), Problem> {
        self.ask(Action::UpdateAccessKey, || async {
            let request = self.iam.update_access_key().user_name(user);
            let request = request.access_key_id(id.as_str()).status(status.clone());
            let answer = request.send().await;
            answer.map_err(|error| Problem::of_sdk(Action::UpdateAccessKey, &error))
        })?;
        Ok(())
    }
}

/// The bare calls, for tests of what AWS makes of them.
#[cfg(test)]
impl Account {
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
        self.set(user, id, status)
    }

    pub(super) fn delete_unwarranted(&self, user: &str, id: &AccessKeyId) -> Result<(), Problem> {
        self.delete(user, id)
    }
}

fn unwarranted(action: Action) -> Problem {
    Problem::new(
        action,
        Kind::Other,
        "this is a bug: what was shown is about another key",
    )
}
