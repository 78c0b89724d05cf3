//! A producer that writes what it likes: the protocol as the client crate encodes it, and nothing that checks.

use bytes::BytesMut;
use pulsar::message::proto::{
    BaseCommand, CommandConnect, CommandProducer, CommandSend, MessageMetadata, base_command,
};
use pulsar::message::{Codec, Message, Payload};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::codec::{Decoder, Encoder};

/// A producer of one topic.
pub struct Raw {
    stream: TcpStream,
    input: BytesMut,
    name: String,
}

impl Raw {
    pub async fn new(port: u16, topic: &str) -> Raw {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let mut raw = Raw {
            stream: stream.expect("a broker"),
            input: BytesMut::new(),
            name: String::new(),
        };
        let connect = BaseCommand {
            r#type: base_command::Type::Connect.into(),
            connect: Some(CommandConnect {
                client_version: "raw".to_owned(),
                protocol_version: Some(12),
                ..CommandConnect::default()
            }),
            ..BaseCommand::default()
        };
        raw.write(connect, None).await;
        raw.read(base_command::Type::Connected).await;
        let producer = BaseCommand {
            r#type: base_command::Type::Producer.into(),
            producer: Some(CommandProducer {
                topic: topic.to_owned(),
                ..CommandProducer::default()
            }),
            ..BaseCommand::default()
        };
        raw.write(producer, None).await;
        let success = raw.read(base_command::Type::ProducerSuccess).await;
        raw.name = success.producer_success.expect("a producer").producer_name;
        raw
    }

    /// Sends a message with the metadata as they are, but for the producer's name, and waits until it is confirmed.
    pub async fn send(&mut self, metadata: MessageMetadata, data: impl Into<Vec<u8>>) {
        let send = BaseCommand {
            r#type: base_command::Type::Send.into(),
            send: Some(CommandSend {
                sequence_id: metadata.sequence_id,
                is_chunk: metadata.uuid.is_some().then_some(true),
                ..CommandSend::default()
            }),
            ..BaseCommand::default()
        };
        let metadata = MessageMetadata {
            producer_name: self.name.clone(),
            ..metadata
        };
        let data = data.into();
        self.write(send, Some(Payload { metadata, data })).await;
        self.read(base_command::Type::SendReceipt).await;
    }

    async fn write(&mut self, command: BaseCommand, payload: Option<Payload>) {
        let mut out = BytesMut::new();
        let message = Message { command, payload };
        Codec.encode(message, &mut out).expect("room");
        self.stream.write_all(&out).await.expect("a link");
    }

    /// What the broker says, when it is of this type.
    async fn read(&mut self, wanted: base_command::Type) -> BaseCommand {
        loop {
            while let Some(found) = Codec.decode(&mut self.input).expect("a frame") {
                let command = found.command;
                if command.r#type == i32::from(wanted) {
                    return command;
                }
                assert!(
                    command.error.is_none() && command.send_error.is_none(),
                    "{command:?}"
                );
            }
            let read = self.stream.read_buf(&mut self.input).await;
            assert!(read.expect("a link") > 0, "the broker ended the connection");
        }
    }
}
