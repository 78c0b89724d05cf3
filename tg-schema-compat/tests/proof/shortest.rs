//! Of messages with as many fields, the shortest one.

use tg_schema_compat::proof::Want;

use crate::{AVRO, JSON, assert_shows, show, version};

#[test]
fn the_shortest_value() {
    for (from, to, wire, want, message) in [
        (
            "decimal(9,2)",
            "decimal(3,2)",
            JSON,
            Want::Refused,
            r#"{"a":"10.00"} [] ! "#,
        ),
        (
            "decimal(20,2)",
            "decimal(10,2)",
            JSON,
            Want::Refused,
            r#"{"a":"100000000.00"} [] ! "#,
        ),
        (
            "double",
            "float",
            JSON,
            Want::Changed,
            r#"{"a":1e-46} [] -> {"a":0.0}"#,
        ),
        (
            "long",
            "timestamp_ms",
            AVRO,
            Want::Refused,
            r#"{"a":253402300800000} [80f0fea1fa9d73] ! "#,
        ),
        (
            "int",
            "date",
            AVRO,
            Want::Refused,
            r#"{"a":2932897} [c282e602] ! "#,
        ),
        (
            "map<int>",
            "map<string>",
            JSON,
            Want::Refused,
            r#"{"a":{"":0}} [] ! "#,
        ),
    ] {
        let [from, to] = [from, to].map(|ty| version(&format!("a=\"{ty}\"")));
        assert_shows(
            show(
                &from,
                &to,
                wire,
                want,
                if message.contains("{\"\"") {
                    "a{}"
                } else {
                    "a"
                },
            ),
            message,
        );
    }
}
