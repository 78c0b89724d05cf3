//! Reports of real comparisons: every form says all of each.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::propose;
use tg_schema_compat::rule::ALL;
use tg_schema_compat::version::Version;
use tg_schema_dynamic::Random;
use tg_schema_gen::load::load;

use crate::change::change;
use crate::facts::{expected, same};
use crate::sample::{NEW, OLD, Sample, version};

/// Compares, as the command does.
fn compared(new: Version, against: Vec<Version>) -> Sample {
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let mut report = check(&new, &against, &options).unwrap();
    propose(&mut report, &new, &against, &options);
    Sample {
        report,
        new,
        against,
    }
}

#[test]
fn every_form_says_all_of_a_comparison() {
    let new = version("schemas", "schemas/shop.toml", NEW);
    let against = vec![
        version("git:v1", "schemas/shop.toml", OLD),
        version("git:v2", "schemas/shop.toml", NEW),
    ];
    let sample = compared(new, against);
    assert!(expected(&sample.report).len() > 4);
    same(&sample);
}

#[test]
fn every_form_says_all_of_the_example_of_each_rule() {
    let mut run = 0;
    for rule in ALL {
        let mut texts = rule.page.example.split("```toml\n").skip(1);
        let mut next = |label| {
            let text = texts.next()?.split("```").next()?;
            Some(version(label, "schemas/all.toml", text))
        };
        let (Some(old), Some(new)) = (next("old"), next("new")) else {
            continue;
        };
        same(&compared(new, vec![old]));
        run += 1;
    }
    assert!(run >= 4, "{run}");
}

#[test]
fn every_form_says_all_of_random_changes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/trustgraph");
    let loaded = load(&[folder.into()]).unwrap();
    let mut random = Random::new(7);
    let mut found = 0;
    for _ in 0..12 {
        let mut changed = loaded.schema.clone();
        for _ in 0..4 {
            change(&mut changed, &mut random);
        }
        let new = Version::of_definitions("new", changed, loaded.sources.clone());
        let old = loaded.schema.clone();
        let old = Version::of_definitions("old", old, loaded.sources.clone());
        let options = Options::default();
        let Ok(report) = check(&new, std::slice::from_ref(&old), &options) else {
            continue;
        };
        found += expected(&report).len();
        let sample = Sample {
            report,
            new,
            against: vec![old],
        };
        same(&sample);
    }
    assert!(found > 20, "{found}");
}
