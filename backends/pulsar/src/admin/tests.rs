//! A server in the process, as helpful, slow or hostile as a test needs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use super::*;

/// A request: its first line, its token, its body.
type Request = (String, Option<String>, String);

/// Answers each request by its first line with a status and a body.
fn serve(
    answer: impl Fn(&str) -> (&'static str, String) + Send + 'static,
) -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (told, requests) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Some(request) = read(&stream) else {
                continue;
            };
            let (status, body) = answer(&request.0);
            let _ = told.send(request);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    (url, requests)
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut token, mut length) = (String::new(), None, 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => token = Some(value.to_owned()),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let first = first.trim_end().trim_end_matches(" HTTP/1.1");
    Some((first.to_owned(), token, String::from_utf8(body).ok()?))
}

fn topic() -> Topic {
    "q1/tg/flow/x".parse().expect("a topic")
}

fn admin(url: &str) -> Admin {
    Admin::new(url, Some("SECRET"), None, Duration::from_secs(5)).expect("an address")
}

async fn ensure(url: &str) -> Result<(), Error> {
    admin(url).ensure(&topic()).await
}

/// The error of a server that answers everything alike.
async fn refusal(status: &'static str, body: &str) -> Error {
    let body = body.to_owned();
    let (url, _requests) = serve(move |_| (status, body.clone()));
    ensure(&url).await.expect_err(status)
}

#[tokio::test]
async fn what_exists_is_left_alone() {
    let (url, requests) = serve(|_| ("200 OK", "{}".to_owned()));
    ensure(&format!("{url}/")).await.expect("exists");
    let bearer = Some("Bearer SECRET".to_owned());
    let get = "GET /admin/v2/namespaces/tg/flow".to_owned();
    let found: Vec<_> = requests.try_iter().collect();
    assert_eq!(found, [(get, bearer, String::new())]);
}

#[tokio::test]
async fn what_does_not_exist_is_made() {
    let (url, requests) = serve(|line| match line {
        "GET /admin/v2/clusters" => ("200 OK", "[\"global\",\"one\",\"two\"]".to_owned()),
        // Another program was quicker.
        "PUT /admin/v2/namespaces/tg/flow" => ("409 Conflict", String::new()),
        line if line.starts_with("PUT") => ("204 No Content", String::new()),
        _ => ("404 Not Found", String::new()),
    });
    ensure(&url).await.expect("made");
    let found: Vec<_> = requests
        .try_iter()
        .map(|(line, _, body)| (line, body))
        .collect();
    let tenant = "{\"adminRoles\":[],\"allowedClusters\":[\"one\",\"two\"]}";
    let expected = [
        ("GET /admin/v2/namespaces/tg/flow", ""),
        ("GET /admin/v2/tenants/tg", ""),
        ("GET /admin/v2/clusters", ""),
        ("PUT /admin/v2/tenants/tg", tenant),
        ("PUT /admin/v2/namespaces/tg/flow", ""),
    ];
    let expected = expected.map(|(line, body)| (line.to_owned(), body.to_owned()));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn refusals_name_the_commands_and_no_secret() {
    let error = refusal("401 Unauthorized", "{\"reason\":\"bad SECRET\\nat java\"}").await;
    let text = error.to_string();
    assert!(matches!(error, Error::Auth { .. }), "{text}");
    assert!(
        text.contains("bad (hidden)") && !text.contains("SECRET"),
        "{text}"
    );
    assert!(!text.contains("java"), "{text}");
    for command in [
        "`pulsar-admin tenants create tg`",
        "`pulsar-admin namespaces create tg/flow`",
    ] {
        assert!(text.contains(command), "{text}");
    }
    let error = refusal("500 Server Error", "<html>").await;
    let text = error.to_string();
    assert!(
        error.is_retryable() && text.contains("answers 500"),
        "{text}"
    );
    let error = refusal("400 Bad Request", "").await;
    assert!(!error.is_retryable(), "{error}");
}

#[tokio::test]
async fn the_token_goes_nowhere_else() {
    let (elsewhere, stolen) = serve(|_| ("200 OK", "{}".to_owned()));
    let place = elsewhere.clone();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = read(&stream);
            let _ = write!(
                stream,
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: {place}/admin\r\nContent-Length: 0\r\nConnection: \
                 close\r\n\r\n"
            );
        }
    });
    let error = ensure(&url).await.expect_err("elsewhere");
    let text = error.to_string();
    assert!(text.starts_with("pulsar.admin-url: "), "{text}");
    assert!(text.contains(&elsewhere), "{text}");
    assert!(stolen.try_recv().is_err());
}

#[tokio::test]
async fn answers_are_bounded() {
    let large = "x".repeat(300 << 10);
    let error = refusal("200 OK", &large).await;
    assert!(error.to_string().contains("more than"), "{error}");
    let clusters = refusal("404 Not Found", "").await;
    assert!(
        clusters.to_string().contains("answers 404 for clusters"),
        "{clusters}"
    );
}

#[tokio::test]
async fn silence_is_bounded() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let limit = Duration::from_millis(200);
    let admin = Admin::new(&url, None, None, limit).expect("an address");
    let begun = Instant::now();
    let error = admin.ensure(&topic()).await.expect_err("silence");
    assert!(
        matches!(error, Error::Timeout { after, .. } if after == limit),
        "{error}"
    );
    assert!(begun.elapsed() < Duration::from_secs(60));
    drop(listener);
    let error = admin.ensure(&topic()).await.expect_err("nobody");
    assert!(matches!(error, Error::Connection { .. }), "{error}");
}

#[test]
fn addresses() {
    let limit = Duration::from_secs(1);
    for url in [
        "",
        "localhost:8080",
        "ftp://h:1",
        "http://user:SECRET@h:1",
        "http://h:1?x",
        "pulsar://h:6650",
    ] {
        let error = Admin::new(url, None, None, limit).err().expect(url);
        let text = error.to_string();
        assert!(text.starts_with("pulsar.admin-url: "), "{text}");
        assert!(!text.contains("SECRET"), "{text}");
    }
    let error = Admin::new("https://h:1", None, Some(b"nothing"), limit).err();
    let text = error.expect("no certificate").to_string();
    assert!(text.starts_with("pulsar.ca-file: "), "{text}");
}
