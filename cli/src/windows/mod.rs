//! When an operation may begin: the policy's windows, judged by the clock of their own time zone.

mod clock_face;
mod gate;
mod verdict;

pub(crate) use gate::{Gate, Operation, Overridden};

#[cfg(test)]
mod tests;
