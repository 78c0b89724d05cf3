//! Small cases into counts of instructions, which no other program disturbs.
//!
//! The count is the difference of two runs of this program under valgrind that repeat a case more and less
//! often, so that whatever happens once falls out.

use std::env;
use std::process::Command;

use crate::case::Key;
use crate::report::grouped;
use crate::shapes::OPERATIONS;

const FEW: u64 = 500;
const MANY: u64 = 2_500;

/// The function in which instructions are counted: setting a shape up takes more than some cases do, and not always as
/// many.
const COUNTED: &str = "*instructions*counted*";

/// Runs a case as often.
#[inline(never)]
pub fn counted(run: &mut dyn FnMut(u64), times: u64) {
    run(times);
}

/// Counted unless other cases are asked for: what takes so little that a clock says little.
fn is_small(key: Key) -> bool {
    let others = ["memcpy", "apache-avro value"];
    matches!(key.shape, "config" | "text")
        && OPERATIONS.contains(&key.op)
        && !others.contains(&key.who)
}

/// Prints a table of the small ones of the cases.
pub fn run_small(keys: &[Key]) -> Result<(), String> {
    run(keys.iter().copied().filter(|key| is_small(*key)).collect())
}

/// Prints a table of the cases.
pub fn run(mut keys: Vec<Key>) -> Result<(), String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("SKIPPED: valgrind is not installed, so that no instructions were counted");
        return Ok(());
    }
    keys.sort_by_key(|key| (key.shape, key.op));
    println!("Instructions of one message, counted by valgrind.\n");
    for key in keys {
        let (few, many) = (count(key, FEW)?, count(key, MANY)?);
        let Some(more) = many.checked_sub(few).filter(|more| *more > 0) else {
            return Err(format!(
                "{key}: {MANY} times took {many} instructions, and {FEW} times {few}"
            ));
        };
        let each = more as f64 / (MANY - FEW) as f64;
        println!("{:<40}{:>12}", key.to_string(), grouped(each.round()));
    }
    Ok(())
}

fn count(key: Key, times: u64) -> Result<u64, String> {
    let program = env::current_exe().map_err(|e| e.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(program)
        .args(["--repeat", &key.to_string(), &times.to_string()])
        .output()
        .map_err(|e| format!("valgrind: {e}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let found = text.lines().find_map(|line| line.split_once("Collected :"));
    let count = found.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or(format!("valgrind counted nothing for {key}:\n{text}"))
}
