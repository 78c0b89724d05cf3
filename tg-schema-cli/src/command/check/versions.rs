//! The arguments and the configuration into the versions that are compared.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tg_schema_compat::version::{self as compared, Version};
use tg_schema_gen::Config;

use crate::arguments;
use crate::exit::Failure;
use crate::version::{self, Notes, Reader};

/// Name of the lock file.
const LOCK: &str = "tg-schema.lock";
/// What a thread may use of the stack: as much as the first one has.
const STACK: usize = 8 << 20;

/// What is compared.
pub struct Versions {
    /// The version that is checked.
    pub new: Version,
    /// What it is compared with, oldest first.
    pub against: Vec<Version>,
    /// What was passed over.
    pub notes: Notes,
    /// Where the lock file is, or will be.
    pub lock: PathBuf,
}

impl Versions {
    /// Reads what is named.
    pub fn read(arguments: &arguments::Check, config: &Config) -> Result<Self, Failure> {
        let lock = lock(arguments, config);
        let baselines = baselines(arguments, config, &lock)?;
        let read = |at: usize| {
            let mut reader = Reader::new(&arguments.new, config);
            let versions = match at.checked_sub(1).and_then(|at| baselines.get(at)) {
                Some(Baseline::Named(name)) => reader.baseline(name)?,
                Some(Baseline::Lock(path)) => version::releases(path)?,
                None => vec![reader.newest(&arguments.new)?],
            };
            Ok((versions, reader.notes))
        };
        let mut all = Vec::new();
        let mut notes = Notes::new();
        for one in each(1 + baselines.len(), read) {
            let (versions, more): (Vec<Version>, Notes) = one?;
            all.extend(versions);
            notes.extend(more);
        }
        let against = all.split_off(1.min(all.len()));
        if against.is_empty() && !arguments.accept {
            let names: Vec<String> = baselines.iter().map(Baseline::shown).collect();
            return Err(Failure::help(
                format!("there is no release in {}", names.join(", ")),
                "`check --accept` makes the first",
            ));
        }
        let mut new = all
            .pop()
            .ok_or_else(|| Failure::new("there is no version"))?;
        // Subjects and topics belong together where both sides have them.
        let mut against: Vec<Version> = match new.registered {
            true => against,
            false => against.into_iter().flat_map(apart).collect(),
        };
        for version in &mut against {
            compared::complete(version, &new);
        }
        // The last that has a message tells of it: a release of a lock has what it changed alone.
        for version in against.iter().filter(|version| !version.only_schemas) {
            compared::complete(&mut new, version);
        }
        Ok(Versions {
            new,
            against,
            notes,
            lock,
        })
    }

    /// Whether the new version is one Avro schema, and others in earlier versions are no business of it.
    pub fn only_one_message(&self) -> bool {
        self.new.single && self.against.iter().any(|version| !version.single)
    }
}

/// What stands for a version where the new one is of no registry.
fn apart(version: Version) -> Vec<Version> {
    match version.registered {
        true => compared::for_definitions(version),
        false => vec![version],
    }
}

/// What is compared with.
enum Baseline {
    /// A name, which tells what is there.
    Named(String),
    /// The lock file, whatever it is called.
    Lock(PathBuf),
}

impl Baseline {
    /// What people call it.
    fn shown(&self) -> String {
        match self {
            Baseline::Named(name) => name.clone(),
            Baseline::Lock(path) => path.display().to_string(),
        }
    }
}

/// Where the lock file is, or will be.
pub fn lock(arguments: &arguments::Check, config: &Config) -> PathBuf {
    match &arguments.lock {
        Some(path) => path.clone(),
        None => beside(config).join(LOCK),
    }
}

/// Does work for each number below `count`, on as many threads as there are cores. The results are in order.
fn each<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut done = std::thread::scope(|scope| {
        let spawn = |_| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, run).ok()
        };
        let threads: Vec<_> = (1..cores.min(count)).filter_map(spawn).collect();
        let mut done = run();
        for thread in threads {
            match thread.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The new version, read once more.
pub fn newest(arguments: &arguments::Check, config: &Config) -> Result<Version, Failure> {
    Reader::new(&arguments.new, config).newest(&arguments.new)
}

/// The folder of the configuration, else the current one.
fn beside(config: &Config) -> &Path {
    let folder = config.path.as_deref().and_then(Path::parent);
    folder.unwrap_or(Path::new(""))
}

fn baselines(
    arguments: &arguments::Check,
    config: &Config,
    lock: &Path,
) -> Result<Vec<Baseline>, Failure> {
    if !arguments.against.is_empty() {
        let names = arguments.against.iter().cloned();
        return Ok(names.map(Baseline::Named).collect());
    }
    if !config.check.against.is_empty() {
        let names = config.check.against.iter();
        return Ok(names
            .map(|name| Baseline::Named(version::below(beside(config), name)))
            .collect());
    }
    if lock.exists() {
        return Ok(vec![Baseline::Lock(lock.to_owned())]);
    }
    match arguments.accept {
        // The first release.
        true => Ok(Vec::new()),
        false => Err(Failure::help(
            "there is nothing to compare with",
            "name it with `--against`, such as `--against git:main`, or in `[check]` of tg-schema.toml; \
             `check --accept` starts a lock file",
        )),
    }
}
