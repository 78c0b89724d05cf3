//! Sends requests and prints their responses.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tg_pubsub::{PubSub, Requester};
use tokio::task::JoinSet;

use crate::{Failure, REQUESTS, RESPONSES, TextCompletionRequest, TextCompletionResponse};

/// What the client asks.
#[derive(Clone, Debug, Args)]
pub struct Client {
    /// How many requests are sent, all at once; at most 100,000.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=100_000))]
    requests: u32,
    /// Seconds to wait for a response.
    #[arg(long, default_value_t = 10)]
    timeout: u64,
}

/// Sends all requests and prints the responses as they come. The requester is given back, to be ended in order.
///
/// # Errors
/// The broker cannot be reached; a request was not answered in time.
pub async fn ask(
    pubsub: &PubSub,
    client: &Client,
) -> Result<Requester<TextCompletionRequest, TextCompletionResponse>, Failure> {
    let requester = pubsub
        .requester(REQUESTS, RESPONSES)
        .timeout(Duration::from_secs(client.timeout))
        .open()
        .await?;
    let requester = Arc::new(requester);
    let mut asking = JoinSet::new();
    for number in 1..=client.requests {
        let requester = Arc::clone(&requester);
        asking.spawn(async move {
            let prompt = format!("story number {number} begins");
            requester.request(&TextCompletionRequest { prompt }).await
        });
    }
    let mut answered = 0;
    while let Some(response) = asking.join_next().await {
        let response: TextCompletionResponse = response??.into_value();
        println!("client: {} ({} words)", response.text, response.words);
        answered += 1;
    }
    println!("client: {answered} of {} answered", client.requests);
    Arc::into_inner(requester).ok_or_else(|| "a request is still under way".into())
}
