//! Types in the words of other languages, and ours for them.

/// Deepest nesting that is translated.
const DEEPEST: usize = 8;

/// What a type expression of another language is in ours: `str` is `string`, `Vec<u8>` is `bytes`,
/// `dict[str, i64]` is `map<long>`, `Option<String>` is `string?`. Nothing where there is no such word.
pub fn suggest_type(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 200 {
        return None;
    }
    translate(text, DEEPEST).filter(|ours| ours != text)
}

fn translate(text: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let text = text
        .trim()
        .trim_start_matches("typing.")
        .trim_start_matches('&');
    if let Some(inner) = text.strip_suffix('?') {
        return Some(format!("{}?", inner_type(inner, depth)));
    }
    if let Some(inner) = text.strip_suffix("[]") {
        return Some(format!("array<{}>", inner_type(inner, depth)));
    }
    if let Some((inner, "None" | "null")) = text.rsplit_once('|').map(|(a, b)| (a, b.trim())) {
        return Some(optional(&inner_type(inner, depth)));
    }
    let Some((head, arguments)) = generic(text) else {
        return word(text).map(str::to_owned);
    };
    let arguments = split(arguments);
    let head = head.rsplit("::").next().unwrap_or(head).to_lowercase();
    match (head.as_str(), arguments.as_slice()) {
        ("vec" | "list" | "sequence", ["u8"]) => Some("bytes".into()),
        (
            "vec" | "list" | "array" | "sequence" | "set" | "hashset" | "btreeset" | "tuple"
            | "repeated",
            [item],
        ) => Some(format!("array<{}>", inner_type(item, depth))),
        (
            "map" | "dict" | "hashmap" | "btreemap" | "mapping" | "object" | "record",
            [value] | [_, value],
        ) => Some(format!("map<{}>", inner_type(value, depth))),
        ("option" | "optional" | "nullable", [inner]) => Some(optional(&inner_type(inner, depth))),
        ("box" | "arc" | "rc" | "cow", [inner] | [_, inner]) => Some(inner_type(inner, depth)),
        ("decimal" | "numeric" | "number", [precision]) => Some(format!("decimal({precision},0)")),
        ("numeric" | "number", [precision, scale]) => Some(format!("decimal({precision},{scale})")),
        ("varchar" | "char" | "text" | "string" | "nvarchar", [_]) => Some("string".into()),
        ("varbinary" | "binary" | "bytes" | "fixed", [_]) => Some("bytes".into()),
        _ => None,
    }
}

/// A type inside another: translated where there is a word for it, else as it stands.
fn inner_type(text: &str, depth: usize) -> String {
    translate(text, depth).unwrap_or_else(|| text.trim().to_owned())
}

/// `T?`, once.
fn optional(inner: &str) -> String {
    if inner.ends_with('?') {
        inner.to_owned()
    } else {
        format!("{inner}?")
    }
}

/// `Head<…>`, `Head[…]` or `Head(…)`.
fn generic(text: &str) -> Option<(&str, &str)> {
    let start = text.find(['<', '[', '('])?;
    let close = match text.as_bytes().get(start)? {
        b'<' => '>',
        b'[' => ']',
        _ => ')',
    };
    let arguments = text.get(start + 1..)?.strip_suffix(close)?;
    Some((text.get(..start)?.trim(), arguments))
}

/// Parts between the commas that no bracket encloses.
fn split(arguments: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut open) = (0, 0_usize);
    for (at, c) in arguments.char_indices() {
        match c {
            '<' | '[' | '(' => open += 1,
            '>' | ']' | ')' => open = open.saturating_sub(1),
            ',' if open == 0 => {
                parts.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments[start..].trim());
    parts
}

/// Our word for one of another language.
fn word(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase().replace(['-', ' '], "_");
    Some(match lower.as_str() {
        "string" | "str" | "text" | "utf8" | "varchar" | "char" | "character" | "nvarchar"
        | "clob" | "uri" | "url" => "string",
        "boolean" | "bool" | "bit" | "flag" => "boolean",
        "int" | "i32" | "int32" | "integer" | "i8" | "i16" | "int8" | "int16" | "u8" | "u16"
        | "uint8" | "uint16" | "short" | "byte" | "smallint" | "tinyint" | "sint32"
        | "sfixed32" => "int",
        "long" | "i64" | "int64" | "u32" | "u64" | "uint32" | "uint64" | "uint" | "ulong"
        | "usize" | "isize" | "bigint" | "size_t" | "sint64" | "sfixed64" | "fixed32"
        | "fixed64" => "long",
        "float" | "f32" | "float32" | "real" | "single" => "float",
        "double" | "f64" | "float64" | "number" => "double",
        "bytes" | "binary" | "blob" | "bytea" | "bytearray" | "bytestring" | "octets"
        | "buffer" | "fixed" | "varbinary" => "bytes",
        "date" | "localdate" | "naivedate" => "date",
        "time" | "time_ms" | "time_millis" | "timeofday" | "localtime" | "naivetime" => "time_ms",
        "timestamp" | "timestamp_ms" | "timestamp_millis" | "datetime" | "date_time"
        | "timestamptz" | "instant" => "timestamp_ms",
        "timestamp_us" | "timestamp_micros" => "timestamp_us",
        "uuid" | "guid" => "uuid",
        "decimal" | "numeric" | "money" | "bigdecimal" | "i128" | "u128" | "int128" | "uint128" => {
            "decimal(p,s)"
        }
        "list" | "array" | "vec" | "vector" | "sequence" | "set" | "tuple" | "repeated" => {
            "array<T>"
        }
        "map" | "dict" | "dictionary" | "object" | "hashmap" | "btreemap" | "mapping"
        | "struct" => "map<T>",
        "option" | "optional" | "nullable" => "T?",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_languages() {
        for (theirs, ours) in [
            ("str", "string"),
            ("String", "string"),
            ("text", "string"),
            ("bool", "boolean"),
            ("Integer", "int"),
            ("i64", "long"),
            ("u64", "long"),
            ("f32", "float"),
            ("datetime", "timestamp_ms"),
            ("timestamp-micros", "timestamp_us"),
            ("time", "time_ms"),
            ("guid", "uuid"),
            ("blob", "bytes"),
            ("numeric", "decimal(p,s)"),
            ("list", "array<T>"),
            ("Vec<u8>", "bytes"),
            ("list<str>", "array<string>"),
            ("List[Optional[str]]", "array<string?>"),
            ("dict[str, list[int]]", "map<array<int>>"),
            ("std::collections::HashMap<String, i64>", "map<long>"),
            ("map<string, Thing>", "map<Thing>"),
            ("Option<Thing>", "Thing?"),
            ("str | None", "string?"),
            ("str?", "string?"),
            ("Thing[]", "array<Thing>"),
            ("&str", "string"),
            ("decimal(10)", "decimal(10,0)"),
            ("varchar(20)", "string"),
        ] {
            assert_eq!(suggest_type(theirs).as_deref(), Some(ours), "{theirs}");
        }
    }

    #[test]
    fn what_is_right_or_unknown_has_no_suggestion() {
        for text in [
            "string",
            "array<Thing>",
            "map<long>",
            "decimal(10,2)",
            "Thing",
            "",
            "<",
            "a<b",
            "é>",
            "tuple<a,b,c>",
        ] {
            assert_eq!(suggest_type(text), None, "{text}");
        }
        assert!(suggest_type(&"list<".repeat(100)).is_none());
        assert!(suggest_type(&format!("{}str{}", "list<".repeat(30), ">".repeat(30))).is_some());
    }
}
