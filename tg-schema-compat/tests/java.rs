//! Our verdicts beside recorded ones of Avro's Java library; `java/README.md` says where they are from.

#[path = "java/answer.rs"]
mod answer;

use tg_schema_model::Json;
use tg_schema_model::json::parse_deep;

fn compare(pairs: &str, answers: &str) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut answers = answers.lines();
    for line in pairs.lines() {
        let pair = parse_deep(line, 8).unwrap();
        let text = |key: &str| pair.get(key).and_then(Json::as_str).unwrap().to_owned();
        let ours = answer::answer(&text("old"), &text("new")).compact();
        let theirs = answers.next().expect("an answer to every pair");
        if ours != theirs {
            wrong.push(format!("{line}\n  java {theirs}\n  ours {ours}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(answers.next(), None);
    count
}

#[test]
fn named_pairs() {
    let (pairs, answers) = (
        include_str!("java/named.jsonl"),
        include_str!("java/named-answers.jsonl"),
    );
    assert!(compare(pairs, answers) > 150);
}

#[test]
fn sampled_pairs() {
    let (pairs, answers) = (
        include_str!("java/sampled.jsonl"),
        include_str!("java/sampled-answers.jsonl"),
    );
    assert!(compare(pairs, answers) > 300);
}
