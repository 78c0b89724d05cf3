//! Audit, callers and patch in the run that makes the definitions.

use std::path::{Component, Path, PathBuf};

use tg_schema_gen::load::Loaded;
use tg_schema_gen::python;

use crate::apply::{Applied, Code, Target, apply};
use crate::audit::{Audit, Auditor, audit};
use crate::callers::{Notes, Report, Tightened, callers};
use crate::interpret::{Outcome, Program};
use crate::migration::Look;
use crate::source::Text;

/// What is asked for beside the definitions.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Whether uses of Records are looked at.
    pub callers: bool,
    /// The package for which callers are changed, if they are.
    pub apply: Option<python::Options>,
    /// The folder in which the patch will be applied.
    pub folder: PathBuf,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Surveyed {
    /// What ties the code to Pulsar.
    pub audit: Audit,
    /// How Records are used, where that was asked for.
    pub callers: Option<Report>,
    /// The patch, where it was asked for.
    pub applied: Option<Applied>,
}

impl Look for Survey {
    type Listener<'a> = (Auditor<'a>, Option<Notes<'a>>);
    type Early = Audit;
    type Found = Surveyed;

    fn listener<'a>(&self) -> Self::Listener<'a> {
        let asked = self.callers || self.apply.is_some();
        (Auditor::default(), asked.then(Notes::default))
    }

    fn early<'a>(
        &self,
        program: Program<'a>,
        outcome: &Outcome<'a>,
        (facts, _): &mut Self::Listener<'a>,
    ) -> Audit {
        // They are many, and are not needed afterwards.
        let facts = std::mem::take(facts);
        audit(program, outcome, &facts)
    }

    fn found<'a>(
        self,
        program: Program<'a>,
        outcome: &Outcome<'a>,
        ((_, notes), audit): (Self::Listener<'a>, Audit),
        loaded: &Loaded,
    ) -> Surveyed {
        let mut found = Surveyed {
            audit,
            ..Surveyed::default()
        };
        let Some(notes) = notes else {
            return found;
        };
        let report = callers(program, outcome, &notes, &Tightened::of(&loaded.schema));
        if let Some(options) = &self.apply {
            let code = Code {
                program,
                outcome,
                notes: &notes,
                report: &report,
            };
            let path = |text: &Text| self.path(program, text);
            let target = Target {
                schema: &loaded.schema,
                options,
                path: &path,
            };
            found.applied = Some(apply(&code, &target));
        }
        found.callers = self.callers.then_some(report);
        found
    }
}

impl Survey {
    /// How the patch names a file, if what it was read from is that text to the byte.
    fn path(&self, program: Program, text: &Text) -> Option<String> {
        let read = program.sources.get(text.source)?.text.as_bytes();
        if std::fs::read(&text.path).ok()? != read {
            return None;
        }
        let path: &Path = match text.path.is_absolute() {
            true => text.path.strip_prefix(&self.folder).ok()?,
            false => &text.path,
        };
        let parts = path.components().filter(|c| *c != Component::CurDir);
        let parts = parts.map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        });
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }
}
