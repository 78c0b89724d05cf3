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

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod dedup;
pub mod hold;
pub mod pem;
pub mod profile;

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
