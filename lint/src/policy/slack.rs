//! `slack`: where people are told what is going on.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::RepoPath;

/// Said when the address itself is in the file; the reader then leaves the line out of its message.
pub(super) const LITERAL: &str = "the webhook's address is a secret: say where to find it, as {env: NAME}, {file: PATH} or {command: [PROGRAM, …]}";

/// Where people are told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slack {
    /// Where the webhook's address is found; never the address itself.
    pub webhook: Webhook,
}

/// Where a webhook's address is found.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Webhook {
    /// In an environment variable.
    Env(String),
    /// In a file.
    File(RepoPath),
    /// On the standard output of a program.
    Command(#[schemars(length(min = 1))] Vec<String>),
}

impl<'de> Deserialize<'de> for Webhook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WebhookVisitor)
    }
}

struct WebhookVisitor;

impl<'de> Visitor<'de> for WebhookVisitor {
    type Value = Webhook;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of env, file, command")
    }

    // Whatever the text is, it must not appear in a message.
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Webhook, E> {
        Err(E::custom(LITERAL))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Webhook, A::Error> {
        let webhook = match map.next_key::<Place>()? {
            Some(Place::Env) => Webhook::Env(map.next_value()?),
            Some(Place::File) => Webhook::File(map.next_value()?),
            Some(Place::Command) => Webhook::Command(map.next_value()?),
            None => return Err(de::Error::custom(ONE)),
        };
        match (map.next_key::<Place>()?, &webhook) {
            (Some(_), _) => Err(de::Error::custom(ONE)),
            (None, Webhook::Command(words)) if words.is_empty() => {
                Err(de::Error::custom("the command is empty"))
            }
            (None, _) => Ok(webhook),
        }
    }
}

const ONE: &str = "a webhook is found in one place: env, file or command";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Env,
    File,
    Command,
}
