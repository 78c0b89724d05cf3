//! Real brokers for tests: started on loopback with a folder of their own, hurt on purpose, and cleaned up.
//!
//! Where a broker is not installed, a test says so loudly and passes; with `CI` set in the environment it fails.

#![forbid(unsafe_code)]

use std::sync::OnceLock;

mod certificates;
mod killed;
mod mosquitto;
mod process;
mod proxies;
mod proxy;
mod pulsar;

pub use certificates::Certificates;
pub use killed::{Confirmed, Killed};
pub use mosquitto::{Mosquitto, Setup};
pub use process::{Folder, process_ended, signal};
pub use proxies::Proxies;
pub use proxy::Proxy;
pub use pulsar::{Admin, Answer, NAMESPACES, Pulsar, Setup as PulsarSetup};

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

/// A running Pulsar. `None`: what it needs is not installed, and the test is to be left out.
///
/// # Panics
/// It is installed and does not start; or it is not installed and `CI` is set.
pub fn pulsar(setup: PulsarSetup) -> Option<Pulsar> {
    if let Some(missing) = Pulsar::missing(&setup) {
        skip(&format!(
            "{missing} is not installed (on Debian: apt-get install openjdk-17-jdk-headless maven openssl)"
        ));
        return None;
    }
    match Pulsar::start(setup) {
        Ok(broker) => Some(broker),
        Err(e) => panic!("Pulsar does not start: {e}"),
    }
}

/// A Pulsar without tokens and TLS for all tests of a process, which use topics of their own and do not hurt it.
///
/// # Panics
/// As [`pulsar`].
pub fn shared_pulsar() -> Option<&'static Pulsar> {
    static SHARED: OnceLock<Option<Pulsar>> = OnceLock::new();
    SHARED
        .get_or_init(|| pulsar(PulsarSetup::default()))
        .as_ref()
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
