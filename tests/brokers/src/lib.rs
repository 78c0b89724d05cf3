//! Real brokers for tests: started on loopback with a folder of their own, hurt on purpose, and cleaned up.
//!
//! Where a broker is not installed, a test says so loudly and passes; with `CI` set in the environment it fails.

#![forbid(unsafe_code)]

mod certificates;
mod killed;
mod mosquitto;
mod process;
mod proxy;

pub use certificates::Certificates;
pub use killed::{Confirmed, Killed};
pub use mosquitto::{Mosquitto, Setup};
pub use process::{Folder, signal};
pub use proxy::Proxy;

/// A running mosquitto. `None`: it is not installed, and the test is to be left out.
///
/// # Panics
/// It is installed and does not start; or it is not installed and `CI` is set.
pub fn mosquitto(setup: Setup) -> Option<Mosquitto> {
    if let Some(missing) = Mosquitto::missing(&setup) {
        skip(&format!(
            "{missing} is not installed (on Debian: apt-get install mosquitto openssl)"
        ));
        return None;
    }
    match Mosquitto::start(setup) {
        Ok(broker) => Some(broker),
        Err(e) => panic!("mosquitto does not start: {e}"),
    }
}

/// Says that a test was left out.
///
/// # Panics
/// `CI` is set: nothing may be left out there.
pub fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
    assert!(
        std::env::var_os("CI").is_none(),
        "in CI nothing may be skipped: {why}"
    );
}
