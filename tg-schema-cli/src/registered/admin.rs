//! A Pulsar admin interface: which topics there are, and the schema of each.
//!
//! | address | what is asked for |
//! |---|---|
//! | `http://host:8080` | every topic of every tenant; where listing is refused, the topics that are known |
//! | `…/admin/v2/persistent/tenant/namespace` | every topic there |
//! | `…/admin/v2/schemas/tenant/namespace/topic/schema` (or `/schemas`) | that one |
//!
//! The token of the environment variable `PULSAR_API_KEY` goes with each request ([`crate::http`]).

use tg_schema_migrate::registered::{self, Registered};
use tg_schema_model::{Json, json};

use crate::exit::Failure;
use crate::http::{self, Answer, Client, Credentials, Limits, Refusal};
use crate::uri;

/// The environment variable that holds the token.
const TOKEN: &str = "PULSAR_API_KEY";

/// An admin interface.
pub struct Admin {
    /// Without a slash at the end, without `/admin/v2` and what follows.
    base: String,
    /// What follows `/admin/v2/`.
    path: String,
    token: Option<Credentials>,
    limits: Limits,
}

impl Admin {
    /// Of an address that begins with `http`.
    pub fn new(address: &str, limits: Limits) -> Result<Self, Failure> {
        Admin::with_token(address, Credentials::token(TOKEN), limits)
    }

    fn with_token(
        address: &str,
        token: Option<Credentials>,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let address = http::plain(address, "the admin interface", TOKEN)?;
        let (base, path) = http::split(address, "/admin/v2").unwrap_or((address, ""));
        Ok(Admin {
            base: base.trim_end_matches('/').to_owned(),
            path: path.trim_matches('/').to_owned(),
            token,
            limits,
        })
    }

    /// The schema of each topic behind the address. Each topic that could not be asked for is one that is not
    /// readable.
    pub fn schemas(&self, known: &[String]) -> Result<Vec<Registered>, Failure> {
        self.fetch(known, Which::Latest)
    }

    /// The schemas of each topic behind the address, in all versions that the server has.
    pub fn histories(&self, known: &[String]) -> Result<Vec<Registered>, Failure> {
        self.fetch(known, Which::All)
    }

    fn fetch(&self, known: &[String], which: Which) -> Result<Vec<Registered>, Failure> {
        let mut run = Run {
            admin: self,
            client: Client::new(&self.base, self.token.clone(), self.limits),
            which,
        };
        let parts: Vec<&str> = self.path.split('/').filter(|p| !p.is_empty()).collect();
        match parts[..] {
            [] => match run.every_topic()? {
                Some(mut all) => {
                    let mut found = run.of_topics(&all.topics);
                    found.append(&mut all.refused);
                    Ok(found)
                }
                None if known.is_empty() => Err(Failure::help(
                    format!("{} does not tell which topics there are", self.base),
                    "put a token that may list tenants in PULSAR_API_KEY, or name a namespace: …/admin/v2/persistent/TENANT/NAMESPACE",
                )),
                None => Ok(run.of_topics(known)),
            },
            ["persistent" | "non-persistent", _, _] => match run.list(&self.path)? {
                List::Names(topics) => Ok(run.of_topics(&topics)),
                List::Missing => Err(self.missing()),
                List::Forbidden(refusal) => Err(self.refused(&refusal)),
            },
            ["schemas", tenant, namespace, topic, "schema" | "schemas"] if which == Which::All => {
                let found = run.of_topic(&[tenant, namespace, topic].join("/"), &self.shown());
                found.ok_or_else(|| self.missing())
            }
            ["schemas", ..] => match run.get(&self.path) {
                Ok(Answer::Text(text)) => Ok(registered::read(&self.shown(), &text)),
                Ok(Answer::Missing) => Err(self.missing()),
                Ok(Answer::Refused(refusal)) => Err(self.refused(&refusal)),
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
    fn refused(&self, refusal: &Refusal) -> Failure {
        let message = format!("{} answered with {refusal}", self.shown());
        match refusal.status {
            401 | 403 => Failure::help(
                message,
                "put a token in the environment variable PULSAR_API_KEY",
            ),
            _ => Failure::new(message),
        }
    }
}

/// What a server answers when it is asked for names.
enum List {
    Names(Vec<String>),
    Missing,
    /// Not to this token.
    Forbidden(Refusal),
}

/// The topics of a cluster.
#[derive(Default)]
struct Topics {
    topics: Vec<String>,
    /// What may not be listed.
    refused: Vec<Registered>,
}

/// Which versions of a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Latest,
    All,
}

/// One run of requests.
struct Run<'a> {
    admin: &'a Admin,
    client: Client,
    which: Which,
}

impl Run<'_> {
    fn get(&mut self, path: &str) -> Result<Answer, String> {
        let address = format!("{}/admin/v2/{path}", self.admin.base);
        self.client.get(&address, "application/json")
    }

    /// A list of names.
    fn list(&mut self, path: &str) -> Result<List, Failure> {
        let text = match self.get(path).map_err(|why| self.admin.failed(&why))? {
            Answer::Text(text) => text,
            Answer::Missing => return Ok(List::Missing),
            Answer::Refused(refusal) if matches!(refusal.status, 401 | 403) => {
                return Ok(List::Forbidden(refusal));
            }
            Answer::Refused(refusal) => return Err(self.admin.refused(&refusal)),
        };
        let tree = json::parse(&text).ok();
        let items = tree.as_ref().and_then(Json::as_array);
        let names = items.and_then(|items| {
            let names = items.iter().map(|item| item.as_str().map(str::to_owned));
            names.collect()
        });
        names.map(List::Names).ok_or_else(|| {
            self.admin.failed(&format!(
                "{path} is no JSON list of names: is this a Pulsar admin interface?"
            ))
        })
    }

    /// All topics; nothing where the server refuses to list tenants.
    fn every_topic(&mut self) -> Result<Option<Topics>, Failure> {
        let List::Names(tenants) = self.list("tenants")? else {
            return Ok(None);
        };
        let mut all = Topics::default();
        for tenant in tenants.iter().filter(|t| t.as_str() != "pulsar") {
            let inside = format!("namespaces/{}", uri::part(tenant));
            for namespace in self.names(&inside, &mut all.refused)? {
                for kind in ["persistent", "non-persistent"] {
                    let path = format!("{kind}/{}", path(&namespace));
                    let mut topics = self.names(&path, &mut all.refused)?;
                    all.topics.append(&mut topics);
                }
            }
        }
        Ok(Some(all))
    }

    /// Names below a tenant or namespace. One that this token may not look into is one that is not readable.
    fn names(&mut self, path: &str, refused: &mut Vec<Registered>) -> Result<Vec<String>, Failure> {
        Ok(match self.list(path)? {
            List::Names(names) => names,
            List::Missing => Vec::new(),
            List::Forbidden(refusal) => {
                let origin = format!("{}/admin/v2/{path}", self.admin.base);
                let why = format!("{refusal}: the token may not list it");
                refused.push(Registered::unreadable(&origin, why));
                Vec::new()
            }
        })
    }

    /// The schema of each topic. A topic without one is passed over.
    fn of_topics(&mut self, topics: &[String]) -> Vec<Registered> {
        let mut names: Vec<&str> = topics.iter().map(|t| whole(t)).collect();
        names.sort_unstable();
        names.dedup();
        let mut found = Vec::new();
        for topic in names {
            let name = topic.split_once("://").map_or(topic, |(_, name)| name);
            let schemas = self
                .of_topic(&twice_decoded(name), topic)
                .unwrap_or_default();
            found.extend(schemas.into_iter().map(|schema| Registered {
                topic: schema.topic.or_else(|| Some(topic.to_owned())),
                ..schema
            }));
        }
        found
    }

    /// The schemas of a topic; nothing where it has none.
    fn of_topic(&mut self, path: &str, origin: &str) -> Option<Vec<Registered>> {
        let answer = match self.which {
            Which::Latest => self.get(&format!("schemas/{path}/schema")),
            Which::All => match self.get(&format!("schemas/{path}/schemas")) {
                // Before there was such a request.
                Ok(Answer::Refused(Refusal { status: 405, .. }) | Answer::Missing) => {
                    self.get(&format!("schemas/{path}/schema"))
                }
                other => other,
            },
        };
        match answer {
            Ok(Answer::Text(text)) if has_none(&text) => None,
            Ok(Answer::Text(text)) => Some(registered::read(origin, &text)),
            Ok(Answer::Missing) => None,
            Ok(Answer::Refused(refusal)) => {
                Some(vec![Registered::unreadable(origin, refusal.to_string())])
            }
            Err(why) => Some(vec![Registered::unreadable(origin, why)]),
        }
    }
}

/// Whether an answer says that a topic has had no schema.
fn has_none(text: &str) -> bool {
    let tree = json::parse(text).ok();
    let all = tree
        .as_ref()
        .and_then(|tree| tree.get("getSchemaResponses"));
    all.and_then(Json::as_array).is_some_and(<[Json]>::is_empty)
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

/// A topic's name where brokers are asked for its schema: they decode it once more there than elsewhere, so that
/// `+` would be a blank and `%` a mistake.
fn twice_decoded(name: &str) -> String {
    match name.contains(['%', '+']) {
        true => path(&path(name)),
        false => path(name),
    }
}

#[cfg(test)]
mod tests;
