//! The rules: each one's examples, the hard cases, and what holds for all of them.

#[path = "lint/catalogue.rs"]
mod catalogue;
#[path = "lint/ciphertext.rs"]
mod ciphertext;
#[path = "lint/clean/mod.rs"]
mod clean;
#[path = "lint/dev.rs"]
mod dev;
#[path = "lint/disguises.rs"]
mod disguises;
#[path = "lint/encodings.rs"]
mod encodings;
#[path = "lint/example.rs"]
mod example;
#[path = "lint/files.rs"]
mod files;
#[path = "lint/fixing.rs"]
mod fixing;
#[path = "lint/git_state.rs"]
mod git_state;
#[path = "lint/gitops.rs"]
mod gitops;
#[path = "lint/go_readers/mod.rs"]
mod go_readers;
#[path = "lint/hostile.rs"]
mod hostile;
#[path = "lint/leaks.rs"]
mod leaks;
#[path = "lint/lengths.rs"]
mod lengths;
#[path = "lint/manual_secrets.rs"]
mod manual_secrets;
#[path = "lint/modulus.rs"]
mod modulus;
#[path = "lint/mutations/mod.rs"]
mod mutations;
#[path = "lint/objects.rs"]
mod objects;
#[path = "lint/owners.rs"]
mod owners;
#[path = "lint/plaintext.rs"]
mod plaintext;
#[path = "lint/policy_changes.rs"]
mod policy_changes;
#[path = "lint/policy_itself.rs"]
mod policy_itself;
#[path = "lint/private.rs"]
mod private;
#[path = "support/random.rs"]
mod random;
#[path = "lint/reseals.rs"]
mod reseals;
#[path = "lint/rotation.rs"]
mod rotation;
#[path = "lint/scopes.rs"]
mod scopes;
#[path = "lint/settings.rs"]
mod settings;
#[path = "lint/staleness.rs"]
mod staleness;
#[path = "lint/suppressions.rs"]
mod suppressions;
#[path = "lint/survey.rs"]
mod survey;
