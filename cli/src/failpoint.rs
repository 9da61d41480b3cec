//! Places where a test lets the process die, as a power cut would: nothing after them happens.
//!
//! Builds for users have none of this.

/// The variable that names where to die.
#[cfg(debug_assertions)]
const VARIABLE: &str = "SEALSMITH_FAILPOINT";

/// Dies here when the variable says so, without any cleaning up.
pub(crate) fn reach(name: &str) {
    #[cfg(debug_assertions)]
    if std::env::var(VARIABLE).is_ok_and(|wanted| wanted == name) {
        let own = rustix::process::getpid();
        // A signal that cannot be caught; when it could not be sent, the test sees that nobody died.
        let _ = rustix::process::kill_process(own, rustix::process::Signal::KILL);
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
