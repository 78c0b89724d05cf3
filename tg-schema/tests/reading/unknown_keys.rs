//! JSON with keys that no field has.

use tg_schema::{ErrorKind, Message};

use crate::{Item, item};

/// Keys that nobody asked for may come once, in any object, however many they are and however they are written.
#[test]
fn unknown_keys_come_once() {
    let read = |json: &str| Item::from_json(json.as_bytes());
    let expected = item("x", &[]);
    let object = |keys: &[String]| {
        let entries: Vec<_> = keys
            .iter()
            .map(|key| format!("\"{key}\":[{{}},1]"))
            .collect();
        entries.join(",")
    };
    // From 17 on they are compared in another way.
    let sizes: &[usize] = if cfg!(miri) {
        &[1, 2, 17]
    } else {
        &[1, 2, 8, 16, 17, 40, 300]
    };
    for &n in sizes {
        // Alike at both ends, and of one length.
        let keys: Vec<String> = (0..n)
            .map(|i| format!("a key number {i:06} of many"))
            .collect();
        let before = format!(r#"{{{},"name":"x","tags":[]}}"#, object(&keys));
        let behind = format!(r#"{{"name":"x","tags":[],{}}}"#, object(&keys));
        let inside = format!(
            r#"{{"q":{{{0}}},"name":"x","r":[{{{0}}}],"tags":[]}}"#,
            object(&keys)
        );
        for json in [&before, &behind, &inside] {
            assert_eq!(read(json).unwrap(), expected, "{json}");
            for (again, i) in [(keys[0].clone(), 0), (keys[n / 2].clone(), n / 2)] {
                // As it is, and with an escape; at the end of the object, or in its midst.
                for again in [again.clone(), again.replacen('k', "\\u006b", 1)] {
                    let json = json.replacen("[{},1]}", &format!("[{{}},1],\"{again}\":null}}"), 1);
                    let json = json.replacen(r#","name""#, &format!(r#","{again}":0,"name""#), 1);
                    let error = read(&json).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Duplicate, "{json}");
                    assert!(error.to_string().contains(&keys[i]), "{error}");
                }
            }
        }
    }
    // Text of any kind that is passed over is JSON.
    for value in [
        r#""\n \u00e9 \ud83d\ude00 é""#,
        "-0.25e-7",
        "[[],{\"\":{}}]",
        "1234567890123456789",
    ] {
        assert_eq!(
            read(&format!(r#"{{"q":{value},"name":"x","tags":[]}}"#)).unwrap(),
            expected
        );
    }
    for value in [
        r#""\x""#,
        r#""\ud83d""#,
        "\"\n\"",
        "01",
        "-",
        "1.",
        "1e",
        "[1,]",
        "{1:2}",
        "nul",
        "\"open",
    ] {
        let error = read(&format!(r#"{{"q":{value},"name":"x","tags":[]}}"#));
        assert!(error.is_err(), "{value}");
    }
}
