//! Requests into responses.

use std::time::Duration;

use clap::Args;
use tg_pubsub::{HandlerError, PubSub, Responder};

use crate::{Failure, REQUESTS, RESPONSES, TextCompletionRequest, TextCompletionResponse};

/// How the service works.
#[derive(Clone, Debug, Args)]
pub struct Work {
    /// Most requests that are answered at the same time.
    #[arg(long, default_value_t = 8)]
    concurrency: usize,
    /// Milliseconds that one answer takes.
    #[arg(long, default_value_t = 20)]
    delay: u64,
    /// Delete the subscription at the end; over MQTT, the part of this instance, when what it was given is answered.
    #[arg(long)]
    unsubscribe: bool,
}

/// Starts answering. When this returns, requests are received.
///
/// # Errors
/// The broker cannot be reached, or refuses.
pub async fn serve(
    pubsub: &PubSub,
    work: &Work,
) -> Result<Responder<TextCompletionResponse>, Failure> {
    let delay = Duration::from_millis(work.delay);
    let concurrency = work.concurrency;
    let responder = pubsub
        .responder(REQUESTS, "text-completion", RESPONSES)
        .service(move |service| service.concurrency(concurrency))
        .respond(move |request| async move {
            let request: TextCompletionRequest = request.into_value();
            println!("service: completing {:?}", request.prompt);
            tokio::time::sleep(delay).await;
            complete(&request.prompt)
        })
        .await?;
    match work.unsubscribe {
        true => Ok(responder.unsubscribing()),
        false => Ok(responder),
    }
}

/// Nobody can complete nothing: such a request goes to the dead letters at once.
fn complete(prompt: &str) -> Result<TextCompletionResponse, HandlerError> {
    if prompt.trim().is_empty() {
        return Err(HandlerError::reject("the prompt is empty"));
    }
    let text = format!("{prompt} … and so on.");
    let words = i32::try_from(text.split_whitespace().count())?;
    Ok(TextCompletionResponse { text, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_completed_and_an_empty_one_rejected() {
        let response = complete("once upon a time").expect("completed");
        assert_eq!(response.text, "once upon a time … and so on.");
        assert_eq!(response.words, 8);
        assert!(matches!(complete(" "), Err(HandlerError::Reject(_))));
    }
}
