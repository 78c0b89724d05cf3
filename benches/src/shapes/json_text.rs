//! A JSON text in the other forms in which it may arrive.

/// The text as it is, with the keys of every object reversed, and with blanks after commas and colons.
pub fn variants(json: &'static [u8]) -> [(&'static str, &'static [u8]); 3] {
    let text = std::str::from_utf8(json).expect("JSON is UTF-8");
    [
        ("json-decode", json),
        ("json-reordered", reversed(&mut &*text).leak().as_bytes()),
        ("json-spaced", spaced(text).leak().as_bytes()),
    ]
}

/// As Python's `json.dumps` writes it.
fn spaced(json: &str) -> String {
    let mut out = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        out.push(c);
        if !quoted && matches!(c, ',' | ':') {
            out.push(' ');
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// The next value, of which there is compact JSON.
fn reversed(rest: &mut &str) -> String {
    match rest.as_bytes()[0] {
        b'{' => items(rest, '}', |rest| {
            let key = scalar(rest);
            *rest = &rest[1..];
            format!("{key}:{}", reversed(rest))
        }),
        b'[' => items(rest, ']', reversed),
        _ => scalar(rest).to_owned(),
    }
}

/// Objects come out in the other order, arrays as they were.
fn items(rest: &mut &str, end: char, item: impl Fn(&mut &str) -> String) -> String {
    let start = &rest[..1];
    let mut all = Vec::new();
    *rest = &rest[1..];
    while !rest.starts_with(end) {
        all.push(item(rest));
        *rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    *rest = &rest[1..];
    if end == '}' {
        all.reverse();
    }
    format!("{start}{}{end}", all.join(","))
}

/// A string, a number or a word.
fn scalar<'a>(rest: &mut &'a str) -> &'a str {
    let bytes = rest.as_bytes();
    let mut at = 1;
    if bytes[0] == b'"' {
        while bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        at += 1;
    } else {
        at = rest.find([',', '}', ']']).unwrap_or(rest.len());
    }
    let (scalar, after) = rest.split_at(at);
    *rest = after;
    scalar
}
