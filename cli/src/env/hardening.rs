//! Keeps the memory of this process out of core dumps and away from debuggers.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Turns core dumps off, and on Linux denies other processes of the same user a look inside.
///
/// Best effort: a system that refuses this still runs the command, since nothing is written to a
/// disk by refusing.
pub(crate) fn forbid_memory_dumps() {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, nothing);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn core_dumps_are_off_afterwards() {
        forbid_memory_dumps();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
