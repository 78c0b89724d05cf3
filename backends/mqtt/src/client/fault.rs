//! What the client reports as an error, as a [`Failure`].

use std::io::ErrorKind;

use rumqttc::mqttbytes::v5::{ConnectReturnCode, DisconnectReasonCode};
use rumqttc::{ConnectionError, StateError};

use super::wire::Foreign;
use crate::failure::Failure;
use crate::settings::Settings;

/// Why a connection was lost or never came to be.
pub(crate) fn failure(error: &ConnectionError, settings: &Settings) -> Failure {
    let place = settings.place();
    match error {
        ConnectionError::ConnectionRefused(code) => refused(code, settings),
        ConnectionError::MqttState(StateError::ServerDisconnect {
            reason_code,
            reason_string,
        }) => disconnected(*reason_code, reason_string.as_deref(), settings),
        ConnectionError::RequestsDone => Failure::Closed,
        ConnectionError::Timeout(_) => Failure::Connection(format!(
            "{place} did not answer within {:?}",
            settings.connect_timeout
        )),
        ConnectionError::MqttState(StateError::AwaitPingResp) => {
            Failure::Connection(format!("{place} gave no sign of life"))
        }
        ConnectionError::Io(error)
        | ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(rumqttc::Error::Io(error)),
        ) => io(error, settings),
        other => Failure::Connection(format!("{place}: {other}")),
    }
}

/// What happened before the broker answered at all. One that wants encryption, or that wants none, may close without a
/// word: then the failure says where to look.
pub(super) fn unanswered(error: &ConnectionError, why: Failure) -> Failure {
    let kind = match error {
        ConnectionError::Io(error)
        | ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(rumqttc::Error::Io(error)),
        ) => Some(error.kind()),
        ConnectionError::MqttState(StateError::ConnectionAborted) => Some(ErrorKind::UnexpectedEof),
        _ => None,
    };
    match (why, kind) {
        (
            Failure::Connection(why),
            Some(
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe,
            ),
        ) => Failure::Connection(format!(
            "{why}; it closed the connection without an answer: look at the settings `port` and `tls` of the MQTT \
             backend (`--mqtt-port`, `--mqtt-tls`)"
        )),
        (why, _) => why,
    }
}

fn refused(code: &ConnectReturnCode, settings: &Settings) -> Failure {
    let place = settings.place();
    match code {
        ConnectReturnCode::BadUserNamePassword
        | ConnectReturnCode::NotAuthorized
        | ConnectReturnCode::Banned
        | ConnectReturnCode::BadAuthenticationMethod => {
            let who = settings.who();
            Failure::Auth(format!(
                "{place} refused {who} ({code:?}); look at the settings `username` and `password` of the MQTT backend"
            ))
        }
        ConnectReturnCode::ServiceUnavailable
        | ConnectReturnCode::ServerUnavailable
        | ConnectReturnCode::ServerBusy
        | ConnectReturnCode::ConnectionRateExceeded
        | ConnectReturnCode::QuotaExceeded
        | ConnectReturnCode::UnspecifiedError
        | ConnectReturnCode::ImplementationSpecificError => {
            Failure::Connection(format!("{place} does not take connections now ({code:?})"))
        }
        ConnectReturnCode::RefusedProtocolVersion
        | ConnectReturnCode::UnsupportedProtocolVersion => foreign(settings),
        code => Failure::Refused(format!("{place} refused the connection: {code:?}")),
    }
}

fn disconnected(code: DisconnectReasonCode, reason: Option<&str>, settings: &Settings) -> Failure {
    let place = settings.place();
    let reason = reason.map(|r| format!(": {r}")).unwrap_or_default();
    match code {
        DisconnectReasonCode::SessionTakenOver => taken_over(settings),
        DisconnectReasonCode::PacketTooLarge => Failure::TooLarge(format!(
            "{place} closed the connection over a message that is larger than it takes{reason}"
        )),
        DisconnectReasonCode::NotAuthorized => Failure::Auth(format!(
            "{place} closed the connection of a user that may not do this{reason}"
        )),
        code => Failure::Connection(format!("{place} closed the connection ({code:?}{reason})")),
    }
}

/// Whether one side cannot do anything with what the other one sent. A session that is resumed sends the same again.
pub(super) fn is_quarrel(error: &ConnectionError) -> bool {
    let ConnectionError::MqttState(error) = error else {
        return false;
    };
    match error {
        StateError::ServerDisconnect { reason_code, .. } => matches!(
            reason_code,
            DisconnectReasonCode::MalformedPacket
                | DisconnectReasonCode::ProtocolError
                | DisconnectReasonCode::ImplementationSpecificError
                | DisconnectReasonCode::TopicFilterInvalid
                | DisconnectReasonCode::TopicNameInvalid
                | DisconnectReasonCode::ReceiveMaximumExceeded
                | DisconnectReasonCode::TopicAliasInvalid
                | DisconnectReasonCode::QuotaExceeded
                | DisconnectReasonCode::PayloadFormatInvalid
                | DisconnectReasonCode::RetainNotSupported
                | DisconnectReasonCode::QoSNotSupported
        ),
        StateError::Io(_)
        | StateError::Deserialization(rumqttc::Error::Io(_))
        | StateError::ConnectionAborted
        | StateError::AwaitPingResp => false,
        _ => true,
    }
}

/// The same quarrel again and again.
pub(super) fn quarrelled(times: u32, why: Failure) -> Failure {
    match why {
        Failure::Connection(why) => Failure::Connection(format!(
            "{why}, {times} times in a row: one side does not understand what the other one sends; the broker's log may \
             say more"
        )),
        why => why,
    }
}

/// Another client connected under the same identifier.
pub(crate) fn taken_over(settings: &Settings) -> Failure {
    Failure::Refused(format!(
        "another consumer took the subscription over at {}; members that are to compete need different instances \
         (`--instance-id`) or members",
        settings.place()
    ))
}

/// The connection was lost again and again, each time soon after it was taken up again: the broker did not say why.
pub(super) fn perhaps_taken_over(settings: &Settings, why: &Failure) -> Failure {
    let place = settings.place();
    let last = match why {
        Failure::Connection(why)
        | Failure::Auth(why)
        | Failure::Refused(why)
        | Failure::TooLarge(why) => why,
        Failure::Closed => "closed",
    };
    Failure::Connection(format!(
        "the connection to {place} is lost again and again soon after it is taken up; the line is bad, or another \
         consumer took the subscription over (the last time: {last})"
    ))
}

/// Somebody answers who speaks another protocol, or another version.
fn foreign(settings: &Settings) -> Failure {
    Failure::Refused(format!(
        "{} does not speak MQTT 5; look at the settings `host` and `port` of the MQTT backend, and at the broker's \
         version",
        settings.place()
    ))
}

fn io(error: &std::io::Error, settings: &Settings) -> Failure {
    if error.get_ref().is_some_and(|inner| inner.is::<Foreign>()) {
        return foreign(settings);
    }
    #[cfg(feature = "tls")]
    if let Some(failure) = encryption_of(error, settings) {
        return failure;
    }
    Failure::Connection(format!("{}: {error}", settings.place()))
}

/// What went wrong with encryption, where that is what went wrong.
#[cfg(feature = "tls")]
fn encryption_of(error: &std::io::Error, settings: &Settings) -> Option<Failure> {
    let inner = error.get_ref()?;
    let error = inner.downcast_ref::<rumqttc::tokio_rustls::rustls::Error>()?;
    Some(rustls(error, settings))
}

#[cfg(feature = "tls")]
fn rustls(error: &rumqttc::tokio_rustls::rustls::Error, settings: &Settings) -> Failure {
    use rumqttc::tokio_rustls::rustls::Error as Rustls;

    let place = settings.place();
    match error {
        Rustls::InvalidCertificate(why) => Failure::Auth(format!(
            "the certificate of {place} is not trusted ({why}); look at the setting `tls.authorities` of the MQTT \
             backend (`--mqtt-ca-file`), and at the host's name and the dates in the certificate"
        )),
        Rustls::AlertReceived(alert) => Failure::Auth(format!(
            "{place} did not accept the encryption ({alert:?}); look at the settings `tls.certificate` and `tls.key` \
             of the MQTT backend"
        )),
        Rustls::InvalidMessage(_) => Failure::Refused(format!(
            "{place} does not speak TLS ({error}); look at the settings `port` and `tls` of the MQTT backend"
        )),
        error => Failure::Connection(format!("encryption with {place}: {error}")),
    }
}
