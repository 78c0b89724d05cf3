//! What is timed: from definition files to generated files, in this process.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use tg_schema_gen::{Build, Target};

use crate::definitions::Definitions;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Rust, Avro and documentation into an empty folder.
    Fresh,
    /// Rust and Avro alone.
    FreshCode,
    /// Rust alone into an empty folder: what the peers write.
    FreshRust,
    /// Every target into an empty folder.
    FreshAll,
    /// A build script that runs again, and nothing has changed.
    Unchanged,
    /// The command that runs again: everything is rendered, and nothing has to be written.
    UnchangedCommand,
    /// The files that `Fresh` writes, written from memory.
    Floor,
    Prost,
    Typify,
    /// The same with a builder for each struct, as its command writes them.
    TypifyBuilders,
}

impl Stage {
    pub const ALL: [Stage; 10] = [
        Stage::Fresh,
        Stage::FreshCode,
        Stage::FreshRust,
        Stage::FreshAll,
        Stage::Unchanged,
        Stage::UnchangedCommand,
        Stage::Floor,
        Stage::Prost,
        Stage::Typify,
        Stage::TypifyBuilders,
    ];
    pub fn name(self) -> &'static str {
        match self {
            Stage::Fresh => "ours, rust + avro + docs",
            Stage::FreshCode => "ours, rust + avro",
            Stage::FreshRust => "ours, rust alone",
            Stage::FreshAll => "ours, all targets",
            Stage::Unchanged => "ours, nothing changed (build.rs)",
            Stage::UnchangedCommand => "ours, nothing changed (command)",
            Stage::Floor => "the same files, written from memory",
            Stage::Prost => "prost-build (protox)",
            Stage::Typify => "typify (prettyplease), without builders",
            Stage::TypifyBuilders => "typify (prettyplease), with builders",
        }
    }
    pub fn is_peer(self) -> bool {
        matches!(self, Stage::Prost | Stage::Typify | Stage::TypifyBuilders)
    }
}

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is generated where nothing else is said.
const TARGETS: [Target; 3] = [Target::Rust, Target::Avro, Target::Docs];

/// A stage with its folders.
pub struct Prepared<'a> {
    stage: Stage,
    definitions: &'a Definitions,
    out: PathBuf,
    floor: Vec<(PathBuf, Vec<u8>)>,
}

impl<'a> Prepared<'a> {
    /// With the output folder as it was left.
    pub fn found(stage: Stage, definitions: &'a Definitions, scratch: &Path) -> Self {
        Prepared {
            stage,
            definitions,
            out: scratch.join(format!("{stage:?}")),
            floor: Vec::new(),
        }
    }

    pub fn new(stage: Stage, definitions: &'a Definitions, scratch: &Path) -> Outcome<Self> {
        let mut prepared = Prepared::found(stage, definitions, scratch);
        match stage {
            Stage::Unchanged | Stage::UnchangedCommand => {
                prepared.clear()?;
                prepared.build(&TARGETS)?;
            }
            Stage::Floor => {
                prepared.clear()?;
                prepared.build(&TARGETS)?;
                let out = prepared.out.clone();
                collect(&out, &mut prepared.floor)?;
            }
            _ => {}
        }
        Ok(prepared)
    }

    /// What is not timed: an empty folder, where one is wanted.
    pub fn before(&self) -> Outcome<()> {
        match self.stage {
            Stage::Unchanged | Stage::UnchangedCommand => Ok(()),
            _ => self.clear(),
        }
    }

    pub fn run(&self) -> Outcome<()> {
        match self.stage {
            Stage::Fresh => self.build(&TARGETS),
            Stage::FreshCode => self.build(&[Target::Rust, Target::Avro]),
            Stage::FreshRust => self.build(&[Target::Rust]),
            Stage::FreshAll => self.build(&Target::ALL),
            Stage::Unchanged => self.build(&TARGETS),
            Stage::UnchangedCommand => self.command(),
            Stage::Floor => self.floor(),
            Stage::Prost => self.prost(),
            Stage::Typify => self.typify(false),
            Stage::TypifyBuilders => self.typify(true),
        }
    }

    fn clear(&self) -> Outcome<()> {
        if self.out.exists() {
            fs::remove_dir_all(&self.out)?;
        }
        Ok(fs::create_dir_all(&self.out)?)
    }

    fn build(&self, targets: &[Target]) -> Outcome<()> {
        let build = Build::new()
            .inputs([&self.definitions.toml])
            .out_dir(&self.out)
            .targets(targets.iter().copied())
            .cargo_lines(false);
        build.run()?;
        Ok(())
    }

    fn command(&self) -> Outcome<()> {
        let loaded = tg_schema_gen::load::load(std::slice::from_ref(&self.definitions.toml))?;
        let config = tg_schema_gen::Config::default();
        let files = tg_schema_gen::target::render(&loaded.schema, &TARGETS, &config)
            .map_err(|problems| format!("{problems:?}"))?;
        drop(loaded.schema);
        tg_schema_gen::output::write(&self.out, &files, &TARGETS)?;
        Ok(())
    }

    fn floor(&self) -> Outcome<()> {
        for (path, bytes) in &self.floor {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, bytes)?;
        }
        Ok(())
    }

    fn prost(&self) -> Outcome<()> {
        let proto = &self.definitions.proto;
        let folder = proto.parent().ok_or("a file is in a folder")?;
        let files = protox::compile([proto], [folder])?;
        prost_build::Config::new()
            .out_dir(&self.out)
            .compile_fds(files)?;
        Ok(())
    }

    fn typify(&self, builders: bool) -> Outcome<()> {
        let text = fs::read_to_string(&self.definitions.json_schema)?;
        let schema = serde_json::from_str::<schemars::schema::RootSchema>(&text)?;
        let mut types = typify::TypeSpace::new(
            typify::TypeSpaceSettings::default().with_struct_builder(builders),
        );
        types.add_root_schema(schema)?;
        let file = syn::parse2::<syn::File>(types.to_stream())?;
        fs::write(self.out.join("records.rs"), prettyplease::unparse(&file))?;
        Ok(())
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push((path.clone(), fs::read(&path)?));
        }
    }
    Ok(())
}
