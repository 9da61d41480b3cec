//! The hard cases of the sealed format, and of a repository that holds it, through the whole program.
//!
//! Each row of the list that Sealsmith is measured by, and where it is proven:
//!
//! | case | claim | proven in |
//! | --- | --- | --- |
//! | 1 | three bytes for a 4096-bit key take 712 characters | `core/round_trip.rs`; kubeseal opens it: `interop.rs` |
//! | 2 | all scopes, both directions | `core/kubeseal.rs`, `interop.rs` |
//! | 3 | empty and binary values | `hard_cases/opening.rs`, `core/round_trip.rs` |
//! | 4 | annotations that do not count, and both at once | `hard_cases/opening.rs`, `core/src/scope.rs` |
//! | 5 | session keys of 16, 24 and of 31 bytes | `core/refused.rs`; 16 and 24 also `hard_cases/vectors.rs` |
//! | 6 | base64 as Go reads it, errors with their byte | `hard_cases/opening.rs`, `core/src/go_base64.rs` |
//! | 7 | malformed values | `hard_cases/opening.rs`, `core/hostile.rs`, `fuzz/` |
//! | 8 | values of several keys, one of them missing | `hard_cases/opening.rs`, `hard_cases/vectors.rs` |
//! | 9 | block, folded, plain and quoted scalars, aliases | `hard_cases/opening.rs` |
//! | 10 | names that YAML takes for something else | `hard_cases/sealing.rs`; against kubeseal: `interop.rs` |
//! | 11 | `stringData` over `data` | `hard_cases/sealing.rs`, `hard_cases/manifests.rs` |
//! | 12 | namespaces missing, contradicting, not needed | `hard_cases/sealing.rs` |
//! | 13 | `--scope strict` on an annotated input | `hard_cases/sealing.rs` |
//! | 14 | what the cluster added to an input | `hard_cases/sealing.rs`, `hard_cases/manifests.rs` |
//! | 15 | other kinds and comments beside Secrets | `hard_cases/sealing.rs` |
//! | 16 | broken documents among good ones | `hard_cases/sealing.rs` |
//! | 17 | UTF-16, byte order marks, CRLF | `hard_cases/encodings.rs`, `manifest.rs`, `core/key_files.rs` |
//! | 18 | `--merge-into` | `hard_cases/merging.rs`, `manifest.rs` |
//! | 19 | re-sealing keeps every other byte | `hard_cases/resealing.rs`, `hard_cases/gitops.rs`, `manifest.rs` |
//! | 20 | re-sealing keeps templates and metadata | `hard_cases/resealing.rs` |
//! | 21 | a file that was moved is left alone | `hard_cases/resealing.rs` |
//! | 22 | a scope that is only outside stays | `hard_cases/resealing.rs` |
//! | 23 | from 2048 to 4096 bit and back | `hard_cases/resealing.rs` |
//! | 24 | lists, JSON, the deprecated `spec.data` | `hard_cases/resealing.rs` |
//! | 25 | every shape of a private key | `core/key_files.rs`, `hard_cases/keys.rs` |
//! | 26 | every shape of a certificate | `core/certificates.rs`, `hard_cases/keys.rs` |
//! | 27 | templates as the controller renders them | `hard_cases/opening.rs`, `template/` |
//! | 28 | empty and leading documents | `hard_cases/opening.rs` |
//! | 29 | output files | `hard_cases/output.rs`, `cli/src/env/files/replace.rs` |
//! | 30 | a live controller | needs a cluster |

mod support;

#[path = "hard_cases/desk.rs"]
mod desk;
#[path = "hard_cases/encodings.rs"]
mod encodings;
#[path = "hard_cases/gitops.rs"]
mod gitops;
#[path = "hard_cases/keys.rs"]
mod keys;
#[path = "hard_cases/manifests.rs"]
mod manifests;
#[path = "hard_cases/merging.rs"]
mod merging;
#[path = "hard_cases/opening.rs"]
mod opening;
#[path = "hard_cases/output.rs"]
mod output;
#[path = "hard_cases/resealing.rs"]
mod resealing;
#[path = "hard_cases/sealing.rs"]
mod sealing;
#[path = "hard_cases/vectors.rs"]
mod vectors;
