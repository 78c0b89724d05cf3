//! What happens on a connection while it is there: what comes goes to whom it concerns, what is to be sent is written,
//! and signs of life are given and asked for.

use bytes::BytesMut;
use pulsar::proto::BaseCommand;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use super::connection::Shared;
use super::dial::Stream;
use super::frame::{self, Body, Frame};
use super::routes::Event;
use super::{command, fault};

/// Reads and writes until it ends; why.
pub(super) async fn drive(
    shared: &Shared,
    stream: Box<dyn Stream>,
    input: BytesMut,
    max_message: usize,
) -> String {
    let (reading, writing) = tokio::io::split(stream);
    tokio::select! {
        why = read(shared, reading, input, max_message) => why,
        why = write(shared, writing) => why,
    }
}

async fn write(shared: &Shared, mut stream: WriteHalf<Box<dyn Stream>>) -> String {
    /// Memory that is kept for the next messages.
    const KEPT: usize = 256 * 1024;
    let mut output = BytesMut::new();
    loop {
        std::mem::swap(&mut output, &mut *shared.outbox());
        if output.is_empty() {
            shared.filled.notified().await;
            continue;
        }
        let written = async {
            stream.write_all(&output).await?;
            stream.flush().await
        };
        if let Err(e) = written.await {
            return e.to_string();
        }
        match output.capacity() > KEPT {
            true => output = BytesMut::new(),
            false => output.clear(),
        }
    }
}

async fn read(
    shared: &Shared,
    mut stream: ReadHalf<Box<dyn Stream>>,
    mut input: BytesMut,
    max_message: usize,
) -> String {
    let interval = shared.settings.keep_alive;
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    let (mut heard, mut asked) = (true, false);
    loop {
        loop {
            match frame::read(&mut input, max_message) {
                Ok(Some(frame)) => deliver(shared, frame),
                Ok(None) => break,
                Err(why) => return why,
            }
        }
        if input.capacity() - input.len() < 4 * 1024 {
            input.reserve(64 * 1024);
        }
        tokio::select! {
            biased;
            read = stream.read_buf(&mut input) => match read {
                Ok(0) => return "the broker ended the connection".to_owned(),
                Ok(_) => (heard, asked) = (true, false),
                Err(e) => return e.to_string(),
            },
            _ = ticks.tick() => {
                if !heard && asked {
                    return format!("the broker gave no sign of life for {:?}", 2 * interval);
                }
                shared.write(&command::ping());
                (heard, asked) = (false, true);
            }
        }
    }
}

/// Brings a frame to whom it concerns.
fn deliver(shared: &Shared, frame: Frame) {
    let Frame { command, body } = frame;
    let to_consumer = |id: u64, event: Event| {
        let sink = shared.routes().consumers.get(&id).cloned();
        if let Some(sink) = sink {
            sink.event(event);
        }
    };
    let to_producer = |id: u64, event: Event| {
        let sink = shared.routes().producers.get(&id).cloned();
        if let Some(sink) = sink {
            sink.event(event);
        }
    };
    if let Some(message) = command.message {
        let event = match body {
            Body::Message(metadata, payload) => Event::Message(message, metadata, payload),
            Body::Corrupt | Body::None => Event::Corrupt(message),
        };
        return to_consumer_of(event, to_consumer);
    }
    if let Some(receipt) = command.send_receipt {
        let event = Event::Receipt(receipt.sequence_id, receipt.message_id);
        return to_producer(receipt.producer_id, event);
    }
    if let Some(error) = command.send_error {
        let why = fault::failure(error.error, &error.message, "the topic", &shared.settings);
        return to_producer(error.producer_id, Event::NotTaken(error.sequence_id, why));
    }
    if command.ping.is_some() {
        return shared.write(&command::pong());
    }
    if let Some(closed) = command.close_producer {
        return to_producer(closed.producer_id, Event::Ended);
    }
    if let Some(closed) = command.close_consumer {
        return to_consumer(closed.consumer_id, Event::Ended);
    }
    if let Some(change) = command.active_consumer_change {
        let active = change.is_active.unwrap_or_default();
        return to_consumer(change.consumer_id, Event::Active(active));
    }
    if let Some(end) = command.reached_end_of_topic {
        return to_consumer(end.consumer_id, Event::EndOfTopic);
    }
    if command.auth_challenge.is_some() {
        return shared.write(&command::auth_response(shared.settings.token.as_deref()));
    }
    answer(shared, command);
}

fn to_consumer_of(event: Event, to_consumer: impl Fn(u64, Event)) {
    let id = match &event {
        Event::Message(message, ..) | Event::Corrupt(message) => message.consumer_id,
        _ => return,
    };
    to_consumer(id, event);
}

/// Brings an answer to whom asked.
fn answer(shared: &Shared, command: BaseCommand) {
    let error = |code: Option<i32>, message: &Option<String>| {
        code.map(|code| (code, message.clone().unwrap_or_default()))
    };
    let (number, failed) = if let Some(success) = &command.success {
        (success.request_id, None)
    } else if let Some(success) = &command.producer_success {
        // One that has to wait for its turn is told again.
        if success.producer_ready == Some(false) {
            return;
        }
        (success.request_id, None)
    } else if let Some(failed) = &command.error {
        (
            failed.request_id,
            Some((failed.error, failed.message.clone())),
        )
    } else if let Some(found) = &command.lookup_topic_response {
        (found.request_id, error(found.error, &found.message))
    } else if let Some(found) = &command.partition_metadata_response {
        (found.request_id, error(found.error, &found.message))
    } else if let Some(found) = &command.get_schema_response {
        (
            found.request_id,
            error(found.error_code, &found.error_message),
        )
    } else if let Some(acked) = &command.ack_response {
        let Some(number) = acked.request_id else {
            return;
        };
        (number, error(acked.error, &acked.message))
    } else {
        // Commands of later versions of the protocol.
        return;
    };
    let waiting = shared.routes().requests.remove(&number);
    if let Some(waiting) = waiting {
        // Nobody may wait any more.
        let _gone = waiting.send(match failed {
            Some(failed) => Err(failed),
            None => Ok(command),
        });
    }
}
