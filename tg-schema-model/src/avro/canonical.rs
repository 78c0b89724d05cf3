//! The Parsing Canonical Form: what of a schema decides how bytes are read, in one spelling.

use super::Schema;
use crate::fingerprint::Fingerprint;
use crate::json::Json;

impl Schema {
    /// The Parsing Canonical Form of the specification: full names, only the attributes that decide
    /// how bytes are read, in a fixed order, without white space.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        write(self, &mut out);
        out
    }
    /// The fingerprints of [`Schema::canonical`]: the identity of a writer.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.canonical())
    }
}

fn write(schema: &Schema, out: &mut String) {
    match schema {
        Schema::Primitive(p) => string(p.kind.as_str(), out),
        Schema::Ref(name) => string(&name.full(), out),
        Schema::Union(branches) => list(branches, out, write),
        Schema::Array(a) => {
            out.push_str("{\"type\":\"array\",\"items\":");
            write(&a.items, out);
            out.push('}');
        }
        Schema::Map(m) => {
            out.push_str("{\"type\":\"map\",\"values\":");
            write(&m.values, out);
            out.push('}');
        }
        Schema::Record(r) => {
            heading(&r.name.full(), "record\",\"fields\":", out);
            list(&r.fields, out, |field, out| {
                out.push_str("{\"name\":");
                string(&field.name, out);
                out.push_str(",\"type\":");
                write(&field.schema, out);
                out.push('}');
            });
            out.push('}');
        }
        Schema::Enum(e) => {
            heading(&e.name.full(), "enum\",\"symbols\":", out);
            list(&e.symbols, out, |symbol, out| string(symbol, out));
            out.push('}');
        }
        Schema::Fixed(f) => {
            heading(&f.name.full(), "fixed\",\"size\":", out);
            out.push_str(&f.size.to_string());
            out.push('}');
        }
    }
}

fn heading(name: &str, rest: &str, out: &mut String) {
    out.push_str("{\"name\":");
    string(name, out);
    out.push_str(",\"type\":\"");
    out.push_str(rest);
}

fn list<T>(items: &[T], out: &mut String, item: impl Fn(&T, &mut String)) {
    out.push('[');
    for (i, one) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        item(one, out);
    }
    out.push(']');
}

fn string(text: &str, out: &mut String) {
    out.push_str(&Json::str(text).compact());
}

#[cfg(test)]
mod tests {
    use crate::avro::{Rules, parse_with};

    /// Schema, canonical form and CRC-64 as the Avro project's own shared vectors have them.
    const VECTORS: [(&str, &str, i64); 24] = [
        (r#""null""#, r#""null""#, 7195948357588979594),
        (
            r#"{"type":"boolean"}"#,
            r#""boolean""#,
            -6970731678124411036,
        ),
        (r#""int""#, r#""int""#, 8247732601305521295),
        (r#"{"type":"long"}"#, r#""long""#, -3434872931120570953),
        (r#""float""#, r#""float""#, 5583340709985441680),
        (r#"{"type":"double"}"#, r#""double""#, -8181574048448539266),
        (r#""bytes""#, r#""bytes""#, 5746618253357095269),
        (r#"{"type":"string"}"#, r#""string""#, -8142146995180207161),
        ("[  ]", "[]", -1241056759729112623),
        (r#"[ "int"  ]"#, r#"["int"]"#, -5232228896498058493),
        (
            r#"[ "int" , {"type":"boolean"} ]"#,
            r#"["int","boolean"]"#,
            5392556393470105090,
        ),
        (
            r#"{"fields":[], "type":"record", "name":"foo"}"#,
            r#"{"name":"foo","type":"record","fields":[]}"#,
            -4824392279771201922,
        ),
        (
            r#"{"fields":[], "type":"record", "name":"foo", "namespace":"x.y"}"#,
            r#"{"name":"x.y.foo","type":"record","fields":[]}"#,
            5916914534497305771,
        ),
        (
            r#"{"fields":[], "type":"record", "name":"a.b.foo", "namespace":"x.y"}"#,
            r#"{"name":"a.b.foo","type":"record","fields":[]}"#,
            -4616218487480524110,
        ),
        (
            r#"{"fields":[], "type":"record", "name":"foo", "doc":"foo", "aliases":["foo","bar"]}"#,
            r#"{"name":"foo","type":"record","fields":[]}"#,
            -4824392279771201922,
        ),
        (
            r#"{"fields":[{"type":{"type":"boolean"}, "name":"f1"}], "type":"record", "name":"foo"}"#,
            r#"{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"}]}"#,
            7843277075252814651,
        ),
        (
            r#"{ "fields":[{"type":"boolean", "aliases":[], "name":"f1", "default":"true"},
                {"order":"descending","name":"f2","doc":"Hello","type":"int"}],
                "type":"record", "name":"foo" }"#,
            r#"{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"},{"name":"f2","type":"int"}]}"#,
            -4860222112080293046,
        ),
        (
            r#"{"type":"enum", "name":"foo", "symbols":["A1"]}"#,
            r#"{"name":"foo","type":"enum","symbols":["A1"]}"#,
            -6342190197741309591,
        ),
        (
            r#"{"namespace":"x.y.z", "type":"enum", "name":"foo", "doc":"foo bar", "symbols":["A1", "A2"]}"#,
            r#"{"name":"x.y.z.foo","type":"enum","symbols":["A1","A2"]}"#,
            -4448647247586288245,
        ),
        (
            r#"{"name":"foo","type":"fixed","size":15}"#,
            r#"{"name":"foo","type":"fixed","size":15}"#,
            1756455273707447556,
        ),
        (
            r#"{"namespace":"x.y.z", "type":"fixed", "name":"foo", "doc":"foo bar", "size":32}"#,
            r#"{"name":"x.y.z.foo","type":"fixed","size":32}"#,
            -3064184465700546786,
        ),
        (
            r#"{ "items":{"type":"null"}, "type":"array"}"#,
            r#"{"type":"array","items":"null"}"#,
            -589620603366471059,
        ),
        (
            r#"{ "values":"string", "type":"map"}"#,
            r#"{"type":"map","values":"string"}"#,
            -8732877298790414990,
        ),
        (
            r#"{"name":"PigValue","type":"record",
               "fields":[{"name":"value", "type":["null", "int", "long", "PigValue"]}]}"#,
            r#"{"name":"PigValue","type":"record","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}"#,
            -1759257747318642341,
        ),
    ];

    #[test]
    fn shared_vectors() {
        for (text, canonical, crc) in VECTORS {
            let schema = parse_with(text, Rules::Registered).unwrap();
            assert_eq!(schema.canonical(), canonical);
            assert_eq!(schema.fingerprint().crc64, crc.cast_unsigned(), "{text}");
            let again = parse_with(&schema.canonical(), Rules::Registered).unwrap();
            assert_eq!(again.canonical(), canonical);
        }
    }

    #[test]
    fn inherited_and_null_namespaces() {
        let text = r#"{"type":"record","name":"A","namespace":"x","fields":[
            {"name":"b","type":{"type":"enum","name":"B","symbols":["S"]}},
            {"name":"c","type":{"type":"fixed","name":"C","namespace":"","size":2,"logicalType":"q"}},
            {"name":"d","type":["null","A","B","x.B2"]}]}"#;
        let text = text.replace(",\"x.B2\"", "");
        assert_eq!(
            parse_with(&text, Rules::Spec).unwrap().canonical(),
            concat!(
                r#"{"name":"x.A","type":"record","fields":[{"name":"b","type":{"name":"x.B","type":"enum","symbols":["S"]}},"#,
                r#"{"name":"c","type":{"name":"C","type":"fixed","size":2}},{"name":"d","type":["null","x.A","x.B"]}]}"#
            )
        );
    }
}
