//! A Pulsar admin interface: which topics there are, and the schema of each.
//!
//! | address | what is asked for |
//! |---|---|
//! | `http://host:8080` | every topic of every tenant; where listing is refused, the topics that are known |
//! | `…/admin/v2/persistent/tenant/namespace` | every topic there |
//! | `…/admin/v2/schemas/tenant/namespace/topic/schema` (or `/schemas`) | that one |
//!
//! Everything is bounded: time, size, redirections, number of requests. The token of `PULSAR_API_KEY` goes
//! with each request to the address that was named, and nowhere else: not to another scheme, host or port, not into a
//! message.

use std::time::{Duration, Instant};

use tg_schema_migrate::registered::{self, Registered};
use tg_schema_model::{Json, json};

use super::MAX_BYTES;
use crate::exit::Failure;
use crate::uri;

/// What a server may take.
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
            bytes: MAX_BYTES,
            requests: 20_000,
        }
    }
}

const MAX_REDIRECTS: u32 = 5;

/// An admin interface.
pub struct Admin {
    agent: ureq::Agent,
    /// Without a slash at the end, without `/admin/v2` and what follows.
    base: String,
    /// What follows `/admin/v2/`.
    path: String,
    token: Option<String>,
    limits: Limits,
}

/// What a server answered.
enum Answer {
    Text(String),
    /// Not there.
    Missing,
    /// The status is no success.
    Refused(u16),
}

impl Admin {
    /// Of an address that begins with `http`.
    pub fn new(address: &str, limits: Limits) -> Result<Self, Failure> {
        let token = std::env::var("PULSAR_API_KEY").ok();
        Admin::with_token(address, token.filter(|t| !t.is_empty()), limits)
    }

    fn with_token(address: &str, token: Option<String>, limits: Limits) -> Result<Self, Failure> {
        let (address, _) = address.split_once(['?', '#']).unwrap_or((address, ""));
        let rest = address.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or("");
        if host.contains('@') {
            return Err(Failure::help(
                "the address of the admin interface holds a name or password",
                "leave it out and put a token in the environment variable PULSAR_API_KEY",
            ));
        }
        let (base, path) = address.split_once("/admin/v2").unwrap_or((address, ""));
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(limits.request))
            // They are followed here: another port of the host is another service.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("tg-schema/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Ok(Admin {
            agent,
            base: base.trim_end_matches('/').to_owned(),
            path: path.trim_matches('/').to_owned(),
            token,
            limits,
        })
    }

    /// The schemas behind the address. Each topic that could not be asked for is one that is not readable.
    pub fn schemas(&self, known: &[String]) -> Result<Vec<Registered>, Failure> {
        let mut run = Run {
            admin: self,
            until: Instant::now() + self.limits.total,
            left: self.limits.requests,
        };
        let parts: Vec<&str> = self.path.split('/').filter(|p| !p.is_empty()).collect();
        match parts[..] {
            [] => match run.every_topic()? {
                Some(topics) => Ok(run.of_topics(&topics)),
                None if known.is_empty() => Err(Failure::help(
                    format!("{} does not tell which topics there are", self.base),
                    "put a token that may list tenants in PULSAR_API_KEY, or name a namespace: …/admin/v2/persistent/TENANT/NAMESPACE",
                )),
                None => Ok(run.of_topics(known)),
            },
            ["persistent" | "non-persistent", _, _] => {
                let topics = run.list(&self.path)?.ok_or_else(|| self.missing())?;
                Ok(run.of_topics(&topics))
            }
            ["schemas", ..] => match run.get(&self.path) {
                Ok(Answer::Text(text)) => Ok(registered::read(&self.shown(), &text)),
                Ok(Answer::Missing) => Err(self.missing()),
                Ok(Answer::Refused(status)) => Err(self.refused(status)),
                Err(why) => Err(self.failed(&why)),
            },
            _ => Err(Failure::help(
                format!("{} is no address that is known here", self.shown()),
                "known are http://HOST:PORT, …/admin/v2/persistent/TENANT/NAMESPACE and …/admin/v2/schemas/TENANT/NAMESPACE/TOPIC/schema",
            )),
        }
    }

    fn shown(&self) -> String {
        format!("{}/admin/v2/{}", self.base, self.path)
    }
    fn missing(&self) -> Failure {
        Failure::new(format!("{} is not there", self.shown()))
    }
    fn failed(&self, why: &str) -> Failure {
        Failure::new(format!("cannot fetch {}: {why}", self.shown()))
    }
    fn refused(&self, status: u16) -> Failure {
        let message = format!("{} answered with status {status}", self.shown());
        match status {
            401 | 403 => Failure::help(
                message,
                "put a token in the environment variable PULSAR_API_KEY",
            ),
            _ => Failure::new(message),
        }
    }
}

type Response = ureq::http::Response<ureq::Body>;

/// Scheme, host and port of an address, as they are written there.
fn origin(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find(['/', '?', '#']);
    &address[..end.map_or(address.len(), |end| start + end)]
}

/// One run of requests.
struct Run<'a> {
    admin: &'a Admin,
    until: Instant,
    left: usize,
}

impl Run<'_> {
    fn get(&mut self, path: &str) -> Result<Answer, String> {
        self.left = self.left.checked_sub(1).ok_or("too many requests")?;
        if Instant::now() >= self.until {
            return Err("it takes too long".to_owned());
        }
        let mut response = self.follow(format!("{}/admin/v2/{path}", self.admin.base))?;
        match response.status().as_u16() {
            404 => return Ok(Answer::Missing),
            200..=299 => {}
            status => return Ok(Answer::Refused(status)),
        }
        let body = response.body_mut().with_config();
        let body = body.limit(self.admin.limits.bytes).read_to_vec();
        let body = body.map_err(|error| self.told(&error))?;
        let text = String::from_utf8(body).map_err(|_| "the answer is not UTF-8")?;
        Ok(Answer::Text(text))
    }

    /// What an address answers in the end. The token goes where it was meant to go.
    fn follow(&self, mut address: String) -> Result<Response, String> {
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.admin.agent.get(&address);
            request = request.header("Accept", "application/json");
            if let Some(token) = &self.admin.token
                && origin(&address) == origin(&self.admin.base)
            {
                request = request.header("Authorization", format!("Bearer {token}"));
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
                Some(other) if other.starts_with("http://") || other.starts_with("https://") => {
                    other.to_owned()
                }
                _ => return Err("a redirection without a usable address".to_owned()),
            };
        }
        Err(format!("more than {MAX_REDIRECTS} redirections"))
    }

    /// What went wrong, without the token, should the client ever repeat it.
    fn told(&self, error: &ureq::Error) -> String {
        let text = match error {
            ureq::Error::BodyExceedsLimit(limit) => {
                format!("the answer is larger than {limit} bytes")
            }
            other => other.to_string(),
        };
        match &self.admin.token {
            Some(token) => text.replace(token.as_str(), "…"),
            None => text,
        }
    }

    /// A list of strings; nothing where the server does not give it.
    fn list(&mut self, path: &str) -> Result<Option<Vec<String>>, Failure> {
        let text = match self.get(path).map_err(|why| self.admin.failed(&why))? {
            Answer::Text(text) => text,
            Answer::Missing | Answer::Refused(401 | 403) => return Ok(None),
            Answer::Refused(status) => return Err(self.admin.refused(status)),
        };
        let tree = json::parse(&text).ok();
        let items = tree.as_ref().and_then(Json::as_array).ok_or_else(|| {
            self.admin.failed(&format!(
                "{path} is no JSON list: is this a Pulsar admin interface?"
            ))
        })?;
        let texts = items.iter().filter_map(Json::as_str);
        Ok(Some(texts.map(str::to_owned).collect()))
    }

    /// All topics, unless the server refuses to list tenants.
    fn every_topic(&mut self) -> Result<Option<Vec<String>>, Failure> {
        let Some(tenants) = self.list("tenants")? else {
            return Ok(None);
        };
        let mut topics = Vec::new();
        for tenant in tenants.iter().filter(|t| t.as_str() != "pulsar") {
            let namespaces = self.list(&format!("namespaces/{}", uri::part(tenant)))?;
            for namespace in namespaces.unwrap_or_default() {
                for kind in ["persistent", "non-persistent"] {
                    let path = format!("{kind}/{}", path(&namespace));
                    topics.extend(self.list(&path)?.unwrap_or_default());
                }
            }
        }
        Ok(Some(topics))
    }

    /// The schema of each topic. A topic without one is passed over.
    fn of_topics(&mut self, topics: &[String]) -> Vec<Registered> {
        let mut names: Vec<&str> = topics.iter().map(|t| whole(t)).collect();
        names.sort_unstable();
        names.dedup();
        let mut found = Vec::new();
        for topic in names {
            let name = topic.split_once("://").map_or(topic, |(_, name)| name);
            let schema = format!("schemas/{}/schema", twice_decoded(name));
            match self.get(&schema) {
                Ok(Answer::Text(text)) => found.extend(registered::read(topic, &text)),
                Ok(Answer::Missing) => {}
                Ok(Answer::Refused(status)) => {
                    found.push(Registered::unreadable(topic, format!("status {status}")));
                }
                Err(why) => found.push(Registered::unreadable(topic, why)),
            }
        }
        found
    }
}

/// The topic that a partition is a part of: partitions share the schema.
fn whole(topic: &str) -> &str {
    match topic.rsplit_once("-partition-") {
        Some((name, number))
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => topic,
    }
}

fn path(name: &str) -> String {
    let parts: Vec<String> = name.split('/').map(uri::part).collect();
    parts.join("/")
}

/// A topic's name where brokers ask for its schema: they decode it once more there than elsewhere, so that `+`
/// would be a blank and `%` a mistake.
fn twice_decoded(name: &str) -> String {
    match name.contains(['%', '+']) {
        true => path(&path(name)),
        false => path(name),
    }
}

#[cfg(test)]
mod tests;
