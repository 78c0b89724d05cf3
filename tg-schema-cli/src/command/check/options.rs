//! The arguments and the configuration into how versions are compared.

use tg_schema_compat::check::Options;
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::engine::rust;
use tg_schema_gen::Config;
use tg_schema_gen::config::Word;
use tg_schema_model::{Diagnostic, Diagnostics, name};

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
        true => configured(config)?,
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
            was_non_exhaustive: config.rust.non_exhaustive,
            non_exhaustive: config.rust.non_exhaustive,
            ..rust::Options::default()
        },
        only: arguments.only.clone(),
    })
}

/// The peers that the configuration names.
fn configured(config: &Config) -> Result<Vec<Peer>, Failure> {
    let mut peers = Vec::new();
    let mut wrong = Diagnostics::default();
    for Word { text, span } in &config.check.peers {
        let known = Peer::ALL.map(Peer::as_str);
        match Peer::from_name(text) {
            Some(peer) => peers.push(peer),
            None => {
                let label = format!("expected one of {}", known.join(", "));
                let error = Diagnostic::error(*span, format!("unknown peer `{text}`"), label);
                wrong.push(match name::nearest(text, known) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                });
            }
        }
    }
    match wrong.has_errors() {
        false => Ok(peers),
        true => Err(Failure::Definitions {
            sources: config.sources.clone(),
            diagnostics: wrong,
        }),
    }
}
