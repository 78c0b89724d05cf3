//! Sends requests and prints their responses.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tg_pubsub::Requester;
use tokio::task::JoinSet;

use crate::{Failure, Program, REQUESTS, RESPONSES, TextCompletionRequest, TextCompletionResponse};

/// What the client asks.
#[derive(Clone, Debug, Args)]
pub struct Client {
    /// How many requests are sent, all at once; at most 100,000.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=100_000))]
    requests: u32,
    /// Text to complete, in each of them [default: a story of its number].
    #[arg(long)]
    prompt: Option<String>,
    /// Seconds to wait for a response.
    #[arg(long, default_value_t = 10)]
    timeout: u64,
}

/// Requests without an answer.
#[derive(Debug)]
pub struct Unanswered {
    requests: u32,
    /// How many failed, by what they said.
    why: BTreeMap<String, u32>,
}

impl fmt::Display for Unanswered {
    /// Each reason once, however many requests had it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed: u32 = self.why.values().sum();
        write!(f, "{failed} of {} requests failed", self.requests)?;
        for (why, count) in &self.why {
            match self.why.len() {
                1 => write!(f, ": {why}")?,
                _ => write!(f, "\n  {count}: {why}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Unanswered {}

/// Sends all requests and prints the responses as they come, until a signal ends it. The requester is added to what is ended
/// in order, whether all were answered or not.
///
/// # Errors
/// The broker cannot be reached, or refuses; [`Unanswered`].
pub async fn ask(program: &mut Program, client: &Client) -> Result<(), Failure> {
    let Program {
        pubsub,
        shutdown,
        signals,
        ..
    } = program;
    let opening = pubsub
        .requester(REQUESTS, RESPONSES)
        .timeout(Duration::from_secs(client.timeout));
    let requester: Requester<TextCompletionRequest, TextCompletionResponse> = tokio::select! {
        opened = opening.open() => opened?,
        () = signals.next() => return Ok(()),
    };
    let requester = Arc::new(requester);
    let mut asking = JoinSet::new();
    for number in 1..=client.requests {
        let requester = Arc::clone(&requester);
        let prompt = match &client.prompt {
            Some(prompt) => prompt.clone(),
            None => format!("story number {number} begins"),
        };
        asking.spawn(async move { requester.request(&TextCompletionRequest { prompt }).await });
    }
    let mut answered = 0;
    let mut why = BTreeMap::new();
    loop {
        let response = tokio::select! {
            response = asking.join_next() => response,
            () = signals.next() => break,
        };
        match response {
            None => break,
            Some(Ok(Ok(response))) => {
                let response = response.into_value();
                println!("client: {} ({} words)", response.text, response.words);
                answered += 1;
            }
            Some(Ok(Err(error))) => *why.entry(error.to_string()).or_default() += 1,
            Some(Err(panicked)) => *why.entry(panicked.to_string()).or_default() += 1,
        }
    }
    // With them go their parts of the requester.
    asking.shutdown().await;
    println!("client: {answered} of {} answered", client.requests);
    if let Some(requester) = Arc::into_inner(requester) {
        shutdown.add(requester);
    }
    match why.is_empty() {
        true => Ok(()),
        false => Err(Unanswered {
            requests: client.requests,
            why,
        }
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_once() {
        let mut unanswered = Unanswered {
            requests: 10,
            why: BTreeMap::from([("too late".to_owned(), 3)]),
        };
        assert_eq!(unanswered.to_string(), "3 of 10 requests failed: too late");
        unanswered.why.insert("too large".to_owned(), 2);
        assert_eq!(
            unanswered.to_string(),
            "5 of 10 requests failed\n  2: too large\n  3: too late"
        );
    }
}
