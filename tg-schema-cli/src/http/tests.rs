//! Addresses: which are taken, and what is shown of them.

use super::*;

#[test]
fn steps_of_a_path_are_no_part_of_a_host() {
    let split = |address| split(address, "/subjects");
    assert_eq!(split("http://subjects.host:8081"), None);
    assert_eq!(split("http://subjects"), None);
    assert_eq!(split("http://host/subjects-of-mine"), None);
    assert_eq!(split("http://host/subjects"), Some(("http://host", "")));
    assert_eq!(
        split("http://subjects/subjectsx/subjects/a/subjects"),
        Some(("http://subjects/subjectsx", "/a/subjects"))
    );
}

#[test]
fn addresses() {
    let plain = |address| plain(address, "the registry", "TOKEN").map_err(|e| format!("{e:?}"));
    for address in [
        "http://host",
        "HTTPS://host:8081/a/b",
        "http://127.0.0.1:1/%20",
        "http://[::1]:8081",
        "http://[::1]",
    ] {
        assert!(is_web(address));
        assert_eq!(plain(address), Ok(address));
    }
    assert_eq!(plain("http://host/a?token=s3cret#x"), Ok("http://host/a"));
    for (address, why) in [
        ("http://", "is no address"),
        ("http://ho st", "is no address"),
        ("http://h\u{1b}[31m", "is no address"),
        ("http://[::1", "is no address"),
        ("http://:8081", "is no address"),
        ("http://host:99999", "port"),
        ("http://host:", "port"),
    ] {
        let error = plain(address).unwrap_err();
        assert!(error.contains(why), "{address}: {error}");
    }
    for secret in [
        "http://me:s3cret@host",
        "http://me:s3/cret@host/x",
        "http://me:s3?cret@host",
        "http://me:s3#cret@host",
    ] {
        let error = plain(secret).unwrap_err();
        assert!(!error.contains("s3") && error.contains("name or password"));
        assert!(!shown(secret).contains("s3"), "{}", shown(secret));
    }
    assert_eq!(
        shown("registry:http://me:pw@host/a?b"),
        "registry:http://…@host/a"
    );
    assert_eq!(shown("registry:me:pw@host"), "…@host");
    assert_eq!(shown("registry:http://host/a#b"), "registry:http://host/a");
}
