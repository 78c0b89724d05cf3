//! What generating holds in memory, beside the texts that it is about to write. A process of its own: the most that
//! a process held is all that the system tells.
#![cfg(target_os = "linux")]

use tg_schema_gen::{Config, Target, load, target};

/// Records in chains, each of which has all that follow inside its schema.
fn chains(records: usize, length: usize) -> String {
    let record = |n: usize| {
        let last = (n + 1).is_multiple_of(length);
        let next = match last {
            true => String::new(),
            false => format!("next = \"R{}?\"\n", n + 1),
        };
        format!("[record.R{n}.fields]\nid = \"string\"\n{next}")
    };
    (0..records).map(record).collect()
}

/// The most memory that this process held, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    kibibytes.unwrap().parse::<usize>().unwrap() * 1024
}

#[test]
fn a_large_python_module_is_in_memory_once() {
    let text = chains(240, 60);
    let loaded = load::from_texts(vec![(vec!["chains".into()], "chains.toml".into(), text)]);
    assert!(!loaded.diagnostics.has_errors());
    let before = peak();
    let files = target::render(&loaded.schema, &[Target::Python], &Config::default()).unwrap();
    let written: usize = files.values().map(String::len).sum();
    let held = peak() - before;
    assert!(written > 16 << 20, "{written}");
    // A text that grows may be there twice for a moment.
    assert!(held < written * 2, "{held} bytes for {written}");
}
