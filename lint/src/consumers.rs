//! Workloads that use Secrets.

use crate::index::Consumer;
use crate::source::Source;

/// Returns the workloads of a file that use Secrets.
pub(crate) fn consumers(_source: &Source<'_>) -> Vec<Consumer> {
    Vec::new()
}
