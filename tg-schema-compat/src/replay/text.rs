//! What became of recorded messages, as text.

use std::fmt;

use super::{At, Presence, Replay, Replayed, Sample};

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for input in &self.inputs {
            let plural = if input.messages == 1 { "" } else { "s" };
            let form = input.form.as_str();
            writeln!(
                f,
                "{}: {} message{plural}, {form}",
                input.name, input.messages
            )?;
        }
        self.versions
            .iter()
            .try_for_each(|version| write_version(f, version))
    }
}

fn write_version(f: &mut fmt::Formatter<'_>, version: &Replayed) -> fmt::Result {
    let Replayed {
        ok,
        failed,
        changed,
        ..
    } = version;
    writeln!(
        f,
        "{} of {}: {ok} ok, {failed} failed, {changed} changed",
        version.message, version.version
    )?;
    for (what, sample) in [
        ("failed", &version.first_failed),
        ("changed", &version.first_changed),
    ] {
        if let Some(sample) = sample {
            write_sample(f, what, sample)?;
        }
    }
    // Fields that always have a value say nothing.
    let lacking = |presence: &Presence| presence.null + presence.absent > 0;
    let fields = version
        .fields
        .iter()
        .filter(|(_, presence)| lacking(presence));
    for (path, presence) in fields {
        let Presence {
            present,
            null,
            absent,
        } = presence;
        let all = present + null + absent;
        writeln!(f, "  {path}: null in {null}, absent in {absent} of {all}")?;
    }
    if version.more_fields {
        writeln!(f, "  there are more fields than are counted")?;
    }
    Ok(())
}

fn write_sample(f: &mut fmt::Formatter<'_>, what: &str, sample: &Sample) -> fmt::Result {
    let at = match sample.at {
        At::Line(line) => format!("{}:{line}", sample.input),
        At::Byte(byte) => format!("{}, message {}, byte {byte}", sample.input, sample.number),
    };
    writeln!(f, "  first {what}: {at}")?;
    writeln!(f, "    message: {}", sample.message)?;
    let end = if what == "failed" {
        "error:  "
    } else {
        "read as:"
    };
    writeln!(f, "    {end} {}", sample.outcome)
}
