//! Verdicts as a table: a row for each record, a column for each format.

use crate::engine::json::Peer;
use crate::engine::rust::Grade;
use crate::report::{Format, Matrix, Report, Ways};

/// A table of verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Titles of the columns behind the one of the records.
    pub columns: Vec<String>,
    /// The rows; the last one is all records together.
    pub rows: Vec<Row>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record, or none for all together.
    pub record: Option<String>,
    /// As many cells as there are columns.
    pub cells: Vec<Cell>,
}

/// A verdict in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The word.
    pub word: &'static str,
    /// How it looks.
    pub mood: Mood,
}

/// How good a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Everybody goes on.
    Good,
    /// In one direction, or with some edits.
    Fair,
    /// Nobody reads anybody, or code is to be edited, or something is lost.
    Bad,
    /// Does not apply.
    None,
}

/// The table of a report. Records that nothing is wrong with are left out where `all` is false.
pub fn table(report: &Report, all: bool) -> Table {
    let peers = peers(report);
    let mut columns: Vec<String> = ["avro", "pulsar", "json"].map(String::from).into();
    columns.extend(
        peers
            .iter()
            .map(|peer| format!("json of {}", peer.as_str())),
    );
    columns.extend(["rust", "loss"].map(String::from));
    let mut rows = Vec::new();
    for record in &report.records {
        let row = Row {
            record: Some(record.record.clone()),
            cells: cells(record.matrix.as_ref(), record.loss, &peers),
        };
        if all
            || row
                .cells
                .iter()
                .any(|cell| matches!(cell.mood, Mood::Fair | Mood::Bad))
        {
            rows.push(row);
        }
    }
    rows.push(Row {
        record: None,
        cells: cells(Some(&report.matrix), report.loss, &peers),
    });
    Table { columns, rows }
}

/// JSON peers beside ours: with ours alone, the worst of the peers is the verdict of ours.
fn peers(report: &Report) -> Vec<Peer> {
    let mut peers: Vec<Peer> = Vec::new();
    let matrices = report.records.iter().filter_map(|r| r.matrix.as_ref());
    for matrix in matrices.chain([&report.matrix]) {
        for (peer, _) in &matrix.peers {
            if !peers.contains(peer) {
                peers.push(*peer);
            }
        }
    }
    match peers.as_slice() {
        [Peer::Tg] => Vec::new(),
        _ => peers,
    }
}

fn cells(matrix: Option<&Matrix>, loss: bool, peers: &[Peer]) -> Vec<Cell> {
    let of = |format| ways(matrix.and_then(|m| m.ways(format)));
    let mut cells = vec![of(Format::Avro), of(Format::Pulsar), of(Format::Json)];
    cells.extend(peers.iter().map(|peer| {
        let known = matrix.and_then(|m| m.peers.iter().find(|(p, _)| p == peer));
        ways(known.map(|(_, ways)| *ways))
    }));
    cells.push(match matrix.and_then(|m| m.rust) {
        Some(grade) => Cell {
            word: grade.as_str(),
            mood: match grade {
                Grade::Ok => Mood::Good,
                Grade::Soft => Mood::Fair,
                Grade::Breaking => Mood::Bad,
            },
        },
        None => Cell::NONE,
    });
    cells.push(match (matrix.is_some(), loss) {
        (_, true) => Cell {
            word: "loss",
            mood: Mood::Bad,
        },
        (true, false) => Cell {
            word: "none",
            mood: Mood::Good,
        },
        (false, false) => Cell::NONE,
    });
    cells
}

fn ways(ways: Option<Ways>) -> Cell {
    let Some(ways) = ways else {
        return Cell::NONE;
    };
    Cell {
        word: ways.as_str(),
        mood: match (ways.backward, ways.forward) {
            (true, true) => Mood::Good,
            (false, false) => Mood::Bad,
            _ => Mood::Fair,
        },
    }
}

impl Cell {
    const NONE: Cell = Cell {
        word: "-",
        mood: Mood::None,
    };
}
