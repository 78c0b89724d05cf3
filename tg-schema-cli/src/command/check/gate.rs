//! What is required of a change, and what definitions accept of it, into the objections of a report.

use std::time::{SystemTime, UNIX_EPOCH};

use tg_schema_compat::check::Options;
use tg_schema_compat::gate::{self, GateError, Overrides, Requirements};
use tg_schema_compat::report::Report;
use tg_schema_compat::suppression::{self, Now};
use tg_schema_gen::Config;
use tg_schema_gen::config::Word;
use tg_schema_model::logical::Date;
use tg_schema_model::{Diagnostic, Diagnostics};

use super::accept;
use super::versions::Versions;
use crate::arguments;
use crate::exit::Failure;

/// The variable that stands for the clock, in seconds since 1970, where runs are to be repeated.
const CLOCK: &str = "SOURCE_DATE_EPOCH";

/// What is required, and the day of the run.
pub struct Gate {
    required: Requirements,
    today: Date,
}

impl Gate {
    /// Reads what is required. Arguments win over the configuration, each key for itself.
    pub fn read(arguments: &arguments::Check, config: &Config) -> Result<Self, Failure> {
        let project = configured(config)?;
        let given = given(&arguments.require)?;
        Ok(Gate {
            required: project.with(&given),
            today: today()?,
        })
    }

    /// Marks what is accepted.
    pub fn suppress(
        &self,
        report: &mut Report,
        versions: &Versions,
        options: &Options,
    ) -> Result<(), Failure> {
        let now = Now {
            today: self.today,
            release: match suppression::counts_releases(&versions.new) {
                true => release(versions)?,
                false => None,
            },
        };
        suppression::apply(report, &versions.new, &versions.against, options, now);
        Ok(())
    }

    /// Writes down what is objected to.
    pub fn judge(&self, report: &mut Report, versions: &Versions) -> Result<(), Failure> {
        let overrides = overrides(versions)?;
        gate::judge(report, &self.required, &overrides);
        Ok(())
    }
}

/// Which release of the lock the new version is, or would be; none where there is no lock.
fn release(versions: &Versions) -> Result<Option<u32>, Failure> {
    match accept::next(versions)? {
        (Some(_), accepted) => Ok(Some(accepted.release)),
        (None, _) => Ok(None),
    }
}

fn overrides(versions: &Versions) -> Result<Overrides, Failure> {
    let (overrides, diagnostics) = gate::overrides(&versions.new);
    match diagnostics.has_errors() {
        false => Ok(overrides),
        true => Err(Failure::Definitions {
            sources: versions.new.sources.clone(),
            diagnostics,
        }),
    }
}

/// What the configuration requires.
fn configured(config: &Config) -> Result<Requirements, Failure> {
    let mut required = Requirements::default();
    let mut words = Vec::new();
    for Word { text, span } in &config.check.require {
        words.push(text.as_str());
        // With those before it: a key may be given once.
        required = words.join(",").parse().map_err(|error: GateError| {
            let message = format!("`require` in `[check]`: {}", error.message);
            let label = "expected requirements such as `avro=backward,loss=any`";
            let wrong = Diagnostic::error(*span, message, label).help(error.help);
            Failure::Definitions {
                sources: config.sources.clone(),
                diagnostics: Diagnostics(vec![wrong]),
            }
        })?;
    }
    Ok(required)
}

/// What the arguments require.
fn given(words: &[String]) -> Result<Requirements, Failure> {
    if words.is_empty() {
        return Ok(Requirements::default());
    }
    let read = words.join(",").parse::<Requirements>();
    read.map_err(|error| Failure::help(format!("`--require`: {}", error.message), error.help))
}

/// The day by the clock, in UTC.
fn today() -> Result<Date, Failure> {
    const DAY: u64 = 24 * 60 * 60;
    let seconds = match std::env::var(CLOCK) {
        Ok(text) => text.parse().map_err(|_| {
            Failure::help(
                format!("{CLOCK} is {text:?}, which is no time"),
                "set it to seconds since 1970, or unset it",
            )
        })?,
        Err(_) => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
    };
    let days = i32::try_from(seconds / DAY).ok();
    let day = days.and_then(Date::from_days);
    day.ok_or_else(|| Failure::new("the clock is beyond the year 9999"))
}
