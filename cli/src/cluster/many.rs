//! Several requests at a time, and their answers in order.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;

/// How many requests are under way at once: enough to hide the distance, too few to weigh on an API server.
const AT_ONCE: usize = 8;

/// Runs something for each item, a few at a time, and returns the results in the order of the items.
///
/// A result is missing only where its task panicked.
pub(crate) async fn each<T, R, F, Work>(items: impl IntoIterator<Item = T>, work: F) -> Vec<R>
where
    F: Fn(T) -> Work,
    Work: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let tasks: Vec<_> = items
        .into_iter()
        .map(|item| {
            let (work, gate) = (work(item), Arc::clone(&gate));
            tokio::spawn(async move {
                let _turn = gate.acquire().await;
                work.await
            })
        })
        .collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.extend(task.await.ok());
    }
    results
}
