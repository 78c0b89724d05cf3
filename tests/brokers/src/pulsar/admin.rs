//! The administration interface of a Pulsar broker, over plain HTTP.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP's number: 2xx, it was done.
    pub status: u16,
    /// What came with it.
    pub body: String,
}

/// The administration interface of a broker on loopback.
#[derive(Clone, Debug)]
pub struct Admin {
    port: u16,
    token: Option<String>,
}

/// How long a request may take: deleting a namespace waits for its topics, and a busy machine for its turn.
const PATIENCE: Duration = Duration::from_secs(120);

impl Admin {
    pub(super) fn new(port: u16, token: Option<String>) -> Self {
        Admin { port, token }
    }

    /// A request; `path` is what follows `/admin/v2/`, `body` is JSON.
    ///
    /// # Errors
    /// There is no answer, or none of HTTP.
    pub fn request(&self, method: &str, path: &str, body: Option<&str>) -> Result<Answer, String> {
        let failed = |e: std::io::Error| format!("{method} {path}: {e}");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        // Of version 1.0: the answer ends with the connection, and comes in one piece.
        let mut request = format!("{method} /admin/v2/{path} HTTP/1.0\r\nHost: {address}\r\n");
        if let Some(token) = &self.token {
            let _ = write!(request, "Authorization: Bearer {token}\r\n");
        }
        let body = body.unwrap_or_default();
        let _ = write!(
            request,
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(failed)?;
        let answer = String::from_utf8_lossy(&answer);
        parse(&answer).ok_or_else(|| format!("{method} {path}: no answer of HTTP: {answer:?}"))
    }

    /// A request that must be done; what came with the answer.
    ///
    /// # Errors
    /// It was refused.
    pub fn done(&self, method: &str, path: &str, body: Option<&str>) -> Result<String, String> {
        let answer = self.request(method, path, body)?;
        match answer.status {
            200..=299 => Ok(answer.body),
            status => Err(format!("{method} {path}: {status} {}", answer.body)),
        }
    }

    /// Makes a tenant, unless it is there.
    ///
    /// # Errors
    /// It was refused.
    pub fn create_tenant(&self, tenant: &str) -> Result<(), String> {
        let body = "{\"adminRoles\":[],\"allowedClusters\":[\"standalone\"]}";
        self.create(&format!("tenants/{tenant}"), Some(body))
    }

    /// Makes a namespace, `tenant/name`, unless it is there.
    ///
    /// # Errors
    /// It was refused.
    pub fn create_namespace(&self, namespace: &str) -> Result<(), String> {
        self.create(&format!("namespaces/{namespace}"), None)
    }

    /// Deletes a namespace with its topics.
    ///
    /// # Errors
    /// It was refused.
    pub fn delete_namespace(&self, namespace: &str) -> Result<(), String> {
        self.done(
            "DELETE",
            &format!("namespaces/{namespace}?force=true"),
            None,
        )?;
        Ok(())
    }

    /// Sets which changes of schemas a namespace takes: `FULL`, `BACKWARD`, `ALWAYS_COMPATIBLE` …
    ///
    /// # Errors
    /// It was refused.
    pub fn set_compatibility(&self, namespace: &str, strategy: &str) -> Result<(), String> {
        let path = format!("namespaces/{namespace}/schemaCompatibilityStrategy");
        self.done("PUT", &path, Some(&format!("\"{strategy}\"")))?;
        Ok(())
    }

    /// Has a namespace drop messages that a producer sends twice, or keep them.
    ///
    /// # Errors
    /// It was refused.
    pub fn set_deduplication(&self, namespace: &str, on: bool) -> Result<(), String> {
        let path = format!("namespaces/{namespace}/deduplication");
        self.done("POST", &path, Some(&on.to_string()))?;
        Ok(())
    }

    /// Lets a role produce and consume in a namespace.
    ///
    /// # Errors
    /// It was refused.
    pub fn permit(&self, namespace: &str, role: &str) -> Result<(), String> {
        let path = format!("namespaces/{namespace}/permissions/{role}");
        self.done("POST", &path, Some("[\"produce\",\"consume\"]"))?;
        Ok(())
    }

    /// Closes a topic, `persistent://tenant/namespace/name`, for its clients to come back to.
    ///
    /// # Errors
    /// It was refused.
    pub fn unload(&self, topic: &str) -> Result<(), String> {
        self.done("PUT", &format!("{}/unload", path_of(topic)), None)?;
        Ok(())
    }

    /// Deletes a topic, its clients notwithstanding.
    ///
    /// # Errors
    /// It was refused.
    pub fn delete_topic(&self, topic: &str) -> Result<(), String> {
        self.done("DELETE", &format!("{}?force=true", path_of(topic)), None)?;
        Ok(())
    }

    /// What the broker counts of a topic, as JSON.
    ///
    /// # Errors
    /// It was refused.
    pub fn stats(&self, topic: &str) -> Result<String, String> {
        self.done("GET", &format!("{}/stats", path_of(topic)), None)
    }

    fn create(&self, path: &str, body: Option<&str>) -> Result<(), String> {
        let answer = self.request("PUT", path, body)?;
        match answer.status {
            // It was there.
            409 => Ok(()),
            200..=299 => Ok(()),
            status => Err(format!("PUT {path}: {status} {}", answer.body)),
        }
    }
}

/// `persistent://tg/flow/x` in the way of a request.
fn path_of(topic: &str) -> String {
    topic.replacen("://", "/", 1)
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_http() {
        let answer =
            parse("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n{\"reason\":\"none\"}").unwrap();
        assert_eq!(
            (answer.status, &*answer.body),
            (404, "{\"reason\":\"none\"}")
        );
        for broken in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 many\r\n\r\n"] {
            assert_eq!(parse(broken), None);
        }
        assert_eq!(path_of("persistent://tg/flow/x"), "persistent/tg/flow/x");
    }
}
