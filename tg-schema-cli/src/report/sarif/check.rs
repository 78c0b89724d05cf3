//! What a comparison of versions found, as results of a SARIF log.
//!
//! A result stands at its place in the new files. What stands in an earlier text only is shown at what is
//! left of it, and the earlier place is a related location. Edits are fixes, suppressions are suppressions,
//! objections of the gate are notifications of the run.

use tg_schema_compat::render::once::{Once, once};
use tg_schema_compat::render::{Anchor, Texts, plain, version, words};
use tg_schema_compat::report::{Edit, Fix, Place, Report, Severity};
use tg_schema_model::rule::Level;
use tg_schema_model::shown::one_line;
use tg_schema_model::{Json, SourceId};

use super::{Log, number, region, text};

impl Log {
    /// Adds everything that was found.
    pub fn compared(&mut self, report: &Report, texts: &Texts<'_>) {
        for once in once(report) {
            self.found(report, texts, &once);
        }
        for objection in &report.objections {
            let message = one_line(&words::objection(objection));
            self.notifications.push(Json::object([
                ("level", Json::str(Level::Error.as_str())),
                ("message", text(&message)),
            ]));
        }
        self.written(report);
    }

    fn written(&mut self, report: &Report) {
        for written in &report.written {
            let changed = format!("--fix changed {}", written.files.join(", "));
            let mended = written.mended.iter().map(words::mended);
            for line in std::iter::once(changed).chain(mended) {
                self.notifications.push(Json::object([
                    ("level", Json::str(Level::Note.as_str())),
                    ("message", text(&one_line(&line))),
                ]));
            }
        }
    }

    fn found(&mut self, report: &Report, texts: &Texts<'_>, once: &Once<'_>) {
        let finding = once.finding;
        let rule = &finding.rule.page;
        let level = match finding.severity {
            Severity::Breaking => Level::Error,
            Severity::Loss => Level::Warning,
            Severity::Info => Level::Note,
        };
        let anchor = texts.anchor(once.record, finding);
        let mut result = vec![
            ("ruleId", Json::str(rule.id)),
            ("ruleIndex", number(self.index(rule))),
            ("level", Json::str(level.as_str())),
            ("message", text(&plain::lines(report, once).join("\n"))),
        ];
        let place = finding.place.as_ref();
        let location = match (&anchor, place) {
            (Some(_), Some(place)) if place.version.is_none() => {
                self.place(&texts.new.sources, place.span)
            }
            (Some(anchor), _) => Some(self.point(anchor)),
            // Nothing is left in the new files: the old place is the only one.
            (None, Some(place)) => self.old(texts, place),
            (None, None) => None,
        };
        let names = logical(once);
        let mut whole = Vec::new();
        whole.extend(location.map(|place| ("physicalLocation", place)));
        if !names.is_empty() {
            whole.push(("logicalLocations", Json::Array(names)));
        }
        if !whole.is_empty() {
            result.push(("locations", Json::Array(vec![Json::object(whole)])));
        }
        let label = place.and_then(|place| version(report, place));
        if let (Some(place), Some(label)) = (place, label) {
            let mut related = vec![("message", text(&format!("in {label}")))];
            related.extend(self.old(texts, place).map(|p| ("physicalLocation", p)));
            result.push(("relatedLocations", Json::Array(vec![Json::object(related)])));
        }
        let file = anchor.map(|anchor| anchor.file).unwrap_or_default();
        let same = [
            rule.id,
            &self.relative(&file).unwrap_or_else(|uri| uri),
            &words::at(once.record, finding),
            &finding.old,
            &finding.new,
        ]
        .join("\0");
        result.push(("partialFingerprints", self.fingerprint(same)));
        if let Some(fix) = once.fix().and_then(|fix| self.fix(texts, fix)) {
            result.push(("fixes", Json::Array(vec![fix])));
        }
        if let Some(reason) = &finding.suppressed {
            let suppression = Json::object([
                ("kind", Json::str("inSource")),
                ("justification", Json::str(reason)),
            ]);
            result.push(("suppressions", Json::Array(vec![suppression])));
        }
        result.push(("properties", properties(once)));
        self.results.push(Json::object(result));
    }

    /// The place that a finding is shown at where it stands in no new text.
    fn point(&self, anchor: &Anchor) -> Json {
        let region = Json::object([
            ("startLine", number(anchor.line)),
            ("startColumn", number(anchor.column)),
        ]);
        Json::object([
            ("artifactLocation", self.artifact(&anchor.file)),
            ("region", region),
        ])
    }

    fn old(&self, texts: &Texts<'_>, place: &Place) -> Option<Json> {
        self.place(texts.sources(place.version)?, place.span)
    }

    /// The edits by file; none where no edit does it.
    fn fix(&self, texts: &Texts<'_>, fix: &Fix) -> Option<Json> {
        let sources = &texts.new.sources;
        let mut changes: Vec<(SourceId, Vec<Json>)> = Vec::new();
        for Edit { span, text: new } in &fix.edits {
            let Some(region) = region(sources, *span) else {
                continue;
            };
            let replacement = Json::object([
                ("deletedRegion", Json::object(region)),
                ("insertedContent", text(new)),
            ]);
            match changes
                .iter_mut()
                .find(|(source, _)| *source == span.source)
            {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((span.source, vec![replacement])),
            }
        }
        if changes.is_empty() {
            return None;
        }
        let change = |(source, replacements): (SourceId, Vec<Json>)| {
            let name = &sources.get(source)?.name;
            Some(Json::object([
                ("artifactLocation", self.artifact(name)),
                ("replacements", Json::Array(replacements)),
            ]))
        };
        Some(Json::object([
            ("description", text(&plain::help(fix).join("\n"))),
            (
                "artifactChanges",
                Json::Array(changes.into_iter().filter_map(change).collect()),
            ),
        ]))
    }
}

/// The records and paths of a finding.
fn logical(once: &Once<'_>) -> Vec<Json> {
    let first = words::at(once.record, once.finding);
    let also = once.also.iter();
    let also = also.map(|(record, finding)| words::join(&record.record, &finding.path));
    [first]
        .into_iter()
        .chain(also)
        .filter(|name| !name.is_empty())
        .map(|name| Json::object([("fullyQualifiedName", Json::str(name))]))
        .collect()
}

/// What SARIF has no words for.
fn properties(once: &Once<'_>) -> Json {
    let finding = once.finding;
    let formats = finding.formats();
    Json::object([
        ("severity", Json::str(finding.severity.as_str())),
        ("direction", Json::str(finding.direction())),
        (
            "formats",
            Json::strings(formats.iter().map(|format| format.as_str())),
        ),
        ("old", Json::str(&finding.old)),
        ("new", Json::str(&finding.new)),
    ])
}
