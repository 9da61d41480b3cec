//! A consumer's one call: may I look into the bucket with this key?

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::SystemTime;

use aws_sdk_sts::config::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;

const WORKS: &str = "what a test makes itself is well formed";

/// The status that S3 at a URL such as `http://127.0.0.1:9000/bucket` answers with.
pub(crate) fn status(url: &str, id: &str, secret: &str) -> u16 {
    let identity = Credentials::new(id, secret, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .expect(WORKS)
        .into();
    let signable = SignableRequest::new("HEAD", url, std::iter::empty(), SignableBody::Bytes(b""));
    let (instructions, _) = sign(signable.expect(WORKS), &params)
        .expect(WORKS)
        .into_parts();
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .expect(WORKS);
    let mut head = format!("HEAD /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in instructions.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host).expect("moto listens");
    stream.write_all(head.as_bytes()).expect("moto reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("moto answers");
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect(WORKS)
}
