//! The client beside a server that is in turn helpful, broken and hostile.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use tg_schema_migrate::registered::Fetched;

use super::*;
use crate::http::MAX_REDIRECTS;
use crate::http::server::{send, serve};

fn limits() -> Limits {
    Limits {
        request: Duration::from_secs(5),
        total: Duration::from_secs(30),
        bytes: 10_000,
        requests: 100,
    }
}

fn fetch(address: &str, known: &[String]) -> Result<Vec<Registered>, String> {
    let token = Credentials {
        header: "Bearer s3cret".to_owned(),
        secret: "s3cret".to_owned(),
    };
    let admin = Admin::with_token(address, Some(token), limits());
    admin
        .and_then(|admin| admin.schemas(known))
        .map_err(|failure| format!("{failure:?}"))
}

fn schema(name: &str) -> String {
    let text = format!(r#"{{"type":"record","name":"{name}","fields":[]}}"#);
    let text = Json::str(text).compact();
    format!(r#"{{"version":0,"type":"JSON","timestamp":0,"data":{text},"properties":{{}}}}"#)
}

fn names(found: &[Registered]) -> Vec<(&str, String)> {
    let name = |r: &Registered| match &r.schema {
        Fetched::Schema { name, .. } => name.clone(),
        Fetched::Primitive(kind) => format!("primitive {kind}"),
        Fetched::Other(kind) => format!("of the kind {kind}"),
        Fetched::Unreadable(why) => format!("unreadable: {why}"),
    };
    found.iter().map(|r| (r.origin.as_str(), name(r))).collect()
}

fn cluster(path: &str, stream: &mut TcpStream) {
    match path {
        "/admin/v2/tenants" => send(stream, "200 OK", r#"["tg","pulsar"]"#),
        "/admin/v2/namespaces/tg" => send(stream, "200 OK", r#"["tg/flow"]"#),
        "/admin/v2/persistent/tg/flow" => send(
            stream,
            "200 OK",
            r#"["persistent://tg/flow/a b","persistent://tg/flow/p-partition-0","persistent://tg/flow/p-partition-1","persistent://tg/flow/none"]"#,
        ),
        "/admin/v2/non-persistent/tg/flow" => {
            send(stream, "200 OK", r#"["non-persistent://tg/flow/bad"]"#);
        }
        "/admin/v2/schemas/tg/flow/a%20b/schema" => send(stream, "200 OK", &schema("A")),
        "/admin/v2/schemas/tg/flow/p/schema" => send(stream, "200 OK", &schema("P")),
        "/admin/v2/schemas/tg/flow/bad/schema" => send(stream, "200 OK", "<html>"),
        "/admin/v2/moved" => send(stream, "500 Oops", ""),
        _ => send(stream, "404 Not Found", "{}"),
    }
}

#[test]
fn all_topics_of_a_cluster() {
    let server = serve(cluster);
    let found = fetch(&server.address, &[]).unwrap();
    let found = names(&found);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[1], ("persistent://tg/flow/a b", "A".to_owned()));
    assert_eq!(found[2], ("persistent://tg/flow/p", "P".to_owned()));
    assert!(found[0].1.starts_with("unreadable: not JSON"), "{found:?}");
    let heads: Vec<String> = server.heads.try_iter().collect();
    assert!(!heads.is_empty());
    for head in heads {
        let head = head.to_lowercase();
        assert!(head.contains("authorization: bearer s3cret\r\n"), "{head}");
    }
}

#[test]
fn a_namespace_and_one_schema() {
    let server = serve(cluster);
    let there = |path: &str| fetch(&format!("{}/admin/v2/{path}", server.address), &[]);
    assert_eq!(there("persistent/tg/flow").unwrap().len(), 2);
    let one = there("schemas/tg/flow/p/schema").unwrap();
    assert_eq!(names(&one)[0].1, "P");
    assert!(
        there("schemas/tg/flow/x/schema")
            .unwrap_err()
            .contains("not there")
    );
    assert!(there("persistent/tg/x").unwrap_err().contains("not there"));
    assert!(
        there("brokers/health")
            .unwrap_err()
            .contains("is no address")
    );
}

#[test]
fn known_topics_where_listing_is_refused() {
    let server = serve(|path, stream| match path {
        "/admin/v2/tenants" => send(stream, "403 Forbidden", ""),
        other => cluster(other, stream),
    });
    assert!(
        fetch(&server.address, &[])
            .unwrap_err()
            .contains("PULSAR_API_KEY")
    );
    let known = ["persistent://tg/flow/p".to_owned()];
    let found = fetch(&server.address, &known).unwrap();
    assert_eq!(names(&found), [("persistent://tg/flow/p", "P".to_owned())]);
}

#[test]
fn what_may_not_be_listed_is_not_taken_for_empty() {
    let server = serve(|path, stream| match path {
        "/admin/v2/tenants" => send(stream, "200 OK", r#"["tg","other"]"#),
        "/admin/v2/namespaces/other" | "/admin/v2/non-persistent/tg/flow" => {
            send(stream, "403 Forbidden", "");
        }
        other => cluster(other, stream),
    });
    let found = fetch(&server.address, &[]).unwrap();
    let told = names(&found);
    let refused: Vec<&str> = told
        .iter()
        .filter(|(_, why)| why.contains("status 403"))
        .map(|(origin, _)| origin.trim_start_matches(&server.address))
        .collect();
    assert_eq!(
        refused,
        [
            "/admin/v2/non-persistent/tg/flow",
            "/admin/v2/namespaces/other"
        ]
    );
    assert!(told.iter().any(|(_, name)| name == "A"), "{told:?}");
    let one = format!("{}/admin/v2/non-persistent/tg/flow", server.address);
    let why = fetch(&one, &[]).unwrap_err();
    assert!(
        why.contains("status 403") && why.contains("PULSAR_API_KEY"),
        "{why}"
    );
    let odd = serve(|_, stream| send(stream, "200 OK", r#"["tg", null]"#));
    let why = fetch(&odd.address, &[]).unwrap_err();
    assert!(why.contains("no JSON list of names"), "{why}");
}

#[test]
fn what_is_no_admin_interface_is_told() {
    let garbage = serve(|_, stream| {
        let _ = stream.write_all(b"\x00\xff garbage\r\n\r\n");
    });
    assert!(
        fetch(&garbage.address, &[])
            .unwrap_err()
            .contains("cannot fetch")
    );
    let page = serve(|_, stream| send(stream, "200 OK", "<html>hello</html>"));
    assert!(
        fetch(&page.address, &[])
            .unwrap_err()
            .contains("no JSON list")
    );
    let broken = serve(|_, stream| send(stream, "500 Oops", "trace"));
    assert!(
        fetch(&broken.address, &[])
            .unwrap_err()
            .contains("status 500")
    );
    assert!(
        fetch("http://127.0.0.1:1", &[])
            .unwrap_err()
            .contains("cannot fetch")
    );
    for address in ["http://", "https:///admin/v2/tenants"] {
        assert!(fetch(address, &[]).unwrap_err().contains("is no address"));
    }
    assert!(http::is_web("HTTP://h") && !http::is_web("http:/h") && !http::is_web("é"));
    let secret = fetch("http://me:pw@127.0.0.1:1", &[]).unwrap_err();
    assert!(
        !secret.contains("pw@") && secret.contains("name or password"),
        "{secret}"
    );
}

#[test]
fn redirections_end_and_take_no_token_elsewhere() {
    let around = serve(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 302 Found\r\nLocation: /admin/v2/tenants\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    });
    let error = fetch(&around.address, &[]).unwrap_err();
    assert!(
        error.contains("redirections") && !error.contains("s3cret"),
        "{error}"
    );
    assert!(around.heads.try_iter().count() <= MAX_REDIRECTS as usize + 1);

    // Another name of the host, and another port.
    for name in ["localhost", "127.0.0.1"] {
        let other = serve(|_, stream| send(stream, "200 OK", "[]"));
        let elsewhere = other.address.replace("127.0.0.1", name);
        let first = serve(move |_, stream| {
            let _ = write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {elsewhere}/x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        });
        let _ = fetch(&first.address, &[]);
        let heads: Vec<String> = other.heads.try_iter().collect();
        assert!(!heads.is_empty() || name == "localhost", "nobody followed");
        assert!(
            heads.iter().all(|head| !head.contains("s3cret")),
            "{heads:?}"
        );
    }
}

#[test]
fn size_time_and_number_are_bounded() {
    let huge = serve(|path, stream| match path {
        "/admin/v2/schemas/t/n/q/schema" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[b' '; 4096]).is_ok() {}
        }
        _ => send(stream, "404 Not Found", ""),
    });
    let error = fetch(
        &format!("{}/admin/v2/schemas/t/n/q/schema", huge.address),
        &[],
    );
    assert!(error.unwrap_err().contains("larger than 10000 bytes"));

    let slow = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        std::thread::sleep(Duration::from_secs(3600));
    });
    let short = Limits {
        request: Duration::from_millis(200),
        ..limits()
    };
    let admin = Admin::with_token(&slow.address, None, short).unwrap();
    let error = format!("{:?}", admin.schemas(&[]).unwrap_err());
    assert!(error.contains("timeout"), "{error}");

    let server = serve(cluster);
    let few = Limits {
        requests: 5,
        ..limits()
    };
    let admin = Admin::with_token(&server.address, None, few).unwrap();
    let found = admin.schemas(&[]).unwrap();
    let last = names(&found).pop().unwrap().1;
    assert_eq!(last, "unreadable: too many requests");
}

#[test]
fn names_go_as_brokers_decode_them() {
    for (name, escaped) in [
        ("t/n/a b:ü", "t/n/a%20b%3A%C3%BC"),
        ("t/n/a+b", "t/n/a%252Bb"),
        ("t/n/a%41 b", "t/n/a%252541%2520b"),
    ] {
        assert_eq!(twice_decoded(name), escaped, "{name}");
    }
    assert_eq!(whole("a-partition-3"), "a");
    assert_eq!(whole("a-partition-"), "a-partition-");
}
