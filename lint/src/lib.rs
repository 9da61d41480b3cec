//! The policy of a Sealed Secrets repository, as pure functions over text.

#![forbid(unsafe_code)]
