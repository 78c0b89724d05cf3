//! The client crate at its best: tracked publishes, manual acknowledgements, and the limits that it needs to be fast.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use rumqttc::mqttbytes::v5::{Packet, PublishProperties};
use rumqttc::{
    AckMode, AsyncClient, Broker, Event, EventLoop, MqttOptions, NetworkOptions, PublishOptions,
    QoS, ValidatedTopic,
};
use tg_schema::pubsub::Bytes;
use tokio::task::JoinHandle;

use crate::rounds::{Clock, Run};
use crate::{Outcome, ours::IN_FLIGHT};

/// A publisher and a subscriber, each with a connection of its own.
pub struct Raw {
    publisher: AsyncClient,
    driver: JoinHandle<()>,
    subscriber: Option<Subscriber>,
    topic: ValidatedTopic,
    payload: Bytes,
    /// With the properties that our messages have.
    properties: bool,
}

struct Subscriber {
    client: AsyncClient,
    events: EventLoop,
}

fn connection(id: &str, port: u16, in_flight: u16) -> (AsyncClient, EventLoop) {
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    let mut options = MqttOptions::new(id, Broker::tcp("127.0.0.1", port));
    options
        .set_keep_alive(60)
        .set_receive_maximum(Some(1_000))
        // Each flush looks at as many places, 65,535 of them without it.
        .set_outgoing_inflight_upper_limit(in_flight)
        .set_max_request_batch(64)
        .set_ack_mode(AckMode::Manual)
        .set_network_options(network);
    AsyncClient::builder(options).unbounded().build()
}

impl Subscriber {
    async fn open(port: u16, topic: &str) -> Outcome<Self> {
        let (client, mut events) = connection(&format!("subscriber-{topic}"), port, 1);
        client.try_subscribe(topic, QoS::AtLeastOnce)?;
        loop {
            if let Event::Incoming(Packet::SubAck(_)) = events.poll().await? {
                return Ok(Subscriber { client, events });
            }
        }
    }

    /// Receives and acknowledges so many messages. The last acknowledgement leaves with the next poll.
    async fn receive(&mut self, messages: usize) -> Outcome<()> {
        let mut left = messages;
        while left > 0 {
            if let Event::Incoming(Packet::Publish(publish)) = self.events.poll().await? {
                self.client.try_ack(&publish)?;
                left -= 1;
            }
        }
        Ok(())
    }
}

impl Raw {
    pub async fn open(port: u16, payload: Bytes, properties: bool) -> Outcome<Self> {
        // As long as the names of our topics are: they are in each packet.
        let topic = if properties {
            "raw/bench/more"
        } else {
            "raw/bench/bare"
        };
        let subscriber = Subscriber::open(port, topic).await?;
        let (publisher, mut events) = connection(&format!("publisher-{topic}"), port, 1_000);
        let driver = tokio::spawn(async move { while events.poll().await.is_ok() {} });
        Ok(Raw {
            publisher,
            driver,
            subscriber: Some(subscriber),
            topic: ValidatedTopic::new(topic)?,
            payload,
            properties,
        })
    }

    /// Keeps so many messages in flight as there may be.
    pub async fn flood(&mut self, messages: usize) -> Outcome<Run> {
        let mut subscriber = self.subscriber.take().ok_or("a run before failed")?;
        let clock = Clock::start();
        let receiving = tokio::spawn(async move {
            subscriber.receive(messages).await?;
            Outcome::Ok(subscriber)
        });
        let (client, topic, payload) = (
            self.publisher.clone(),
            self.topic.clone(),
            self.payload.clone(),
        );
        let properties = self.properties;
        let sending = tokio::spawn(async move {
            let mut under_way = VecDeque::with_capacity(IN_FLIGHT);
            for _ in 0..messages {
                if under_way.len() == IN_FLIGHT
                    && let Some(oldest) = under_way.pop_front()
                {
                    confirmed(oldest).await?;
                }
                let options = options(properties);
                let notice = client.try_publish_tracked(topic.clone(), payload.clone(), options)?;
                under_way.push_back(notice);
            }
            for notice in under_way {
                confirmed(notice).await?;
            }
            Outcome::Ok(())
        });
        sending.await??;
        self.subscriber = Some(receiving.await??);
        Ok(clock.stop(messages))
    }

    /// One message after the other: sent, confirmed, received, acknowledged.
    pub async fn turns(&mut self, messages: usize) -> Outcome<Run> {
        let mut subscriber = self.subscriber.take().ok_or("a run before failed")?;
        let properties = self.properties;
        let clock = Clock::start();
        for _ in 0..messages {
            let options = options(properties);
            let payload = self.payload.clone();
            let notice =
                self.publisher
                    .try_publish_tracked(self.topic.clone(), payload, options)?;
            confirmed(notice).await?;
            subscriber.receive(1).await?;
        }
        let run = clock.stop(messages);
        self.subscriber = Some(subscriber);
        Ok(run)
    }

    pub async fn close(self) -> Outcome<()> {
        self.publisher.try_disconnect()?;
        tokio::time::timeout(Duration::from_secs(5), self.driver).await??;
        Ok(())
    }
}

fn options(properties: bool) -> PublishOptions {
    let options = PublishOptions::new(QoS::AtLeastOnce);
    if !properties {
        return options;
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    options.properties(PublishProperties {
        correlation_data: Some(format!("tg-time:{}", now.unwrap_or_default().as_millis()).into()),
        content_type: Some("application/json".to_owned()),
        ..PublishProperties::default()
    })
}

async fn confirmed(notice: rumqttc::PublishNotice) -> Outcome<()> {
    notice.wait_async().await?;
    Ok(())
}
