//! S3: can the key look into a bucket?
//!
//! What HeadBucket asks, asked with GET: both need `s3:ListBucket`, but only the answer to a GET has a body that says why not.

use reqwest::Url;

use super::Probes;
use super::place::{domain, is_region, url};
use super::signed::{Answer, Request};
use crate::aws::action::Action;
use crate::aws::problem::{Kind, Problem, Refusal};

const ACTION: Action = Action::ListBucket;

impl Probes<'_> {
    /// Looks into a bucket, wherever it is: its region is taken from S3's own answer.
    pub(in crate::aws) async fn s3_bucket(&self, bucket: &str) -> Result<(), Problem> {
        if !is_bucket(bucket) {
            let why = "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens";
            return Err(Problem::new(ACTION, Kind::Other, why));
        }
        let mut answer = self.look(bucket, self.region).await?;
        if let Some(region) = elsewhere(&answer, self.region) {
            answer = self.look(bucket, &region).await?;
        }
        match answer.status {
            200..=299 => Ok(()),
            _ => Err(refused(&answer)),
        }
    }

    async fn look(&self, bucket: &str, region: &str) -> Result<Answer, Problem> {
        let request = Request {
            action: ACTION,
            service: "s3",
            region,
            url: address(self.endpoints.s3.as_deref(), bucket, region)?,
            target: None,
            body: String::new(),
        };
        self.sender.send(request).await
    }
}

/// The address of a bucket: below an endpoint of one's own, or as a host, as AWS wants it.
///
/// A name with dots is no host that the certificate covers, so it goes into the path.
fn address(endpoint: Option<&str>, bucket: &str, region: &str) -> Result<Url, Problem> {
    let host = format!("s3.{region}.{}", domain(region));
    let base = match endpoint {
        Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
        None if bucket.contains('.') => format!("https://{host}/{bucket}"),
        None => format!("https://{bucket}.{host}/"),
    };
    let mut url = url(ACTION, &base)?;
    url.set_query(Some("list-type=2&max-keys=0"));
    Ok(url)
}

/// The region that an answer sends us to.
fn elsewhere(answer: &Answer, asked: &str) -> Option<String> {
    let region = answer.bucket_region.as_deref()?;
    let sent_on = matches!(answer.status, 301 | 307 | 400);
    (sent_on && region != asked && is_region(region)).then(|| region.to_owned())
}

fn refused(answer: &Answer) -> Problem {
    let body = String::from_utf8_lossy(&answer.body);
    let refusal = Refusal {
        code: element(&body, "Code"),
        message: element(&body, "Message"),
        ..answer.refusal()
    };
    Problem::refused(ACTION, refusal)
}

/// The text of the first element of a name: all that is needed of `<Error><Code>…</Code>…`.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    (!text.is_empty()).then_some(text)
}

fn is_bucket(name: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    (3..=63).contains(&name.len()) && name.bytes().all(known) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(endpoint: Option<&str>, bucket: &str, region: &str) -> String {
        address(endpoint, bucket, region).unwrap().to_string()
    }

    #[test]
    fn a_bucket_is_a_host_in_aws_and_a_path_below_an_endpoint() {
        let query = "?list-type=2&max-keys=0";
        let cases = [
            (
                None,
                "data",
                "eu-west-1",
                "https://data.s3.eu-west-1.amazonaws.com/",
            ),
            (
                None,
                "data",
                "cn-north-1",
                "https://data.s3.cn-north-1.amazonaws.com.cn/",
            ),
            (
                None,
                "a.b",
                "eu-west-1",
                "https://s3.eu-west-1.amazonaws.com/a.b",
            ),
            (
                Some("http://127.0.0.1:9000/"),
                "data",
                "eu-west-1",
                "http://127.0.0.1:9000/data",
            ),
            (
                Some("https://s3.example.com/x"),
                "data",
                "eu-west-1",
                "https://s3.example.com/x/data",
            ),
        ];
        for (endpoint, bucket, region, expected) in cases {
            assert_eq!(at(endpoint, bucket, region), format!("{expected}{query}"));
        }
    }

    #[test]
    fn a_name_that_could_change_the_host_is_no_bucket() {
        assert!(is_bucket("my-bucket.2"));
        for name in [
            "",
            "ab",
            "a/b/c",
            "evil.com#",
            "Upper",
            "a..b",
            "user@host",
            &"x".repeat(64),
        ] {
            assert!(!is_bucket(name), "{name}");
        }
    }

    #[test]
    fn an_error_is_read_from_its_elements() {
        let xml =
            "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message></Message></Error>";
        assert_eq!(element(xml, "Code"), Some("NoSuchBucket"));
        assert_eq!(element(xml, "Message"), None);
        assert_eq!(element("<Code>never closed", "Code"), None);
    }
}
