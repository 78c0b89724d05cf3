//! The arguments and the configuration into how versions are compared.

use std::time::SystemTime;

use tg_schema_compat::check::Options;
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::engine::rust;
use tg_schema_compat::gate::Requirements;
use tg_schema_gen::Config;
use tg_schema_model::logical::Date;
use tg_schema_model::name;

use crate::arguments;
use crate::exit::Failure;

/// How to compare.
pub fn read(arguments: &arguments::Check, config: &Config) -> Result<Options, Failure> {
    if arguments.accept && !arguments.only.is_empty() {
        return Err(Failure::help(
            "`--accept` keeps every record, and `--only` looks at some",
            "leave one of them out",
        ));
    }
    let mut peers = vec![Peer::Tg];
    let named = match arguments.peers.is_empty() {
        true => configured(&config.check.peers)?,
        false => arguments.peers.clone(),
    };
    for peer in named {
        if !peers.contains(&peer) {
            peers.push(peer);
        }
    }
    Ok(Options {
        peers,
        rust: rust::Options {
            non_exhaustive: config.rust.non_exhaustive,
            ..rust::Options::default()
        },
        only: arguments.only.clone(),
    })
}

/// What has to hold.
pub fn requirements(
    arguments: &arguments::Check,
    config: &Config,
) -> Result<Requirements, Failure> {
    let (given, place) = match arguments.require.is_empty() {
        true => (&config.check.require, " in `[check]` of tg-schema.toml"),
        false => (&arguments.require, ""),
    };
    if given.is_empty() {
        return Ok(Requirements::default());
    }
    let read = given.join(",").parse::<Requirements>();
    read.map_err(|error| Failure::help(format!("{}{place}", error.message), error.help))
}

/// The day on which the run takes place, in UTC.
pub fn today() -> Result<Date, Failure> {
    const DAY: u64 = 24 * 60 * 60;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let days = since
        .ok()
        .and_then(|since| i32::try_from(since.as_secs() / DAY).ok());
    let today = days.and_then(Date::from_days);
    today.ok_or_else(|| Failure::new("the clock of this machine tells no date"))
}

fn configured(names: &[String]) -> Result<Vec<Peer>, Failure> {
    let peers = names.iter().map(|word| {
        Peer::from_name(word).ok_or_else(|| {
            let known = Peer::ALL.map(Peer::as_str);
            let help = match name::nearest(word, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are {}", known.join(", ")),
            };
            let message = format!("unknown peer `{word}` in `[check]` of tg-schema.toml");
            Failure::help(message, help)
        })
    });
    peers.collect()
}
