//! What became of recorded messages, as JSON.

use tg_schema_model::Json;

use super::{At, Input, Presence, Replay, Replayed, Sample};

impl Replay {
    /// `{"inputs": [{"name", "form", "messages"}], "versions": [{"version", "message", "ok", "failed", "changed",
    /// "first_failed", "first_changed", "fields": [{"path", "present", "null", "absent"}], "more_fields"}]}`. A
    /// first one is `{"input", "number", "line" or "byte", "message", "outcome"}`, or null.
    pub fn to_json(&self) -> Json {
        Json::object([
            (
                "inputs",
                Json::Array(self.inputs.iter().map(input).collect()),
            ),
            (
                "versions",
                Json::Array(self.versions.iter().map(version).collect()),
            ),
        ])
    }
}

fn input(input: &Input) -> Json {
    Json::object([
        ("name", Json::str(&input.name)),
        ("form", Json::str(input.form.as_str())),
        ("messages", Json::int(input.messages)),
    ])
}

fn version(version: &Replayed) -> Json {
    let fields = version
        .fields
        .iter()
        .map(|(path, presence)| field(path, *presence));
    Json::object([
        ("version", Json::str(&version.version)),
        ("message", Json::str(&version.message)),
        ("ok", Json::int(version.ok)),
        ("failed", Json::int(version.failed)),
        ("changed", Json::int(version.changed)),
        ("first_failed", sample(version.first_failed.as_ref())),
        ("first_changed", sample(version.first_changed.as_ref())),
        ("fields", Json::Array(fields.collect())),
        ("more_fields", Json::Bool(version.more_fields)),
    ])
}

fn field(path: &str, presence: Presence) -> Json {
    Json::object([
        ("path", Json::str(path)),
        ("present", Json::int(presence.present)),
        ("null", Json::int(presence.null)),
        ("absent", Json::int(presence.absent)),
    ])
}

fn sample(sample: Option<&Sample>) -> Json {
    let Some(sample) = sample else {
        return Json::Null;
    };
    let (unit, at) = match sample.at {
        At::Line(line) => ("line", line),
        At::Byte(byte) => ("byte", byte),
    };
    Json::object([
        ("input", Json::str(&sample.input)),
        ("number", Json::int(sample.number)),
        (unit, Json::int(at)),
        ("message", Json::str(&sample.message)),
        ("outcome", Json::str(&sample.outcome)),
    ])
}
