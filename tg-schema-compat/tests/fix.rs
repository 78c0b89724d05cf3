//! Edits that mend: for every change of `table.md`, both ways round, what breaks or loses something has an edit that
//! was proven, also as text, or the releases to make.

mod rows;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::fix::{applied, propose};
use tg_schema_compat::report::Severity;
use tg_schema_compat::version::Version;
use tg_schema_gen::edit::{apply, texts};
use tg_schema_gen::load::from_texts;
use tg_schema_model::edit::Edit;

fn version(label: &str, text: &str) -> Version {
    let loaded = from_texts(vec![(
        vec!["m".to_owned()],
        "m.toml".to_owned(),
        text.to_owned(),
    )]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}: {:?}",
        loaded.diagnostics
    );
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

#[test]
fn what_breaks_can_be_mended() {
    let (mut wrong, mut proven, mut all) = (Vec::new(), 0, 0);
    for row in rows(include_str!("table.md")) {
        let [change, a, b, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        for (before, after) in [(a, b), (b, a)] {
            let (old, text) = (version("old", &definition(before)), definition(after));
            let new = version("new", &text);
            let against = [old];
            let options = Options::default();
            let mut report = check(&new, &against, &options).unwrap();
            let proposals = propose(&mut report, &new, &against, &options);
            for (r, record) in report.records.iter().enumerate() {
                for (f, finding) in record.findings.iter().enumerate() {
                    if finding.severity == Severity::Info {
                        continue;
                    }
                    all += 1;
                    let fix = finding.fix.as_ref().expect("a fix");
                    let told = format!(
                        "{change}, {}: {} {fix:?}",
                        finding.rule.page.id, finding.message
                    );
                    let proposal = proposals.iter().find(|p| (p.record, p.finding) == (r, f));
                    assert_eq!(fix.proven, proposal.is_some_and(|p| p.whole), "{told}");
                    let Some(proposal) = proposal.filter(|p| p.whole) else {
                        if fix.plan.is_empty() && fix.message.is_empty() {
                            wrong.push(told);
                        }
                        continue;
                    };
                    proven += 1;
                    assert!(applied(&new, &proposal.edits).is_some());
                    let edits = match texts(&new.schema, &new.sources, &proposal.edits) {
                        Ok(edits) => edits,
                        Err(reason) => {
                            wrong.push(format!("{told}: {reason}"));
                            continue;
                        }
                    };
                    let mended = version("mended", &apply(&text, &edits).unwrap());
                    let again = check(&mended, &against, &options).unwrap();
                    let left = again.records.iter().flat_map(|r| &r.findings).find(|left| {
                        left.severity > Severity::Info
                            && left.rule.page.id == finding.rule.page.id
                            && left.path == finding.path
                    });
                    if let Some(left) = left {
                        wrong.push(format!("{told}: still {}", left.message));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(proven * 10 >= all * 7, "{proven} of {all} are proven");
}

/// What is proposed for each finding that does harm: its rule and path, the words, and whether nothing is left then.
fn proposed(before: &str, after: &str) -> Vec<(String, String, bool)> {
    let (old, new) = (version("old", before), version("new", after));
    let against = [old];
    let options = Options::default();
    let mut report = check(&new, &against, &options).unwrap();
    let proposals = propose(&mut report, &new, &against, &options);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let harmful: Vec<_> = findings.filter(|f| f.severity > Severity::Info).collect();
    assert!(proposals.len() <= harmful.len());
    harmful
        .iter()
        .map(|f| {
            let fix = f.fix.as_ref().expect("a fix");
            let what = format!("{} {}", f.rule.page.id, f.path);
            (what, fix.message.clone(), fix.proven)
        })
        .collect()
}

/// What one change breaks hides nothing of what the edit for another one does.
#[test]
fn an_edit_is_judged_by_its_own_change() {
    let fields = |fields: &str| format!("[record.R.fields]\n{fields}\n");
    let alone = proposed(
        &fields("a = \"int\"\nnote = \"string?\""),
        &fields("a = \"int\"\nnotes = \"string?\""),
    );
    let [(_, words, true)] = alone.as_slice() else {
        panic!("{alone:?}");
    };
    for (before, after) in [
        ("a = \"int\"", "a = \"long\""),
        ("a = \"int?\"", "a = \"int\""),
        ("a = \"int\"\nz = \"int\"", "a = \"int\""),
        ("a = \"int\"", "a = \"int\"\nc = \"string\""),
        ("a = \"string\"", "a = \"int\""),
    ] {
        let beside = proposed(
            &fields(&format!("{before}\nnote = \"string?\"")),
            &fields(&format!("{after}\nnotes = \"string?\"")),
        );
        assert!(beside.iter().all(|(_, _, proven)| *proven), "{beside:?}");
        let rename = beside
            .iter()
            .find(|(what, ..)| what == "FIELD_RENAME_SUSPECTED notes");
        assert_eq!(rename.map(|(_, words, _)| words), Some(words), "{beside:?}");
    }
}

/// All of many findings have an edit that was proven; where there are too many, the rest says so.
#[test]
fn many_findings_have_edits() {
    let fields = |count: usize, ty: &str| {
        let lines = (0..count).map(|n| format!("f{n} = \"{ty}\"\n"));
        format!("[record.R.fields]\n{}", lines.collect::<String>())
    };
    let all = proposed(&fields(200, "int"), &fields(200, "long"));
    assert_eq!(all.len(), 200);
    assert!(all.iter().all(|(_, _, proven)| *proven), "{all:?}");

    let all = proposed(&fields(2_010, "int"), &fields(2_010, "string"));
    let untried = |words: &str| words.contains("(no edit and no plan was tried");
    assert_eq!(
        all.iter().filter(|(_, words, _)| untried(words)).count(),
        10
    );
    assert_eq!(all.iter().filter(|(_, _, proven)| *proven).count(), 2_000);
}

/// Of many findings those without a plan say that none was tried.
#[test]
fn what_has_no_plan_says_so() {
    let fields = |count: usize, ty: &str| {
        let lines = (0..count).map(|n| format!("f{n} = \"{ty}\"\n"));
        format!("[record.R.fields]\n{}", lines.collect::<String>())
    };
    for (count, edits_too) in [(3, 0), (400, 0), (2_010, 10)] {
        let old = version("old", &fields(count, "int"));
        let new = version("new", &fields(count, "string"));
        let (against, options) = ([old], Options::default());
        let mut report = check(&new, &against, &options).unwrap();
        propose(&mut report, &new, &against, &options);
        let fixes = report.records.iter().flat_map(|r| &r.findings);
        let fixes: Vec<_> = fixes.filter_map(|f| f.fix.as_ref()).collect();
        assert_eq!(fixes.len(), count);
        let without = fixes.iter().filter(|fix| fix.plan.is_empty()).count();
        assert_eq!(without > 0, count > 3);
        for fix in &fixes {
            let told = fix.message.contains("no plan was tried");
            assert_eq!(told, fix.plan.is_empty(), "{fix:?}");
        }
        let both = |words: &str| words.contains("(no edit and no plan was tried: ");
        let both = fixes.iter().filter(|fix| both(&fix.message)).count();
        assert_eq!(both, edits_too);
    }
}

/// That a topic moves is a finding of its own: others have their plans all the same.
#[test]
fn a_topic_that_moves_leaves_other_plans() {
    let text = |field: &str, address: &str| {
        format!("[record.R.fields]\n{field}\n[topic.t]\nrecord = \"R\"\naddress = \"{address}\"\n")
    };
    let fields = ("a = \"int\"", "a = \"string\"\nb = \"int\"");
    for address in ["q1/a/b/c", "q2/a/b/c", "q1/x/b/c", "q1/a/b/d"] {
        let old = version("old", &text(fields.0, "q1/a/b/c"));
        let new = version("new", &text(fields.1, address));
        let (against, options) = ([old], Options::default());
        let mut report = check(&new, &against, &options).unwrap();
        propose(&mut report, &new, &against, &options);
        for path in ["a", "b"] {
            let mut findings = report.records[0].findings.iter();
            let finding = findings.find(|f| f.path == path).expect("a finding");
            let plan = finding.fix.as_ref().map(|fix| fix.plan.len());
            assert_eq!(plan, Some(2), "{address}: {finding:?}");
        }
    }
}

/// What mends a part says so, and several traits are told in one sentence.
#[test]
fn parts_and_several_things_are_told() {
    let old = version("old", "[record.A.fields]\na = \"int\"\n");
    let new = version("new", "[record.B.fields]\na = \"double\"\n");
    let (against, options) = ([old], Options::default());
    let mut report = check(&new, &against, &options).unwrap();
    propose(&mut report, &new, &against, &options);
    let findings = &report.records[0].findings;
    let of = |rule: &str| findings.iter().find(|f| f.rule.page.id == rule);
    let renamed = of("RECORD_RENAMED").and_then(|f| f.fix.as_ref());
    let words = renamed.map(|fix| fix.message.as_str());
    let part = "add the alias `A` to the record, which mends a part of it";
    assert_eq!(words, Some(part));
    let lost = of("RUST_DERIVE_LOST").map(|f| f.message.as_str());
    let both = "the type no longer derives `Eq` and `Hash`";
    assert!(
        lost.is_some_and(|words| words.starts_with(both)),
        "{lost:?}"
    );
}

/// A default that is one of the symbols that are left out gives way to the former one.
#[test]
fn a_default_goes_with_its_symbol() {
    let text = |symbols: &str, default: &str| {
        format!("[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [{symbols}]\n{default}")
    };
    for (before, words) in [
        ("", "leave the default of the enum out, and leave `y` out"),
        (
            "default = \"x\"\n",
            "keep the default \"x\" of the enum, and leave `y` out",
        ),
    ] {
        let old = version("old", &text("\"x\"", before));
        let new = version("new", &text("\"x\", \"y\"", "default = \"y\"\n"));
        let (against, options) = ([old], Options::default());
        let mut report = check(&new, &against, &options).unwrap();
        let proposals = propose(&mut report, &new, &against, &options);
        let [proposal] = proposals.as_slice() else {
            panic!("{proposals:?}");
        };
        let fix = report.records[0].findings[proposal.finding].fix.as_ref();
        let told = &fix.expect("a fix").message;
        assert!(told.starts_with(words), "{told}");
        let edits = texts(&new.schema, &new.sources, &proposal.edits).expect("edits of the text");
        let is = apply(&new.sources.0[0].text, &edits);
        assert_eq!(is, Some(text("\"x\"", before)));
    }
}

/// Where the symbols and their openness changed together, both go back.
#[test]
fn an_edit_may_change_two_things() {
    let all = proposed(
        "[record.R.fields]\na = { type = \"int\", default = 3 }\ne = \"E\"\n[enum.E]\nsymbols = [\"x\"]\n",
        "[record.R.fields]\na = \"long\"\ne = \"E\"\n[enum.E]\nsymbols = [\"x\", \"y\"]\nopen = true\n",
    );
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().all(|(_, _, proven)| *proven), "{all:?}");
}

/// A version that has other records before and behind those of a definition, which do not change.
fn beside(label: &str, text: &str) -> Version {
    let other = |at: usize| {
        format!(
            "[record.Beside{at}.fields]\na = \"Part{at}\"\nb = \"Kind{at}\"\n[record.Part{at}.fields]\nx = \"int?\"\n\
             [enum.Kind{at}]\nsymbols = [\"A\", \"B\"]\n"
        )
    };
    let files = [
        ("a", other(1) + &other(2)),
        ("m", text.to_owned()),
        ("z", other(3)),
    ];
    let files = files.map(|(name, text)| (vec![name.to_owned()], format!("{name}.toml"), text));
    let loaded = from_texts(files.to_vec());
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

#[test]
fn what_is_beside_a_record_changes_nothing() {
    for row in rows(include_str!("table.md")) {
        let [change, before, after, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let told = |version: fn(&str, &str) -> Version| {
            let old = version("old", &definition(before));
            let new = version("new", &definition(after));
            let (against, options) = ([old], Options::default());
            let mut report = check(&new, &against, &options).unwrap();
            let proposals = propose(&mut report, &new, &against, &options);
            let mut told = Vec::new();
            for (r, record) in report.records.iter().enumerate() {
                for (f, finding) in record.findings.iter().enumerate() {
                    let fix = finding.fix.as_ref();
                    let steps = fix.map_or(&[][..], |fix| &fix.plan);
                    let text = |edits: &[Edit]| {
                        let edited = applied(&new, edits)?;
                        let message = edited
                            .messages
                            .iter()
                            .find(|m| Some(&m.name) == record.new.as_ref());
                        Some(message?.identity.clone())
                    };
                    let proposal = proposals.iter().find(|p| (p.record, p.finding) == (r, f));
                    told.push((
                        (
                            record.record.clone(),
                            finding.rule.page.id,
                            finding.path.clone(),
                        ),
                        fix.map(|fix| (fix.message.clone(), fix.proven)),
                        steps
                            .iter()
                            .map(|step| (step.text.clone(), text(&step.edits)))
                            .collect::<Vec<_>>(),
                        proposal.map(|proposal| text(&proposal.edits)),
                    ));
                }
            }
            told
        };
        assert_eq!(told(beside), told(version), "{change}");
    }
}
