//! A task's turn: nothing here ever makes a task wait while there are messages, so tokio's budget does.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use tokio::task::coop::consume_budget;

/// Whether the task may go on before others get their turn. Outside of tokio it always may.
pub(crate) fn goes_on() -> bool {
    let mut nobody = Context::from_waker(Waker::noop());
    pin!(consume_budget()).poll(&mut nobody).is_ready()
}

/// Lets others have their turn.
pub(crate) async fn next() {
    consume_budget().await;
}
