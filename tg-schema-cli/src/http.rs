//! Addresses into what a server says there, within limits: time, size, redirections, number of requests.
//!
//! The credentials go with each request to the scheme, host and port that were named, and nowhere else: not after
//! a redirection to another, not into a message.

mod reason;

use std::fmt;
use std::io::Read as _;
use std::time::{Duration, Instant};

use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::exit::Failure;

/// Redirections of one request.
pub const MAX_REDIRECTS: u32 = 5;

/// What a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one request.
    pub request: Duration,
    /// For all.
    pub total: Duration,
    /// Bytes of one answer.
    pub bytes: u64,
    /// Requests.
    pub requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            request: Duration::from_secs(20),
            total: Duration::from_secs(300),
            bytes: 64 * 1024 * 1024,
            requests: 20_000,
        }
    }
}

/// What stands for the person who asks.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The value of the header.
    pub header: String,
    /// What no message may repeat.
    pub secret: String,
}

impl Credentials {
    /// A token, from an environment variable that holds one.
    pub fn token(variable: &str) -> Option<Self> {
        let secret = filled(variable)?;
        Some(Credentials {
            header: format!("Bearer {secret}"),
            secret,
        })
    }
    /// `NAME:PASSWORD`, from an environment variable that holds them.
    pub fn basic(variable: &str) -> Option<Self> {
        let secret = filled(variable)?;
        let coded = base64_simd::STANDARD.encode_to_string(secret.as_bytes());
        Some(Credentials {
            header: format!("Basic {coded}"),
            secret,
        })
    }
}

fn filled(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|v| !v.is_empty())
}

/// The environment variable that names a file of authorities, in PEM, that are believed in place of those that are built in.
const AUTHORITIES: &str = "SSL_CERT_FILE";
/// Largest file of authorities, in bytes.
const MAX_AUTHORITIES: u64 = 16 * 1024 * 1024;

/// The authorities whose certificates are believed, where somebody says which.
fn authorities() -> Result<Option<RootCerts>, String> {
    let Some(file) = filled(AUTHORITIES) else {
        return Ok(None);
    };
    let wrong = |why: String| format!("cannot read {file}, which {AUTHORITIES} names: {why}");
    let mut text = Vec::new();
    std::fs::File::open(&file)
        .and_then(|opened| opened.take(MAX_AUTHORITIES + 1).read_to_end(&mut text))
        .map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > MAX_AUTHORITIES {
        return Err(wrong(format!("larger than {MAX_AUTHORITIES} bytes")));
    }
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(one) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(one);
        }
    }
    match found.is_empty() {
        true => Err(wrong("there is no certificate in it".to_owned())),
        false => Ok(Some(RootCerts::new_with_certs(&found))),
    }
}

/// One run of requests to a server.
pub struct Client {
    /// Who asks, or why nobody does.
    agent: Result<ureq::Agent, String>,
    /// Where the credentials may go.
    home: String,
    credentials: Option<Credentials>,
    bytes: u64,
    until: Instant,
    /// For one answer, and for all.
    request: Duration,
    total: Duration,
    left: usize,
}

/// What a server answered.
#[derive(Debug)]
pub enum Answer {
    /// A body.
    Text(String),
    /// Not there.
    Missing,
    /// The status is no success.
    Refused(Refusal),
}

/// A status that is no success, and why, in the server's own words where it says some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// One short line; empty where the server says nothing.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        match self.reason.as_str() {
            "" => Ok(()),
            reason => write!(f, ": {reason}"),
        }
    }
}

type Response = ureq::http::Response<ureq::Body>;

impl Client {
    /// For the server of `address`. The time of the run begins.
    pub fn new(address: &str, credentials: Option<Credentials>, limits: Limits) -> Self {
        let agent = authorities().map(|found| {
            let tls = TlsConfig::builder();
            let tls = match found {
                Some(found) => tls.root_certs(found),
                None => tls,
            };
            ureq::Agent::config_builder()
                .tls_config(tls.build())
                .timeout_global(Some(limits.request))
                // They are followed here: another port of the host is another service.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .user_agent(concat!("tg-schema/", env!("CARGO_PKG_VERSION")))
                .build()
                .into()
        });
        Client {
            agent,
            home: origin(address).to_owned(),
            credentials,
            bytes: limits.bytes,
            until: Instant::now() + limits.total,
            request: limits.request,
            total: limits.total,
            left: limits.requests,
        }
    }

    /// What is at an address.
    pub fn get(&mut self, address: &str, accept: &str) -> Result<Answer, String> {
        self.left = self.left.checked_sub(1).ok_or("too many requests")?;
        if Instant::now() >= self.until {
            return Err(format!(
                "all of it takes longer than {} s; name a subject or topic, or a snapshot of what is there",
                self.total.as_secs()
            ));
        }
        let mut response = self.follow(address.to_owned(), accept)?;
        let status = response.status().as_u16();
        match status {
            200..=299 => {}
            404 => return Ok(Answer::Missing),
            status => {
                let reason = self.hidden(&reason::of(&mut response));
                return Ok(Answer::Refused(Refusal { status, reason }));
            }
        }
        let body = response.body_mut().with_config();
        let body = body.limit(self.bytes).read_to_vec();
        let body = body.map_err(|error| self.told(&error))?;
        let text = String::from_utf8(body).map_err(|_| "the answer is not UTF-8")?;
        Ok(Answer::Text(text))
    }

    /// What an address answers in the end. The credentials go where they were meant to go.
    fn follow(&self, mut address: String, accept: &str) -> Result<Response, String> {
        let agent = self.agent.as_ref().map_err(Clone::clone)?;
        for _ in 0..=MAX_REDIRECTS {
            let mut request = agent.get(&address).header("Accept", accept);
            if let Some(credentials) = &self.credentials
                && origin(&address) == self.home
            {
                request = request.header("Authorization", &credentials.header);
            }
            let response = request.call().map_err(|error| self.told(&error))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let location = response.headers().get("Location");
            let location = location.and_then(|l| l.to_str().ok());
            address = match location {
                Some(path) if path.starts_with('/') && !path.starts_with("//") => {
                    format!("{}{path}", origin(&address))
                }
                Some(other) if is_web(other) => other.to_owned(),
                _ => return Err("a redirection without a usable address".to_owned()),
            };
        }
        Err(format!("more than {MAX_REDIRECTS} redirections"))
    }

    /// What went wrong, without the credentials, should the client ever repeat them.
    fn told(&self, error: &ureq::Error) -> String {
        let text = match error {
            ureq::Error::BodyExceedsLimit(limit) => {
                format!("the answer is larger than {limit} bytes")
            }
            ureq::Error::Timeout(_) => format!(
                "timeout: the server takes longer than {} s to answer",
                self.request.as_secs()
            ),
            other => certificate(other.to_string()),
        };
        self.hidden(&text)
    }

    /// A text without the credentials.
    fn hidden(&self, text: &str) -> String {
        let Some(credentials) = &self.credentials else {
            return text.to_owned();
        };
        // A server may repeat the whole header, or what follows its first word.
        let coded = credentials.header.split_once(' ').map(|(_, coded)| coded);
        let parts = [Some(credentials.secret.as_str()), coded].into_iter();
        parts
            .flatten()
            .fold(text.to_owned(), |text, part| text.replace(part, "…"))
    }
}

/// Why a server's certificate is not believed, with what helps.
fn certificate(text: String) -> String {
    let more = if text.contains("UnknownIssuer") {
        format!("signed by nobody who is believed; {AUTHORITIES} can name a file of those who are")
    } else if text.contains("CaUsedAsEndEntity") {
        format!(
            "it is one of an authority, which no server may show as its own, whatever {AUTHORITIES} names; give the server \
             one that the authority has signed, or one with `basicConstraints=CA:FALSE`"
        )
    } else {
        return text;
    };
    format!("the server's certificate: {more}")
}

/// Whether an address is one of the web.
pub fn is_web(address: &str) -> bool {
    let begins = |scheme: &str| {
        let start = address.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

/// An address without what follows its path. One that holds a name or password is refused: it would be shown.
pub fn plain<'a>(address: &'a str, whose: &str, variable: &str) -> Result<&'a str, Failure> {
    // Where they hold a slash, they end behind the host.
    if address.contains('@') {
        return Err(Failure::help(
            format!("the address of {whose} holds a name or password"),
            format!(
                "leave it out and put it in the environment variable {variable}; write %40 for an @ that is part of a name"
            ),
        ));
    }
    let (address, _) = address.split_once(['?', '#']).unwrap_or((address, ""));
    let no_address = |why: &str| {
        Failure::help(
            format!("`{address}` is no address of {whose}: {why}"),
            "write such as http://HOST:PORT; what is no letter or digit of ASCII is escaped in its path, as %20",
        )
    };
    let parsed = address.parse::<ureq::http::Uri>();
    let parsed = parsed.map_err(|error| no_address(&error.to_string()))?;
    let port = parsed
        .authority()
        .and_then(|whole| whole.as_str().rsplit_once(':'));
    let port = port.filter(|(_, port)| !port.ends_with(']'));
    match parsed.host() {
        None | Some("") => Err(no_address("it has no host")),
        Some(_) if port.is_some_and(|(_, port)| port.parse::<u16>().is_err()) => {
            Err(no_address("its port is no number below 65536"))
        }
        Some(_) => Ok(address),
    }
}

/// An address, or what was meant as one, without a name, a password, or what follows its path.
pub fn shown(address: &str) -> String {
    let start = address.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = address.split_at(start);
    let (hidden, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("…@", rest),
        None => ("", rest),
    };
    let (rest, _) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
    format!("{scheme}{hidden}{rest}")
}

/// An address before and after the first place where its path goes through `steps`, such as `/admin/v2`.
pub fn split<'a>(address: &'a str, steps: &str) -> Option<(&'a str, &'a str)> {
    let path = origin(address).len();
    let mut found = address.match_indices(steps).filter(|(at, _)| *at >= path);
    found.find_map(|(at, _)| {
        let (before, rest) = address.split_at(at);
        let rest = rest.strip_prefix(steps)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((before, rest))
    })
}

/// Scheme, host and port of an address, as they are written there.
fn origin(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = address.split_at(start);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let length = scheme.len() + end;
    address.get(..length).unwrap_or(address)
}

#[cfg(test)]
pub mod server;
#[cfg(test)]
mod tests;
