//! HTTP by URL: a certificate to fetch, a controller to ask.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, ClientBuilder, RequestBuilder, Url};
use tokio::runtime::{Builder, Runtime};

use super::files;
use crate::failure::Failure;
use crate::ui::printable;

/// The most that is fetched: 1 MiB.
pub(crate) const LIMIT: u64 = 1 << 20;

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;

/// A client of our rules: certificates are checked, proxies are those of the usual environment variables, a
/// redirect never leaves https, and every request has a deadline.
pub(crate) struct Http {
    client: Client,
    runtime: Runtime,
}

/// What a server answered, whatever its status.
pub(crate) struct Answer {
    /// The status, such as 200.
    pub(crate) status: u16,
    /// The header `Retry-After`, when it is a number of seconds.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Fetches what an `http`, `https` or `file` URL names.
///
/// Proxies are taken from the usual environment variables. Any answer but 200 is a failure.
pub(crate) fn fetch(url: &str) -> Result<Vec<u8>, Failure> {
    fetch_with(Client::builder(), url)
}

fn fetch_with(client: ClientBuilder, text: &str) -> Result<Vec<u8>, Failure> {
    let url = parse(text)?;
    match url.scheme() {
        "file" => from_file(&url),
        "http" | "https" => from_network(client, &url),
        scheme => Err(cannot_fetch(&url).cause(format!(
            "{scheme} URLs are not supported, only http, https and file"
        ))),
    }
}

/// Reads a URL.
pub(crate) fn parse(text: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|error| {
        Failure::could_not(format!("{} is no URL", printable(text))).because(error)
    })
}

fn from_file(url: &Url) -> Result<Vec<u8>, Failure> {
    let path = url.to_file_path().map_err(|()| {
        cannot_fetch(url).hint("write a file URL with three slashes: file:///path/to/file")
    })?;
    files::read(&path, LIMIT)
}

fn from_network(client: ClientBuilder, url: &Url) -> Result<Vec<u8>, Failure> {
    let http = Http::with(client, WHOLE)?;
    let answer = http.get(url, LIMIT)?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(cannot_fetch(url).cause(format!("the server answered {}", named(status)))),
    }
}

impl Http {
    /// Makes a client whose requests take at most `deadline` each.
    pub(crate) fn new(deadline: Duration) -> Result<Self, Failure> {
        Self::with(Client::builder(), deadline)
    }

    /// Makes a client for an address that is a secret: it follows no redirect, which would take the secret
    /// elsewhere, and asks no proxy about this machine itself.
    pub(crate) fn for_secret(url: &Url, deadline: Duration) -> Result<Self, Failure> {
        let client = Client::builder();
        let client = if is_loopback(url) {
            client.no_proxy()
        } else {
            client
        };
        Self::built(client.redirect(Policy::none()), deadline)
    }

    pub(crate) fn with(client: ClientBuilder, deadline: Duration) -> Result<Self, Failure> {
        let client = client.redirect(Policy::custom(|attempt| match refuse_redirect(&attempt) {
            Some(why) => attempt.error(why),
            None => attempt.follow(),
        }));
        Self::built(client, deadline)
    }

    fn built(client: ClientBuilder, deadline: Duration) -> Result<Self, Failure> {
        let cannot = || Failure::could_not("cannot start the network");
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| cannot().because(error))?;
        let client = client
            .connect_timeout(CONNECT)
            .timeout(deadline)
            .user_agent(concat!("sealsmith/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| cannot().because(error))?;
        Ok(Self { client, runtime })
    }

    /// Reads what is at a URL; an answer of more than `limit` bytes is a failure, as is none at all.
    pub(crate) fn get(&self, url: &Url, limit: u64) -> Result<Answer, Failure> {
        self.send(self.client.get(url.clone()), url, limit)
    }

    /// Sends JSON to a URL, under the same rules.
    pub(crate) fn post(&self, url: &Url, body: &str, limit: u64) -> Result<Answer, Failure> {
        let request = self.client.post(url.clone()).body(body.to_owned());
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        self.send(request, url, limit)
    }

    /// Sends JSON to an address that no error names. Of an answer, only what fits is read.
    pub(crate) fn post_to_secret(
        &self,
        url: &Url,
        body: &str,
        limit: usize,
    ) -> Result<Answer, Silence> {
        let request = self.client.post(url.clone()).body(body.to_owned());
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        let answer = self.runtime.block_on(beginning(request, limit));
        answer.map_err(|error| Silence {
            late: error.is_timeout(),
            error: error.without_url(),
        })
    }

    fn send(&self, request: RequestBuilder, url: &Url, limit: u64) -> Result<Answer, Failure> {
        self.runtime.block_on(answer(request, url, limit))
    }
}

/// Why nothing was answered; the address is not in it.
#[derive(Debug)]
pub(crate) struct Silence {
    /// The deadline passed.
    pub(crate) late: bool,
    /// What went wrong.
    pub(crate) error: reqwest::Error,
}

async fn beginning(request: RequestBuilder, limit: usize) -> reqwest::Result<Answer> {
    let mut response = request.send().await?;
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(chunk) = response.chunk().await?
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(limit);
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

async fn answer(request: RequestBuilder, url: &Url, limit: u64) -> Result<Answer, Failure> {
    let mut response = request.send().await.map_err(|error| explain(url, error))?;
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| explain(url, error))?
    {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > limit {
            let limit = limit >> 20;
            return Err(cannot_fetch(url).cause(format!("the answer is larger than {limit} MB")));
        }
    }
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    header.and_then(|value| seconds(value.to_str().ok()?))
}

/// Returns whether a URL names this machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// Reads `Retry-After` in seconds; the form with a date is rare and counts as none.
pub(crate) fn seconds(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

/// Writes a status with its words: `404 Not Found`.
pub(crate) fn named(status: u16) -> String {
    let known = reqwest::StatusCode::from_u16(status).ok();
    let words = known.and_then(|known| known.canonical_reason());
    words.map_or_else(|| status.to_string(), |words| format!("{status} {words}"))
}

/// Says why a redirect is not followed.
fn refuse_redirect(attempt: &Attempt<'_>) -> Option<&'static str> {
    let was_secure = attempt.previous().iter().any(|url| url.scheme() == "https");
    if was_secure && attempt.url().scheme() != "https" {
        // Whoever can change the certificate on its way can open everything sealed with it.
        return Some("redirected from https to http");
    }
    (attempt.previous().len() > REDIRECTS).then_some("redirected too often")
}

fn explain(url: &Url, error: reqwest::Error) -> Failure {
    let timed_out = error.is_timeout();
    // The URL may hold a password, so only our own message names it.
    let failure = cannot_fetch(url).because(error.without_url());
    if timed_out {
        failure.hint("there was no answer in time: check the address, VPN and proxy settings")
    } else {
        failure
    }
}

fn cannot_fetch(url: &Url) -> Failure {
    Failure::could_not(format!("cannot fetch {}", without_password(url)))
}

/// A URL as messages show it.
pub(crate) fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for URLs that cannot have a user, which then have none to hide.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request per answer, in order.
    fn serve(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(&stream).lines();
                while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                // The client may hang up in the middle of a large answer.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        format!("http://{address}/v1/cert.pem")
    }

    fn answer(status: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    fn get(url: &str) -> Result<Vec<u8>, Failure> {
        fetch_with(Client::builder().no_proxy(), url)
    }

    #[test]
    fn the_body_of_a_200_is_returned() {
        let url = serve(vec![answer("200 OK", "certificate")]);
        assert_eq!(get(&url).unwrap(), b"certificate");
    }

    #[test]
    fn any_other_status_is_a_failure() {
        for status in [
            "404 Not Found",
            "204 No Content",
            "500 Internal Server Error",
        ] {
            let failure = get(&serve(vec![answer(status, "")])).unwrap_err();
            assert_eq!(failure.causes(), [format!("the server answered {status}")]);
        }
    }

    #[test]
    fn redirects_are_followed() {
        let target = serve(vec![answer("200 OK", "moved")]);
        let redirect = format!(
            "HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(get(&serve(vec![redirect])).unwrap(), b"moved");
    }

    #[test]
    fn an_endless_answer_is_cut_off() {
        let large = "x".repeat(usize::try_from(LIMIT).unwrap() + 1);
        let failure = get(&serve(vec![answer("200 OK", &large)])).unwrap_err();
        assert_eq!(failure.causes(), ["the answer is larger than 1 MB"]);
    }

    #[test]
    fn nobody_listening_says_so_without_the_password() {
        let failure = get("http://user:secret@127.0.0.1:1/cert.pem").unwrap_err();
        assert_eq!(
            failure.message(),
            "cannot fetch http://127.0.0.1:1/cert.pem"
        );
        let all = failure.causes().join(" ");
        assert!(!all.contains("secret") && all.contains("onnect"), "{all}");
    }

    #[test]
    fn file_urls_name_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b.pem");
        std::fs::write(&path, "certificate").unwrap();
        let url = Url::from_file_path(&path).unwrap();
        assert_eq!(get(url.as_str()).unwrap(), b"certificate");
        assert_eq!(get("ftp://x/y").unwrap_err().exit_code(), 2);
        assert_eq!(get("no url").unwrap_err().message(), "no url is no URL");
    }
}
