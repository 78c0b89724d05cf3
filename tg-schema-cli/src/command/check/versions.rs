//! The arguments and the configuration into the versions that are compared.

use std::path::{Path, PathBuf};

use tg_schema_compat::version::Version;
use tg_schema_gen::Config;

use crate::arguments;
use crate::exit::Failure;
use crate::version::{self, Notes, Reader};

/// Name of the lock file.
const LOCK: &str = "tg-schema.lock";

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
        let lock = match &arguments.lock {
            Some(path) => path.clone(),
            None => beside(config).join(LOCK),
        };
        let baselines = baselines(arguments, config, &lock)?;
        let mut reader = Reader::new(&arguments.new, &config.inputs);
        let new = reader.newest(&arguments.new)?;
        let mut against = Vec::new();
        for name in &baselines {
            against.extend(reader.versions(name)?);
        }
        Ok(Versions {
            new,
            against,
            notes: reader.notes,
            lock,
        })
    }

    /// Whether the new version is one Avro schema, and others in earlier versions are no business of it.
    pub fn only_one_message(&self) -> bool {
        self.new.single && self.against.iter().any(|version| !version.single)
    }
}

/// The new version, read once more.
pub fn newest(arguments: &arguments::Check, config: &Config) -> Result<Version, Failure> {
    Reader::new(&arguments.new, &config.inputs).newest(&arguments.new)
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
) -> Result<Vec<String>, Failure> {
    if !arguments.against.is_empty() {
        return Ok(arguments.against.clone());
    }
    if !config.check.against.is_empty() {
        let names = config.check.against.iter();
        return Ok(names
            .map(|name| version::below(beside(config), name))
            .collect());
    }
    if lock.exists() {
        return Ok(vec![lock.display().to_string()]);
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
