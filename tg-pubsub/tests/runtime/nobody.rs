//! Requests to a service that is not there, for good or for a moment.

use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Error, SendOptions};
use tg_pubsub_memory::{Config, Memory};
use tokio::time::{Instant, sleep};

use super::requester::{RESPONSES, requester, responder};
use super::support::*;

const NOBODY: &str = "q1/tg/request/nobody";

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_got_is_told() {
    // A broker with a history: somebody may still get it.
    let keeps = world();
    let asking = requester(&keeps).await;
    let within = 3 * SECOND;
    let note = Note::new("0");
    let response = asking.request_with(&note, SendOptions::new(), within);
    assert_eq!(
        response.await.expect_err("nobody").to_string(),
        "request, which no subscription got: nothing within 3s"
    );
    assert_eq!(keeps.metrics.count(Counter::RequestTimedOut), 1);

    // One without: nobody ever will. A service that is away for a moment is waited for, within the time of the request.
    let like_mqtt = Config::default().profile("mqtt").expect("a profile");
    let forgets = world_of(Memory::with_config(like_mqtt), false);
    let asking = requester(&forgets).await;
    for (within, told_after) in [(300 * SECOND, 5 * SECOND), (2 * SECOND, 2 * SECOND)] {
        let start = Instant::now();
        let response = asking.request_with(&note, SendOptions::new(), within);
        let error = response.await.expect_err("nobody");
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
        let took = start.elapsed();
        assert!(
            took <= told_after && took >= told_after - SECOND,
            "{took:?}"
        );
    }
    assert_eq!(forgets.metrics.count(Counter::RequestTimedOut), 0);
    assert_eq!(forgets.metrics.count(Counter::Requested), 2);
    assert_eq!(asking.in_flight(), 0);
    let _responder = responder(&forgets).await;
    asking.request(&note).await.expect("somebody now");
    // What somebody was to get, the broker may have dropped without a word: the time-out names its setting.
    let never = Note::new("never");
    let response = asking.request_with(&never, SendOptions::new(), SECOND);
    let error = response.await.expect_err("no answer").to_string();
    assert!(
        error.starts_with("request (") && error.ends_with("): nothing within 1s"),
        "{error}"
    );
    assert!(error.contains("max_queued_messages"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_reaches_a_service_that_comes_back() {
    let like_mqtt = Config::default().profile("mqtt").expect("a profile");
    let world = world_of(Memory::with_config(like_mqtt), false);
    let note = Note::new("0");
    let patient = requester(&world).await;
    let returns = async {
        sleep(2 * SECOND).await;
        responder(&world).await
    };
    let start = Instant::now();
    let (response, responder) = tokio::join!(patient.request(&note), returns);
    response.expect("a response");
    assert!(start.elapsed() <= 4 * SECOND, "{:?}", start.elapsed());
    assert_eq!(world.metrics.count(Counter::Requested), 1);
    let received = world.metrics.count(Counter::Succeeded);
    assert_eq!(received, 1, "only what nobody got is sent again");
    assert!(responder.drain(SECOND).await.is_clean());

    let away = world.pubsub.requester::<Note, Note>(NOBODY, RESPONSES);
    let away = away.service_return(Duration::ZERO).open().await;
    let start = Instant::now();
    let error = away.expect("a requester").request(&note).await;
    let error = error.expect_err("nobody");
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
}
