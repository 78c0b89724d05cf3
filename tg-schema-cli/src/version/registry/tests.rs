//! The client beside a registry that is in turn helpful, broken and hostile.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use super::*;
use crate::http::server::{send, serve};

fn limits() -> Limits {
    Limits {
        request: Duration::from_secs(5),
        total: Duration::from_secs(30),
        bytes: 10_000,
        requests: 100,
    }
}

fn fetch_within(address: &str, limits: Limits) -> Result<Vec<String>, String> {
    let credentials = Credentials {
        header: "Bearer s3cret".to_owned(),
        secret: "s3cret".to_owned(),
    };
    let entries = entries(address, Some(credentials), limits, &mut Notes::new());
    let entries = entries.map_err(|failure| format!("{failure:?}"))?;
    let told = entries
        .iter()
        .map(|e| format!("{} {}", e.group, e.version.unwrap_or(0)));
    Ok(told.collect())
}

fn fetch(address: &str) -> Result<Vec<String>, String> {
    fetch_within(address, limits())
}

fn registry(path: &str, stream: &mut TcpStream) {
    let schema = |subject: &str, version: u64| {
        format!(r#"{{"subject":"{subject}","version":{version},"id":1,"schema":"\"int\""}}"#)
    };
    match path {
        "/subjects" | "/below/subjects" => send(stream, "200 OK", r#"["b c","a"]"#),
        "/subjects/a/versions" | "/below/subjects/a/versions" => send(stream, "200 OK", "[1,3]"),
        "/subjects/b%20c/versions" => send(stream, "200 OK", "[2]"),
        "/subjects/a/versions/1" | "/below/subjects/a/versions/1" => {
            send(stream, "200 OK", &schema("a", 1));
        }
        "/subjects/a/versions/3" | "/below/subjects/a/versions/3" => {
            send(stream, "200 OK", &schema("a", 3));
        }
        "/subjects/b%20c/versions/2" => send(stream, "200 OK", &schema("b c", 2)),
        _ => send(stream, "404 Not Found", r#"{"error_code":40401}"#),
    }
}

#[test]
fn subjects_and_versions() {
    let server = serve(registry);
    let there = |path: &str| fetch(&format!("{}{path}", server.address));
    let all = ["a 1", "a 3", "b c 2"];
    assert_eq!(there("").unwrap(), all);
    assert_eq!(there("/").unwrap(), all);
    assert_eq!(there("/subjects").unwrap(), all);
    assert_eq!(there("/a").unwrap(), ["a 1", "a 3"]);
    assert_eq!(there("/b%20c").unwrap(), ["b c 2"]);
    assert_eq!(there("/below/a").unwrap(), ["a 1", "a 3"]);
    assert_eq!(there("/subjects/a").unwrap(), ["a 1", "a 3"]);
    assert_eq!(there("/subjects/a/versions/3").unwrap(), ["a 3"]);
    for latest in ["latest", "-1"] {
        assert_eq!(
            there(&format!("/subjects/a/versions/{latest}")).unwrap(),
            ["a 3"]
        );
    }
    assert!(
        there("/x")
            .unwrap_err()
            .contains("/subjects/x/versions is not there")
    );
    assert!(
        there("/subjects/a/versions/last")
            .unwrap_err()
            .contains("no version")
    );
    for head in server.heads.try_iter() {
        let head = head.to_lowercase();
        assert!(head.contains("authorization: bearer s3cret\r\n"), "{head}");
    }
}

#[test]
fn what_is_no_registry_is_told() {
    for (status, body, expected) in [
        ("200 OK", "<html>", "not a list of subjects"),
        ("200 OK", "{}", "not a list of subjects"),
        ("200 OK", "[1]", "not a list of subjects"),
        ("500 Oops", "", "status 500"),
        (
            "503 No",
            r#"{"error_code":50302,"message":"no leader\u001b[31m for s3cret"}"#,
            "/subjects answered with status 503: no leader [31m for …",
        ),
        ("502 Bad Gateway", "<html>proxy</html>", "status 502\""),
        ("401 Unauthorized", "", "SCHEMA_REGISTRY_TOKEN"),
        ("404 Not Found", "", "no registry"),
    ] {
        let server = serve(move |_, stream| send(stream, status, body));
        let error = fetch(&server.address).unwrap_err();
        assert!(error.contains(expected), "{body}: {error}");
    }
    for body in [
        "[]",
        r#"{"schema":1}"#,
        r#"{"schema":"x","references":[1]}"#,
        "\u{1}",
    ] {
        let server = serve(move |path, stream| match path {
            "/subjects/a/versions/1" => send(stream, "200 OK", body),
            other => registry(other, stream),
        });
        let error = fetch(&format!("{}/a", server.address)).unwrap_err();
        assert!(error.contains("is not a schema"), "{body}: {error}");
    }
    // Answers of something else than was asked for.
    for body in [
        r#"{"subject":"other","version":1,"schema":"\"int\""}"#,
        r#"{"subject":"a","version":7,"schema":"\"int\""}"#,
        r#"{"subject":1,"version":1,"schema":"\"int\""}"#,
    ] {
        let server = serve(move |path, stream| match path {
            "/subjects/a/versions/1" => send(stream, "200 OK", body),
            other => registry(other, stream),
        });
        let error = fetch(&format!("{}/subjects/a/versions/1", server.address)).unwrap_err();
        assert!(
            error.contains("/subjects/a/versions/1 is asked for, and the answer is of the subject"),
            "{body}: {error}"
        );
    }
    let garbage = serve(|_, stream| {
        let _ = stream.write_all(b"\x00\xff garbage\r\n\r\n");
    });
    assert!(
        fetch(&garbage.address)
            .unwrap_err()
            .contains("cannot fetch")
    );
    let secret = fetch("http://me:pw@127.0.0.1:1").unwrap_err();
    assert!(
        !secret.contains("pw@") && secret.contains("name or password"),
        "{secret}"
    );
}

#[test]
fn time_size_and_number_are_bounded() {
    let endless = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[");
        while stream.write_all(&[b' '; 4096]).is_ok() {}
    });
    let error = fetch(&endless.address).unwrap_err();
    assert!(error.contains("larger than 10000 bytes"), "{error}");
    let slow = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        std::thread::sleep(Duration::from_secs(3600));
    });
    let short = Limits {
        request: Duration::from_millis(200),
        ..limits()
    };
    let error = fetch_within(&slow.address, short).unwrap_err();
    assert!(error.contains("timeout"), "{error}");
    let many = serve(|path, stream| match path {
        "/subjects/a/versions" => {
            let numbers: Vec<String> = (1..=1000).map(|n| n.to_string()).collect();
            send(stream, "200 OK", &format!("[{}]", numbers.join(",")));
        }
        path if path.starts_with("/subjects/a/versions/") => {
            send(stream, "200 OK", r#"{"schema":"\"int\""}"#);
        }
        other => registry(other, stream),
    });
    let error = fetch(&format!("{}/a", many.address)).unwrap_err();
    assert!(error.contains("too many requests"), "{error}");
}

/// A server that looks at the last part of a path alone.
#[test]
fn an_unknown_subject_is_not_all_of_them() {
    let server = serve(|path, stream| {
        let known = path.rfind("/subjects").and_then(|at| path.get(at..));
        registry(known.unwrap_or(path), stream);
    });
    let there = |path: &str| fetch(&format!("{}{path}", server.address));
    assert_eq!(there("/a").unwrap(), ["a 1", "a 3"]);
    assert_eq!(there("").unwrap(), ["a 1", "a 3", "b c 2"]);
    let error = there("/unknown").unwrap_err();
    assert!(error.contains("has no subject `unknown`"), "{error}");
    // A base path of a server that knows its own.
    let server = serve(registry);
    let below = fetch(&format!("{}/below/subjects", server.address)).unwrap_err();
    assert!(
        below.contains("/below/subjects/b%20c/versions is not there"),
        "{below}"
    );
}
