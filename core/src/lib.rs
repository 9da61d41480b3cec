//! The sealed format of Bitnami Sealed Secrets, as pure functions.

#![forbid(unsafe_code)]
