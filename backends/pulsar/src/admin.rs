//! The few calls of Pulsar's HTTP administration that a backend needs: whether the tenant and the namespace of a topic
//! exist, and making them where that is asked for.
//!
//! The token goes to the address that was configured, and nowhere else: redirections are not followed.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::Error;
use tg_schema_model::{Json, json};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::config::invalid;

/// Most bytes of an answer that are read.
const MAX_ANSWER: u64 = 256 << 10;
/// Most characters of what the server says that are told.
const MAX_TEXT: usize = 200;

/// The HTTP administration of a cluster.
#[derive(Clone)]
pub(crate) struct Admin {
    agent: ureq::Agent,
    /// Without a slash at the end.
    base: String,
    token: Option<String>,
    limit: Duration,
}

/// What a server answered.
struct Answer {
    status: u16,
    body: String,
}

impl Admin {
    /// Of the server at `url`, `http://host:8080` or with `https`. `authorities` are the certificates that are
    /// trusted, PEM; without them, those of the operating system. A request may take as long as `limit`.
    pub(crate) fn new(
        url: &str,
        token: Option<&str>,
        authorities: Option<&[u8]>,
        limit: Duration,
    ) -> Result<Self, Error> {
        let base = base(url)?;
        let mut config = ureq::Agent::config_builder()
            .timeout_global(Some(limit))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("tg-pubsub-pulsar/", env!("CARGO_PKG_VERSION")));
        if base.starts_with("https://") {
            let roots = RootCerts::Specific(Arc::new(roots(authorities)?));
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Admin {
            agent: config.build().into(),
            base,
            token: token.filter(|t| !t.is_empty()).map(str::to_owned),
            limit,
        })
    }

    /// Makes the tenant and the namespace of a topic where they do not exist.
    ///
    /// # Errors
    /// [`Error::Auth`] where the token does not allow it: an administrator runs the commands that the text names.
    pub(crate) async fn ensure(&self, topic: &Topic) -> Result<(), Error> {
        let (admin, topic) = (self.clone(), topic.clone());
        let made = tokio::task::spawn_blocking(move || admin.make(&topic)).await;
        made.unwrap_or_else(|e| Err(broker(format!("the HTTP administration: {e}"), true)))
    }

    fn make(&self, topic: &Topic) -> Result<(), Error> {
        let (tenant, namespace) = (topic.tenant(), topic.namespace());
        let path = format!("namespaces/{tenant}/{namespace}");
        if self.exists(&path, topic)? {
            return Ok(());
        }
        let owner = format!("tenants/{tenant}");
        if !self.exists(&owner, topic)? {
            let settings = Json::object([
                ("adminRoles", Json::Array(Vec::new())),
                ("allowedClusters", self.clusters(topic)?),
            ]);
            self.put(&owner, Some(&settings), topic)?;
        }
        self.put(&path, None, topic)
    }

    fn exists(&self, path: &str, topic: &Topic) -> Result<bool, Error> {
        let answer = self.call(path, None)?;
        match answer.status {
            200..=299 => Ok(true),
            404 => Ok(false),
            _ => Err(self.refused(path, &answer, topic)),
        }
    }

    /// Makes what is at a path. That somebody else made it meanwhile is as good.
    fn put(&self, path: &str, body: Option<&Json>, topic: &Topic) -> Result<(), Error> {
        let body = body.map(Json::compact).unwrap_or_default();
        let answer = self.call(path, Some(&body))?;
        match answer.status {
            200..=299 | 409 => Ok(()),
            _ => Err(self.refused(path, &answer, topic)),
        }
    }

    /// All clusters: a tenant may use none that is not named.
    fn clusters(&self, topic: &Topic) -> Result<Json, Error> {
        let answer = self.call("clusters", None)?;
        if !(200..=299).contains(&answer.status) {
            return Err(self.refused("clusters", &answer, topic));
        }
        match json::parse(&answer.body) {
            Ok(Json::Array(names)) if names.iter().all(|n| n.as_str().is_some()) => {
                // What global namespaces are kept under; nobody's topics.
                let names = names.into_iter().filter(|n| n.as_str() != Some("global"));
                Ok(Json::Array(names.collect()))
            }
            _ => Err(broker(
                format!("{} does not tell its clusters", self.base),
                false,
            )),
        }
    }

    /// Asks for what is at a path; with a body, puts it there.
    fn call(&self, path: &str, body: Option<&str>) -> Result<Answer, Error> {
        let url = format!("{}/admin/v2/{path}", self.base);
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let answered = match body {
            None => {
                let mut request = self.agent.get(&url);
                if let Some(bearer) = &bearer {
                    request = request.header("Authorization", bearer);
                }
                request.call()
            }
            Some(body) => {
                let mut request = self.agent.put(&url).content_type("application/json");
                if let Some(bearer) = &bearer {
                    request = request.header("Authorization", bearer);
                }
                request.send(body)
            }
        };
        let mut response = answered.map_err(|e| self.failed(&e))?;
        let status = response.status().as_u16();
        if (300..=399).contains(&status) {
            let place = response.headers().get("Location");
            let place = place.and_then(|l| l.to_str().ok()).unwrap_or("elsewhere");
            return Err(invalid(
                "admin-url",
                format!(
                    "{} sends us to {}; name the server that answers by itself",
                    self.base,
                    self.told(place)
                ),
            ));
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let body = body.read_to_string().map_err(|e| self.failed(&e))?;
        Ok(Answer { status, body })
    }

    fn failed(&self, error: &ureq::Error) -> Error {
        match error {
            ureq::Error::Timeout(_) => Error::Timeout {
                operation: "create the namespace",
                after: self.limit,
            },
            ureq::Error::BodyExceedsLimit(limit) => broker(
                format!("{}: an answer of more than {limit} bytes", self.base),
                false,
            ),
            other => Error::connection(
                crate::NAME,
                format!("{}: {}", self.base, self.told(&other.to_string())),
            ),
        }
    }

    /// The error for a status that is no success.
    fn refused(&self, path: &str, answer: &Answer, topic: &Topic) -> Error {
        let status = answer.status;
        let said = match self.told(&reason(&answer.body)) {
            said if said.is_empty() => String::new(),
            said => format!(": {said}"),
        };
        let told = format!("{} answers {status} for {path}{said}", self.base);
        let commands = commands(topic);
        match status {
            401 | 403 => Error::Auth {
                backend: crate::NAME.to_owned(),
                message: format!(
                    "{told}; look at `pulsar.api-key` (PULSAR_API_KEY), or let an administrator run {commands}"
                ),
            },
            _ => broker(
                format!("{told}; an administrator may run {commands}"),
                status >= 500 || status == 429,
            ),
        }
    }

    /// What a server said, in one line, bounded, and without our token.
    fn told(&self, text: &str) -> String {
        let line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let hidden = match &self.token {
            Some(token) => line.replace(token.as_str(), "(hidden)"),
            None => line,
        };
        hidden.trim().chars().take(MAX_TEXT).collect()
    }
}

/// The commands that make what a topic needs.
fn commands(topic: &Topic) -> String {
    let (tenant, namespace) = (topic.tenant(), topic.namespace());
    format!(
        "`pulsar-admin tenants create {tenant}` and `pulsar-admin namespaces create {tenant}/{namespace}`"
    )
}

/// Why, as the server says it: `{"reason": "…"}`.
fn reason(body: &str) -> String {
    let parsed = json::parse(body).ok();
    let said = parsed.as_ref().and_then(|json| json.get("reason"));
    let said = said.and_then(Json::as_str).unwrap_or_default();
    said.lines().next().unwrap_or_default().to_owned()
}

/// The address of a server, checked, without a slash at its end.
fn base(url: &str) -> Result<String, Error> {
    let wrong = |why: &str| Err(invalid("admin-url", why));
    let url = url.trim().trim_end_matches('/');
    // What other tools take is taken too.
    let url = url.strip_suffix("/admin/v2").unwrap_or(url);
    if url.contains(['@', '?', '#']) {
        return wrong(
            "it holds more than the scheme, the host and the port; the token is `pulsar.api-key` (PULSAR_API_KEY)",
        );
    }
    let parsed = url.parse::<ureq::http::Uri>().ok();
    let scheme = parsed.as_ref().and_then(|uri| uri.scheme_str());
    match (scheme, parsed.as_ref().and_then(|uri| uri.host())) {
        (Some("http" | "https"), Some(host)) if !host.is_empty() => Ok(url.to_owned()),
        _ => wrong("expected an address such as http://localhost:8080"),
    }
}

/// The certificates that are trusted.
fn roots(authorities: Option<&[u8]>) -> Result<Vec<Certificate<'static>>, Error> {
    let roots: Vec<_> = match authorities {
        Some(pem) => parse_pem(pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect(),
        None => {
            let own = rustls_native_certs::load_native_certs().certs;
            let own = own.iter().map(|c| Certificate::from_der(c).to_owned());
            own.collect()
        }
    };
    match roots.is_empty() {
        true => Err(invalid(
            "ca-file",
            "there is no certificate of an authority",
        )),
        false => Ok(roots),
    }
}

fn broker(message: String, retryable: bool) -> Error {
    Error::Broker {
        backend: crate::NAME.to_owned(),
        message,
        retryable,
    }
}
