//! One request and its answer, as much of HTTP/1 as the controller and its clients use.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A request with its body.
#[derive(Debug)]
pub(super) struct Question {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer with its body.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Question {
    pub(super) fn read(stream: &TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let line = line(&mut reader)?;
        let mut words = line.split(' ').map(str::to_owned);
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(malformed("request line"));
        };
        let headers = headers(&mut reader)?;
        let mut body = vec![0; length(&headers)?];
        reader.read_exact(&mut body)?;
        Ok(Self {
            method,
            target,
            headers,
            body,
        })
    }

    /// The path without a query.
    pub(super) fn page(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Asks the server at an address the same. HTTP/1.0, so that the answer comes in one piece and ends.
    pub(super) fn ask(&self, server: SocketAddr) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(server)?;
        write!(stream, "{} {} HTTP/1.0\r\n", self.method, self.target)?;
        write_headers(&mut stream, &self.headers, &self.body)?;
        Answer::read(&stream)
    }
}

impl Answer {
    pub(super) fn new(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "text/plain; charset=utf-8".into())],
            body: body.as_bytes().to_vec(),
        }
    }

    pub(super) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn with_body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    fn read(stream: &TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let line = line(&mut reader)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| malformed("status line"))?;
        let headers = headers(&mut reader)?;
        let mut body = Vec::new();
        reader.read_to_end(&mut body)?;
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        write!(stream, "HTTP/1.1 {} -\r\n", self.status)?;
        write_headers(stream, &self.headers, &self.body)?;
        stream.flush()
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    match reader.read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}

fn headers(reader: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| malformed("header"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

// Go's client and kube send a length with every body they hold in memory.
fn length(headers: &[(String, String)]) -> io::Result<usize> {
    let value = |wanted| headers.iter().find(|(name, _)| name == wanted);
    if value("transfer-encoding").is_some() {
        return Err(malformed("body without a length"));
    }
    value("content-length").map_or(Ok(0), |(_, value)| {
        value.parse().map_err(|_| malformed("content-length"))
    })
}

// Each exchange has a connection of its own, whatever the other side would like.
fn write_headers(
    stream: &mut impl Write,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    for (name, value) in headers {
        if name != "connection" && name != "content-length" {
            write!(stream, "{name}: {value}\r\n")?;
        }
    }
    write!(
        stream,
        "connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed {what}"))
}
