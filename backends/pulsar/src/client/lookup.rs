//! Which broker a topic belongs to.

use std::sync::Arc;

use pulsar::proto::command_lookup_topic_response::LookupType;

use super::address::{Address, service};
use super::command;
use super::connection::Connection;
use super::pool::{Pool, Role, Route};
use crate::failure::Failure;

/// Brokers that may point to each other before it is enough.
const MAX_REDIRECTS: usize = 20;

/// A connection to the broker that has the topic, and how many partitions it has; 0: it is not divided.
pub(crate) async fn owner(
    pool: &Pool,
    role: Role,
    topic: &str,
) -> Result<(Arc<Connection>, u32), Failure> {
    let mut connection = pool.connect(role, &pool.service()).await?;
    let partitions = partitions(&connection, topic).await?;
    let mut authoritative = false;
    for _ in 0..MAX_REDIRECTS {
        let listener = pool.settings.listener.as_deref();
        let answer = connection
            .ask("lookup", topic, |number| {
                command::lookup(topic, number, authoritative, listener)
            })
            .await?;
        let Some(found) = answer.lookup_topic_response else {
            return Err(unexpected("lookup"));
        };
        let response = found.response();
        let url = match pool.settings.encryption.is_some() {
            true => found.broker_service_url_tls,
            false => found.broker_service_url,
        };
        let url = url.filter(|url| !url.is_empty()).ok_or_else(|| {
            Failure::Refused(format!(
                "{} names no address of the broker of {topic} that can be used with {}",
                connection.place(),
                match pool.settings.encryption.is_some() {
                    true => "TLS",
                    false => "pulsar://, without TLS",
                }
            ))
        })?;
        let route = match found.proxy_through_service_url.unwrap_or_default() {
            true => Route {
                proxied: Some(address(&url)?.to_string()),
                ..pool.service()
            },
            false => Route {
                addresses: vec![address(&url)?],
                proxied: None,
            },
        };
        let reached = pool.connect(role, &route).await?;
        if response == LookupType::Connect {
            return Ok((reached, partitions));
        }
        authoritative = found.authoritative.unwrap_or_default();
        connection = reached;
    }
    Err(Failure::NotReady(format!(
        "brokers pointed to each other {MAX_REDIRECTS} times for {topic}"
    )))
}

/// How many partitions a topic has; 0: it is not divided.
pub(crate) async fn count_partitions(pool: &Pool, role: Role, topic: &str) -> Result<u32, Failure> {
    let connection = pool.connect(role, &pool.service()).await?;
    partitions(&connection, topic).await
}

/// How many partitions a topic has, as this broker says.
pub(crate) async fn partitions(connection: &Connection, topic: &str) -> Result<u32, Failure> {
    let answer = connection
        .ask("lookup", topic, |number| command::partitions(topic, number))
        .await?;
    match answer.partition_metadata_response {
        Some(found) => Ok(found.partitions.unwrap_or_default()),
        None => Err(unexpected("the number of partitions")),
    }
}

fn address(url: &str) -> Result<Address, Failure> {
    let refuse = |why: String| Failure::Refused(format!("a broker told a wrong address: {why}"));
    let addresses = service(url).map_err(refuse)?;
    match addresses.into_iter().next() {
        Some(address) => Ok(address),
        None => Err(refuse("none".to_owned())),
    }
}

fn unexpected(what: &str) -> Failure {
    Failure::NotReady(format!("the broker answered something else than {what}"))
}
