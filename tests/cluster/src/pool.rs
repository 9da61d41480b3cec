//! What is expensive to make and cheap to leave as it was, lent to one test after the other.

use crate::error::Result;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Things of one kind that tests of a program use in turn; as many are made as tests run at once.
///
/// They are not dropped at the end of the program: its namespace takes them with it.
pub struct Pool<T: 'static>(Mutex<Vec<T>>);

/// Something lent. It goes back to its pool, but not from a test that failed, which may have left it in any state.
pub struct Lent<T: 'static> {
    pool: &'static Pool<T>,
    value: Option<T>,
}

impl<T> Pool<T> {
    /// A pool without anything in it.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Lends one that is fit for the next test, or else a new one; what is not fit any more is dropped.
    ///
    /// # Errors
    /// When none could be made.
    pub fn lend(
        &'static self,
        is_fit: impl Fn(&T) -> bool,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<Lent<T>> {
        let mut value = None;
        while value.is_none() {
            let Some(next) = self.all().pop() else {
                value = Some(make()?);
                break;
            };
            value = Some(next).filter(&is_fit);
        }
        Ok(Lent { pool: self, value })
    }

    fn all(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
            .as_ref()
            .expect("it is taken out only when this is dropped")
    }
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take().filter(|_| !std::thread::panicking()) {
            self.pool.all().push(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fit_is_lent_again_and_what_a_failed_test_had_is_not() {
        static POOL: Pool<u8> = Pool::new();
        let lend = |fresh| POOL.lend(|value| *value < 3, || Ok(fresh)).unwrap();
        assert_eq!(*lend(1), 1);
        assert_eq!(*lend(2), 1, "it came back");
        assert!(
            std::panic::catch_unwind(|| {
                let _lent = lend(2);
                panic!("a test fails");
            })
            .is_err()
        );
        assert_eq!(*lend(3), 3, "the first was lost with it");
        assert_eq!(*lend(2), 2, "the third is not fit");
    }
}
