//! The policy of a Sealed Secrets repository, as pure functions over text.
//!
//! A repository says in `sealsmith.yaml` where its sealed secrets live, which environments it has and
//! which secrets automation may touch. This crate reads that file and answers questions about paths;
//! it opens no file, asks no clock and draws no randomness.
//!
//! ```
//! use sealsmith_lint::{Layout, Policy};
//!
//! let policy = Policy::parse(
//!     "environments:
//!        dev: {certificate: certs/dev.pem}
//!        prod: {certificate: certs/prod.pem, scopes: [strict]}",
//! )?;
//! assert!(policy.is_protected("prod") && !policy.is_protected("dev"));
//!
//! let layout = Layout::new(&policy.layout);
//! let place = layout.locate("envs/dev/sealed-secrets/mlflow/sealed-db.yaml").expect("the default layout");
//! assert_eq!((place.env.as_str(), place.app.as_deref()), ("dev", Some("mlflow")));
//! assert!(layout.locate("charts/mlflow/values.yaml").is_none());
//! # Ok::<(), sealsmith_lint::policy::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod baseline;
pub mod change;
mod claims;
mod consumers;
pub mod context;
pub mod finding;
mod frame;
pub mod guard;
pub mod index;
mod indexing;
pub mod layout;
pub mod limits;
pub mod lock;
mod namesakes;
pub mod path;
pub mod policy;
mod readable;
pub mod rule;
pub mod rules;
pub mod run;
mod secret_like;
pub mod source;
mod splice;
pub mod suppression;
pub mod survey;
mod text;
pub mod trailers;
pub mod value;
pub mod weighing;

pub use context::Context;
pub use finding::Finding;
pub use layout::{Layout, Place};
pub use lock::Lock;
pub use path::Path;
pub use policy::Policy;
pub use rule::Rule;
pub use rules::RULES;
pub use run::Run;
pub use weighing::Report;
