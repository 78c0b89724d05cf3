//! Messages that are all of one kind.

use serde_json::{Map, Value as Json, json};

use super::{Numbers, of};
use crate::messages::uniform as u;

const PHASES: [&str; 8] = [
    "planned",
    "started",
    "paused",
    "resumed",
    "finished",
    "cancelled",
    "failed",
    "archived",
];

fn list(count: usize, item: impl FnMut(usize) -> Json) -> Json {
    (0..count).map(item).collect()
}

pub fn flat() -> u::Flat {
    let n = &mut Numbers(21);
    let fields = (0..60).map(|i| (format!("i{i:02}"), json!(n.int())));
    of(Json::Object(fields.collect()))
}

/// Twenty records, each in the one before.
pub fn chain() -> u::Link {
    let n = &mut Numbers(22);
    let end = json!({ "name": n.title(8) });
    of((1..20).fold(end, |next, _| json!({ "name": n.title(8), "next": next })))
}

/// Twenty lists of at most nine members, of whom two in three have an address.
pub fn groups() -> u::Groups {
    let n = &mut Numbers(23);
    let mut member = |i: usize| {
        let mut member = json!({ "name": n.title(12), "age": n.below(100) });
        if !i.is_multiple_of(3) {
            member["mail"] = json!(format!("user{}@example.org", n.below(10_000)));
        }
        member
    };
    let groups = (0..20).map(|i| (format!("group-{i:02}"), list(i % 10, &mut member)));
    of(json!({ "groups": groups.collect::<Map<_, _>>() }))
}

/// Two of three are there.
pub fn strings() -> u::Strings {
    let n = &mut Numbers(24);
    let there = (0..30).filter(|i| i % 3 != 0);
    let fields = there.map(|i| (format!("s{i:02}"), json!(n.title(3 * i + 1))));
    of(Json::Object(fields.collect()))
}

pub fn states() -> u::States {
    let n = &mut Numbers(25);
    let state = |i: usize| {
        let mut state = json!({
            "phase": (PHASES[n.below(8) as usize]),
            "weight": (["light", "heavy"][n.below(2) as usize]),
        });
        if i.is_multiple_of(2) {
            state["before"] = json!(PHASES[n.below(8) as usize]);
        }
        state
    };
    of(json!({ "states": list(100, state) }))
}

/// Each of three records is there or not.
pub fn parts() -> u::Parts {
    let n = &mut Numbers(26);
    let part = |_| {
        let mut part = Map::new();
        for name in ["front", "back", "side"] {
            if n.below(2) == 1 {
                let (width, height) = (n.below(1000) as f64 / 8.0, n.below(1000) as f64 / 8.0);
                let face = json!({ "width": width, "height": height, "label": n.title(10) });
                part.insert(name.into(), face);
            }
        }
        Json::Object(part)
    };
    of(json!({ "parts": list(50, part) }))
}

pub fn empties() -> u::Empties {
    of(json!({
        "a": "", "b": "", "c": "", "d": "", "none": [], "nothing": {},
        "many": list(200, |_| json!("")),
    }))
}

/// Text of which every tenth byte is escaped.
pub fn code() -> u::Code {
    const PARTS: [&str; 6] = [
        "\tlet path = \"C:\\\\temp\\\\",
        "\";\r\n",
        "\tprintln!(\"{path}\\n\");\n",
        "if text == \"\\t\" { break }\n",
        "\u{1b}[0m\u{7f}",
        "plain code that has nothing to escape; ",
    ];
    let n = &mut Numbers(27);
    let mut text = |length: usize| {
        let mut text = String::new();
        while text.len() < length {
            text.push_str(PARTS[n.below(6) as usize]);
        }
        text
    };
    let file = text(4096);
    of(json!({ "file": file, "lines": list(40, |i| json!(text(i))) }))
}

pub fn counts() -> u::Counts {
    let n = &mut Numbers(28);
    let counts = list(2000, |_| json!(n.below(100)));
    let flags = list(500, |_| json!(n.below(2) == 1));
    of(json!({ "counts": counts, "flags": flags }))
}

pub fn matrix() -> u::Matrix {
    let n = &mut Numbers(29);
    let rows = (0..20).map(|_| (0..64).map(|_| n.unit()).collect());
    u::Matrix {
        rows: rows.collect(),
    }
}

pub fn pieces() -> u::Pieces {
    let n = &mut Numbers(30);
    let piece = |i: usize| u::Piece {
        content: (0..i * 10).map(|_| n.next() as u8).collect(),
    };
    u::Pieces {
        pieces: (0..50).map(piece).collect(),
    }
}

/// One of ten is there.
pub fn sparse() -> u::Sparse {
    let n = &mut Numbers(31);
    let row = |_| {
        let there = (0..3).map(|_| (format!("s{:02}", n.below(30)), json!(n.title(10))));
        Json::Object(there.collect())
    };
    of(json!({ "rows": list(50, row) }))
}

pub fn journal() -> u::Journal {
    let n = &mut Numbers(32);
    let line = |i: usize| json!(format!("{}\n", n.title(300 + 150 * i)));
    of(json!({ "lines": list(20, line) }))
}

pub fn counters() -> u::Counters {
    let n = &mut Numbers(33);
    let counters = (0..100).map(|i| (format!("requests.{i}"), json!(n.long())));
    let counters: Map<_, _> = counters.collect();
    let gauges = (0..100).map(|i| (format!("depth.{i}"), json!(n.below(10_000) as f64 / 100.0)));
    of(json!({ "counters": counters, "gauges": gauges.collect::<Map<_, _>>() }))
}

/// As long as subjects and addresses are, with nothing to escape.
pub fn mails() -> u::Mails {
    let n = &mut Numbers(34);
    let mail = |_| {
        let length = 10 + n.below(100) as usize;
        json!(n.title(length))
    };
    of(json!({ "mails": list(200, mail) }))
}

pub fn ids() -> u::Ids {
    let n = &mut Numbers(35);
    of(json!({ "ids": list(500, |_| json!(n.next() as i64)) }))
}

pub fn people() -> u::People {
    let n = &mut Numbers(36);
    let person = |_| {
        let mut person = json!({
            "name": n.title(14),
            "mail": format!("{}@example.org", n.word()),
            "score": n.below(10_000) as f64 / 100.0,
        });
        if n.below(3) > 0 {
            person["age"] = json!(n.below(100));
        }
        (format!("id-{:08x}", n.below(1 << 32)), person)
    };
    of(json!({ "people": (0..100).map(person).collect::<Map<_, _>>() }))
}

pub fn tables() -> u::Tables {
    let n = &mut Numbers(37);
    let row = |_| {
        let columns = (0..6).map(|i| (format!("column_{i}"), json!(n.title(10))));
        Json::Object(columns.collect())
    };
    of(json!({ "rows": list(40, row) }))
}

pub fn phases() -> u::Phases {
    let n = &mut Numbers(38);
    let mut phase = || PHASES[n.below(8) as usize];
    let by: Map<_, _> = (0..40)
        .map(|i| (format!("k{i:02}"), json!(phase())))
        .collect();
    of(json!({ "list": list(300, |_| json!(phase())), "by": by }))
}

pub fn flags() -> u::Flags {
    let n = &mut Numbers(39);
    of(json!({ "flags": list(3000, |_| json!(n.below(3) == 0)) }))
}

/// Lines in which something other than ASCII or an escape comes every few letters.
pub fn chat() -> u::Chat {
    const PARTS: [&str; 10] = [
        "😀", "日本", "\n", "\"so\"", "plain ", "é", "\\", "🚀🚀", "\t", "word",
    ];
    let n = &mut Numbers(40);
    let line = |_| {
        let parts = (0..n.below(30)).map(|_| PARTS[n.below(10) as usize]);
        json!(parts.collect::<String>())
    };
    of(json!({ "lines": list(100, line) }))
}

/// Eighty lists of at most eleven texts.
pub fn index() -> u::Index {
    let n = &mut Numbers(41);
    let terms = (0..80).map(|i| {
        let count = n.below(12) as usize;
        let places = list(count, |_| json!(format!("doc{}", n.below(100_000))));
        (format!("{}{i}", n.word()), places)
    });
    of(json!({ "terms": terms.collect::<Map<_, _>>() }))
}

/// Of ten fields, one is there.
pub fn profiles() -> u::Profiles {
    let n = &mut Numbers(42);
    let profile = |_| {
        let all = json!({
            "first_name": n.title(6), "last_name": n.title(9), "email": format!("{}@example.org", n.word()),
            "phone": format!("+49 {}", n.below(1_000_000_000)), "street": n.title(18), "city": "Köln", "country": "DE",
            "age": n.below(90), "height": 150.0 + n.below(500) as f64 / 10.0, "visits": n.below(100_000),
            "verified": true, "score": n.below(100) as f64 / 4.0, "tags": ["vip", "beta"],
            "settings": { "theme": "dark", "density": "compact" }, "language": "de",
            "last_seen": 1_760_000_000_000 + n.below(1_000_000),
        });
        let Json::Object(all) = all else {
            unreachable!("it was made as one")
        };
        Json::Object(all.into_iter().filter(|_| n.below(10) == 0).collect())
    };
    of(json!({ "profiles": list(40, profile) }))
}

pub fn sensors() -> u::Sensors {
    let n = &mut Numbers(43);
    of(json!({
        "device": "plc-17",
        "temperatures": list(256, |_| json!(20.0 + n.below(1000) as f64 / 100.0)),
        "counts": list(256, |_| json!(1000 + n.below(9000))),
        "ticks": list(256, |i| json!(1_760_000_000_000 + 250 * i as u64)),
    }))
}

pub fn garments() -> u::Garments {
    let n = &mut Numbers(44);
    let mut phase = || json!(PHASES[n.below(8) as usize]);
    let garment = |i: usize| {
        let stock = json!({ "berlin": phase(), "paris": phase() });
        let mut garment =
            json!({ "phase": phase(), "stock": stock, "phases": list(3, |_| phase()) });
        if i.is_multiple_of(2) {
            garment["before"] = phase();
        }
        garment
    };
    of(json!({ "garments": list(60, garment) }))
}

pub fn shipments() -> u::Shipments {
    let n = &mut Numbers(45);
    let shipment = |i: usize| {
        let mut shipment = json!({
            "shipmentIdentificationNumber": format!("SHP{:012}", n.below(1_000_000_000_000)),
            "originatingWarehouseCode": format!("WH-{}", n.below(100)),
            "destinationAddressLine1": n.title(24),
            "estimatedDeliveryEpochMillis": 1_760_000_000_000 + n.below(1_000_000_000),
            "numberOfPackagesInShipment": 1 + n.below(9),
            "requiresSignatureOnDelivery": n.below(2) == 0,
        });
        if i.is_multiple_of(4) {
            shipment["destinationAddressLine2"] = json!("c/o reception");
        }
        if i.is_multiple_of(2) {
            let at = 1_760_000_000_000 + n.below(1_000_000_000);
            shipment["actualDeliveryEpochMillis"] = json!(at);
        }
        shipment
    };
    of(json!({ "shipmentsInThisManifest": list(30, shipment) }))
}

/// Of eighty answers, six are there.
pub fn surveys() -> u::Surveys {
    let n = &mut Numbers(46);
    let survey = |_| {
        let mut survey = Map::new();
        while survey.len() < 6 {
            let i = n.below(80);
            let answer = match i % 4 {
                0 => json!(n.word()),
                1 => json!(n.below(1000)),
                2 => json!(n.below(1000) as f64 / 10.0),
                _ => json!(n.below(2) == 0),
            };
            survey.insert(format!("answer_{i:02}"), answer);
        }
        Json::Object(survey)
    };
    of(json!({ "surveys": list(20, survey) }))
}

/// Eight outlines of forty corners.
pub fn outlines() -> u::Outlines {
    let n = &mut Numbers(47);
    let outline = |i| {
        let corner = |_| {
            let [east, north] = [360_000_000, 180_000_000].map(|all| n.below(all) as f64 / 1e6);
            json!([east - 180.0, north - 90.0])
        };
        json!({ "name": format!("area {i}"), "rings": [list(40, corner)] })
    };
    of(json!({ "outlines": list(8, outline) }))
}

/// A thousand prices of one to six digits.
pub fn prices() -> u::Prices {
    let n = &mut Numbers(48);
    let price = |_| {
        let digits = n.below(6) as u32 + 1;
        json!(n.below(10u64.pow(digits)) as f64 / 100.0)
    };
    of(json!({ "prices": list(1000, price) }))
}

/// Forty letters in three scripts.
pub fn letters() -> u::Letters {
    const WORDS: [&str; 8] = [
        "привет",
        "мир",
        "сообщение",
        "été",
        "plus",
        "信頼",
        "手紙",
        "ответ",
    ];
    let n = &mut Numbers(49);
    let letter = |_| {
        let words: Vec<&str> = (0..24).map(|_| WORDS[n.below(8) as usize]).collect();
        json!(words.join(" "))
    };
    of(json!({ "letters": list(40, letter) }))
}

/// Twenty meters of 24 numbers, under names that begin alike.
pub fn meters() -> u::Meters {
    let n = &mut Numbers(50);
    let meter = |_| {
        let channel = |i| (format!("channel_of_the_meter_{i:02}"), json!(n.below(1000)));
        Json::Object((0..24).map(channel).collect())
    };
    of(json!({ "meters": list(20, meter) }))
}

/// Twenty maps of twelve numbers.
pub fn gauges() -> u::Gauges {
    let n = &mut Numbers(51);
    let gauge = |_| {
        let entry = |i| (format!("cpu-{i:02}"), json!(n.below(1000) as f64 / 8.0));
        Json::Object((0..12).map(entry).collect())
    };
    of(json!({ "gauges": list(20, gauge) }))
}
