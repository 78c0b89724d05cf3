//! The two streams: reports and results on standard output, problems on standard error.
//!
//! With `--format json` a report is one JSON document on standard output, problems included, and
//! standard error stays empty; with `--format sarif` that document is a log of the problems. A reader that goes away early (`tg-schema show … | head`) ends the
//! writing and changes nothing else.

use std::io::{self, IsTerminal, Write};

use tg_schema_compat::render::Texts;
use tg_schema_compat::report::Report;
use tg_schema_model::{Diagnostic, Diagnostics, Json, Severity, Sources};

use crate::arguments::{Color, Format, Global};
use crate::command::explain;
use crate::exit::{Exit, Failure};
use crate::project;
use crate::report;
use crate::report::sarif::Log;

/// Where everything that is said goes.
pub struct Console {
    format: Format,
    quiet: bool,
    color: bool,
    out: io::BufWriter<io::Stdout>,
    /// The reader of standard output went away.
    gone: bool,
    /// Standard output failed in another way.
    broken: Option<io::Error>,
    /// What was found, for the JSON report.
    problems: Vec<Json>,
    /// What was found, for a SARIF log.
    log: Log,
    /// Whether the JSON report or the result was written.
    answered: bool,
}

impl Console {
    /// As the global arguments ask.
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
                !no_color && !dumb && io::stderr().is_terminal()
            }
        };
        Console {
            format: global.format,
            quiet: global.quiet,
            color,
            out: io::BufWriter::new(io::stdout()),
            gone: false,
            broken: None,
            problems: Vec::new(),
            log: Log::new(explain::chapters(), project::repository),
            answered: false,
        }
    }

    /// Whether reports are JSON.
    pub fn json(&self) -> bool {
        self.format == Format::Json
    }

    /// How reports are written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether text for people is colored.
    pub fn color(&self) -> bool {
        self.color
    }

    /// What was asked for: written whatever `--quiet` says.
    pub fn result(&mut self, bytes: &[u8]) {
        self.answered = true;
        self.write(bytes);
    }

    /// One line of a report for people; nothing with `--quiet` or in JSON.
    pub fn line(&mut self, text: &str) {
        if !self.quiet && self.format == Format::Text {
            self.write(report::printable(text).as_bytes());
            self.write(b"\n");
        }
    }

    /// One line of a finding, the answer of a check: written whatever `--quiet` says.
    pub fn finding(&mut self, text: &str) {
        if self.format == Format::Text {
            self.write(report::printable(text).as_bytes());
            self.write(b"\n");
        }
    }

    /// The report of a run that ends with `exit`, where reports are JSON.
    pub fn report<'a>(&mut self, exit: Exit, entries: impl IntoIterator<Item = (&'a str, Json)>) {
        if !self.json() {
            return;
        }
        let problems = std::mem::take(&mut self.problems);
        let status = match exit {
            Exit::Clean => "clean",
            Exit::Findings => "findings",
            Exit::Failed => "failed",
        };
        let mut all = vec![("status", Json::str(status))];
        all.extend(entries);
        all.push(("diagnostics", Json::Array(problems)));
        self.document(&Json::object(all));
    }

    fn document(&mut self, document: &Json) {
        self.answered = true;
        document.pretty_into(2, |piece| self.write(piece.as_bytes()));
        self.write(b"\n");
    }

    /// Problems with definitions. Warnings are not shown with `--quiet`.
    pub fn diagnostics(&mut self, sources: &Sources, diagnostics: &Diagnostics) {
        let shown: Vec<&Diagnostic> = diagnostics
            .0
            .iter()
            .filter(|d| !self.quiet || d.severity == Severity::Error)
            .collect();
        match self.format {
            Format::Json => {
                let problems = shown.iter().map(|d| report::json(sources, d));
                self.problems.extend(problems);
                return;
            }
            Format::Sarif => {
                shown.iter().for_each(|d| self.log.add(sources, d));
                return;
            }
            _ => {}
        }
        let texts: Vec<String> = shown
            .iter()
            .map(|d| report::text(sources, d, self.color))
            .collect();
        if !texts.is_empty() {
            self.complain(&texts.join("\n\n"));
        }
    }

    /// What a comparison found, for a SARIF log.
    pub fn compared(&mut self, report: &Report, texts: &Texts<'_>) {
        self.log.compared(report, texts);
    }

    /// A warning that has no place in a definition.
    pub fn warning(&mut self, message: &str) {
        self.diagnostics(
            &Sources::default(),
            &Diagnostics(vec![Diagnostic::warning(Default::default(), message, "")]),
        );
    }

    /// Why the work could not be done.
    pub fn failure(&mut self, failure: &Failure) {
        match failure {
            Failure::Definitions {
                sources,
                diagnostics,
            } => {
                self.diagnostics(sources, diagnostics);
                let errors = diagnostics
                    .0
                    .iter()
                    .filter(|d| d.severity == Severity::Error)
                    .count();
                if self.format.for_people() {
                    let plural = if errors == 1 { "" } else { "s" };
                    self.complain(&format!("\n{errors} error{plural}; nothing was done"));
                }
            }
            Failure::Other { message, help } => {
                let mut problem = Diagnostic::error(Default::default(), message, "");
                problem.help.clone_from(help);
                self.diagnostics(&Sources::default(), &Diagnostics(vec![problem]));
            }
        }
    }

    /// Ends the writing: the exit code of the run.
    pub fn finish(mut self, exit: Exit) -> Exit {
        if self.format == Format::Sarif {
            self.log();
        } else if self.json() && exit == Exit::Failed && !self.answered {
            self.report(exit, []);
        } else if !self.problems.is_empty() {
            let text = Json::object([(
                "diagnostics",
                Json::Array(std::mem::take(&mut self.problems)),
            )])
            .pretty(2);
            self.complain(text.trim_end());
        }
        if let Err(e) = self.out.flush() {
            self.broke(e);
        }
        match self.broken.take() {
            Some(e) => {
                self.complain(&format!("error: cannot write to standard output: {e}"));
                Exit::Failed
            }
            None => exit,
        }
    }

    /// The SARIF log, beside the result where there is one.
    fn log(&mut self) {
        let log = std::mem::replace(&mut self.log, Log::new(&[], project::repository));
        if !self.answered {
            self.document(&log.document());
        } else if !log.is_empty() {
            self.complain(log.document().pretty(2).trim_end());
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.gone || self.broken.is_some() {
            return;
        }
        if let Err(e) = self.out.write_all(bytes) {
            self.broke(e);
        }
    }

    fn broke(&mut self, error: io::Error) {
        match error.kind() {
            io::ErrorKind::BrokenPipe => self.gone = true,
            _ => self.broken = Some(error),
        }
    }

    fn complain(&self, text: &str) {
        // Nobody is left to tell if this fails.
        let _ = writeln!(io::stderr(), "{text}");
    }
}
