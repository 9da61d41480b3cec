//! What people and machines get wrong: each ends in a clear error, and the world is as it was before.

mod support;

#[path = "bad_input/certificates.rs"]
mod certificates;
#[path = "bad_input/disks.rs"]
mod disks;
#[path = "bad_input/git.rs"]
mod git;
#[path = "bad_input/kills.rs"]
mod kills;
#[path = "bad_input/manifests.rs"]
mod manifests;
#[path = "bad_input/places.rs"]
mod places;
#[path = "bad_input/secrets.rs"]
mod secrets;
#[path = "bad_input/world.rs"]
mod world;
