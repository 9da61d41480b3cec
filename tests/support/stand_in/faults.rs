//! What can go wrong with a request.

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It is refused with this status.
    Status(u16),
    /// It is taken and never answered.
    Hangs,
    /// The connection is closed before anything is done.
    Closed,
    /// It is done, and the connection is closed instead of an answer.
    Lost,
}

/// Troubles that lie ahead.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

struct Fault {
    request: String,
    trouble: Trouble,
    left: usize,
}

impl Faults {
    pub(super) fn add(&mut self, request: &str, trouble: Trouble, times: usize) {
        self.0.push(Fault {
            request: request.to_owned(),
            trouble,
            left: times,
        });
    }

    /// What becomes of the request `METHOD path`.
    pub(super) fn strike(&mut self, request: &str) -> Option<Trouble> {
        let meant = |fault: &&mut Fault| fault.left > 0 && request.contains(&fault.request);
        let fault = self.0.iter_mut().find(meant)?;
        fault.left -= 1;
        Some(fault.trouble)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
