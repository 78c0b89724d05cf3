//! The backend inside the process.

use tg_schema::Qos;
use tg_schema::pubsub::Support::Unsupported;
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, SecondExclusive};

/// Most bytes of a message: as Pulsar's, so that a program meets a limit before it meets a broker.
const MAX_PAYLOAD: usize = 5 * 1024 * 1024;

pub(super) const PROFILE: Profile = Profile {
    name: "memory",
    capabilities,
    topic_name: topic::memory::name,
    second_exclusive: SecondExclusive::Refused,
    attempts_survive: true,
    tells_duplicates: true,
    members_unsubscribe: false,
    refuses_property: |_| None,
    refuses_text: |_| None,
};

fn capabilities(qos: Qos) -> Capabilities {
    let mut all = Capabilities::all(Format::Json);
    all.max_payload = Some(MAX_PAYLOAD);
    match qos {
        Qos::Q0 => all
            .with(
                Feature::Offline,
                Unsupported("q0 is not kept for consumers that are away; use q1"),
            )
            .with(
                Feature::CrashRedelivery,
                Unsupported("q0 goes away with the last consumer; use q1"),
            ),
        Qos::Q1 | Qos::Q2 => all,
    }
}
