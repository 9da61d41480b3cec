//! A running controller at a URL, through the whole program: a stand-in for it with real keys, honest or not.
//!
//! `cluster/tests/controllers` has the same against the real one behind a real API server.

#[path = "controller/honest.rs"]
mod honest;
#[path = "controller/hostile.rs"]
mod hostile;
#[path = "controller/scene.rs"]
mod scene;
#[path = "controller/stand_in.rs"]
mod stand_in;
mod support;
