//! The client crate: the only module that names it. Settings become its options, what it reports becomes an [`Event`]
//! or a [`Failure`], and a lost connection is taken up again for a bounded time.

use std::time::Duration;

use rumqttc::mqttbytes::v5::{
    ConnAck, DisconnectProperties, DisconnectReasonCode, Packet, SubAck, SubscribeReasonCode,
};
use rumqttc::{
    AckMode, AsyncClient, ClientError, EventLoop, MqttOptions, NetworkOptions, QoS,
    RetainForwardRule, SubscribeFilterInput,
};
use tg_schema::Qos;
use tokio::time::{Instant, sleep, timeout_at};

use crate::failure::Failure;
use crate::settings::Settings;

mod confirm;
mod fault;
mod session;

pub(crate) use confirm::{Notice, Unconfirmed};
pub(crate) use rumqttc::mqttbytes::v5::{Publish, PublishProperties};
pub(crate) use rumqttc::{ManualAck, ValidatedTopic};
use session::OwnedSession;

/// How a session begins and ends at the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It begins empty and is forgotten when the program says goodbye, or does not come back for a while.
    Passing,
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
    /// It is there. `resumed`: with the session of before.
    Connected { resumed: bool, limits: Limits },
    /// A message came.
    Message(Publish),
    /// The broker answered a subscription.
    Subscribed(Result<(), Failure>),
    /// It was lost, and is being taken up again.
    Lost,
    /// Nothing of interest.
    Other,
}

/// Sends over a connection. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Client(AsyncClient);

/// A connection, driven by whoever calls [`Connection::next`].
pub(crate) struct Connection {
    events: EventLoop,
    client: AsyncClient,
    settings: Settings,
    /// When the broker was heard last.
    heard: Instant,
    /// When it was asked for a sign of life.
    probed: Option<Instant>,
    resuming: Option<Resuming>,
    established: bool,
}

struct Resuming {
    until: Instant,
    attempts: u32,
    why: Failure,
}

/// Connections that go are taken up again after this time, then after twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Requests that the client carries out between two looks at the network.
const BATCH: usize = 64;

/// What is to be sent over a connection, and what it receives.
pub(crate) struct Window {
    /// Most messages sent and unconfirmed.
    pub(crate) out: u16,
    /// Most messages received and unconfirmed.
    pub(crate) incoming: u16,
}

/// A connection that is not established yet.
pub(crate) fn prepare(
    id: &str,
    kind: Kind,
    window: &Window,
    settings: &Settings,
) -> Result<(Client, Connection), Failure> {
    let mut options = MqttOptions::new(
        id,
        rumqttc::Broker::tcp(settings.host.clone(), settings.port),
    );
    let seconds = |d: Duration| u32::try_from(d.as_secs()).unwrap_or(u32::MAX);
    // A passing session has to last until a lost connection was taken up again.
    let expiry = match kind {
        Kind::Passing => seconds(settings.resume).saturating_add(30),
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
    fault::set_transport(&mut options, settings)?;
    if kind == Kind::Durable {
        // It belongs to us although this process does not know it yet: the client must not treat it as foreign.
        options.set_session_store(OwnedSession::of(&options));
    }
    // Requests are bounded by their senders: what is in flight by semaphores, settlements by the receive maximum.
    let (client, events) = AsyncClient::builder(options).unbounded().build();
    let connection = Connection {
        events,
        client: client.clone(),
        settings: settings.clone(),
        heard: Instant::now(),
        probed: None,
        resuming: None,
        established: false,
    };
    Ok((Client(client), connection))
}

impl Connection {
    /// What happens next. Not to be cancelled, unless the connection is given up.
    pub(crate) async fn next(&mut self) -> Result<Event, Failure> {
        loop {
            match &mut self.resuming {
                None => {
                    let silent = self.heard + self.patience();
                    match timeout_at(silent, self.events.poll()).await {
                        Ok(Ok(event)) => return Ok(self.event(event)),
                        Ok(Err(error)) => {
                            let why = fault::failure(&error, &self.settings);
                            if !self.established || !why.is_passing() {
                                return Err(why);
                            }
                            return Ok(self.lost(why));
                        }
                        Err(_) => {
                            // A write that never ends was cancelled; the connection is of no use.
                            self.events.clean();
                            return Ok(self.lost(Failure::Connection(format!(
                                "{} was silent for {:?}",
                                self.settings.place(),
                                self.patience()
                            ))));
                        }
                    }
                }
                Some(resuming) => {
                    let pause = FIRST_PAUSE * 2_u32.saturating_pow(resuming.attempts.min(8));
                    let pause = pause.min(LONGEST_PAUSE);
                    if Instant::now() + pause >= resuming.until {
                        return Err(resuming.why.clone());
                    }
                    sleep(pause).await;
                    resuming.attempts += 1;
                    match timeout_at(resuming.until, self.events.poll()).await {
                        Ok(Ok(event)) => {
                            let event = self.event(event);
                            if matches!(event, Event::Connected { .. }) {
                                self.resuming = None;
                            }
                            return Ok(event);
                        }
                        Ok(Err(error)) => {
                            let why = fault::failure(&error, &self.settings);
                            if !why.is_passing() {
                                return Err(why);
                            }
                            resuming.why = why;
                        }
                        Err(_) => return Err(resuming.why.clone()),
                    }
                }
            }
        }
    }

    /// Drops settlements that were asked for before [`Event::Lost`] was known. Without messages under way only.
    pub(crate) fn forget_requests(&mut self) {
        self.events.clean();
    }

    /// Two intervals without a sign of life, and a little for the way.
    fn patience(&self) -> Duration {
        if self.established {
            self.events.options.keep_alive() * 2 + Duration::from_millis(500)
        } else {
            self.settings.connect_timeout
        }
    }

    fn lost(&mut self, why: Failure) -> Event {
        tracing::debug!(?why, broker = %self.settings.place(), "connection lost, resuming");
        self.resuming = Some(Resuming {
            until: Instant::now() + self.settings.resume,
            attempts: 0,
            why,
        });
        self.probed = None;
        Event::Lost
    }

    fn event(&mut self, event: rumqttc::Event) -> Event {
        let packet = match event {
            rumqttc::Event::Incoming(packet) => packet,
            rumqttc::Event::Outgoing(_) | rumqttc::Event::Auth(_) => {
                self.probe();
                return Event::Other;
            }
        };
        self.heard = Instant::now();
        self.probed = None;
        match packet {
            Packet::ConnAck(connack) => {
                self.established = true;
                // From now on the session is resumed. The store has done its service, and would be written to at each
                // packet.
                self.events.options.set_clean_start(false);
                self.events.options.clear_session_store();
                Event::Connected {
                    resumed: connack.session_present,
                    limits: limits(&connack),
                }
            }
            Packet::Publish(publish) => Event::Message(publish),
            Packet::SubAck(suback) => Event::Subscribed(subscribed(&suback)),
            _ => Event::Other,
        }
    }

    /// The client sends a sign of life only when it sends nothing else. One that sends without being answered, as with
    /// q0, asks for an answer here: it takes back a subscription that it never had.
    fn probe(&mut self) {
        let interval = self.events.options.keep_alive();
        if self.resuming.is_some() || self.probed.is_some() || self.heard.elapsed() < interval {
            return;
        }
        self.probed = Some(Instant::now());
        if let Err(error) = self.client.try_unsubscribe("tg-pubsub/sign-of-life") {
            tracing::debug!(%error, "no sign of life could be asked for");
        }
    }
}

fn limits(connack: &ConnAck) -> Limits {
    let Some(properties) = &connack.properties else {
        return Limits::default();
    };
    Limits {
        max_packet: properties.max_packet_size,
        max_qos: properties.max_qos,
        no_shared: properties.shared_subscription_available == Some(0),
        receive_max: properties.receive_max,
    }
}

fn subscribed(suback: &SubAck) -> Result<(), Failure> {
    match suback.return_codes.first() {
        Some(SubscribeReasonCode::Success(_)) => Ok(()),
        Some(SubscribeReasonCode::NotAuthorized) => Err(Failure::Auth(
            "the broker does not let this user subscribe to the topic".to_owned(),
        )),
        Some(code) => Err(Failure::Refused(format!(
            "the broker refused the subscription: {code:?}"
        ))),
        None => Err(Failure::Refused(
            "the broker answered a subscription with nothing".to_owned(),
        )),
    }
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
    /// Queues a message; the notice tells what became of it.
    pub(crate) fn publish(&self, topic: &ValidatedTopic, publish: Publish) -> Result<Notice, Gone> {
        let mut options = rumqttc::PublishOptions::new(publish.qos);
        if let Some(properties) = publish.properties {
            options = options.properties(properties);
        }
        let notice = self
            .0
            .try_publish_tracked(topic.clone(), publish.payload, options)?;
        Ok(Notice::new(notice))
    }
    /// Queues a subscription. Retained messages come only where `retained` asks for them, and once.
    pub(crate) fn subscribe(&self, filter: &str, qos: Qos, retained: bool) -> Result<(), Gone> {
        let rule = match retained {
            true => RetainForwardRule::OnNewSubscribe,
            false => RetainForwardRule::Never,
        };
        let filter = SubscribeFilterInput::new(filter, quality(qos)).retain_forward_rule(rule);
        Ok(self.0.try_subscribe_many([filter])?)
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
            within,
        )?)
    }
}
