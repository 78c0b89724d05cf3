//! JSON text: what is read, what is refused and where.

use tg_schema_model::Json;
use tg_schema_model::json::{MAX_DEPTH, parse, parse_deep};

fn error(text: &str) -> (usize, String) {
    let e = parse(text).unwrap_err();
    (e.offset, e.message)
}

#[test]
fn values() {
    assert_eq!(parse(" null "), Ok(Json::Null));
    assert_eq!(
        parse("[true,false]"),
        Ok(Json::Array(vec![Json::Bool(true), Json::Bool(false)]))
    );
    for number in [
        "0",
        "-0",
        "10",
        "1.50",
        "1e5",
        "-1.0E+10",
        "123456789012345678901234567890",
    ] {
        assert_eq!(parse(number), Ok(Json::Number(number.into())));
    }
    assert_eq!(
        parse(r#"{"b":1,"a":{},"\u00e9":[]}"#),
        Ok(Json::object([
            ("b", Json::int(1)),
            ("a", Json::Object(vec![])),
            ("é", Json::Array(vec![]))
        ]))
    );
    assert_eq!(
        parse(r#""\"\\\/\b\f\n\r\t\u0041\ud83d\ude00ü""#),
        Ok(Json::str("\"\\/\u{8}\u{c}\n\r\tA😀ü"))
    );
}

#[test]
fn refusals_and_places() {
    for (text, offset, part) in [
        ("", 0, "expected a value, found the end"),
        ("nul", 0, "expected a value"),
        ("[1,]", 3, "expected a value, found ']'"),
        ("[1 2]", 3, "',' or ']'"),
        ("{\"a\" 1}", 5, "':'"),
        ("{a:1}", 1, "a key in quotes"),
        ("{\"a\":1,}", 7, "a key in quotes"),
        ("1 2", 2, "the end of the text"),
        ("01", 0, "zero"),
        ("-", 1, "a digit"),
        ("1.", 2, "a digit"),
        ("1e", 2, "a digit"),
        (".5", 0, "a value"),
        ("+1", 0, "a value"),
        ("NaN", 0, "a value"),
        ("\"a", 0, "no end"),
        ("\"a\nb\"", 2, "control character"),
        ("\"\\x\"", 1, "no such escape"),
        ("\"\\u12\"", 1, "four hexadecimal"),
        ("\"\\ud800\"", 1, "surrogate"),
        ("\"\\ud800\\u0041\"", 1, "surrogate"),
        ("\"\\udc00\"", 1, "surrogate"),
        (
            "{\"a\":1,\"b\":2,\"b\":3,\"a\":4}",
            13,
            "\"b\" occurs twice",
        ),
        ("[{\"a\":1,\"\\u0061\":2}]", 8, "\"a\" occurs twice"),
        ("[é]", 1, "found 'é'"),
    ] {
        let (at, message) = error(text);
        assert_eq!(at, offset, "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn depth() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(error(&nested(MAX_DEPTH + 1)).0, MAX_DEPTH);
    assert_eq!(error(&"[".repeat(1_000_000)).0, MAX_DEPTH);
    assert!(parse_deep(&nested(300), 300).is_ok());
}

#[test]
fn written_text_reads_back() {
    let mut seed = 7u64;
    for _ in 0..300 {
        let json = random(&mut seed, 4);
        for text in [json.compact(), json.pretty(2), json.python()] {
            assert_eq!(parse(&text).as_ref(), Ok(&json), "{text}");
        }
    }
}

fn next(seed: &mut u64) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

fn word(seed: &mut u64) -> String {
    const CHARS: [char; 10] = [
        'a', '"', '\\', '\n', '\u{1}', '\u{7f}', 'é', '😀', '/', '\u{2028}',
    ];
    (0..next(seed) % 6)
        .map(|_| CHARS[next(seed) % CHARS.len()])
        .collect()
}

fn random(seed: &mut u64, depth: usize) -> Json {
    match next(seed) % if depth == 0 { 4 } else { 6 } {
        0 => Json::Null,
        1 => Json::Bool(next(seed).is_multiple_of(2)),
        2 => Json::double(next(seed) as f64 / 7.0),
        3 => Json::String(word(seed)),
        4 => Json::Array(
            (0..next(seed) % 4)
                .map(|_| random(seed, depth - 1))
                .collect(),
        ),
        _ => Json::Object(
            (0..next(seed) % 4)
                .map(|i| (format!("{i}{}", word(seed)), random(seed, depth - 1)))
                .collect(),
        ),
    }
}

#[test]
fn truncations_and_flips_never_panic() {
    let text = r#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00",null,true],"ü":{"b":[[]]}}"#;
    let mut read = 0;
    for end in 0..=text.len() {
        if let Some(part) = text.get(..end) {
            read += usize::from(parse(part).is_ok());
        }
    }
    assert_eq!(read, 1);
    let mut seed = 3;
    for _ in 0..5_000 {
        let mut bytes = text.as_bytes().to_vec();
        let at = next(&mut seed) % bytes.len();
        bytes[at] = (next(&mut seed) % 256) as u8;
        if let Ok(json) = std::str::from_utf8(&bytes)
            .map_err(|_| ())
            .and_then(|t| parse(t).map_err(|_| ()))
        {
            assert_eq!(parse(&json.compact()), Ok(json));
        }
    }
}
