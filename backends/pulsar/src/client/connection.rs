//! One connection to one broker: requests into answers, and events to those that they concern.
//!
//! A task drives it: it reads and writes, answers the broker's signs of life and asks for them. A connection that is
//! silent for two intervals is gone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use pulsar::proto::BaseCommand;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::address::Address;
use super::dial::{Stream, dial};
use super::drive::drive;
use super::frame::{self, Packet};
use super::routes::{Answered, Event, Routes};
use super::{command, fault};
use crate::failure::Failure;
use crate::settings::Settings;

/// What a broker allows that does not say it.
const MAX_MESSAGE: usize = 5 * 1024 * 1024;
/// More than this, no broker needs to be believed.
const MOST_MESSAGE: usize = 256 * 1024 * 1024;

/// An established connection. When the last one lets go of it, it ends.
pub(crate) struct Connection {
    pub(super) shared: Arc<Shared>,
    task: AbortHandle,
    /// Most bytes of a message that the broker takes.
    pub(crate) max_message: usize,
    /// What the broker is.
    pub(crate) server: String,
}

pub(super) struct Shared {
    pub(super) settings: Arc<Settings>,
    place: String,
    /// What is to be written.
    outbox: Mutex<BytesMut>,
    /// There is something in it.
    pub(super) filled: Notify,
    routes: Mutex<Routes>,
    numbers: AtomicU64,
}

impl Shared {
    pub(super) fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn outbox(&self) -> MutexGuard<'_, BytesMut> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn write(&self, command: &BaseCommand) {
        frame::write(command, &mut self.outbox());
        self.filled.notify_one();
    }
    fn end(&self, why: &Failure) {
        let sinks = self.routes().end(why.clone());
        for sink in sinks {
            sink.event(Event::Lost(why.clone()));
        }
    }
    fn lost(&self, why: impl std::fmt::Display) -> Failure {
        Failure::Connection(format!("{}: {why}", self.place))
    }
}

impl Connection {
    /// Connects to one of these addresses and says who we are. `proxied`: the proxy that listens there is to pass us on
    /// to this broker.
    pub(crate) async fn open(
        addresses: &[Address],
        proxied: Option<String>,
        settings: &Arc<Settings>,
    ) -> Result<Self, Failure> {
        let (mut stream, place) = dial(addresses, settings).await?;
        let mut input = BytesMut::with_capacity(16 * 1024);
        let shaking = shake_hands(&mut *stream, &mut input, proxied, settings);
        let answer = match timeout(settings.connect_timeout, shaking).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::Connection(format!(
                "nobody who speaks the protocol answered within {:?}",
                settings.connect_timeout
            ))),
        };
        let connected = answer.map_err(|why| match why {
            Failure::Connection(why) => Failure::Connection(format!("{place}: {why}")),
            other => other,
        })?;
        let announced = connected.max_message_size.unwrap_or_default();
        let max_message = match usize::try_from(announced) {
            Ok(0) | Err(_) => MAX_MESSAGE,
            Ok(announced) => announced.min(MOST_MESSAGE),
        };
        let shared = Arc::new(Shared {
            settings: Arc::clone(settings),
            place,
            outbox: Mutex::new(BytesMut::new()),
            filled: Notify::new(),
            routes: Mutex::new(Routes::default()),
            numbers: AtomicU64::new(1),
        });
        let driven = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            let why = drive(&driven, stream, input, max_message).await;
            tracing::debug!(place = driven.place, %why, "a connection has ended");
            driven.end(&driven.lost(why));
        });
        Ok(Connection {
            shared,
            task: task.abort_handle(),
            max_message,
            server: connected.server_version,
        })
    }

    /// Why it ended, where it did.
    pub(crate) fn ended(&self) -> Option<Failure> {
        self.shared.routes().end.clone()
    }
    /// Where it goes to.
    pub(crate) fn place(&self) -> &str {
        &self.shared.place
    }
    /// A number that no request, producer or consumer of this connection has.
    pub(crate) fn number(&self) -> u64 {
        self.shared.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Sends a command that nobody answers. Where the connection is gone, nothing happens.
    pub(crate) fn tell(&self, command: &BaseCommand) {
        self.shared.write(command);
    }
    /// Sends a message. Where the connection is gone, nothing happens: its producer is told.
    pub(crate) fn send(&self, producer: u64, sequence: u64, packet: &Packet) {
        packet.write(producer, sequence, &mut self.shared.outbox());
        self.shared.filled.notify_one();
    }

    /// Sends a request, and gives the broker's answer. `topic` is whom it is about, for texts.
    pub(crate) async fn ask(
        &self,
        operation: &'static str,
        topic: &str,
        command: impl FnOnce(u64) -> BaseCommand,
    ) -> Result<BaseCommand, Failure> {
        self.start(command)?.wait(operation, topic).await
    }

    /// Sends a request, whose answer can be waited for.
    pub(crate) fn start(
        &self,
        command: impl FnOnce(u64) -> BaseCommand,
    ) -> Result<Question, Failure> {
        let (number, answer) = self.request()?;
        self.shared.write(&command(number));
        Ok(Question {
            shared: Arc::clone(&self.shared),
            number,
            answer,
        })
    }

    /// A number for a request, and its answer.
    fn request(&self) -> Result<(u64, oneshot::Receiver<Answered>), Failure> {
        let number = self.number();
        let (tell, answer) = oneshot::channel();
        let mut routes = self.shared.routes();
        if let Some(why) = &routes.end {
            return Err(why.clone());
        }
        routes.requests.insert(number, tell);
        Ok((number, answer))
    }

    /// Ends it now.
    pub(crate) fn end(&self) {
        self.task.abort();
        self.shared.end(&Failure::Closed);
    }
}

/// A request that was sent.
pub(crate) struct Question {
    shared: Arc<Shared>,
    number: u64,
    answer: oneshot::Receiver<Answered>,
}

impl Question {
    /// The broker's answer.
    pub(crate) async fn wait(
        mut self,
        operation: &'static str,
        topic: &str,
    ) -> Result<BaseCommand, Failure> {
        let settings = &self.shared.settings;
        let after = settings.operation_timeout;
        match timeout(after, &mut self.answer).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err((code, message)))) => Err(fault::failure(code, &message, topic, settings)),
            Ok(Err(_)) => Err(self.shared.routes().end.clone().unwrap_or(Failure::Closed)),
            Err(_) => Err(Failure::Timeout(operation, after)),
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.shared.routes().requests.remove(&self.number);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.end();
    }
}

/// Says who we are, and reads what the broker says to that.
async fn shake_hands(
    stream: &mut dyn Stream,
    input: &mut BytesMut,
    proxied: Option<String>,
    settings: &Settings,
) -> Result<pulsar::proto::CommandConnected, Failure> {
    let lost = |e: std::io::Error| Failure::Connection(e.to_string());
    let stranger = |why: String| {
        Failure::Connection(format!(
            "{why}; this may be the port of the HTTP administration, that of brokers is 6650 as a rule"
        ))
    };
    let mut output = BytesMut::new();
    frame::write(
        &command::connect(settings.token.as_deref(), proxied),
        &mut output,
    );
    loop {
        stream.write_all(&output).await.map_err(lost)?;
        stream.flush().await.map_err(lost)?;
        output.clear();
        let frame = loop {
            if let Some(frame) = frame::read(input, MAX_MESSAGE).map_err(stranger)? {
                break frame;
            }
            if stream.read_buf(input).await.map_err(lost)? == 0 {
                return Err(Failure::Connection(
                    "the broker ended the connection before it said who it is; the address of a port with TLS begins with \
                     pulsar+ssl://"
                        .to_owned(),
                ));
            }
        };
        let command = frame.command;
        if let Some(connected) = command.connected {
            return Ok(connected);
        }
        if let Some(error) = command.error {
            return Err(fault::failure(
                error.error,
                &error.message,
                "the broker",
                settings,
            ));
        }
        if command.auth_challenge.is_some() {
            frame::write(
                &command::auth_response(settings.token.as_deref()),
                &mut output,
            );
        }
    }
}
