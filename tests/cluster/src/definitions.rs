//! Custom resource definitions, sent to the API server as their project wrote them.

use crate::api::Api;
use crate::error::{Error, Result};
use crate::file;
use crate::wait::{self, Seen};
use serde_json::Value;
use std::path::Path;

const PATH: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// Makes every definition of a folder and waits until the API server serves them.
pub(crate) fn apply(api: &Api, folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    for path in file::list(folder)? {
        let made = api.create_yaml(PATH, &file::read(&path)?)?;
        let name = made["metadata"]["name"].as_str().map(str::to_owned);
        names.push(name.ok_or_else(|| Error::Unexpected {
            what: "metadata.name",
            answer: path.display().to_string(),
        })?);
    }
    names.iter().try_for_each(|name| served(api, name))
}

fn served(api: &Api, name: &str) -> Result<()> {
    wait::until(&format!("the definition {name}"), || {
        let status = api.get(&format!("{PATH}/{name}"))?["status"].take();
        Ok(if is_established(&status) {
            Seen::There(())
        } else {
            Seen::Else(status.to_string())
        })
    })
}

fn is_established(status: &Value) -> bool {
    let conditions = status["conditions"].as_array().into_iter().flatten();
    conditions
        .into_iter()
        .any(|c| c["type"] == "Established" && c["status"] == "True")
}
