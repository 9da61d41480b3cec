//! Templates against the results of Go's `text/template` and Sprig, and against hostile input.

#![allow(
    clippy::unwrap_used,
    reason = "a test may fail where it stands, in helpers too"
)]

#[path = "template/errors.rs"]
mod errors;
#[path = "template/hostile.rs"]
mod hostile;
#[path = "template/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;

use sealsmith_core::secret::SecretBytes;
use sealsmith_core::template::{Error, Problem, render};

/// Renders with a small set of items.
fn rendered(source: &str) -> Result<String, Error> {
    let items = [("password", "s3cr3t-value"), ("user", "admin")];
    let secret = |(key, value): (&str, &str)| (key.to_owned(), SecretBytes::new(value.into()));
    let data: BTreeMap<_, _> = items.map(secret).into();
    let text = render("app.conf", source, &data)?;
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

fn problem(source: &str) -> Problem {
    rendered(source).unwrap_err().problem
}
