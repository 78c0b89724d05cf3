//! What arrives is what was sent.

use std::collections::BTreeMap;

use tg_schema::pubsub::{Format, Properties};
use tg_schema::{Decimal, Timestamp, tg_schema};

use super::super::context::{Context, Failure, ensure, outgoing, read, send, text, typed};

#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
enum Colour {
    Red,
    Green,
}

#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
struct Part {
    name: String,
    size: Option<f32>,
}

#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
struct Everything {
    text: String,
    yes: bool,
    int: i32,
    long: i64,
    float: f32,
    double: f64,
    bytes: Vec<u8>,
    list: Vec<Part>,
    map: BTreeMap<String, Vec<i64>>,
    colour: Colour,
    part: Option<Part>,
    at: Timestamp,
    #[tg(type = "decimal(20,4)")]
    price: Decimal,
    absent: Option<String>,
}

#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
struct Presence {
    text: Option<String>,
    list: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
    part: Option<Part>,
}

fn everything() -> Everything {
    Everything {
        text: "a \"quoted\" line\n\u{1F600} \u{0}".to_owned(),
        yes: true,
        int: i32::MIN,
        long: 9_007_199_254_740_993,
        float: 0.1,
        double: -1.0e-300,
        bytes: (0..=255).collect(),
        list: vec![
            Part {
                name: String::new(),
                size: None,
            },
            Part {
                name: "b".to_owned(),
                size: Some(1.5),
            },
        ],
        map: BTreeMap::from([("".to_owned(), vec![]), ("k".to_owned(), vec![1, -2])]),
        colour: Colour::Green,
        part: Some(Part {
            name: "p".to_owned(),
            size: Some(-0.0),
        }),
        at: Timestamp::from_millis(1_700_000_000_123).expect("a time that is allowed"),
        price: Decimal::new(-123_456_789, 4).expect("a scale that is allowed"),
        absent: None,
    }
}

pub(super) async fn round_trip(context: Context) -> Result<(), Failure> {
    let topic = context.topic("typed");
    let (producer, consumer) = typed::<Everything>(&context, &topic).await?;
    let sent = everything();
    let payload = producer.wire().encode(&sent)?;
    let mut message = outgoing(&*producer, "");
    message.payload = payload;
    producer.send(message).await?;
    let delivery = context.receive(&*consumer).await?;
    ensure!(
        delivery.format == producer.wire().format,
        "sent as {}, received as {}",
        producer.wire().format,
        delivery.format
    );
    let received = read::<Everything>(&delivery)?;
    ensure!(received == sent, "sent {sent:?}, received {received:?}");
    Ok(delivery.ack().await?)
}

pub(super) async fn presence(context: Context) -> Result<(), Failure> {
    let topic = context.topic("typed");
    let (producer, consumer) = typed::<Presence>(&context, &topic).await?;
    let none = Presence {
        text: None,
        list: None,
        map: None,
        part: None,
    };
    let empty = Presence {
        text: Some(String::new()),
        list: Some(Vec::new()),
        map: Some(BTreeMap::new()),
        part: Some(Part {
            name: String::new(),
            size: None,
        }),
    };
    for (sent, json) in [
        (none, "{}"),
        (
            empty,
            r#"{"text":"","list":[],"map":{},"part":{"name":""}}"#,
        ),
    ] {
        let mut message = outgoing(&*producer, "");
        message.payload = producer.wire().encode(&sent)?;
        producer.send(message).await?;
        let delivery = context.receive(&*consumer).await?;
        if delivery.format == Format::Json {
            ensure!(
                text(&delivery) == json,
                "expected {json} on the wire, found {}",
                text(&delivery)
            );
        }
        let received = read::<Presence>(&delivery)?;
        ensure!(received == sent, "sent {sent:?}, received {received:?}");
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn bytes(context: Context) -> Result<(), Failure> {
    let topic = context.topic("raw");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    for bytes in [(0..=255).collect::<Vec<u8>>(), vec![0xff; 3], vec![0]] {
        let mut message = outgoing(&*producer, "");
        let mut payload = message.payload.to_vec();
        payload.extend_from_slice(&bytes);
        message.payload = payload.into();
        producer.send(message).await?;
        let delivery = context.receive(&*consumer).await?;
        ensure!(
            delivery.payload == bytes,
            "sent {bytes:?}, received {:?}",
            delivery.payload
        );
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn properties(context: Context) -> Result<(), Failure> {
    let topic = context.topic("raw");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    let few: Properties = [
        ("id", "1"),
        ("empty", ""),
        ("Größe", "\u{1F600}=;, \"x\""),
        ("a", "1"),
    ]
    .into_iter()
    .collect();
    let many: Properties = (0..100)
        .map(|i| (format!("name-{i}"), format!("value {i}")))
        .collect();
    for sent in [few, many, Properties::new()] {
        let mut message = outgoing(&*producer, "x");
        message.properties = sent.clone();
        producer.send(message).await?;
        let delivery = context.receive(&*consumer).await?;
        let (mut expected, mut found): (Vec<_>, Vec<_>) =
            (sent.iter().collect(), delivery.properties.iter().collect());
        // The order of names is no promise: brokers keep them in maps.
        expected.sort_unstable();
        found.sort_unstable();
        ensure!(expected == found, "sent {expected:?}, received {found:?}");
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn keys(context: Context) -> Result<(), Failure> {
    let topic = context.topic("raw");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    for key in [Some("k"), None, Some("\u{e9}/+#")] {
        let mut message = outgoing(&*producer, "x");
        message.key = key.map(str::to_owned);
        producer.send(message).await?;
        let delivery = context.receive(&*consumer).await?;
        let found = delivery.meta.key.as_deref();
        ensure!(found == key, "sent the key {key:?}, received {found:?}");
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn order(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 500;
    let topic = context.topic("raw");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..COUNT).map(|i| i.to_string())).await?;
    for i in 0..COUNT {
        let delivery = context.receive(&*consumer).await?;
        let found = text(&delivery);
        ensure!(
            found == i.to_string(),
            "expected message {i}, received {found}"
        );
        delivery.ack().await?;
    }
    Ok(())
}
