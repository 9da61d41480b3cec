//! `sealsmith check` on a real cluster: green, each thing that can be amiss, and waiting for a push to arrive.

mod amiss;
mod arriving;
mod world;
