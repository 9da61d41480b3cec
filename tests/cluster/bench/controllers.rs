//! Re-sealing 500 values through a real controller that limits nothing, against a bare HTTP client with the same
//! requests, and against `kubeseal --re-encrypt` file after file where `SEALSMITH_KUBESEAL` names it.
//!
//! Runs where `./tests/run cluster` runs its tests: `cargo bench --package sealsmith-test-cluster --bench controllers`.

#![allow(clippy::print_stdout, reason = "its output is the figures")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/controllers/scene.rs"]
mod scene;

use scene::{Folder, Scene, ended};
use sealsmith_test_cluster::Result;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Files of three values each, one of them empty.
const FILES: usize = 167;
const ROUNDS: usize = 3;
/// As many requests at once as the program has under way.
const THREADS: usize = 8;
/// Files of the loop over kubeseal, which is slow enough to be told from fewer.
const LOOP: usize = 20;

fn main() -> Result<()> {
    let scene = Scene::alone()?;
    let url = scene.cluster.controller().url();
    let folder = scene.folder(FILES, "{}");
    let questions: Vec<_> = (0..FILES).map(|number| question(&folder, number)).collect();
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let folder = scene.folder(FILES, "{}");
        ours = ours.min(timed(|| {
            ended(&folder.reseal(&["--controller-url", &url]), 0)
        }));
        bare = bare.min(timed(|| ask_all(&url, &questions)));
    }
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "500 values: {ours:?} against {bare:?} of a bare client: {ratio:.2} times, at most 1.20"
    );
    let folder = scene.folder(FILES, "{}");
    let fetch = [&scene.kubeconfig()[..], &["--fetch-keys"]].concat();
    let keys = timed(|| ended(&folder.reseal(&fetch), 0));
    println!("500 values with the controller's keys in memory: {keys:?}");
    if let Some(kubeseal) = std::env::var_os("SEALSMITH_KUBESEAL") {
        let folder = scene.folder(LOOP, "{}");
        let loop_time =
            timed(|| (0..LOOP).for_each(|number| kubeseal_one(&kubeseal, &scene, &folder, number)));
        let all =
            loop_time * u32::try_from(FILES).expect("few") / u32::try_from(LOOP).expect("few");
        for (what, time) in [
            ("through the controller", ours),
            ("with its keys", keys),
            ("of a bare client, the bound of what goes through it", bare),
        ] {
            let ratio = all.as_secs_f64() / time.as_secs_f64();
            println!("the loop over kubeseal takes {all:?}: {ratio:.1} times what it takes {what}");
        }
    }
    Ok(())
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// What the program asks about a file.
fn question(folder: &Folder, number: usize) -> Value {
    let text = folder.text(number);
    let value = |key: &str| {
        let start = format!("    {key}: ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        line.expect("the file has this value").to_owned()
    };
    let values: serde_json::Map<_, _> = ["password", "empty", "user"]
        .map(|key| (key.to_owned(), json!(value(key))))
        .into_iter()
        .collect();
    json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"name": format!("db-{number}"), "namespace": "app"}, "spec": {"encryptedData": values}})
}

fn ask_all(url: &str, questions: &[Value]) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer = ask(url, "POST /v1/rotate", &question.to_string());
            let answer: Value = serde_json::from_str(&answer).expect("it is JSON");
            let mut changed = question.clone();
            changed["spec"]["encryptedData"] = answer["spec"]["encryptedData"].clone();
            ask(url, "POST /v1/verify", &changed.to_string());
            ask(url, "GET /v1/cert.pem", "");
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}

fn ask(url: &str, request: &str, body: &str) -> String {
    let host = url.strip_prefix("http://").expect("it is a plain URL");
    let mut stream = TcpStream::connect(host).expect("the controller listens");
    let length = body.len();
    let head = format!("{request} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
    stream
        .write_all((head + body).as_bytes())
        .expect("the controller reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the controller answers");
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .expect("the answer has a head");
    assert!(head.contains(" 200 "), "{head}");
    body.to_owned()
}

fn kubeseal_one(kubeseal: &std::ffi::OsStr, scene: &Scene, folder: &Folder, number: usize) {
    let controller = scene.cluster.controller();
    let mut child = Command::new(kubeseal)
        .args([
            "--re-encrypt",
            "-o",
            "yaml",
            "--controller-name",
            controller.name(),
        ])
        .args(scene.kubeconfig())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("kubeseal starts");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(folder.text(number).as_bytes())
        .expect("kubeseal reads");
    drop(pipe);
    assert!(child.wait().expect("kubeseal ends").success());
}
