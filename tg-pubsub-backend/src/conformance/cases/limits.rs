//! What is refused, and before what.

use tg_schema::pubsub::{
    ConsumerOptions, ConsumerType, Error, Feature, InitialPosition, Outgoing, ProducerOptions,
};

use super::super::context::{Context, Failure, ensure, outgoing, send, text};

const LARGE: usize = 10 << 20;

pub(super) async fn too_large(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    let Some(max) = producer.max_payload() else {
        // Without a limit there is nothing to refuse; `large` shows that it holds.
        return Ok(());
    };
    // What a broker counts beside the payload, such as properties, may leave some room above.
    let size = max + (64 << 10);
    match producer.send(Outgoing::new(vec![b'x'; size])).await {
        Err(Error::TooLarge {
            size: told,
            max: limit,
        }) => {
            ensure!(
                told >= size && limit < told,
                "a message of {size} bytes where {max} are allowed is told as {told} of {limit}"
            );
        }
        Err(e) => {
            return Err(
                format!("expected the error of a message that is too large, found {e}").into(),
            );
        }
        Ok(_) => {
            return Err(format!("a message of {size} bytes was taken, the limit is {max}").into());
        }
    }
    send(&*producer, ["after"]).await?;
    let delivery = context.receive(&*consumer).await?;
    ensure!(
        text(&delivery) == "after",
        "expected after, received {} bytes",
        delivery.payload.len()
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn large(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    let prefix = producer.wire().prefix.len();
    let size = producer.max_payload().unwrap_or(LARGE).min(LARGE) - prefix;
    let body: String = ('a'..='z').cycle().take(size).collect();
    producer.send(outgoing(&*producer, body.clone())).await?;
    let delivery = context.receive(&*consumer).await?;
    ensure!(
        text(&delivery) == body,
        "{size} bytes were sent, {} others came",
        delivery.payload.len()
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn subscription_names(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    for name in ["", "a b", "a/b", "a#", "a\0b", "\u{e9}"] {
        match context.consumer(&topic, name).await {
            Ok(_) => return Err(format!("a subscription of the name {name:?} was opened").into()),
            Err(e) => ensure!(
                e.to_string().contains("subscription"),
                "the error for the name {name:?} does not say what is wrong: {e}"
            ),
        }
    }
    Ok(())
}

pub(super) async fn options(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let name = format!("{}.no-such-option", context.backend.name());
    let options = context.options().option(name.clone(), true);
    match context
        .backend
        .create_consumer(&topic, "s", None, options)
        .await
    {
        Err(Error::InvalidOption { name: told, .. }) => {
            ensure!(told == name, "the error for {name} names {told}");
        }
        Err(e) => return Err(format!("expected the error of a wrong option, found {e}").into()),
        Ok(_) => return Err(format!("a consumer was opened with the option {name}").into()),
    }
    let options = ProducerOptions::default().option(name.clone(), true);
    match context.backend.create_producer(&topic, None, options).await {
        Err(Error::InvalidOption { .. }) => {}
        Err(e) => return Err(format!("expected the error of a wrong option, found {e}").into()),
        Ok(_) => return Err(format!("a producer was opened with the option {name}").into()),
    }
    // Options of another backend are that one's business.
    let options = ProducerOptions::default().option("other.no-such-option", true);
    context
        .backend
        .create_producer(&topic, None, options)
        .await?;
    Ok(())
}

pub(super) async fn refusals(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let backend = &context.backend;
    let refuses = |feature| !backend.capabilities(&topic).takes(feature);
    let types = [
        ConsumerType::Shared,
        ConsumerType::Exclusive,
        ConsumerType::Failover,
        ConsumerType::KeyShared,
    ];
    let mut asked: Vec<(Feature, ConsumerOptions)> = types
        .map(|t| {
            let options = ConsumerOptions::default().consumer_type(t);
            (Feature::of_consumer_type(t), options)
        })
        .into();
    let options = ConsumerOptions::default().position(InitialPosition::Earliest);
    asked.push((Feature::Earliest, options));
    asked.push((
        Feature::Temporary,
        ConsumerOptions::default().durable(false),
    ));
    for (feature, options) in asked.into_iter().filter(|(feature, _)| refuses(*feature)) {
        match context
            .backend
            .create_consumer(&topic, "s", None, options)
            .await
        {
            Err(Error::Unsupported { .. }) => {}
            Err(e) => {
                return Err(format!("{feature} is declared to be refused, and failed: {e}").into());
            }
            Ok(_) => return Err(format!("{feature} is declared to be refused, and taken").into()),
        }
    }
    if refuses(Feature::TopicAdmin) {
        for told in [
            backend.ensure_topic(&topic).await,
            backend.delete_topic(&topic).await,
            backend.topic_exists(&topic).await.map(drop),
        ] {
            ensure!(
                matches!(told, Err(Error::Unsupported { .. })),
                "topics are declared to be no things that exist, and: {told:?}"
            );
        }
    }
    Ok(())
}
