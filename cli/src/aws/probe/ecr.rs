//! ECR: can the key pull images?
//!
//! A pull logs in and then reads a manifest. Logging in is `GetAuthorizationToken`; the right to read a manifest is that of
//! `BatchGetImage`, which says that an image does not exist only to who may read it.

use serde_json::{Value, json};

use super::Probes;
use super::place::{domain, is_region, url};
use super::signed::{Answer, Request};
use crate::aws::action::Action;
use crate::aws::problem::{Kind, Problem, Refusal};

/// A tag that no image has, so that nothing is transferred.
const NO_TAG: &str = "sealsmith-asks-whether-it-may-pull";

/// A repository: `team/app` in one's own registry, or the whole name that docker takes.
#[derive(Debug, PartialEq, Eq)]
struct Repository {
    registry: Option<String>,
    region: String,
    name: String,
}

impl Probes<'_> {
    /// Logs in to the registry and asks for an image of the repository.
    pub(in crate::aws) async fn ecr_repository(&self, repository: &str) -> Result<(), Problem> {
        let repository = Repository::parse(repository, self.region).ok_or_else(|| {
            let why =
                "a repository is team/app or 111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app";
            Problem::new(Action::BatchGetImage, Kind::Other, why)
        })?;
        // The answer is a password of the registry; nobody looks at it, and its memory is wiped.
        self.call(
            Action::GetAuthorizationToken,
            &repository.region,
            &json!({}),
        )
        .await?;
        let mut question = json!({
            "repositoryName": repository.name,
            "imageIds": [{ "imageTag": NO_TAG }],
        });
        if let Some(registry) = &repository.registry {
            question["registryId"] = Value::from(registry.as_str());
        }
        match self
            .call(Action::BatchGetImage, &repository.region, &question)
            .await
        {
            Err(problem) if problem.code() == Some("ImageNotFoundException") => Ok(()),
            answer => answer,
        }
    }

    async fn call(&self, action: Action, region: &str, body: &Value) -> Result<(), Problem> {
        let address = match &self.endpoints.ecr {
            Some(endpoint) => endpoint.clone(),
            None => format!("https://api.ecr.{region}.{}/", domain(region)),
        };
        let name = action.name().trim_start_matches("ecr:");
        let request = Request {
            action,
            service: "ecr",
            region,
            url: url(action, &address)?,
            target: Some(format!("AmazonEC2ContainerRegistry_V20150921.{name}")),
            body: body.to_string(),
        };
        let answer = self.sender.send(request).await?;
        match answer.status {
            200..=299 => Ok(()),
            _ => Err(refused(action, &answer)),
        }
    }
}

/// Reads an error of the JSON protocol: `{"__type": "prefix#Code", "message": "…"}`.
fn refused(action: Action, answer: &Answer) -> Problem {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body["__type"]
        .as_str()
        .map(|text| text.rsplit('#').next().unwrap_or(text));
    let message = body["message"]
        .as_str()
        .or_else(|| body["Message"].as_str());
    let refusal = Refusal {
        code,
        message,
        ..answer.refusal()
    };
    Problem::refused(action, refusal)
}

impl Repository {
    fn parse(text: &str, own_region: &str) -> Option<Self> {
        let (registry, region, name) = match text.split_once(".dkr.ecr.") {
            None => (None, own_region, text),
            Some((registry, rest)) => {
                let (host, name) = rest.split_once('/')?;
                let (region, rest) = host.split_once('.')?;
                if !is_account(registry) || !is_region(region) || rest != domain(region) {
                    return None;
                }
                (Some(registry.to_owned()), region, name)
            }
        };
        is_name(name).then(|| Self {
            registry,
            region: region.to_owned(),
            name: name.to_owned(),
        })
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/".contains(&byte);
    (2..=256).contains(&text.len()) && text.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_a_name_or_what_docker_takes() {
        let own = Repository::parse("team/app", "eu-west-1").unwrap();
        assert_eq!(
            (own.registry, own.region.as_str(), own.name.as_str()),
            (None, "eu-west-1", "team/app")
        );
        let text = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/app";
        let other = Repository::parse(text, "eu-west-1").unwrap();
        assert_eq!(other.registry.as_deref(), Some("111122223333"));
        assert_eq!(
            (other.region.as_str(), other.name.as_str()),
            ("ap-northeast-2", "team/app")
        );
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "Team/App",
            "12.dkr.ecr.eu-west-1.amazonaws.com/app",
            "111122223333.dkr.ecr.eu-west-1.example.com/app",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
            "docker.io/library/app:latest",
        ] {
            assert_eq!(Repository::parse(text, "eu-west-1"), None, "{text}");
        }
    }
}
