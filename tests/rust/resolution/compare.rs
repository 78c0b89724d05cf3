//! Answers of a peer against ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use tg_schema_model::Value;
use tg_schema_tests::unhex;

use crate::Peer;
use crate::case::CASES;
use crate::exception;
use crate::job::Job;

/// Differences that are shown.
const SHOWN: usize = 5;

/// One message in which we and a peer differ, or a pair of schemas with two verdicts.
pub struct Difference<'a> {
    pub peer: Peer,
    pub job: &'a Job,
    /// What it is to us; `None` where the verdicts differ.
    pub ours: Option<&'a Result<Value, String>>,
    /// What the peer said.
    pub theirs: &'a str,
}

/// Writes a line for each named case and one for the others; whether all passed.
pub fn compare(
    peer: Peer,
    mut jobs: impl Iterator<Item = Job>,
    answers: &str,
    out: &mut impl io::Write,
) -> io::Result<bool> {
    let mut answers = answers.lines();
    let mut passed = true;
    for (case, (job, answer)) in CASES.iter().zip(jobs.by_ref().zip(answers.by_ref())) {
        match case.problem(peer, &job, answer) {
            None => writeln!(out, "pass {}", case.name)?,
            Some(problem) => {
                passed = false;
                writeln!(out, "FAIL {} {problem}", case.name)?;
            }
        }
    }
    let mut tally = Tally::default();
    for job in jobs {
        match answers.next() {
            Some(answer) => tally.job(peer, &job, answer),
            None => tally.unknown(&format!("{}: no answer", job.name)),
        }
    }
    writeln!(out, "{}", tally.line())?;
    Ok(passed && tally.passed())
}

/// What the random jobs came to.
#[derive(Default)]
struct Tally {
    verdicts: usize,
    compatible: usize,
    values: usize,
    errors: usize,
    known: BTreeMap<&'static str, usize>,
    different: usize,
    shown: Vec<String>,
}

impl Tally {
    fn job(&mut self, peer: Peer, job: &Job, answer: &str) {
        let mut words = answer.split(' ');
        let verdict = words.next().unwrap_or_default();
        let ours = job.plan.is_compatible();
        self.compatible += usize::from(ours);
        match verdict == "-" || (verdict == "compatible") == ours {
            true => self.verdicts += 1,
            false => self.differs(&Difference {
                peer,
                job,
                ours: None,
                theirs: verdict,
            }),
        }
        for (at, message) in job.messages.iter().enumerate() {
            let theirs = words.next().unwrap_or("nothing");
            let ours = job.resolve(message);
            let read = theirs.strip_prefix("ok:").and_then(unhex);
            let read = read.map(|bytes| job.read(&bytes));
            // As text: it knows NaN, and tells 0.0 from -0.0.
            match (&ours, read) {
                (Ok(ours), Some(Ok(theirs))) if format!("{ours:?}") == format!("{theirs:?}") => {
                    self.values += 1;
                }
                // Bytes that are no value of ours are an error of ours.
                (Err(_), Some(Err(_))) => self.errors += 1,
                (Err(_), None) if theirs.starts_with("error:") => self.errors += 1,
                _ => self.differs(&Difference {
                    peer,
                    job,
                    ours: Some(&ours),
                    theirs: &format!("{theirs} for message {at}"),
                }),
            }
        }
    }

    fn differs(&mut self, difference: &Difference<'_>) {
        match exception::of(difference) {
            Some(name) => *self.known.entry(name).or_default() += 1,
            None => {
                let job = difference.job;
                let mut text = format!("{}: theirs {}", job.name, difference.theirs);
                let _ = match difference.ours {
                    Some(ours) => write!(text, ", ours {ours:?}"),
                    None => write!(text, ", ours {:?}", job.plan.problems),
                };
                let _ = write!(text, ", asked {}", job.line());
                self.unknown(&text);
            }
        }
    }

    fn unknown(&mut self, text: &str) {
        self.different += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(text.to_owned());
        }
    }

    /// Whether there was no difference but known ones, and enough of everything.
    fn passed(&self) -> bool {
        self.different == 0 && self.compatible * 4 > self.verdicts && self.values > self.errors
    }

    fn line(&self) -> String {
        let verdict = if self.passed() { "pass" } else { "FAIL" };
        format!(
            "{verdict} random: {} verdicts, {} of them compatible, {} values and {} errors agree; known differences: {:?}; \
             {} others {:?}",
            self.verdicts,
            self.compatible,
            self.values,
            self.errors,
            self.known,
            self.different,
            self.shown
        )
    }
}
