//! The arguments of `tg-schema check`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use tg_schema_compat::engine::json::Peer;

/// Tell what a change of definitions breaks, for whom, and in which direction
///
/// Compares a version with earlier ones: for each message, whether new readers read old messages and old
/// readers new ones, in registries with Confluent's interface, for the Pulsar broker and as JSON; whether
/// code that uses the Rust types still compiles; and what is lost although everybody accepts it. A finding
/// names its rule (`tg-schema explain ID`), its place, and what to do. With `--require` or without, the exit
/// code tells whether the change is allowed.
///
/// A version is any of these:
///   PATH                      definitions (.toml, .json), annotated Rust (.rs), Avro schemas (.avsc), Python
///                             Records (.py), a lock file, an exported snapshot of a registry, or a folder
///   git:REF[:PATH]            the same at a commit, tag or branch; PATH is below the root of the repository,
///                             or below the current folder where it begins with `./`
///                             [default: the paths of NEW]
///   registry:URL[/SUBJECT]    a schema registry with Confluent's interface, all versions that it holds;
///                             the environment variable SCHEMA_REGISTRY_TOKEN holds a token,
///                             SCHEMA_REGISTRY_BASIC_AUTH a name and password, `NAME:PASSWORD`
///   pulsar-admin:URL          a Pulsar admin interface, all versions that it holds; the environment variable
///                             PULSAR_API_KEY holds the token
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema check --against git:v1.4
  tg-schema check schemas --against git:main:schemas --require avro=full,loss=none
  tg-schema check new/order.avsc --against old/order.avsc
  tg-schema check --against git:v1.3 --against git:v1.4 --format json
  tg-schema check --against registry:http://localhost:8081/orders-value
  tg-schema check --against pulsar-admin:http://localhost:8080/admin/v2/persistent/tg/flow
  tg-schema check --against legacy/schema.py --peer python-record
  tg-schema check --accept

Exit codes:
  0  everything that is required holds
  1  something that is required does not hold, or a version refuses a recorded message
  2  nothing was compared: wrong definitions, wrong arguments, a baseline that cannot be read; or
     `--verify` found a message that disproves a verdict")]
pub struct Check {
    /// The version that is checked: paths, or one `git:…`, `registry:…`, `pulsar-admin:…`
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub new: Vec<String>,
    /// What it is compared with. May be given more than once, oldest first
    /// [default: `against` in `[check]` of tg-schema.toml, else tg-schema.lock]
    #[arg(long, short, value_name = "BASELINE", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub against: Vec<String>,
    /// What must hold, separated by commas, such as `avro=full,pulsar=accepted,loss=none`
    /// [default: `require` in `[check]` of tg-schema.toml]. A record whose definition requires something of it is
    /// judged by that, whatever is required here
    ///
    /// avro, json      full, backward, forward, none
    /// pulsar          accepted (by a broker with the strategy FULL), backward, forward, none
    /// rust            ok, soft, any
    /// loss            none, any
    /// deployment      safe, any
    #[arg(long, value_name = "LIST", value_delimiter = ',', verbatim_doc_comment)]
    pub require: Vec<String>,
    /// Who else reads and writes the JSON messages. May be given more than once
    /// [default: `peers` in `[check]` of tg-schema.toml, else tg, and python-record where a BASELINE is Python]
    #[arg(long = "peer", value_name = "NAME", value_parser = peers(), verbatim_doc_comment)]
    pub peers: Vec<Peer>,
    /// Attack every verdict that says "compatible" with N random messages [default of N: 1000]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1000")]
    pub verify: Option<u32>,
    /// Change the definitions of NEW where a finding has an edit that is proven to mend it
    #[arg(long)]
    pub fix: bool,
    /// Keep NEW as a release in the lock file, if everything that is required holds
    #[arg(long)]
    pub accept: bool,
    /// The lock file [default: tg-schema.lock, beside tg-schema.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
    /// Recorded messages that every version must read: JSON documents, an Avro container file, messages in
    /// Confluent's framing behind their lengths, or a folder of such files. May be given more than once
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, verbatim_doc_comment)]
    pub replay: Vec<PathBuf>,
    /// Look at this record alone: bare, or with its namespace. May be given more than once
    #[arg(long, value_name = "RECORD")]
    pub only: Vec<String>,
}

fn peers() -> impl TypedValueParser<Value = Peer> {
    let names = PossibleValuesParser::new(Peer::ALL.map(Peer::as_str));
    names.map(|name| Peer::from_name(&name).unwrap_or_default())
}
