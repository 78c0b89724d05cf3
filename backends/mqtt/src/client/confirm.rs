//! What became of a message, in the broker's words.

use rumqttc::mqttbytes::v5::{PubAckReason, PubCompReason, PubRecReason};
use rumqttc::{PublishNoticeError, PublishResult};
use tg_schema::pubsub::Error;

use crate::failure;

/// The broker took a message over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Confirmed {
    /// Whether a subscription got it. `None`: the broker did not say.
    pub(crate) routed: Option<bool>,
}

/// The broker did not take a message over.
#[derive(Debug)]
pub(crate) enum Unconfirmed {
    /// The connection or its session was lost; it may have arrived.
    Lost,
    /// The broker refused it.
    Refused(Error),
}

pub(crate) type Outcome = Result<Confirmed, Unconfirmed>;

/// What became of a message, when the broker has told.
pub(super) async fn outcome(notice: rumqttc::PublishNotice) -> Outcome {
    let refused = |reason: &dyn std::fmt::Debug, auth: bool, retryable: bool| {
        let message = format!("the broker did not take the message: {reason:?}");
        Err(Unconfirmed::Refused(match auth {
            true => Error::Auth {
                backend: crate::NAME.to_owned(),
                message: format!("{message}; this user may not publish to the topic"),
            },
            false => failure::refused(message, retryable),
        }))
    };
    // What the answer of mosquitto is made into: see `wire`.
    let too_large = || {
        Err(Unconfirmed::Refused(failure::refused(
            "the broker did not take the message: it is larger than the broker takes (mosquitto's `message_size_limit`, \
             which it does not announce; `max_packet_size` it does)",
            false,
        )))
    };
    let confirmed = |routed| Ok(Confirmed { routed });
    match notice.wait_async().await {
        Ok(PublishResult::Qos0Flushed) => confirmed(None),
        Ok(PublishResult::Qos1(ack)) => match ack.reason {
            PubAckReason::Success => confirmed(Some(true)),
            PubAckReason::NoMatchingSubscribers => confirmed(Some(false)),
            PubAckReason::PayloadFormatInvalid => too_large(),
            reason => refused(
                &reason,
                reason == PubAckReason::NotAuthorized,
                matches!(
                    reason,
                    PubAckReason::QuotaExceeded
                        | PubAckReason::UnspecifiedError
                        | PubAckReason::ImplementationSpecificError
                ),
            ),
        },
        // Whether anybody was there was said one step before, and is not handed on.
        Ok(PublishResult::Qos2Completed(complete)) => match complete.reason {
            PubCompReason::Success => confirmed(None),
            // After a lost connection: it is through with the message, or has lost it with everything else.
            PubCompReason::PacketIdentifierNotFound => Err(Unconfirmed::Lost),
        },
        Ok(PublishResult::Qos2PubRecRejected(received))
            if received.reason == PubRecReason::PayloadFormatInvalid =>
        {
            too_large()
        }
        Ok(PublishResult::Qos2PubRecRejected(received)) => refused(
            &received.reason,
            received.reason == PubRecReason::NotAuthorized,
            matches!(
                received.reason,
                PubRecReason::QuotaExceeded
                    | PubRecReason::UnspecifiedError
                    | PubRecReason::ImplementationSpecificError
            ),
        ),
        Err(
            PublishNoticeError::Recv
            | PublishNoticeError::SessionReset
            | PublishNoticeError::Qos0NotFlushed,
        ) => Err(Unconfirmed::Lost),
        Err(error) => Err(Unconfirmed::Refused(failure::refused(
            error.to_string(),
            false,
        ))),
    }
}
