//! `sealsmith reseal ENV` as one operation, with real git and a bare remote.
//!
//! | claim | proven in |
//! | --- | --- |
//! | one commit of our files alone, with trailers, pushed; what else is staged or changed stays as it is | `reseal_operation/commit.rs` |
//! | hooks and signing are the user's, and a hook that rewrites our files is found out | `reseal_operation/hooks.rs` |
//! | others push meanwhile, the remote refuses, the remote is gone | `reseal_operation/push.rs` |
//! | whatever is in doubt stops before the first write | `reseal_operation/guards.rs` |
//! | a kill at any step can be resumed, and undone until the push | `reseal_operation/kills.rs` |
//! | `rotate controller-key` on a folder of keys: kept, made, re-sealed, pushed, proven; killed anywhere, resumed or undone | `reseal_operation/renewal.rs` |
//! | another controller key changes certificate and pin in the same commit | `reseal_operation/keys.rs` |

mod support;

#[path = "reseal_operation/commit.rs"]
mod commit;
#[path = "reseal_operation/desk.rs"]
mod desk;
#[path = "reseal_operation/guards.rs"]
mod guards;
#[path = "reseal_operation/hooks.rs"]
mod hooks;
#[path = "reseal_operation/keys.rs"]
mod keys;
#[path = "reseal_operation/kills.rs"]
mod kills;
#[path = "reseal_operation/push.rs"]
mod push;
#[path = "reseal_operation/renewal.rs"]
mod renewal;
