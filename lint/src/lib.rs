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

mod ambiguity;
mod annotations;
mod approval;
mod authorship;
pub mod baseline;
pub mod change;
mod claims;
mod consumers;
pub mod context;
mod crd;
mod credential;
mod deed;
mod encryption;
mod environment_name;
pub mod finding;
mod frame;
mod generator;
mod glob_samples;
mod globbing;
pub mod guard;
pub mod index;
mod indexing;
pub mod layout;
pub mod limits;
pub mod lock;
mod loosening;
mod manifest_like;
mod manual;
mod namesakes;
pub mod path;
mod policies;
pub mod policy;
mod policy_text;
mod private;
mod readable;
pub mod reference;
mod removal;
mod reseal;
pub mod rule;
pub mod rules;
pub mod run;
mod scope_setting;
mod secret_like;
mod silencing;
pub mod source;
mod splice;
mod stale_entries;
mod steps;
pub mod suppression;
mod suppression_review;
pub mod survey;
mod text;
pub mod trailers;
pub mod value;
mod values;
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
