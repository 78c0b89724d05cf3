//! A connection that is driven: what the client reports becomes an [`Event`], and a lost link is taken up again for a
//! bounded time.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use rumqttc::mqttbytes::v5::{ConnAck, Packet, SubAck, SubscribeReasonCode, UnsubAckReason};
use rumqttc::{
    AckMode, AsyncClient, ConnectionError, EventLoop, MqttStateBuilder, NoticeFailureReason,
};
use tokio::time::{Instant, sleep, timeout_at};

use super::rivals::{Kind, Rivals, Verdict};
use super::silence::Silence;
use super::{Event, Limits, fault};
use crate::failure::Failure;
use crate::settings::Settings;

/// A connection, driven by whoever calls [`Connection::next`].
pub(crate) struct Connection {
    events: EventLoop,
    client: AsyncClient,
    settings: Settings,
    silence: Silence,
    resuming: Option<Resuming>,
    established: bool,
    rivals: Arc<Mutex<Rivals>>,
    quarrels: Quarrels,
}

/// How often the connection was lost over what was sent, with less than [`PEACE`] in between.
#[derive(Default)]
struct Quarrels {
    row: u32,
    last: Option<Instant>,
}

/// So many quarrels in a row end a connection: what is under way is not sent another time.
const MOST_QUARRELS: u32 = 5;
/// After this time a quarrel is another one.
const PEACE: Duration = Duration::from_secs(60);

impl Quarrels {
    /// Another one. Tells whether they are too many.
    fn add(&mut self, now: Instant) -> bool {
        match self.last {
            Some(last) if now.duration_since(last) < PEACE => self.row += 1,
            _ => self.row = 1,
        }
        self.last = Some(now);
        self.row >= MOST_QUARRELS
    }
}

struct Resuming {
    /// Before the first attempt.
    pause: Duration,
    until: Instant,
    attempts: u32,
    why: Failure,
}

/// What a connection that stands tells. Small: it is handed on a few times for each packet.
enum Heard {
    /// Nothing from the broker.
    Nothing,
    Event(Event),
    Packet(Box<Packet>),
    Fault(Box<ConnectionError>),
    /// The broker was silent for too long.
    Silence,
}

impl Heard {
    /// What comes most often takes the short way.
    fn of(event: rumqttc::Event) -> Self {
        match event {
            rumqttc::Event::Incoming(Packet::Publish(publish)) => {
                Heard::Event(Event::Message(Arc::new(publish)))
            }
            rumqttc::Event::Incoming(Packet::PubAck(_)) => Heard::Event(Event::Other),
            rumqttc::Event::Incoming(packet) => Heard::Packet(Box::new(packet)),
            rumqttc::Event::Outgoing(_) | rumqttc::Event::Auth(_) => Heard::Nothing,
        }
    }
}

/// The second attempt to take up a connection again comes after this time, the next one after twice as long, up to
/// [`LONGEST_PAUSE`].
const SECOND_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Connection {
    pub(super) fn new(events: EventLoop, client: AsyncClient, settings: Settings) -> Self {
        Connection {
            events,
            client,
            settings,
            silence: Silence::new(),
            resuming: None,
            established: false,
            rivals: Arc::new(Mutex::new(Rivals::new(Kind::None))),
            quarrels: Quarrels::default(),
        }
    }

    /// Others may connect under the same identifier.
    pub(crate) fn expect_rivals(&mut self, rivals: Arc<Mutex<Rivals>>) {
        self.rivals = rivals;
    }

    /// How many packets came from the broker.
    pub(crate) fn heard(&self) -> u64 {
        self.silence.heard
    }

    fn rivals(&self) -> MutexGuard<'_, Rivals> {
        self.rivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens next. Not to be cancelled, unless the connection is given up.
    pub(crate) async fn next(&mut self) -> Result<Event, Failure> {
        loop {
            match &mut self.resuming {
                None => {
                    let heard = match self.heard_before() {
                        Some(heard) => heard,
                        None => self.heard_in_time().await,
                    };
                    match heard {
                        Heard::Nothing => {}
                        Heard::Event(event) => {
                            self.silence.heard += 1;
                            return Ok(event);
                        }
                        Heard::Packet(packet) => return Ok(self.event(*packet)),
                        Heard::Fault(error) => {
                            let why = fault::failure(&error, &self.settings);
                            if !self.established {
                                return Err(fault::unanswered(&error, why));
                            }
                            if !why.is_passing() {
                                return Err(why);
                            }
                            if fault::is_quarrel(&error) && self.quarrels.add(Instant::now()) {
                                return Err(fault::quarrelled(self.quarrels.row, why));
                            }
                            return self.lost(why);
                        }
                        Heard::Silence if !self.established => {
                            return Err(Failure::Connection(format!(
                                "{} did not answer within {:?}",
                                self.settings.place(),
                                self.settings.connect_timeout
                            )));
                        }
                        Heard::Silence => {
                            // A write that never ends was cancelled; the connection is of no use.
                            self.events.clean();
                            return self.lost(Failure::Connection(format!(
                                "{} was silent for {:?}",
                                self.settings.place(),
                                self.patience()
                            )));
                        }
                    }
                }
                Some(resuming) => {
                    let pause = match resuming.attempts {
                        0 => resuming.pause,
                        n => (SECOND_PAUSE * 2_u32.pow((n - 1).min(8))).min(LONGEST_PAUSE),
                    };
                    if Instant::now() + pause >= resuming.until {
                        return Err(resuming.why.clone());
                    }
                    sleep(pause).await;
                    resuming.attempts += 1;
                    match timeout_at(resuming.until, self.events.poll()).await {
                        Ok(Ok(rumqttc::Event::Incoming(packet))) => {
                            let mut event = self.event(packet);
                            if let Event::Connected {
                                resumed, smoothly, ..
                            } = &mut event
                                && let Some(resuming) = self.resuming.take()
                            {
                                *smoothly = *resumed && resuming.attempts == 1;
                                self.rivals().taken_up(*smoothly, Instant::now());
                            }
                            return Ok(event);
                        }
                        Ok(Ok(_)) => return Ok(Event::Other),
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

    /// What was heard already: the client reads some packets at a time, and hands out one with each call.
    fn heard_before(&mut self) -> Option<Heard> {
        self.events.state.events.pop_front().map(Heard::of)
    }

    /// What is heard next.
    async fn heard_in_time(&mut self) -> Heard {
        let patience = self.patience();
        let interval = self.established.then(|| self.events.options.keep_alive());
        let Connection {
            events,
            client,
            silence,
            ..
        } = self;
        let mut event = pin!(events.poll());
        poll_fn(|context| {
            if let Poll::Ready(event) = event.as_mut().poll(context) {
                return Poll::Ready(match event {
                    Ok(event) => Heard::of(event),
                    Err(error) => Heard::Fault(Box::new(error)),
                });
            }
            let probe = || {
                // It takes back a subscription that it never had.
                if let Err(error) = client.try_unsubscribe(super::NO_SUBSCRIPTION) {
                    tracing::debug!(%error, "no sign of life could be asked for");
                }
            };
            silence
                .poll(context, patience, interval, probe)
                .map(|()| Heard::Silence)
        })
        .await
    }

    /// Drops settlements that were asked for before [`Event::Lost`] was known, questions that were not answered, and which
    /// messages of q2 are half settled. Without messages under way only.
    ///
    /// The client would take a new message for a copy of the half-settled one that had its identifier before. A broker
    /// that was killed gives identifiers anew; whoever receives tells copies by more than that.
    pub(crate) fn forget(&mut self) {
        self.events.clean();
        // The client would ask again, under identifiers that it keeps in the state that goes here: it would wait for them
        // for ever, and everything that is asked later with it.
        if self
            .events
            .state
            .outbound_diagnostics()
            .packet_identifiers_in_use
            > 0
        {
            let unanswered = NoticeFailureReason::SessionReset;
            self.events.drain_pending_as_failed(unanswered);
        }
        let most = self.events.options.get_outgoing_inflight_upper_limit();
        self.events.state = MqttStateBuilder::new(most.unwrap_or(u16::MAX))
            .ack_mode(AckMode::Manual)
            .build();
    }

    /// Two intervals without a sign of life, and a little for the way.
    fn patience(&self) -> Duration {
        if self.established {
            self.events.options.keep_alive() * 2 + Duration::from_millis(500)
        } else {
            self.settings.connect_timeout
        }
    }

    fn lost(&mut self, why: Failure) -> Result<Event, Failure> {
        let broker = self.settings.place();
        let verdict = self.rivals().lost(Instant::now());
        let pause = match verdict {
            Verdict::Resume(pause) => pause,
            Verdict::Warn(pause) => {
                tracing::warn!(
                    %broker,
                    "a consumer loses its connection again and again; does another program use the same instance \
                     (`--instance-id`)?"
                );
                pause
            }
            Verdict::Replaced => return Err(fault::taken_over(&self.settings)),
            Verdict::End => return Err(fault::perhaps_taken_over(&self.settings, &why)),
        };
        tracing::debug!(?why, %broker, "connection lost, resuming");
        // Only a pause that is longer than the usual one adds to the time to resume.
        let longer = pause.saturating_sub(SECOND_PAUSE);
        self.resuming = Some(Resuming {
            pause,
            until: Instant::now() + self.settings.resume + longer,
            attempts: 0,
            why,
        });
        Ok(Event::Lost)
    }

    fn event(&mut self, packet: Packet) -> Event {
        self.silence.heard += 1;
        match packet {
            Packet::ConnAck(connack) => {
                if !self.established {
                    self.rivals().opened(Instant::now());
                }
                self.established = true;
                // From now on it may be silent for another time than before.
                self.silence.look();
                // From now on the session is resumed. The store has done its service, and would be written to at each
                // packet.
                self.events.options.set_clean_start(false);
                self.events.options.clear_session_store();
                Event::Connected {
                    resumed: connack.session_present,
                    smoothly: false,
                    limits: limits(&connack),
                }
            }
            Packet::Publish(publish) => Event::Message(Arc::new(publish)),
            Packet::PubRel(release) => Event::Released(release.pkid),
            Packet::SubAck(suback) => Event::Subscribed {
                answer: subscribed(&suback, &self.settings),
                marked: suback
                    .return_codes
                    .iter()
                    .all(|code| matches!(code, SubscribeReasonCode::Success(_))),
            },
            // Where the broker says anything else, it is not known that there was none.
            Packet::UnsubAck(unsuback) => Event::Unsubscribed(
                unsuback
                    .reasons
                    .iter()
                    .map(|reason| *reason != UnsubAckReason::NoSubscriptionExisted)
                    .collect(),
            ),
            _ => Event::Other,
        }
    }
}

impl Drop for Connection {
    /// However it ends, what was asked of it and not carried out fails: requests do not stay behind in the client's queue,
    /// which lasts as long as somebody waits for one of them.
    fn drop(&mut self) {
        self.events.clean();
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

fn subscribed(suback: &SubAck, settings: &Settings) -> Result<(), Failure> {
    match suback.return_codes.first() {
        Some(SubscribeReasonCode::Success(_)) => Ok(()),
        Some(SubscribeReasonCode::NotAuthorized) => Err(Failure::Auth(format!(
            "{} does not let {} subscribe to the topic",
            settings.place(),
            settings.who()
        ))),
        Some(code) => Err(Failure::Refused(format!(
            "the broker refused the subscription: {code:?}"
        ))),
        None => Err(Failure::Refused(
            "the broker answered a subscription with nothing".to_owned(),
        )),
    }
}
