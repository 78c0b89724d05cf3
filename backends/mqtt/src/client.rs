//! The client crate: the only module that names it. Settings become its options, and requests its requests.

use std::net::Ipv6Addr;
use std::sync::Arc;
use std::time::Duration;

use rumqttc::mqttbytes::v5::{DisconnectProperties, DisconnectReasonCode};
use rumqttc::{
    AckMode, AsyncClient, ClientError, MqttOptions, NetworkOptions, QoS, RetainForwardRule,
    SubscribeFilterInput,
};
use tg_schema::Qos;

use crate::failure::Failure;
use crate::settings::Settings;

mod confirm;
mod connection;
mod encryption;
mod fault;
mod gather;
mod marks;
mod rivals;
mod session;
mod silence;
mod wire;

pub(crate) use confirm::{Outcome, Unconfirmed};
pub(crate) use connection::Connection;
use encryption::Unfit;
pub(crate) use fault::taken_over;
pub(crate) use marks::{Holder, Marks, is_mark};
pub(crate) use rivals::{Kind as RivalKind, Rivals};
pub(crate) use rumqttc::mqttbytes::v5::{Publish, PublishProperties};
pub(crate) use rumqttc::{ManualAck, ValidatedTopic};
use session::OwnedSession;

/// How a session begins and ends at the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It begins empty and is forgotten when the program says goodbye, or does not come back for a while.
    Passing,
    /// The same for who is alone under its identifier: it begins with what it left behind. mosquitto 2.0.11 keeps over
    /// its restart what did not ask to begin empty, and nothing else, however long it is to last.
    Alone,
    /// The broker keeps it while nobody is connected.
    Durable,
}

/// What the broker said when the connection was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Most bytes of a packet.
    pub(crate) max_packet: Option<u32>,
    /// Highest quality of service that it takes.
    pub(crate) max_qos: Option<u8>,
    /// It refuses shared subscriptions.
    pub(crate) no_shared: bool,
    /// Most messages that may be unconfirmed.
    pub(crate) receive_max: Option<u16>,
}

/// Something that happened on a connection.
#[derive(Debug)]
pub(crate) enum Event {
    /// It is there. `resumed`: with the session of before; `smoothly`: so, and at the first attempt.
    Connected {
        resumed: bool,
        smoothly: bool,
        limits: Limits,
    },
    /// A message came.
    Message(Arc<Publish>),
    /// The broker knows that a message of q2 was settled: its packet's identifier is free.
    Released(u16),
    /// The broker answered a subscription. `marked`: it took all that was asked for with it, too.
    Subscribed {
        answer: Result<(), Failure>,
        marked: bool,
    },
    /// The broker said which of the names that were taken back had been subscribed to.
    Unsubscribed(Vec<bool>),
    /// It was lost, and is being taken up again.
    Lost,
    /// Nothing of interest.
    Other,
}

/// Sends over a connection. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Client(AsyncClient);

/// A subscription that nobody has. The broker answers when it is taken back.
pub(crate) const NO_SUBSCRIPTION: &str = "tg-pubsub/sign-of-life";

/// Requests that the client carries out between two looks at the network.
const BATCH: usize = 64;

/// Longest time that a goodbye may wait.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// What is to be sent over a connection, and what it receives.
pub(crate) struct Window {
    /// Most messages sent and unconfirmed.
    pub(crate) out: u16,
    /// Most messages received and unconfirmed.
    pub(crate) incoming: u16,
}

/// Whether connections can be encrypted as the settings say.
pub(crate) fn check_encryption(settings: &Settings) -> Result<(), Unfit> {
    encryption::encryptor(settings).map(drop)
}

/// A connection that is not established yet.
pub(crate) fn prepare(
    id: &str,
    kind: Kind,
    window: &Window,
    settings: &Settings,
) -> Result<(Client, Connection), Failure> {
    // Between a numeric address of version 6 and its port there must be something to tell them apart.
    let host = match settings.host.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => settings.host.clone(),
    };
    let mut options = MqttOptions::new(id, rumqttc::Broker::tcp(host, settings.port));
    let seconds = |d: Duration| u32::try_from(d.as_secs()).unwrap_or(u32::MAX);
    // A passing session has to last until a lost connection was taken up again.
    let expiry = match kind {
        Kind::Passing => seconds(settings.resume).saturating_add(30),
        // And this one until the link was built again.
        Kind::Alone => seconds(settings.resume).saturating_add(60),
        Kind::Durable => seconds(settings.session_expiry).max(1),
    };
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    network.set_connection_timeout(settings.connect_timeout.as_secs().max(1));
    options
        .set_keep_alive(u16::try_from(settings.keep_alive.as_secs()).unwrap_or(u16::MAX))
        .set_clean_start(kind == Kind::Passing)
        .set_session_expiry_interval(Some(expiry))
        .set_receive_maximum(Some(window.incoming.max(1)))
        .set_max_packet_size(Some(settings.max_packet))
        .set_outgoing_inflight_upper_limit(window.out.max(1))
        .set_max_request_batch(BATCH)
        .set_connect_timeout(settings.connect_timeout)
        .set_ack_mode(AckMode::Manual)
        .set_network_options(network);
    if let Some(user) = &settings.username {
        match &settings.password {
            Some(password) => options.set_credentials(user.clone(), password.clone()),
            None => options.set_username(user.clone()),
        };
    }
    wire::set_transport(&mut options, settings)?;
    if kind != Kind::Passing {
        // It belongs to us although this process does not know it yet: the client must not treat it as foreign.
        options.set_session_store(OwnedSession::of(&options));
    }
    // Requests are bounded by their senders: what is in flight by semaphores, settlements by the receive maximum.
    let (client, events) = AsyncClient::builder(options).unbounded().build();
    let connection = Connection::new(events, client.clone(), settings.clone());
    Ok((Client(client), connection))
}

pub(crate) fn quality(qos: Qos) -> QoS {
    match qos {
        Qos::Q0 => QoS::AtMostOnce,
        Qos::Q1 => QoS::AtLeastOnce,
        Qos::Q2 => QoS::ExactlyOnce,
    }
}

/// The connection was ended, so that nothing can be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

impl From<ClientError> for Gone {
    fn from(_: ClientError) -> Self {
        Gone
    }
}

impl Client {
    /// Queues a message; the future tells what became of it.
    pub(crate) fn publish(
        &self,
        topic: &ValidatedTopic,
        publish: Publish,
    ) -> Result<impl Future<Output = Outcome> + Send + use<>, Gone> {
        let mut options = rumqttc::PublishOptions::new(publish.qos);
        if let Some(properties) = publish.properties {
            options = options.properties(properties);
        }
        let notice = self
            .0
            .try_publish_tracked(topic.clone(), publish.payload, options)?;
        Ok(confirm::outcome(notice))
    }
    /// Queues a subscription, with the names of a mark where there are any. Retained messages come only where `retained`
    /// asks for them, and once.
    pub(crate) fn subscribe(
        &self,
        filter: &str,
        qos: Qos,
        retained: bool,
        mark: &[&str],
    ) -> Result<(), Gone> {
        let rule = match retained {
            true => RetainForwardRule::OnNewSubscribe,
            false => RetainForwardRule::Never,
        };
        let filter = SubscribeFilterInput::new(filter, quality(qos)).retain_forward_rule(rule);
        let mark = mark.iter().map(|name| {
            SubscribeFilterInput::new(*name, QoS::AtMostOnce)
                .retain_forward_rule(RetainForwardRule::Never)
        });
        let filters = std::iter::once(filter).chain(mark);
        Ok(self.0.try_subscribe_many(filters)?)
    }
    /// Queues a question about marks; see [`Marks::connected`].
    pub(crate) fn take_back(&self, names: &[&str]) -> Result<(), Gone> {
        let names = names.iter().copied();
        Ok(self.0.try_unsubscribe_many(names)?)
    }
    /// Queues the end of a subscription. The future waits until the broker has answered, and with that has worked through
    /// what was queued before, or until the connection has ended: `false`. A goodbye that is queued after it waits too.
    pub(crate) fn unsubscribe(
        &self,
        filter: &str,
    ) -> Result<impl Future<Output = bool> + Send + use<>, Gone> {
        let notice = self.0.try_unsubscribe_tracked(filter)?;
        Ok(async move {
            let answered = notice.wait_completion_async().await;
            if let Err(error) = &answered {
                tracing::debug!(%error, "the end of a subscription was not answered");
            }
            answered.is_ok()
        })
    }
    /// The settlement of a message; none for q0.
    pub(crate) fn prepare(&self, publish: &Publish) -> Option<ManualAck> {
        self.0.prepare_ack(publish)
    }
    /// Queues a settlement.
    pub(crate) fn settle(&self, ack: ManualAck) -> Result<(), Gone> {
        Ok(self.0.try_manual_ack(ack)?)
    }
    /// Says goodbye when everything that was sent is confirmed. `forget`: the broker drops the session.
    pub(crate) fn disconnect(&self, forget: bool, within: Duration) -> Result<(), Gone> {
        let properties = DisconnectProperties {
            session_expiry_interval: forget.then_some(0),
            reason_string: None,
            user_properties: Vec::new(),
            server_reference: None,
        };
        Ok(self.0.try_disconnect_with_properties_timeout(
            DisconnectReasonCode::NormalDisconnection,
            properties,
            // The client adds it to the time that it is.
            within.min(LONGEST),
        )?)
    }
}
