//! Addresses of brokers.

use std::fmt;

/// Where a broker listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

const PLAIN: &str = "pulsar://";
const TLS: &str = "pulsar+ssl://";

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, port) = (if self.tls { TLS } else { PLAIN }, self.port);
        match self.host.contains(':') {
            true => write!(f, "{scheme}[{}]:{port}", self.host),
            false => write!(f, "{scheme}{}:{port}", self.host),
        }
    }
}

/// The addresses of a service, `pulsar://host:6650,other:6650`. What is left out is what is usual: the scheme is
/// `pulsar`, the port 6650, with TLS 6651.
pub(crate) fn service(url: &str) -> Result<Vec<Address>, String> {
    let (tls, hosts) = match (url.strip_prefix(TLS), url.strip_prefix(PLAIN)) {
        (Some(hosts), _) => (true, hosts),
        (None, Some(hosts)) => (false, hosts),
        (None, None) => match url.split_once("://") {
            Some((scheme, _)) => {
                return Err(format!(
                    "{scheme} is no protocol of Pulsar's brokers; expected pulsar://host:6650 or pulsar+ssl://host:6651"
                ));
            }
            None => (false, url),
        },
    };
    let hosts = hosts.strip_suffix('/').unwrap_or(hosts);
    hosts.split(',').map(|host| one(tls, host.trim())).collect()
}

fn one(tls: bool, text: &str) -> Result<Address, String> {
    if text.contains('@') {
        // What comes before it may be a secret.
        return Err(
            "it holds more than hosts and ports; the token is `pulsar.api-key` (PULSAR_API_KEY)"
                .to_owned(),
        );
    }
    let refuse = || format!("{text:?} is no host and port; expected pulsar://host:6650");
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or_else(refuse)?;
            (host, rest.strip_prefix(':'))
        }
        None => match text.rsplit_once(':') {
            Some((host, _)) if host.contains(':') => return Err(refuse()),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|p| *p != 0).ok_or_else(refuse)?,
        None if tls => 6651,
        None => 6650,
    };
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if host.is_empty() || !host.chars().all(legal) {
        return Err(refuse());
    }
    Ok(Address {
        tls,
        host: host.to_owned(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Vec<String> {
        let read = service(url).expect("an address");
        read.iter().map(Address::to_string).collect()
    }

    #[test]
    fn what_is_usual_may_be_left_out() {
        for (url, full) in [
            ("pulsar://localhost:6650", "pulsar://localhost:6650"),
            ("pulsar://localhost", "pulsar://localhost:6650"),
            ("localhost", "pulsar://localhost:6650"),
            ("10.0.0.1:1", "pulsar://10.0.0.1:1"),
            ("pulsar+ssl://a.example/", "pulsar+ssl://a.example:6651"),
            ("pulsar://[::1]:7000", "pulsar://[::1]:7000"),
            ("[::1]", "pulsar://[::1]:6650"),
        ] {
            assert_eq!(shown(url), [full], "{url}");
        }
        assert_eq!(
            shown("pulsar+ssl://a:1,b"),
            ["pulsar+ssl://a:1", "pulsar+ssl://b:6651"]
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in [
            "",
            "pulsar://",
            "a:b",
            "a:0",
            "a:70000",
            "a b",
            "::1",
            "[::1",
            "a,",
            "a/b",
        ] {
            assert!(service(url).is_err(), "{url:?}");
        }
        let secret = service("pulsar://joe:hunter2@host:6650").expect_err("a user");
        assert!(!secret.contains("hunter2"), "{secret}");
        let http = service("http://localhost:8080").expect_err("another protocol");
        assert!(http.contains("pulsar://host:6650"), "{http}");
    }
}
