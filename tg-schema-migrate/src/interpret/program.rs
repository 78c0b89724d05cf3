//! Texts into what is interpreted, and its places into what reports tell.

use tg_schema_model::{Diagnostics, Sources, Span};

use super::project::Project;
use super::value::{FileId, Site};
use crate::progress::Progress;
use crate::python::{self, Tree};
use crate::source::{Text, Texts};

/// What is made of texts before they are interpreted.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The trees of the files, in the same order.
    pub trees: Vec<Tree>,
    /// Where modules are looked up.
    pub project: Project,
}

impl Parsed {
    /// Syntax errors go to the findings.
    pub fn new(texts: &Texts, progress: &Progress, findings: &mut Diagnostics) -> Self {
        Parsed {
            trees: python::parse(&texts.files, &texts.sources, progress, findings),
            project: Project::new(texts),
        }
    }

    /// What is interpreted, of the same texts.
    pub fn program<'a>(&'a self, texts: &'a Texts, progress: &'a Progress) -> Program<'a> {
        Program {
            files: &texts.files,
            trees: &self.trees,
            sources: &texts.sources,
            project: &self.project,
            progress,
        }
    }
}

/// What is interpreted.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// The files.
    pub files: &'a [Text],
    /// Their trees, in the same order.
    pub trees: &'a [Tree],
    /// Their texts.
    pub sources: &'a Sources,
    /// Where modules are looked up.
    pub project: &'a Project,
    /// Whom to tell of each module.
    pub progress: &'a Progress,
}

impl<'a> Program<'a> {
    /// The tree of a file.
    pub fn tree(&self, file: FileId) -> &'a Tree {
        &self.trees[file.at()]
    }
    /// The text of a file.
    pub fn text(&self, file: FileId) -> &'a str {
        let source = self.files.get(file.at()).map(|f| f.source);
        source
            .and_then(|id| self.sources.get(id))
            .map_or("", |s| s.text.as_str())
    }
    /// A place in reports.
    pub fn span(&self, site: Site) -> Span {
        match self.files.get(site.file.at()) {
            Some(file) => Span::new(file.source, site.range.to_std_range()),
            None => Span::NONE,
        }
    }
    /// `file:line`.
    pub fn place(&self, site: Site) -> String {
        let Some(file) = self.files.get(site.file.at()) else {
            return String::new();
        };
        let line = self.tree(site.file).line(site.range.start());
        format!("{}:{line}", file.path.display())
    }
    /// A reason with its place, where that is not the line of `at` and the reason does not tell it.
    pub(crate) fn told(&self, reason: String, site: Option<Site>, at: Site) -> String {
        let Some(site) = site.filter(|site| *site != Site::default()) else {
            return reason;
        };
        let place = self.place(site);
        match place.is_empty() || place == self.place(at) || reason.contains(&place) {
            true => reason,
            false => format!("{reason} ({place})"),
        }
    }
    /// Line and column of a place, both from 1; columns count characters.
    pub fn position(&self, site: Site) -> (usize, usize) {
        let start = site.range.start();
        let head = self.text(site.file).get(..start.into()).unwrap_or("");
        let begin = head.rfind('\n').map_or(0, |at| at + 1);
        let column = head[begin..].chars().count() + 1;
        (self.tree(site.file).line(start), column)
    }
    /// The text at a place, on one line and without comments.
    pub fn snippet(&self, site: Site) -> String {
        self.tree(site.file)
            .one_line(self.text(site.file), site.range)
    }
}
