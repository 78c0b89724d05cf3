//! What every backend of tg-pubsub needs, and the conformance kit.
//!
//! | module | what it holds |
//! |---|---|
//! | [`profile`] | what each broker does: capabilities, limits, names of topics |
//! | [`hold`] | messages that wait for their redelivery |
//! | [`dedup`] | identities of messages that came before |
//! | [`pem`] | certificates and keys of a configuration |
//! | `conformance` | the suite that every backend passes (feature `conformance`) |

#![forbid(unsafe_code)]

use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::time::Instant;

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod dedup;
pub mod hold;
pub mod pem;
pub mod profile;

/// The time after this one from now, however long it is: further away than the clock may reach is thirty years, which
/// every clock reaches.
pub fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time)
        .unwrap_or(now + Duration::from_secs(30 * 365 * 24 * 3600))
}

/// What an operation answers that may take so long and was done by then, or was not.
///
/// # Errors
/// It was not: [`Error::Timeout`].
pub fn in_time(done: bool, operation: &'static str, within: Duration) -> Result<(), Error> {
    match done {
        true => Ok(()),
        false => Err(Error::Timeout {
            operation,
            after: within,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_time_is_too_long() {
        let now = Instant::now();
        assert_eq!(after(Duration::from_secs(5)) - now, Duration::from_secs(5));
        assert!(after(Duration::MAX) > after(Duration::from_secs(1_000_000)));
    }
}
