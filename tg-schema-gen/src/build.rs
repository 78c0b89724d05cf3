//! The door for build scripts: definitions into `OUT_DIR`, and what cargo must watch.
//!
//! In `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), tg_schema_gen::BuildError> {
//!     tg_schema_gen::Build::new().inputs(["schemas"]).run()?;
//!     Ok(())
//! }
//! ```
//!
//! and where the types shall live:
//!
//! ```text
//! mod messages {
//!     include!(concat!(env!("OUT_DIR"), "/rust/mod.rs"));
//! }
//! ```
//!
//! When nothing changed since the last run, which sizes and times of the files tell, nothing is read
//! and nothing is rendered.

mod stamp;

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tg_schema_model::{Diagnostics, Severity, Sources};
use tg_schema_rust::item::Serde;

use crate::config::{Config, ConfigError};
use crate::load::{self, LoadError};
use crate::output::{self, OutputError, Report};
use crate::target::{self, Target};
use stamp::{Mark, Stamp};

/// Generates from a build script. See the [module](self).
#[derive(Clone, Debug)]
pub struct Build {
    config: Option<PathBuf>,
    inputs: Option<Vec<PathBuf>>,
    out_dir: Option<PathBuf>,
    targets: Option<Vec<Target>>,
    crate_path: Option<String>,
    serde: Option<Serde>,
    non_exhaustive: Option<bool>,
    python_package: Option<String>,
    cargo: bool,
}

/// Why a build script could not generate.
#[non_exhaustive]
pub enum BuildError {
    /// No output folder was given, and `OUT_DIR` is not set: this is no build script.
    NoOutDir,
    /// The configuration.
    Config(ConfigError),
    /// The definition files cannot be read.
    Load(LoadError),
    /// The definitions are wrong.
    Definitions {
        /// Their texts.
        sources: Sources,
        /// Everything that is wrong with them.
        diagnostics: Diagnostics,
    },
    /// The output folder.
    Output(OutputError),
    /// Cargo does not listen.
    Cargo(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::NoOutDir => f.write_str(
                "OUT_DIR is not set: give `out_dir` where this is not run as a build script",
            ),
            BuildError::Config(e) => e.fmt(f),
            BuildError::Load(e) => e.fmt(f),
            BuildError::Definitions {
                sources,
                diagnostics,
            } => {
                let texts: Vec<String> = diagnostics.0.iter().map(|d| sources.render(d)).collect();
                write!(
                    f,
                    "the definitions are wrong\n\n{}",
                    texts.join("\n").trim_end()
                )
            }
            BuildError::Output(e) => e.fmt(f),
            BuildError::Cargo(e) => write!(f, "cannot tell cargo what to watch: {e}"),
        }
    }
}

/// As [`fmt::Display`], because this is what is shown when the `main` of a build script returns it.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BuildError::NoOutDir | BuildError::Definitions { .. } => None,
            BuildError::Config(e) => Some(e),
            BuildError::Load(e) => Some(e),
            BuildError::Output(e) => Some(e),
            BuildError::Cargo(e) => Some(e),
        }
    }
}

impl Default for Build {
    fn default() -> Self {
        Build::new()
    }
}

impl Build {
    /// From `schemas` to `OUT_DIR`, Rust alone.
    pub fn new() -> Self {
        Build {
            config: None,
            inputs: None,
            out_dir: None,
            targets: None,
            crate_path: None,
            serde: None,
            non_exhaustive: None,
            python_package: None,
            cargo: true,
        }
    }
    /// Takes inputs and options from a `tg-schema.toml`. What is set here wins over it; its `out` and
    /// its `targets` are for the command and not used.
    #[must_use]
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = Some(path.into());
        self
    }
    /// Definition files, annotated Rust, Avro schemas, and folders of them.
    #[must_use]
    pub fn inputs<P: Into<PathBuf>>(mut self, inputs: impl IntoIterator<Item = P>) -> Self {
        self.inputs = Some(inputs.into_iter().map(Into::into).collect());
        self
    }
    /// Output folder, instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }
    /// What is rendered, instead of Rust alone.
    #[must_use]
    pub fn targets(mut self, targets: impl IntoIterator<Item = Target>) -> Self {
        self.targets = Some(targets.into_iter().collect());
        self
    }
    /// Path of the runtime crate in generated Rust, e.g. `::tg_schema`.
    #[must_use]
    pub fn crate_path(mut self, path: impl Into<String>) -> Self {
        self.crate_path = Some(path.into());
        self
    }
    /// Which serde implementations are written.
    #[must_use]
    pub fn serde(mut self, serde: Serde) -> Self {
        self.serde = Some(serde);
        self
    }
    /// Whether generated types are `#[non_exhaustive]`.
    #[must_use]
    pub fn non_exhaustive(mut self, yes: bool) -> Self {
        self.non_exhaustive = Some(yes);
        self
    }
    /// Name of the generated Python package.
    #[must_use]
    pub fn python_package(mut self, name: impl Into<String>) -> Self {
        self.python_package = Some(name.into());
        self
    }
    /// Whether cargo is told, on standard output, what to watch. It is, unless this says no.
    #[must_use]
    pub fn cargo_lines(mut self, yes: bool) -> Self {
        self.cargo = yes;
        self
    }

    /// Reads, checks, renders and writes. Nothing is written where anything is wrong.
    pub fn run(&self) -> Result<Report, BuildError> {
        match self.cargo {
            true => self.run_with(&mut io::stdout().lock()),
            false => self.run_with(&mut io::sink()),
        }
    }

    fn run_with(&self, cargo: &mut dyn Write) -> Result<Report, BuildError> {
        let script = std::env::var_os("OUT_DIR").map(PathBuf::from);
        let out = self
            .out_dir
            .as_ref()
            .or(script.as_ref())
            .ok_or(BuildError::NoOutDir)?;
        if let Some(path) = &self.config {
            watch(cargo, path)?;
        }
        let config = self.settings()?;
        for input in &config.inputs {
            watch(cargo, input)?;
        }
        output::outside(out, &config.inputs).map_err(BuildError::Output)?;
        let stamp = Stamp::place(script.as_deref().unwrap_or(out), out);
        let key = stamp::key(&config);
        if let Some(found) = Stamp::read(&stamp).filter(|s| s.is_fresh(&key, out)) {
            for path in found.inputs() {
                watch(cargo, path)?;
            }
            let unchanged = found.outputs();
            return Ok(Report {
                unchanged,
                ..Report::default()
            });
        }
        let started = SystemTime::now();
        let (report, watched) = generate(&config, out, cargo)?;
        if let Some(files) = watched {
            // Without a stamp the next run does everything again, which is only slower.
            if let Some(taken) = Stamp::take(
                key,
                &config.inputs,
                &files.read,
                out,
                &files.written,
                &files.marks,
                started,
            ) {
                let _ = taken.write(&stamp);
            }
        }
        Ok(report)
    }

    /// The configuration with what was set here.
    fn settings(&self) -> Result<Config, BuildError> {
        let mut config = match &self.config {
            Some(path) => Config::read(path).map_err(BuildError::Config)?,
            None => Config::default(),
        };
        config.targets = self.targets.clone().unwrap_or_else(|| vec![Target::Rust]);
        if let Some(inputs) = &self.inputs {
            config.inputs.clone_from(inputs);
        }
        if let Some(path) = &self.crate_path {
            config.rust.crate_path.clone_from(path);
        }
        if let Some(serde) = self.serde {
            config.rust.serde = serde;
        }
        if let Some(yes) = self.non_exhaustive {
            config.rust.non_exhaustive = yes;
        }
        if self.python_package.is_some() {
            config.python_package.clone_from(&self.python_package);
        }
        Ok(config)
    }
}

/// From this many records on a thread to drop them saves more than it costs.
const WORTH_A_THREAD: usize = 256;

/// From this many records on their memory counts for more than the time in which it is given back.
const LARGE: usize = 4096;

/// What a stamp has to remember.
struct Watched {
    read: Vec<PathBuf>,
    written: Vec<String>,
    /// Of those that were written now.
    marks: HashMap<String, Mark>,
}

/// `None` beside the report: there were warnings, which the next run must tell again.
fn generate(
    config: &Config,
    out: &Path,
    cargo: &mut dyn Write,
) -> Result<(Report, Option<Watched>), BuildError> {
    let loaded = load::load(&config.inputs).map_err(BuildError::Load)?;
    let looked_at: Vec<PathBuf> = loaded.files.into_iter().chain(loaded.skipped).collect();
    for path in &looked_at {
        watch(cargo, path)?;
    }
    let (schema, sources, diagnostics) = (loaded.schema, loaded.sources, loaded.diagnostics);
    if diagnostics.has_errors() {
        return Err(BuildError::Definitions {
            sources,
            diagnostics,
        });
    }
    let warnings: Vec<_> = diagnostics
        .0
        .iter()
        .filter(|d| d.severity == Severity::Warning)
        .collect();
    for d in &warnings {
        let place = sources
            .place(d.span)
            .map(|p| format!("{p}: "))
            .unwrap_or_default();
        tell(cargo, "warning", &format!("{place}{}", d.message))?;
    }
    let files = target::render(&schema, &config.targets, config).map_err(|diagnostics| {
        BuildError::Definitions {
            sources,
            diagnostics,
        }
    })?;
    let write = || output::write_noting(out, &files, &config.targets, Mark::of_file);
    // Of a large project it needs as much memory as the files, and giving that back takes a while.
    let outcome = if (WORTH_A_THREAD..LARGE).contains(&schema.records.len()) {
        std::thread::scope(|scope| {
            scope.spawn(move || drop(schema));
            write()
        })
    } else {
        drop(schema);
        write()
    };
    let (report, marks) = outcome.map_err(BuildError::Output)?;
    let marks = marks.into_iter();
    let marks = marks.filter_map(|(path, mark)| Some((path.to_owned(), mark?)));
    let watched = Watched {
        read: looked_at,
        marks: marks.collect(),
        written: files.into_keys().collect(),
    };
    Ok((report, warnings.is_empty().then_some(watched)))
}

fn watch(cargo: &mut dyn Write, path: &Path) -> Result<(), BuildError> {
    tell(cargo, "rerun-if-changed", &path.display().to_string())
}

/// One line to cargo; a line break in a name of a file must not begin another.
fn tell(cargo: &mut dyn Write, key: &str, value: &str) -> Result<(), BuildError> {
    let value: String = value
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    writeln!(cargo, "cargo:{key}={value}").map_err(BuildError::Cargo)
}

#[cfg(test)]
mod tests;
