//! The operating system's random source.

use getrandom::SysRng;
use getrandom::rand_core::{CryptoRng, TryRng, UnwrapErr};

use crate::failure::Failure;

/// Returns the system's random source, after proving that it answers.
///
/// The first draw is checked here, so a machine without a random source fails with a message; a
/// source that answered once does not stop answering.
pub(crate) fn system() -> Result<impl CryptoRng + Clone + Send + Sync, Failure> {
    SysRng
        .try_next_u64()
        .map_err(|error| Failure::could_not("the system has no random source").because(error))?;
    Ok(UnwrapErr(SysRng))
}

#[cfg(test)]
mod tests {
    use getrandom::rand_core::Rng;

    use super::*;

    #[test]
    fn two_draws_differ() {
        let mut random = system().unwrap();
        assert_ne!(random.next_u64(), random.next_u64());
    }
}
