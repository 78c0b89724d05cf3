//! What a broker says of a failure, into a failure.

use pulsar::proto::ServerError;

use crate::failure::Failure;
use crate::schema;
use crate::settings::Settings;

/// Most characters of a broker's text that are told. Some texts are stack traces.
const MAX_TEXT: usize = 400;
/// In the place of a text where there is none.
const NO_REASON: &str = "the broker does not say why";

/// A refusal of a broker. `topic` is its name there.
pub(super) fn failure(code: i32, message: &str, topic: &str, settings: &Settings) -> Failure {
    let said = text(message, settings);
    let Ok(code) = ServerError::try_from(code) else {
        return Failure::Refused(format!("{said} (the unknown error {code})"));
    };
    match code {
        ServerError::AuthenticationError => Failure::Auth(format!(
            "{} at {}: {said}; look at `pulsar.api-key` (PULSAR_API_KEY)",
            settings.who(),
            settings.place()
        )),
        ServerError::AuthorizationError => Failure::Auth(format!(
            "{} may not use {topic}: {said}; an administrator grants it, as by `pulsar-admin namespaces \
             grant-permission --role ROLE --actions produce,consume {}`",
            settings.who(),
            namespace(topic),
        )),
        ServerError::TopicNotFound => not_found(topic, &said),
        ServerError::MetadataError | ServerError::UnknownError if is_absent(&said) => {
            not_found(topic, &said)
        }
        ServerError::SubscriptionNotFound => Failure::NotFound(
            format!("the subscription of {topic}"),
            format!("a durable consumer makes it{}", quoted(&said)),
        ),
        ServerError::ConsumerBusy => Failure::Busy(said),
        ServerError::ProducerBusy => Failure::NameTaken(said),
        ServerError::IncompatibleSchema => Failure::Schema(schema::reason(&said)),
        ServerError::ServiceNotReady if lacks_listener(&said, settings) => {
            Failure::Refused(format!(
                "{} has no advertised listener of the name {:?}: {said}; look at `pulsar.listener` (PULSAR_LISTENER), and at \
                 `advertisedListeners` of the broker",
                settings.place(),
                settings.listener.as_deref().unwrap_or_default(),
            ))
        }
        ServerError::ServiceNotReady
        | ServerError::TooManyRequests
        | ServerError::MetadataError
        | ServerError::PersistenceError
        | ServerError::ConsumerNotFound
        | ServerError::ConsumerAssignError
        | ServerError::ProducerBlockedQuotaExceededError
        | ServerError::ProducerBlockedQuotaExceededException => {
            Failure::NotReady(format!("{said} ({})", code.as_str_name()))
        }
        ServerError::TopicTerminatedError => Failure::Refused(format!(
            "{topic} was terminated and takes nothing more: {said}"
        )),
        ServerError::ProducerFenced => Failure::Refused(format!(
            "another producer took {topic} for itself, and this one is out: {said}"
        )),
        _ => Failure::Refused(format!("{said} ({})", code.as_str_name())),
    }
}

/// A text of the broker: its first line, of a bounded length, without our secret.
fn text(message: &str, settings: &Settings) -> String {
    let mut line = schema::plain(message);
    // Before it is cut: what is left of a token would not be known as one.
    if let Some(token) = settings.token.as_deref().filter(|t| !t.is_empty()) {
        line = line.replace(token, "(hidden)");
    }
    let mut said: String = line.chars().take(MAX_TEXT).collect();
    if said.len() < line.len() {
        said.push('…');
    }
    match said.is_empty() {
        true => NO_REASON.to_owned(),
        false => said,
    }
}

/// Whether the broker does not know the listener that we ask for. It says so as if that could change soon.
fn lacks_listener(said: &str, settings: &Settings) -> bool {
    let named = settings.listener.as_deref();
    named.is_some_and(|name| said.contains(name) && said.contains("listener"))
}

fn is_absent(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    [
        "namespace not found",
        "tenant not found",
        "policies not found",
        "does not exist",
    ]
    .iter()
    .any(|absent| said.contains(absent))
}

/// The namespace of a topic, `tenant/name`.
fn namespace(topic: &str) -> String {
    let path = topic.split_once("://").map_or(topic, |(_, path)| path);
    let parts: Vec<_> = path.split('/').take(2).collect();
    parts.join("/")
}

/// What the broker says, behind what we say.
fn quoted(said: &str) -> String {
    match said {
        NO_REASON => String::new(),
        said => format!("; the broker says: {said}"),
    }
}

fn not_found(topic: &str, said: &str) -> Failure {
    let path = topic.split_once("://").map_or(topic, |(_, path)| path);
    let mut parts = path.splitn(3, '/');
    let (tenant, namespace) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let lower = said.to_ascii_lowercase();
    match lower.contains("namespace") || lower.contains("tenant") || lower.contains("policies") {
        true => Failure::NotFound(
            format!("namespace {tenant}/{namespace} of {topic}"),
            format!(
                "`pulsar-admin tenants create {tenant}` and `pulsar-admin namespaces create {tenant}/{namespace}` make \
                 it, or the option `pulsar.create`{}",
                quoted(said)
            ),
        ),
        false => Failure::NotFound(
            format!("topic {topic}"),
            format!(
                "`pulsar-admin topics create {topic}` makes it{}",
                quoted(said)
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PulsarConfig;

    fn of(code: ServerError, message: &str) -> Failure {
        let mut config = PulsarConfig::new("pulsar://h:1");
        config.token = Some("SECRET".to_owned());
        let settings = Settings::of(&config).expect("settings");
        failure(code.into(), message, "persistent://tg/flow/x", &settings)
    }

    #[test]
    fn absence_names_the_command() {
        let Failure::NotFound(what, hint) = of(ServerError::TopicNotFound, "Namespace not found")
        else {
            panic!("not found");
        };
        assert_eq!(what, "namespace tg/flow of persistent://tg/flow/x");
        assert!(
            hint.contains("pulsar-admin namespaces create tg/flow"),
            "{hint}"
        );
        let Failure::NotFound(_, hint) = of(ServerError::TopicNotFound, "Topic x not found") else {
            panic!("not found");
        };
        assert!(hint.contains("pulsar-admin topics create persistent://tg/flow/x"));
        let Failure::NotFound(_, hint) = of(ServerError::TopicNotFound, "") else {
            panic!("not found");
        };
        assert!(hint.ends_with("makes it"), "{hint}");
    }

    #[test]
    fn texts_are_short_and_hold_no_secret() {
        let trace = format!("bad token SECRET {}\n\tat org.apache", "x".repeat(1_000));
        let Failure::Auth(told) = of(ServerError::AuthenticationError, &trace) else {
            panic!("auth");
        };
        assert!(
            told.contains("bad token (hidden)") && !told.contains("SECRET"),
            "{told}"
        );
        assert!(told.len() < 600 && !told.contains("org.apache"), "{told}");
        let cut = format!("{}SECRET", "x".repeat(MAX_TEXT - 3));
        let Failure::Auth(told) = of(ServerError::AuthenticationError, &cut) else {
            panic!("auth");
        };
        assert!(told.contains("xxx(hi…") && !told.contains("SEC"), "{told}");
    }

    #[test]
    fn what_passes_and_what_does_not() {
        for code in [ServerError::ServiceNotReady, ServerError::TooManyRequests] {
            assert!(of(code, "x").is_passing(), "{code:?}");
        }
        for code in [
            ServerError::AuthorizationError,
            ServerError::IncompatibleSchema,
            ServerError::TopicTerminatedError,
            ServerError::ProducerFenced,
            ServerError::InvalidTopicName,
        ] {
            assert!(!of(code, "x").is_passing_after_loss(), "{code:?}");
        }
        assert!(!of(ServerError::ConsumerBusy, "x").is_passing());
        assert!(of(ServerError::ConsumerBusy, "x").is_passing_after_loss());
        let settings = Settings::of(&PulsarConfig::new("pulsar://h:1")).expect("settings");
        assert!(matches!(
            failure(999, "", "t", &settings),
            Failure::Refused(_)
        ));
    }
}
