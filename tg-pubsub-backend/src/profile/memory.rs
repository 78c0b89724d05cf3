//! The backend inside the process.

use tg_schema::Qos;
use tg_schema::pubsub::Support::Unsupported;
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, USUAL, note};

/// Most bytes of a message: as Pulsar's, so that a program meets a limit before it meets a broker.
const MAX_PAYLOAD: usize = 5 * 1024 * 1024;

pub(super) const PROFILE: Profile = Profile {
    name: "memory",
    capabilities,
    topic_name: topic::memory::name,
    ..USUAL
};

fn capabilities(qos: Qos) -> Capabilities {
    let mut all = Capabilities::all(Format::Json).with(Feature::KeyOrder, note::USE_KEY_SHARED);
    all.max_payload = Some(MAX_PAYLOAD);
    match qos {
        Qos::Q0 => all
            .with(Feature::Offline, note::Q0_NOT_KEPT)
            .with(Feature::OfflineUnnamed, note::Q0_NOT_KEPT)
            .with(
                Feature::CrashRedelivery,
                Unsupported("q0 goes away with the last consumer; use q1"),
            ),
        Qos::Q1 | Qos::Q2 => all,
    }
}
