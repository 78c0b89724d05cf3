//! The connection's bytes: a TCP connection, encrypted or not, with one thing checked and two mended on the way in.
//!
//! The first bytes tell whether somebody answers who speaks MQTT 5. The client waits in vain for the rest of an answer
//! in MQTT 3, which is shorter, or in another protocol.
//!
//! A DISCONNECT may consist of its reason alone, without properties and their length; mosquitto sends it so. The
//! client takes that for a broken packet and loses the reason, which tells a consumer that was replaced from one that
//! should reconnect. Here it gets the length of its properties, none.
//!
//! A message that is larger than mosquitto's `message_size_limit` is answered with the reason 149, which MQTT has for
//! connections and not for messages. The client takes that for a broken packet too, and would send the message again over
//! each connection, for ever, and no other one. Here it gets a reason that it knows; see [`TOO_LARGE`].

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rumqttc::{MqttOptions, default_socket_connect};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::encryption::Unfit;
use super::gather::Gather;
use crate::failure::Failure;
use crate::settings::Settings;

trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// Makes connections of these options come from here.
pub(super) fn set_transport(options: &mut MqttOptions, settings: &Settings) -> Result<(), Failure> {
    let encrypt = super::encryption::encryptor(settings).map_err(Unfit::failure)?;
    let encrypt = encrypt.map(Arc::new);
    options.set_socket_connector(move |address, network| {
        let encrypt = encrypt.clone();
        async move {
            let plain = default_socket_connect(address, network).await?;
            let stream: Box<dyn Duplex> = match encrypt {
                Some(encrypt) => Box::new(encrypt.connect(plain).await?),
                None => Box::new(plain),
            };
            Ok(Mended::new(Gather::new(stream)))
        }
    });
    Ok(())
}

const CONNACK: u8 = 0x20;
const PUBACK: u8 = 0x40;
const PUBREC: u8 = 0x50;
const DISCONNECT: u8 = 0xe0;
const AUTH: u8 = 0xf0;

/// What stands for 149, "packet too large", as the answer to a message: 153, "payload format invalid". Nothing here says
/// what the format of a payload is, so that no broker has a reason to say this.
const TOO_LARGE: (u8, u8) = (149, 153);

/// The first bytes were not those of MQTT 5.
#[derive(Debug)]
pub(super) struct Foreign;

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer is not MQTT 5")
    }
}
impl std::error::Error for Foreign {}

/// A stream whose last packet is mended.
struct Mended<S> {
    inner: S,
    greeting: Greeting,
    place: Place,
    /// The last packet: read from the connection, and not handed on.
    last: Vec<u8>,
}

/// How much of the first packet was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeting {
    Nothing,
    /// It is an answer to a connection; its length comes next.
    Answer,
    Known,
}

/// Where in the packets the stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before a packet.
    Start,
    /// In the length of its rest. `answers`: it is the answer to a message.
    Length {
        value: usize,
        shift: u32,
        answers: bool,
    },
    /// In the rest of an answer, so many bytes before its reason.
    Answer { before: u8, left: usize },
    /// In its rest.
    Rest(usize),
    /// In the last packet.
    Last,
    /// After it, or in something that is no MQTT.
    After,
}

impl<S> Mended<S> {
    fn new(inner: S) -> Self {
        Mended {
            inner,
            greeting: Greeting::Nothing,
            place: Place::Start,
            last: Vec::new(),
        }
    }

    /// Looks at the first bytes.
    fn greet(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            self.greeting = match (self.greeting, byte) {
                (Greeting::Known, _) => break,
                (Greeting::Nothing, CONNACK) => Greeting::Answer,
                (Greeting::Nothing, DISCONNECT | AUTH) => Greeting::Known,
                // Flags, a reason, and the length of the properties, which MQTT 3 has not.
                (Greeting::Answer, 3..) => Greeting::Known,
                _ => return Err(io::Error::new(io::ErrorKind::InvalidData, Foreign)),
            };
        }
        Ok(())
    }

    /// Goes over bytes that were read, and mends them: how many of them come before the last packet.
    fn scan(&mut self, bytes: &mut [u8]) -> usize {
        let mut scanned = 0;
        while let Some(byte) = bytes.get_mut(scanned) {
            let mut taken = 1;
            self.place = match self.place {
                Place::Start if *byte == DISCONNECT => {
                    self.place = Place::Last;
                    return scanned;
                }
                Place::Start => Place::Length {
                    value: 0,
                    shift: 0,
                    answers: matches!(*byte, PUBACK | PUBREC),
                },
                Place::Length {
                    value,
                    shift,
                    answers,
                } => {
                    let value = value | usize::from(*byte & 0x7f) << shift;
                    match (*byte & 0x80 != 0, shift) {
                        (true, 0..=14) => Place::Length {
                            value,
                            shift: shift + 7,
                            answers,
                        },
                        // Longer than a length may be: the client refuses it.
                        (true, _) => Place::After,
                        (false, _) if value == 0 => Place::Start,
                        // The identifier, and then the reason.
                        (false, _) if answers && value > 2 => Place::Answer {
                            before: 2,
                            left: value,
                        },
                        (false, _) => Place::Rest(value),
                    }
                }
                Place::Answer { before: 0, left } => {
                    if *byte == TOO_LARGE.0 {
                        *byte = TOO_LARGE.1;
                    }
                    match left - 1 {
                        0 => Place::Start,
                        left => Place::Rest(left),
                    }
                }
                Place::Answer { before, left } => Place::Answer {
                    before: before - 1,
                    left: left - 1,
                },
                Place::Rest(left) => {
                    taken = left.min(bytes.len() - scanned);
                    match left - taken {
                        0 => Place::Start,
                        left => Place::Rest(left),
                    }
                }
                Place::Last | Place::After => return bytes.len(),
            };
            scanned += taken;
        }
        scanned
    }

    /// Whether the last packet is complete enough to be handed on; mends it where it needs that.
    fn mend(&mut self) -> bool {
        match self.last.as_slice() {
            [] | [_] | [_, 1] => false,
            [DISCONNECT, 1, reason, ..] => {
                self.last = vec![DISCONNECT, 2, *reason, 0];
                true
            }
            _ => true,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Mended<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.place == Place::After && !this.last.is_empty() {
                let now = this.last.len().min(buffer.remaining());
                buffer.put_slice(&this.last.drain(..now).collect::<Vec<_>>());
                return Poll::Ready(Ok(()));
            }
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(context, buffer))?;
            let read = buffer.filled_mut().get_mut(before..).unwrap_or_default();
            if read.is_empty() {
                // The connection ended. What is left of a last packet is handed on as it is.
                if this.place == Place::Last && !this.last.is_empty() {
                    this.place = Place::After;
                    continue;
                }
                return Poll::Ready(Ok(()));
            }
            if let Err(error) = this.greet(read) {
                // An error means that nothing was read.
                buffer.set_filled(before);
                return Poll::Ready(Err(error));
            }
            let kept = match this.place {
                Place::Last => 0,
                Place::After => return Poll::Ready(Ok(())),
                _ => this.scan(read),
            };
            if this.place != Place::Last {
                return Poll::Ready(Ok(()));
            }
            this.last
                .extend_from_slice(read.get(kept..).unwrap_or_default());
            buffer.set_filled(before + kept);
            if this.mend() {
                this.place = Place::After;
            }
            if kept > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Mended<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, bytes)
    }
    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// What comes out where these bytes go in, `step` at a time.
    async fn read(sent: &[u8], step: usize) -> Vec<u8> {
        let (mut there, here) = tokio::io::duplex(step);
        let mut mended = Mended::new(here);
        let sent = sent.to_vec();
        let writing = tokio::spawn(async move {
            there.write_all(&sent).await.expect("written");
        });
        let mut found = Vec::new();
        mended.read_to_end(&mut found).await.expect("read");
        writing.await.expect("written");
        found
    }

    #[tokio::test]
    async fn a_short_disconnect_gets_its_length_and_nothing_else_changes() {
        let mut publish = vec![0x30, 0x80, 0x01];
        // Bytes of a payload that look like what is mended.
        publish.extend([0xe0, 0x01, 0x8e].repeat(43).iter().take(128));
        let ping = [0xd0, 0x00];
        let connack = [0x20, 0x03, 0x00, 0x00, 0x00];
        for (last, mended) in [
            (&[0xe0, 0x01, 0x8e][..], &[0xe0, 0x02, 0x8e, 0x00][..]),
            (&[0xe0, 0x02, 0x8e, 0x00], &[0xe0, 0x02, 0x8e, 0x00]),
            (&[0xe0, 0x00], &[0xe0, 0x00]),
            (&[0xe0], &[0xe0]),
            (&[0xe0, 0x01], &[0xe0, 0x01]),
            (&[], &[]),
            // No length has five bytes.
            (
                &[0x30, 0xff, 0xff, 0xff, 0xff, 0xe0, 0x01, 0x8e],
                &[0x30, 0xff, 0xff, 0xff, 0xff, 0xe0, 0x01, 0x8e],
            ),
        ] {
            let sent = [&connack[..], &publish, &ping, last].concat();
            let expected = [&connack[..], &publish, &ping, mended].concat();
            for step in [1, 2, 3, 7, 4096] {
                assert_eq!(read(&sent, step).await, expected, "{last:?} by {step}");
            }
        }
    }

    #[tokio::test]
    async fn an_answer_to_a_message_that_is_too_large_gets_a_reason_that_the_client_knows() {
        let connack = [0x20, 0x03, 0x00, 0x00, 0x00];
        // Bytes of a payload that look like what is mended.
        let publish = [0x30, 0x05, 0x40, 0x03, 0x00, 0x07, 149];
        let [long, short] = [
            [0x40, 0x04, 0x00, 149, 149, 0x00],
            [0x40, 0x02, 0, 149, 0xd0, 0],
        ];
        for (answer, mended) in [
            (
                &[0x40, 0x03, 0x00, 0x07, 149][..],
                &[0x40, 0x03, 0x00, 0x07, 153][..],
            ),
            (
                &[0x50, 0x03, 0x00, 0x07, 149],
                &[0x50, 0x03, 0x00, 0x07, 153],
            ),
            (&long, &[0x40, 0x04, 0x00, 149, 153, 0x00]),
            (&[0x40, 0x03, 0x00, 0x07, 16], &[0x40, 0x03, 0x00, 0x07, 16]),
            (&short, &short),
            // The second half of a message of q2, and the answer to a subscription.
            (
                &[0x70, 0x03, 0x00, 0x07, 149],
                &[0x70, 0x03, 0x00, 0x07, 149],
            ),
            (
                &[0x90, 0x04, 0x00, 0x07, 0, 149],
                &[0x90, 0x04, 0x00, 0x07, 0, 149],
            ),
        ] {
            let sent = [&connack[..], answer, &publish, answer].concat();
            let expected = [&connack[..], mended, &publish, mended].concat();
            for step in [1, 2, 3, 7, 4096] {
                assert_eq!(read(&sent, step).await, expected, "{answer:?} by {step}");
            }
        }
    }

    #[tokio::test]
    async fn what_does_not_begin_as_mqtt_5_is_refused() {
        for sent in [
            &[0x20, 0x02, 0x00, 0x01][..],
            &[0x20, 0x00],
            &[0x30, 0x03, 0x00, 0x00, 0x00],
            b"HTTP/1.1 400 Bad Request",
        ] {
            for step in [1, 4096] {
                let (mut there, here) = tokio::io::duplex(step);
                let sent_now = sent.to_vec();
                // Nobody reads the rest.
                let writing = tokio::spawn(async move { there.write_all(&sent_now).await });
                let error = Mended::new(here).read_to_end(&mut Vec::new()).await;
                let error = error.expect_err("refused");
                let inner = error.get_ref().expect("an error inside");
                assert!(inner.is::<Foreign>(), "{sent:?} by {step}");
                let _broken = writing.await.expect("a task");
            }
        }
    }
}
