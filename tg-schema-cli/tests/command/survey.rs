//! What `tg-schema migrate` finds beside Records: ties to Pulsar, callers, what is registered.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

use tg_schema_model::{Json, json};

use crate::folder::Folder;

const SCHEMA: &str = "\
from pulsar.schema import Record, String, Integer

class Order(Record):
    name = String()
    total = Integer()
";

const USE: &str = "\
import pulsar
from .schema import Order

def order(client: pulsar.Client):
    client = pulsar.Client('pulsar://localhost')
    return Order(name='x', chunk=None)
";

fn shop() -> Folder {
    let folder = Folder::new();
    folder.put("shop/__init__.py", "");
    folder.put("shop/schema.py", SCHEMA);
    folder.put("shop/use.py", USE);
    folder
}

fn field(name: &str, ty: &str) -> String {
    format!(r#"{{"name":"{name}","type":["null","{ty}"]}}"#)
}

fn registered(fields: &[String]) -> String {
    let fields = fields.join(",");
    let text = format!(r#"{{"type":"record","name":"Order","fields":[{fields}]}}"#);
    let data = Json::str(text).compact();
    format!(r#"{{"version":0,"type":"JSON","timestamp":0,"data":{data},"properties":{{}}}}"#)
}

#[test]
fn ties_and_callers_are_told() {
    let folder = shop();
    let run = folder.run(&["migrate", "shop", "--callers", "shop", "--out", "out"]);
    let run = run.ends(1);
    for part in [
        "PULSAR_CLIENT",
        "5 ties to Pulsar in 2 of 3 files",
        "UNDECLARED_ARGUMENT",
    ] {
        assert!(run.out.contains(part), "{run:#?}");
    }
    let place = "shop/use.py:6:28";
    assert!(
        run.err.contains("error[UNDECLARED_ARGUMENT]") && run.err.contains(place),
        "{run:#?}"
    );
    for name in ["audit.txt", "audit.md", "audit.json", "callers.json"] {
        assert!(folder.has(&format!("out/migration/{name}")), "{name}");
    }
    folder.run(&["gen", "out"]).ends(0);
    let run = folder.run(&["migrate", "shop", "--callers", "shop", "--format", "json"]);
    let report = run.ends(1).silent().json();
    let total = |part: &str| report.get(part)?.get("counts")?.get("total").cloned();
    assert_eq!(total("audit"), Some(Json::int(5)));
    assert_eq!(total("callers"), Some(Json::int(1)));
}

#[test]
fn callers_elsewhere_are_read_and_not_migrated() {
    let folder = shop();
    folder.put(
        "app/main.py",
        "from shop.schema import Order\nOrder(nmae='x')\n",
    );
    folder.put(
        "app/own.py",
        "from pulsar.schema import Record, String\nclass Own(Record):\n    x = String()\n",
    );
    let run = folder.run(&[
        "migrate",
        "shop/schema.py",
        "--callers",
        ".",
        "--out",
        "out",
    ]);
    let run = run.ends(1).complains("did you mean `name`?");
    assert!(!run.out.contains("Own"), "{run:#?}");
    assert_eq!(
        folder
            .all("out")
            .keys()
            .filter(|k| k.ends_with(".toml"))
            .count(),
        1
    );
}

#[test]
fn what_is_registered_is_compared() {
    let folder = shop();
    let (name, total) = (field("name", "string"), field("total", "int"));
    let migrate = |place: &str| folder.run(&["migrate", "shop", "--registered", place]);
    folder.put("same.json", &registered(&[name.clone(), total.clone()]));
    migrate("same.json").ends(0).says("  equal: same.json\n");
    folder.put("sorted/a.json", &registered(&[total.clone(), name.clone()]));
    migrate("sorted")
        .ends(0)
        .says("  equal after sorting: sorted/a.json\n");
    let long = field("total", "long");
    folder.put("other.json", &registered(&[name.clone(), long]));
    let run = migrate("other.json").ends(1);
    run.says("  differs at /fields/1/type/1: other.json\n    ours:       \"int\"\n    registered: \"long\"\n");
    let quiet = ["migrate", "shop", "--registered", "other.json", "--quiet"];
    folder.run(&quiet).ends(1).complains(
        "error[REGISTERED_DIFFERS]: `Order` differs at /fields/1/type/1: other.json\n --> shop/schema.py:3:1",
    );
    let logged = |place: &str| {
        let run = folder.run(&[
            "migrate",
            "shop",
            "--registered",
            place,
            "--format",
            "sarif",
        ]);
        let log = json::parse(&run.out).expect("a log");
        let results = log
            .get("runs")
            .and_then(|runs| runs.as_array()?.first()?.get("results"));
        let results = results.and_then(Json::as_array).expect("results");
        let ids = results
            .iter()
            .filter_map(|result| result.get("ruleId")?.as_str());
        let ids = ids.filter(|id| id.starts_with("REGISTERED"));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(logged("other.json"), ["REGISTERED_DIFFERS"]);
    assert_eq!(logged("sorted"), ["REGISTERED_SORTED"]);
    assert_eq!(logged("same.json"), [""; 0]);
    folder.put(
        "none.json",
        r#"{"type":"record","name":"Else","fields":[]}"#,
    );
    assert_eq!(logged("none.json"), ["REGISTERED_MISSING"]);
    migrate("none.json")
        .ends(0)
        .says("  not found\n")
        .says("no class: Else");
    folder.put("bad.json", "nothing");
    migrate("bad.json")
        .ends(1)
        .says("not readable: bad.json: not JSON");
    migrate("missing.json")
        .ends(2)
        .complains("there is no file or folder missing.json");
    migrate("http://127.0.0.1:1")
        .ends(2)
        .complains("cannot fetch");
    assert!(!folder.has("out"));
}

#[test]
fn an_admin_interface_is_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = registered(&[field("name", "string"), field("total", "int")]);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
            let body = match head.split(' ').nth(1).unwrap_or("") {
                "/admin/v2/persistent/t/n" => r#"["persistent://t/n/orders"]"#,
                "/admin/v2/schemas/t/n/orders/schema" => &answer,
                _ => "[]",
            };
            assert!(head.contains("Bearer s3cret"), "{head}");
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    let folder = shop();
    let place = format!("{address}/admin/v2/persistent/t/n");
    let output = folder
        .command(&["migrate", "shop", "--registered", &place])
        .env("PULSAR_API_KEY", "s3cret")
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        out.contains("  equal: persistent://t/n/orders\n"),
        "{output:?}"
    );
    assert!(!out.contains("s3cret"));
}

#[test]
fn a_patch_for_callers() {
    let folder = shop();
    let main = "from shop.schema import Order\n\nprint(Order(name='x', chunk=None))\n";
    folder.put("app/main.py", main);
    let arguments = [
        "migrate",
        "shop",
        "--callers",
        "app",
        "--apply-callers",
        "the.patch",
    ];
    let run = folder.run(&arguments).ends(1);
    let run = run.says("the.patch: 2 files changed, 0 files left as they are");
    drop(run);
    folder.run(&arguments).ends(1);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&folder.0);
        assert!(command.status().unwrap().success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["apply", "--check", "the.patch"]);
    git(&["apply", "the.patch"]);
    assert_eq!(
        folder.get("app/main.py"),
        "from messages.schema import Order\n\nprint(Order(name='x'))\n"
    );
    folder.put("app/main.py", main);
    folder.put("the.patch", "something else");
    let mut more = arguments.to_vec();
    more.extend(["--out", "out"]);
    folder.run(&more).ends(2).complains("has another content");
    assert!(!folder.has("out"));
    more.push("--force");
    folder.run(&more).ends(1);
}

#[test]
fn a_patch_of_nothing_is_not_written() {
    let folder = shop();
    folder.put("other/a.py", "print(1)\n");
    let run = folder.run(&["migrate", "shop", "--apply-callers", "the.patch"]);
    run.ends(0)
        .says("the.patch: 1 file changed, 0 files left as they are");
    folder.put("kept.patch", "of another run");
    for name in ["none.patch", "kept.patch"] {
        let run = folder.run(&["migrate", "shop/schema.py", "--apply-callers", name]);
        let run = run.ends(0);
        let run = run.says("is not written: there is nothing to change, 0 files left as they are");
        run.says("`--callers PATH` adds code to look at");
    }
    assert!(!folder.has("none.patch"));
    assert_eq!(folder.get("kept.patch"), "of another run");
}

#[test]
fn ties_in_a_sarif_log() {
    let folder = shop();
    let run = folder.run(&["migrate", "shop", "--callers", "shop", "--format", "sarif"]);
    let log = run.ends(1).silent().json();
    let run = &log.get("runs").and_then(Json::as_array).unwrap()[0];
    let results = run.get("results").and_then(Json::as_array).unwrap();
    let ids: Vec<&str> = results
        .iter()
        .filter_map(|r| r.get("ruleId")?.as_str())
        .collect();
    assert!(
        ids.contains(&"SERVICE_URL") && ids.contains(&"UNDECLARED_ARGUMENT"),
        "{ids:?}"
    );
    assert_eq!(ids.len(), results.len());
}
