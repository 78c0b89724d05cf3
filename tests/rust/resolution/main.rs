//! `resolution-peers`: how messages of other writers are read here and by other implementations.
//!
//! * `resolution-peers jobs` writes what the peers are asked, one line a job: the named cases of
//!   `case.rs`, then random readers, writers and messages. Random ones start at the seed FIRST and are
//!   COUNT many if these are given, to look further than the tests do.
//! * `resolution-peers compare PEER` reads the peer's answers, one line each, and writes one line for
//!   each named case and one for all that was random: `pass NAME …` or `FAIL NAME …`.
//! * `resolution-peers names` lists the named cases.
//!
//! The peers are `java`, `java-resolving-decoder` and `fastavro`; `tests/interop/test_resolution.py`
//! brings both sides together.

mod case;
mod compare;
mod exception;
mod job;

use std::io::{self, BufWriter, Read as _, Write as _};
use std::process::ExitCode;

use job::Job;

/// Which other implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Apache Avro for Java.
    Java,
    /// The same with the decoder that it had before 1.12.
    JavaResolvingDecoder,
    /// fastavro for Python.
    Fastavro,
}

/// Random jobs of the tests.
const JOBS: u64 = 3_000;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let passed = match words[..] {
        ["names"] => {
            for case in case::CASES {
                writeln!(out, "{}", case.name)?;
            }
            true
        }
        ["jobs", ref seeds @ ..] => {
            for job in jobs(seeds) {
                writeln!(out, "{}", job.line())?;
            }
            true
        }
        ["compare", peer, ref seeds @ ..] => {
            let peer = match peer {
                "java" => Peer::Java,
                "java-resolving-decoder" => Peer::JavaResolvingDecoder,
                "fastavro" => Peer::Fastavro,
                other => return Err(io::Error::other(format!("no peer {other}"))),
            };
            let mut answers = String::new();
            io::stdin().read_to_string(&mut answers)?;
            compare::compare(peer, jobs(seeds), &answers, &mut out)?
        }
        _ => return Err(io::Error::other("expected jobs, compare PEER or names")),
    };
    out.flush()?;
    Ok(match passed {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The named cases and the random jobs, the same on every run.
fn jobs(seeds: &[&str]) -> impl Iterator<Item = Job> {
    let seed = |at: usize, or| seeds.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let named = case::CASES.iter().map(case::Case::job);
    named.chain(job::random(seed(0, 0), seed(1, JOBS)))
}
