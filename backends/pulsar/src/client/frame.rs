//! Frames of the protocol: commands and messages into bytes, and bytes into them.
//!
//! A frame is its length, the length of its command, the command, and for messages a checksum, the length of the
//! metadata, the metadata and the payload. All lengths are of 4 bytes, big-endian. What a broker sends is checked
//! against a limit before it is waited for.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use crc::{CRC_32_ISCSI, Crc, Table};
use prost::Message as _;
use pulsar::proto::{BaseCommand, CommandSend, MessageMetadata, base_command};

static CHECKSUM: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);

/// Comes before the checksum.
const MAGIC: [u8; 2] = [0x0e, 0x01];
/// Room in a frame beside the message: its command and what the broker adds.
const PADDING: usize = 64 * 1024;
/// Payloads up to this size are copied out of the buffer in which they came, so that one message that is kept does not
/// keep all that came with it.
const COPIED: usize = 16 * 1024;

/// A message, encoded but for the command before it.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    metadata: Bytes,
    payload: Bytes,
    checksum: u32,
    /// It is one of several chunks of a message.
    is_chunk: bool,
}

/// A frame that came.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) command: BaseCommand,
    pub(crate) body: Body,
}

/// What came behind a command.
#[derive(Debug)]
pub(crate) enum Body {
    None,
    Message(Box<MessageMetadata>, Bytes),
    /// It does not have the checksum that it should have, or its metadata cannot be read.
    Corrupt,
}

impl Packet {
    pub(crate) fn new(metadata: &MessageMetadata, payload: Bytes) -> Self {
        let is_chunk = metadata.uuid.is_some();
        let metadata = Bytes::from(metadata.encode_to_vec());
        let mut digest = CHECKSUM.digest();
        digest.update(&length(metadata.len()));
        digest.update(&metadata);
        digest.update(&payload);
        Packet {
            checksum: digest.finalize(),
            metadata,
            payload,
            is_chunk,
        }
    }
    /// Bytes that the broker counts.
    pub(crate) fn size(&self) -> usize {
        self.metadata.len().saturating_add(self.payload.len())
    }

    /// Writes the frame that sends it.
    pub(crate) fn write(&self, producer: u64, sequence: u64, out: &mut BytesMut) {
        let command = BaseCommand {
            r#type: base_command::Type::Send.into(),
            send: Some(CommandSend {
                producer_id: producer,
                sequence_id: sequence,
                is_chunk: self.is_chunk.then_some(true),
                ..CommandSend::default()
            }),
            ..BaseCommand::default()
        };
        let size = command.encoded_len();
        let total = 4 + size + MAGIC.len() + 4 + 4 + self.size();
        out.reserve(4 + total);
        out.put_slice(&length(total));
        out.put_slice(&length(size));
        // Memory grows as it is needed: there is always room.
        let _room = command.encode(out);
        out.put_slice(&MAGIC);
        out.put_u32(self.checksum);
        out.put_slice(&length(self.metadata.len()));
        out.put_slice(&self.metadata);
        out.put_slice(&self.payload);
    }
}

/// Writes a frame of a command alone.
pub(crate) fn write(command: &BaseCommand, out: &mut BytesMut) {
    let size = command.encoded_len();
    out.reserve(8 + size);
    out.put_slice(&length(4 + size));
    out.put_slice(&length(size));
    let _room = command.encode(out);
}

fn length(length: usize) -> [u8; 4] {
    // Frames of more than the broker's limit are refused long before.
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// Takes a frame out of what came. `None`: it is not complete; there is room for the rest of it.
///
/// # Errors
/// What came is no frame, or one of more than `max_message` bytes.
pub(crate) fn read(input: &mut BytesMut, max_message: usize) -> Result<Option<Frame>, String> {
    let Some(total) = peek_length(input) else {
        return Ok(None);
    };
    let max = max_message.saturating_add(PADDING);
    if total > max {
        return Err(format!(
            "it sent a frame of {total} bytes, at most {max} are expected"
        ));
    }
    if input.len() < 4 + total {
        input.reserve(4 + total - input.len());
        return Ok(None);
    }
    let mut frame = input.split_to(4 + total);
    frame.advance(4);
    let size = peek_length(&frame).filter(|size| *size <= total - 4);
    let Some(size) = size else {
        return Err("it sent a frame whose lengths contradict each other".to_owned());
    };
    frame.advance(4);
    let command = BaseCommand::decode(frame.split_to(size))
        .map_err(|e| format!("it sent a command that cannot be read: {e}"))?;
    let body = match frame.is_empty() {
        true => Body::None,
        false => message(frame.freeze()).unwrap_or(Body::Corrupt),
    };
    Ok(Some(Frame { command, body }))
}

/// The part of a frame behind its command.
fn message(mut rest: Bytes) -> Option<Body> {
    if rest.starts_with(&MAGIC) {
        rest.advance(MAGIC.len());
        let expected = peek_length(&rest)?;
        rest.advance(4);
        if CHECKSUM.checksum(&rest) as usize != expected {
            return None;
        }
    }
    let size = peek_length(&rest)?;
    rest.advance(4);
    if size > rest.len() {
        return None;
    }
    let metadata = MessageMetadata::decode(rest.split_to(size)).ok()?;
    let payload = match rest.len() <= COPIED {
        true => Bytes::copy_from_slice(&rest),
        false => rest,
    };
    Some(Body::Message(Box::new(metadata), payload))
}

fn peek_length(input: &[u8]) -> Option<usize> {
    let bytes = input.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

#[cfg(test)]
mod tests {
    use pulsar::proto::{CommandMessage, CommandPing, MessageIdData};

    use super::*;

    fn metadata() -> MessageMetadata {
        MessageMetadata {
            producer_name: "p".to_owned(),
            sequence_id: 7,
            publish_time: 1,
            ..MessageMetadata::default()
        }
    }

    /// What a broker sends for what we send.
    fn delivered(packet: &Packet) -> BytesMut {
        let mut sent = BytesMut::new();
        packet.write(1, 7, &mut sent);
        sent
    }

    #[test]
    fn messages_come_as_they_were_sent() {
        let packet = Packet::new(&metadata(), Bytes::from_static(b"hello"));
        let mut input = delivered(&packet);
        assert!(input.len() > packet.size());
        let frame = read(&mut input, 1_000).expect("a frame").expect("complete");
        let send = frame.command.send.expect("a send");
        assert_eq!((send.producer_id, send.sequence_id), (1, 7));
        let Body::Message(read, payload) = frame.body else {
            panic!("{:?}", frame.body);
        };
        assert_eq!((*read, &payload[..]), (metadata(), &b"hello"[..]));
        assert!(input.is_empty());
    }

    #[test]
    fn frames_come_in_pieces_and_together() {
        let ping = BaseCommand {
            r#type: base_command::Type::Ping.into(),
            ping: Some(CommandPing {}),
            ..BaseCommand::default()
        };
        let mut sent = BytesMut::new();
        write(&ping, &mut sent);
        write(&ping, &mut sent);
        let mut input = BytesMut::new();
        let mut frames = 0;
        for byte in sent {
            input.put_u8(byte);
            while read(&mut input, 10).expect("frames").is_some() {
                frames += 1;
            }
        }
        assert_eq!((frames, input.len()), (2, 0));
    }

    #[test]
    fn a_flipped_bit_is_noticed_and_the_next_frame_is_read() {
        let packet = Packet::new(&metadata(), Bytes::from_static(b"hello"));
        let mut input = delivered(&packet);
        let last = input.len() - 1;
        input[last] ^= 1;
        input.extend_from_slice(&delivered(&packet));
        let first = read(&mut input, 1_000).expect("a frame").expect("complete");
        assert!(matches!(first.body, Body::Corrupt));
        let second = read(&mut input, 1_000).expect("a frame").expect("complete");
        assert!(matches!(second.body, Body::Message(..)));
    }

    #[test]
    fn a_message_without_a_checksum_is_read() {
        let command = BaseCommand {
            r#type: base_command::Type::Message.into(),
            message: Some(CommandMessage {
                consumer_id: 1,
                message_id: MessageIdData::default(),
                ..CommandMessage::default()
            }),
            ..BaseCommand::default()
        };
        let (command, metadata) = (command.encode_to_vec(), metadata().encode_to_vec());
        let mut input = BytesMut::new();
        input.put_slice(&length(4 + command.len() + 4 + metadata.len() + 2));
        input.put_slice(&length(command.len()));
        input.put_slice(&command);
        input.put_slice(&length(metadata.len()));
        input.put_slice(&metadata);
        input.put_slice(b"hi");
        let frame = read(&mut input, 1_000).expect("a frame").expect("complete");
        assert!(matches!(frame.body, Body::Message(_, payload) if &payload[..] == b"hi"));
    }

    #[test]
    fn hostile_bytes_are_refused_without_memory() {
        let refused = |bytes: &[u8]| read(&mut BytesMut::from(bytes), 1_000).expect_err("refused");
        assert!(refused(&[0xff; 8]).contains("4294967295 bytes"));
        assert!(refused(&[0, 0, 0, 4, 0, 0, 0, 1]).contains("contradict"));
        assert!(refused(&[0, 0, 0, 0]).contains("contradict"));
        assert!(refused(&[0, 0, 0, 5, 0, 0, 0, 1, 0xff]).contains("cannot be read"));
        let mut waiting = BytesMut::from(&[0, 0, 4, 0][..]);
        assert!(read(&mut waiting, 1_000).expect("waiting").is_none());
        assert!(waiting.capacity() < 8_000);
    }

    #[test]
    fn random_bytes_do_no_harm() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let packet = delivered(&Packet::new(&metadata(), Bytes::from_static(b"hello")));
        for _ in 0..20_000 {
            let mut input = packet.clone();
            for _ in 0..3 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let at = usize::try_from(seed >> 32).expect("64 bits") % input.len();
                input[at] = seed.to_be_bytes()[7];
            }
            let length = input.len();
            let _frame = read(&mut input, 1_000);
            assert!(input.len() <= length);
        }
    }
}
