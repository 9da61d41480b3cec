//! Values of the flags.

use std::str::FromStr;

use sealsmith_lint::policy::{Guarded, Severity};

/// The least severity that fails a run.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// Only errors
    #[default]
    Error,
    /// Warnings too
    Warning,
    /// Everything
    Info,
}

impl FailOn {
    /// The severity itself.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

/// An operation that rewrites many files.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Operation {
    /// Re-sealing
    Reseal,
    /// Rotating a credential or a controller key
    Rotate,
}

impl Operation {
    /// The operation as the policy names it.
    pub(super) fn guarded(self) -> Guarded {
        match self {
            Self::Reseal => Guarded::Reseal,
            Self::Rotate => Guarded::Rotate,
        }
    }
}

/// One of several equal parts of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: u64,
    count: u64,
}

/// Why a text names no shard.
#[derive(Debug, thiserror::Error)]
#[error("a part is written I/N, with I from 1 to N")]
pub(super) struct NoShard;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (index, count) = text.split_once('/').ok_or(NoShard)?;
        let number = |text: &str| text.parse().map_err(|_| NoShard);
        let (index, count): (u64, u64) = (number(index)?, number(count)?);
        if index == 0 || index > count {
            return Err(NoShard);
        }
        Ok(Self { index, count })
    }
}

impl Shard {
    /// Whether a path belongs to this part; every path belongs to exactly one.
    pub(super) fn has(self, path: &[u8]) -> bool {
        // FNV-1a, which spreads similar paths.
        let hash = path.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        hash % self.count == self.index - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_in_exactly_one_part() {
        let parts: Vec<Shard> = (1..=3).map(|i| format!("{i}/3").parse().unwrap()).collect();
        let mut sizes = [0; 3];
        for number in 0..300 {
            let path = format!("envs/dev/sealed-secrets/app{number}/sealed-db.yaml");
            let homes = (0..3).filter(|part| parts[*part].has(path.as_bytes()));
            let homes: Vec<_> = homes.collect();
            assert_eq!(homes.len(), 1);
            sizes[homes[0]] += 1;
        }
        assert!(sizes.iter().all(|size| *size > 60), "{sizes:?}");
    }

    #[test]
    fn a_part_is_one_of_so_many() {
        for wrong in ["", "1", "0/2", "3/2", "1/0", "a/b", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
