//! Types that change, and names that are legal.

use tg_pubsub_backend::conformance::ensure;
use tg_schema::pubsub::{Error, Format};
use tg_schema::{Message, Topic, tg_schema};

use super::support::{CLOSE, Note, builder, note};
use super::{Context, Failure};
use crate::{DeadLetters, Payload};

mod first {
    use super::tg_schema;

    #[tg_schema(namespace = "conformance")]
    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Letter {
        pub(super) text: String,
    }
}

mod second {
    use super::tg_schema;

    /// As the first, with a field more.
    #[tg_schema(namespace = "conformance")]
    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Letter {
        pub(super) text: String,
        pub(super) hint: Option<String>,
    }
}

/// Neither the name nor the field of a letter.
#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
struct Invoice {
    text: i64,
}

pub(super) async fn evolved(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let old_reader = pubsub
        .consumer::<first::Letter>(&topic, "old")
        .options(context.options())
        .open()
        .await?;
    let old_writer = pubsub.producer::<first::Letter>(&topic).open().await?;
    let new_reader = pubsub
        .consumer::<second::Letter>(&topic, "new")
        .options(context.options())
        .open()
        .await?;
    let new_writer = pubsub.producer::<second::Letter>(&topic).open().await?;
    let old = first::Letter {
        text: "old".to_owned(),
    };
    let new = second::Letter {
        text: "new".to_owned(),
        hint: Some("more".to_owned()),
    };
    old_writer.send(&old).await?;
    new_writer.send(&new).await?;
    let within = context.subject().patience;
    for expected in ["old", "new"] {
        let received = old_reader.receive_timeout(within).await?;
        ensure!(
            received.value().text == expected,
            "expected {expected}, the old receiver read {:?}",
            received.value()
        );
        received.ack().await.map_err(Error::from)?;
    }
    for (text, hint) in [(&old.text, None), (&new.text, new.hint.clone())] {
        let text = text.clone();
        let expected = second::Letter { text, hint };
        let received = new_reader.receive_timeout(within).await?;
        ensure!(
            *received.value() == expected,
            "expected {expected:?}, the new receiver read {:?}",
            received.value()
        );
        received.ack().await.map_err(Error::from)?;
    }
    Ok(())
}

pub(super) async fn incompatible(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let producer = pubsub.producer::<first::Letter>(&topic).open().await?;
    let refused = pubsub.producer::<Invoice>(&topic).open().await.map(drop);
    let also = pubsub
        .consumer::<Invoice>(&topic, "s")
        .options(context.options())
        .open()
        .await
        .map(drop);
    for (who, told) in [("producer", refused), ("consumer", also)] {
        match told {
            Err(Error::SchemaRejected { name, .. }) => ensure!(
                name == "Invoice",
                "the error for the type Invoice names {name}"
            ),
            Err(e) => return Err(format!("expected the error of a schema, found {e}").into()),
            Ok(()) => {
                return Err(format!("a {who} of a type that does not fit was opened").into());
            }
        }
    }
    Ok(producer.close(CLOSE).await?)
}

/// As the record of this name in the definitions, from which the Python class is generated.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct TextCompletionRequest {
    system: Option<String>,
    prompt: Option<String>,
    streaming: bool,
}

/// As the record of this name.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct EmbeddingsResponse {
    vectors: Option<Vec<Vec<f64>>>,
}

/// What the Python classes write, one message a line.
const GOLDEN: &str = include_str!("golden.jsonl");

pub(super) async fn golden(context: Context) -> Result<(), Failure> {
    let mut lines = GOLDEN.lines();
    let mut line = move || lines.next().unwrap_or_default();
    for (system, prompt, streaming) in [
        (None, None, false),
        (Some(""), Some("Gr\u{fc}\u{df}e \u{1F600}\u{2028}"), true),
        (Some("a \"quoted\"\\ line\n\u{0}\u{7f}/"), None, false),
    ] {
        let request = TextCompletionRequest {
            system: system.map(str::to_owned),
            prompt: prompt.map(str::to_owned),
            streaming,
        };
        same(&context, &request, line()).await?;
    }
    let vectors = vec![
        vec![0.1, -0.0, 1e16, 1e-7, 123_456_789.5],
        vec![],
        vec![f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0],
    ];
    for vectors in [None, Some(Vec::new()), Some(vectors)] {
        same(&context, &EmbeddingsResponse { vectors }, line()).await?;
    }
    Ok(())
}

/// Sends a message and compares what comes with the line.
async fn same<T>(context: &Context, message: &T, line: &str) -> Result<(), Failure>
where
    T: Message + Payload + PartialEq + std::fmt::Debug,
{
    let topic = context.topic(&T::describe().name.to_lowercase());
    let pubsub = builder(context).build();
    let consumer = pubsub
        .consumer::<T>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let producer = pubsub.producer::<T>(&topic).open().await?;
    producer.send(message).await?;
    let received = consumer.receive_timeout(context.subject().patience).await?;
    if pubsub.capabilities(&topic)?.format == Format::Json {
        ensure!(
            received.payload() == line.as_bytes(),
            "Python writes {line}, there came {}",
            String::from_utf8_lossy(received.payload())
        );
    }
    let read = T::from_json(line.as_bytes())?;
    ensure!(
        *received.value() == read,
        "Python means {read:?}, there came {:?}",
        received.value()
    );
    received.ack().await.map_err(Error::from)?;
    Ok(consumer.close(CLOSE).await?)
}

pub(super) async fn names(context: Context) -> Result<(), Failure> {
    /// Most bytes of a topic's name, with its tenant, its namespace and what stands between them.
    const MAX: usize = 249;
    let pubsub = builder(&context).build();
    let long = format!("q1/tg/flow/{}", "x".repeat(MAX));
    for address in [
        "",
        "q1",
        "q1/tg/flow",
        "q1/tg/flow/",
        "q9/tg/flow/x",
        "q1/t g/flow/x",
        "q1/tg/flow/a#",
        "q1/tg/flow/+",
        "q1/tg/flow/a\0b",
        "q1/tg/flow/\u{e9}",
        long.as_str(),
    ] {
        let Err(expected) = address.parse::<Topic>() else {
            return Err(format!("{address:?} is taken for a topic").into());
        };
        let expected = Error::from(expected).to_string();
        let producer = pubsub.producer::<Note>(address).open().await.map(drop);
        let consumer = pubsub
            .consumer::<Note>(address, "s")
            .options(context.options())
            .open()
            .await
            .map(drop);
        for told in [producer, consumer] {
            match told {
                Err(e @ Error::InvalidTopic(_)) => ensure!(
                    e.to_string() == expected,
                    "{address:?} should be refused with {expected:?}, it was with {e}"
                ),
                Err(e) => return Err(format!("{address:?} is refused with: {e}").into()),
                Ok(()) => return Err(format!("{address:?} was opened").into()),
            }
        }
    }
    let short = context.topic("A.b_c-");
    let rest = MAX - short.tenant().len() - short.namespace().len() - short.queue().len() - 2;
    let longest = context.topic(&format!("A.b_c-{}", "9".repeat(rest)));
    for topic in [short, longest] {
        let consumer = pubsub
            .consumer::<Note>(&topic, "s")
            .options(context.options());
        // The name of the dead letters would be too long.
        let consumer = consumer.dead_letters(DeadLetters::Off).open().await;
        let consumer = consumer.map_err(|e| format!("{topic} is legal, and: {e}"))?;
        let producer = pubsub.producer::<Note>(&topic).open().await?;
        producer.send(&note("a")).await?;
        let received = consumer.receive_timeout(context.subject().patience).await?;
        received.ack().await.map_err(Error::from)?;
    }
    Ok(())
}
