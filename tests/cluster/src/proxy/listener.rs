//! Takes connections and has each request answered in a thread of its own.

use super::exchange::{Answer, Question};
use crate::error::{Error, Result};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A port that is served until the value goes.
#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(super) fn start(
        address: Ipv4Addr,
        answer: impl Fn(&Question) -> Option<Answer> + Send + Sync + 'static,
    ) -> Result<Self> {
        let bound =
            TcpListener::bind((address, 0)).and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = bound.map_err(|source| Error::Start {
            program: "the proxy".to_owned(),
            source,
        })?;
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let thread = std::thread::spawn(move || serve(&socket, &seen, &Arc::new(answer)));
        Ok(Self {
            address,
            ended,
            thread: Some(thread),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the thread, which looks at the mark before anything else.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve<F>(socket: &TcpListener, ended: &AtomicBool, answer: &Arc<F>)
where
    F: Fn(&Question) -> Option<Answer> + Send + Sync + 'static,
{
    for stream in socket.incoming().flatten() {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let answer = Arc::clone(answer);
        std::thread::spawn(move || exchange(stream, answer.as_ref()));
    }
}

fn exchange(mut stream: TcpStream, answer: &impl Fn(&Question) -> Option<Answer>) {
    let answered = Question::read(&stream)
        .ok()
        .and_then(|question| answer(&question));
    if let Some(answer) = answered {
        // A client that has hung up does not want it.
        drop(answer.write(&mut stream));
    }
}
