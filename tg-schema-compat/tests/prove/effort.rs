//! How much is looked at for a message.

use super::*;

#[test]
fn each_of_many_has_messages() {
    let fields: String = (0..60).map(|at| format!("; f{at} = \"int\"")).collect();
    let report = proven(r#"a = "int""#, &format!(r#"a = "int"{fields}"#));
    let [record] = report.records.as_slice() else {
        panic!("one record");
    };
    let of = |finding: &&tg_schema_compat::report::Finding| finding.severity == Severity::Breaking;
    let breaking: Vec<_> = record.findings.iter().filter(of).collect();
    assert_eq!(breaking.len(), 60);
    for finding in breaking {
        let shown = finding.counterexamples.iter();
        let shown: Vec<Format> = shown.map(|one| one.format).collect();
        assert_eq!(shown, [Format::Avro, Format::Pulsar, Format::Json]);
        assert_eq!(finding.unproven, None);
    }
}

/// A message that is larger than any that is made is not one that has no end.
#[test]
fn a_message_beyond_the_limit() {
    // Each record has two of the next.
    let mut chain = String::from("[record.R.fields]\na = \"C0\"\nz = \"int\"\n");
    for at in 0..15 {
        let next = at + 1;
        chain += &format!("[record.C{at}.fields]\na = \"C{next}\"\nb = \"C{next}\"\n");
    }
    chain += "[record.C15.fields]\na = \"int\"\n";
    let old = [version("v1", &chain)];
    let new = version("v2", &chain.replace("z = \"int\"", "z = \"string\""));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let mut findings = report.records.iter().flat_map(|record| &record.findings);
    let finding = findings.find(|f| f.path == "z").unwrap();
    let reason = finding.unproven.as_deref().unwrap();
    assert!(reason.contains("more than 20000 values"), "{reason}");
    assert!(!reason.contains("ends"), "{reason}");
}

#[test]
fn large_messages_are_looked_at_as_long_as_there_is_effort() {
    // Each record has the next one twice.
    let ladder = |name: &str| {
        let records = (0..13).map(|at| {
            let inner = match at {
                0 => String::new(),
                _ => format!("l = \"N{0}\"; r = \"N{0}\"; ", at - 1),
            };
            format!("[record.N{at}.fields]; {inner}{name} = \"int\"")
        });
        let text = records.collect::<Vec<_>>().join("; ").replace("; ", "\n");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
        assert!(!loaded.diagnostics.has_errors(), "{text}");
        let mut version = Version::of_definitions("v", loaded.schema, loaded.sources);
        version
            .messages
            .retain(|message| message.name.ends_with("N12"));
        version
    };
    let (old, new) = ([ladder("p")], ladder("q"));
    let options = Options::default();
    let mut report = check(&new, &old, &options).unwrap();
    propose(&mut report, &new, &old, &options);
    prove(&mut report, &new, &old);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let findings: Vec<_> = findings
        .filter(|f| f.severity == Severity::Breaking)
        .collect();
    assert!(
        !findings[0].counterexamples.is_empty(),
        "{:?}",
        findings[0].unproven
    );
    let limited = findings
        .iter()
        .filter_map(|finding| finding.unproven.as_ref());
    let limited = limited.filter(|reason| reason.contains("until 16 MiB of them were read"));
    assert!(limited.count() > 0, "{findings:?}");
}
