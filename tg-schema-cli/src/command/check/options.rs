//! The arguments and the configuration into how versions are compared.

use tg_schema_compat::check::Options;
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::engine::rust;
use tg_schema_gen::Config;
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
