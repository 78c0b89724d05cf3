//! Comparisons with writers that are kept: how many, which, under which keys.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tg_schema::{Decoder, Error, ErrorKind, Message, Resolution, Resolutions, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Order {
    id: i64,
    #[tg(default = "unknown")]
    customer: String,
}

/// Another reader of the same messages.
mod ids {
    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Order {
        pub id: f64,
    }
}

/// A writer whose orders have `before` other fields in front of the id. Each is one byte.
fn writer(before: usize) -> String {
    let others: String = (0..before)
        .map(|i| format!(r#"{{"name": "x{i}", "type": "boolean"}}, "#))
        .collect();
    format!(
        r#"{{"type": "record", "name": "Order", "fields": [{others}{{"name": "id", "type": "int"}}]}}"#
    )
}

/// Its fingerprint, as a single-object frame has it.
fn fingerprint(before: usize) -> u64 {
    let schema = tg_schema_model::avro::parse(&writer(before)).unwrap();
    schema.fingerprint().crc64
}

/// A writer with an optional enum of so many symbols that the reader does not know.
fn with_symbols(count: usize) -> String {
    let symbols: String = (0..count).map(|i| format!(r#", "S{i}""#)).collect();
    let state = format!(r#"{{"type": "enum", "name": "State", "symbols": ["X"{symbols}]}}"#);
    format!(
        r#"{{"type": "record", "name": "Parcel", "fields": [{{"name": "state", "type": {state}}}]}}"#
    )
}

#[tg_schema]
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Sent,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Parcel {
    state: Option<State>,
}

/// The order 7, as that writer writes it.
fn message(before: usize) -> Vec<u8> {
    [vec![1; before], vec![14]].concat()
}

fn order() -> Order {
    Order {
        id: 7,
        customer: "unknown".into(),
    }
}

/// Whether the schema of this id has to be fetched.
fn is_fetched(kept: &Resolutions, id: u32) -> bool {
    let fetched = Cell::new(false);
    kept.by_id::<Order, Error>(id, || {
        fetched.set(true);
        Ok(writer(id as usize))
    })
    .unwrap();
    fetched.get()
}

#[test]
fn what_was_not_used_for_longest_makes_room() {
    let kept = Resolutions::new(3);
    assert!(kept.is_empty());
    for id in 1..=3 {
        assert!(is_fetched(&kept, id));
    }
    assert_eq!(kept.len(), 3);
    // 1 is used, so that 2 is the oldest.
    assert!(!is_fetched(&kept, 1));
    assert!(is_fetched(&kept, 4));
    assert_eq!(kept.len(), 3);
    for id in [1, 3, 4] {
        assert!(!is_fetched(&kept, id), "{id}");
    }
    assert!(is_fetched(&kept, 2));
    assert!(is_fetched(&kept, 1));
    assert_eq!(kept.len(), 3);
}

#[test]
fn never_more_are_kept_than_there_is_room_for() {
    for (capacity, room) in [(0, 1), (1, 1), (2, 2), (10, 10)] {
        let kept = Resolutions::new(capacity);
        for i in 0..25 {
            let orders = kept.of::<Order>(&writer(i)).unwrap();
            assert_eq!(orders.decode(&message(i)).unwrap(), order());
            assert_eq!(kept.len(), (i + 1).min(room));
        }
    }
    assert_eq!(Resolutions::default().len(), 0);
}

#[test]
fn a_schema_is_fetched_once() {
    let (kept, fetched) = (Resolutions::new(4), Cell::new(0));
    for _ in 0..5 {
        let fetch = || {
            fetched.set(fetched.get() + 1);
            Ok::<_, Error>(writer(1))
        };
        let orders = kept.by_id::<Order, _>(1, fetch).unwrap();
        assert_eq!(orders.decode(&message(1)).unwrap(), order());
        let orders = kept.by_fingerprint::<Order, _>(fingerprint(1), fetch);
        assert_eq!(orders.unwrap().decode(&message(1)).unwrap(), order());
        kept.of::<Order>(&writer(1)).unwrap();
    }
    // The id and the fingerprint are two things, and the text is a third.
    assert_eq!(fetched.get(), 2);
    assert_eq!(kept.len(), 3);
}

#[test]
fn a_text_of_another_fingerprint_is_refused_and_not_kept() {
    let kept = Resolutions::new(4);
    let asked = fingerprint(1);
    let wrong = kept.by_fingerprint::<Order, Error>(asked, || Ok(writer(2)));
    let error = wrong.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Resolution);
    let said = error.to_string();
    for part in [asked, fingerprint(2)].map(|crc| format!("{crc:016x}")) {
        assert!(said.contains(&part), "{said} {part}");
    }
    assert!(said.starts_with("Order: "), "{said}");
    assert!(kept.is_empty());
    // White space, documentation and the order of attributes are no part of it.
    let text = writer(1).replacen('{', r#"{ "doc": "An order.", "#, 1);
    let orders = kept.by_fingerprint::<Order, Error>(asked, || Ok(text));
    assert_eq!(orders.unwrap().decode(&message(1)).unwrap(), order());
    assert_eq!(kept.len(), 1);
}

#[test]
fn memory_is_bounded_as_the_number_is() {
    const SYMBOLS: usize = 1_000;
    const ROOM: usize = 1 << 20;
    let kept = Resolutions::with_memory(1_000, ROOM);
    let fetch = |id: u32| kept.by_id::<Parcel, Error>(id, || Ok(with_symbols(SYMBOLS)));
    assert_eq!(fetch(0).unwrap().problems().len(), 1);
    let one = kept.memory();
    // Each symbol has a place in a list, and a name of some letters.
    assert!(one > SYMBOLS * 20 && one < SYMBOLS * 1_000, "{one}");
    let room = u32::try_from(ROOM / one).unwrap();
    for id in 1..=room + 5 {
        fetch(id).unwrap();
        assert!(kept.memory() <= ROOM);
    }
    assert_eq!(kept.len(), room as usize);
    // The first of them made room.
    let again = |id: u32| kept.by_id::<Parcel, Error>(id, || panic!("{id}"));
    for id in 6..=room + 5 {
        again(id).unwrap();
    }
    // One that is there takes nothing more.
    let before = kept.memory();
    again(10).unwrap();
    assert_eq!(kept.memory(), before);

    // What has no room at all is read nevertheless, and leaves the others alone.
    let kept = Resolutions::with_memory(10, one - 1);
    assert!(is_fetched(&kept, 1));
    for _ in 0..2 {
        let parcels = kept.of::<Parcel>(&with_symbols(SYMBOLS)).unwrap();
        assert!(parcels.decode(&[0]).is_err());
        assert_eq!(kept.len(), 1);
    }
    assert!(!is_fetched(&kept, 1));
}

#[test]
fn another_text_is_another_writer() {
    let kept = Resolutions::new(4);
    let same = format!(" {}", writer(0));
    for text in [&writer(0), &same, &writer(0)] {
        assert_eq!(
            kept.of::<Order>(text).unwrap().decode(&[14]).unwrap(),
            order()
        );
    }
    assert_eq!(kept.len(), 2);
}

#[test]
fn texts_of_one_fingerprint_are_two_writers() {
    #[tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    struct Price {
        #[tg(type = "decimal(9,2)")]
        amount: tg_schema::Decimal,
    }
    let text = |scale: u8, more: &str| {
        format!(
            r#"{{"type": "record", "name": "Price", "fields": [{{"name": "amount", "type":
                {{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": {scale}}}{more}}}]}}"#
        )
    };
    let crc = |text: &str| {
        let schema = tg_schema_model::avro::parse(text).unwrap();
        schema.fingerprint().crc64
    };
    let (own, other) = (text(2, ""), text(1, ""));
    // Neither defaults nor aliases of the writer's are part of the fingerprint, or of how its messages are read.
    let more = text(2, r#", "default": "\u0001", "aliases": ["price"]"#);
    assert_eq!(crc(&own), crc(&other));
    assert_eq!(crc(&own), crc(&more));
    let kept = Resolutions::new(4);
    for _ in 0..2 {
        let of = |text| kept.of::<Price>(text).unwrap();
        let price = of(&own).decode(&[2, 123]).unwrap();
        assert_eq!(price.amount.to_string(), "1.23");
        assert_eq!(of(&more).decode(&[2, 123]).unwrap(), price);
        let error = of(&other).decode(&[2, 123]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Resolution);
    }
    assert_eq!(kept.len(), 3);
    // A fingerprint does not tell them apart: what was fetched first counts.
    for fetched in [&own, &other] {
        let prices = kept.by_fingerprint::<Price, Error>(crc(&own), || Ok(fetched.clone()));
        assert!(prices.unwrap().is_compatible());
    }
}

#[test]
fn readers_of_two_types_do_not_meet() {
    let kept = Resolutions::new(4);
    let text = writer(2);
    let id = kept.of::<ids::Order>(&text).unwrap().decode(&message(2));
    assert_eq!(id.unwrap(), ids::Order { id: 7.0 });
    let whole = kept.of::<Order>(&text).unwrap().decode(&message(2));
    assert_eq!(whole.unwrap(), order());
    assert_eq!(kept.len(), 2);
}

#[test]
fn what_is_no_schema_is_an_error_and_not_kept() {
    let kept = Resolutions::new(4);
    for (text, part) in [
        ("", "the writer's schema cannot be read"),
        ("{", "the writer's schema cannot be read"),
        (r#"{"type": "record", "name": "Order"}"#, "fields"),
        (r#""Nowhere""#, "Nowhere"),
    ] {
        for error in [
            kept.of::<Order>(text).unwrap_err(),
            kept.by_id::<Order, Error>(1, || Ok(text.into()))
                .unwrap_err(),
            kept.by_fingerprint::<Order, Error>(1, || Ok(text.into()))
                .unwrap_err(),
            Order::from_avro_of(text, &[14]).unwrap_err(),
            Resolution::<Order>::of(text).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Resolution);
            let said = error.to_string();
            assert!(said.starts_with("Order: ") && said.contains(part), "{said}");
        }
    }
    assert!(kept.is_empty());
    // So the next try fetches again.
    assert!(is_fetched(&kept, 1));
    assert!(!is_fetched(&kept, 1));
}

#[test]
fn what_fetching_fails_with_is_handed_on() {
    #[derive(Debug)]
    enum Failed {
        Registry,
        Message(Error),
    }
    impl From<Error> for Failed {
        fn from(e: Error) -> Self {
            Failed::Message(e)
        }
    }
    let kept = Resolutions::new(4);
    let none = kept.by_id::<Order, Failed>(1, || Err(Failed::Registry));
    assert!(matches!(none, Err(Failed::Registry)));
    let bad = kept.by_id::<Order, Failed>(1, || Ok("?".into()));
    assert!(matches!(bad, Err(Failed::Message(e)) if e.kind() == ErrorKind::Resolution));
    assert!(kept.is_empty());
}

#[test]
fn schemas_that_do_not_fit_are_kept_with_their_problems() {
    let kept = Resolutions::new(4);
    let text = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": ["string", "int"]}]}"#;
    for _ in 0..2 {
        let orders = kept.of::<Order>(text).unwrap();
        assert!(!orders.is_compatible());
        assert_eq!(orders.problems().len(), 1);
        assert_eq!(orders.decode(&[2, 14]).unwrap(), order());
        let error = orders.decode(&[0, 2, b'x']).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Resolution);
        assert!(error.to_string().starts_with("Order.id: "), "{error}");
    }
    assert_eq!(kept.len(), 1);
}

#[test]
fn what_was_handed_out_works_when_it_is_no_longer_kept() {
    let kept = Resolutions::new(1);
    let first = kept.of::<Order>(&writer(3)).unwrap();
    let second = kept.of::<Order>(&writer(4)).unwrap();
    drop(kept);
    assert_eq!(first.clone().decode(&message(3)).unwrap(), order());
    assert_eq!(second.decode(&message(4)).unwrap(), order());
}

#[test]
fn fetching_may_use_the_same_resolutions() {
    let kept = Resolutions::new(2);
    let outer = kept.by_id::<Order, Error>(1, || {
        assert!(is_fetched(&kept, 1));
        Ok(writer(1))
    });
    assert_eq!(outer.unwrap().decode(&message(1)).unwrap(), order());
    assert_eq!(kept.len(), 1);
}

#[test]
fn a_panic_while_fetching_leaves_it_usable() {
    let kept = Resolutions::new(2);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = kept.by_id::<Order, Error>(1, || panic!("no registry"));
    }));
    assert!(panicked.is_err());
    assert!(is_fetched(&kept, 1));
    assert_eq!(kept.len(), 1);
}

#[test]
fn threads_share_it() {
    const THREADS: usize = 8;
    const WRITERS: usize = 6;
    let (kept, fetched) = (Resolutions::new(WRITERS), AtomicUsize::new(0));
    thread::scope(|scope| {
        for start in 0..THREADS {
            let (kept, fetched) = (&kept, &fetched);
            scope.spawn(move || {
                for i in 0..200 {
                    let before = (start + i) % WRITERS;
                    let id = u32::try_from(before).unwrap();
                    let orders = kept.by_id::<Order, Error>(id, || {
                        fetched.fetch_add(1, Ordering::Relaxed);
                        Ok(writer(before))
                    });
                    assert_eq!(orders.unwrap().decode(&message(before)).unwrap(), order());
                    assert!(kept.len() <= WRITERS);
                }
            });
        }
    });
    assert_eq!(kept.len(), WRITERS);
    // Two threads may both find nothing; once it is there nobody fetches it again.
    let fetched = fetched.into_inner();
    assert!(
        (WRITERS..=WRITERS * THREADS).contains(&fetched),
        "{fetched}"
    );

    // With less room than writers they still get what they ask for.
    let kept = Resolutions::new(2);
    thread::scope(|scope| {
        for start in 0..THREADS {
            let kept = &kept;
            scope.spawn(move || {
                for i in 0..50 {
                    let before = (start + i) % WRITERS;
                    let orders = kept.of::<Order>(&writer(before)).unwrap();
                    assert_eq!(orders.decode(&message(before)).unwrap(), order());
                    assert!(kept.len() <= 2);
                }
            });
        }
    });
    assert_eq!(kept.len(), 2);
}

#[test]
fn unknown_symbols_are_counted() {
    #[tg_schema]
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Status {
        Open,
        #[tg(default)]
        Other,
    }
    #[tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    struct History {
        statuses: Vec<Status>,
    }
    let writer = r#"{"type": "record", "name": "History", "fields": [{"name": "statuses", "type": {"type":
        "array", "items": {"type": "enum", "name": "Status", "symbols": ["New", "Other", "Old", "Open"]}}}]}"#;
    let histories = Resolution::<History>::of(writer).unwrap();
    assert!(histories.is_compatible());
    let bytes = [10, 0, 2, 4, 6, 0, 0];
    let read = Decoder::new().resolved(&histories, &bytes).unwrap();
    let (open, other) = (Status::Open, Status::Other);
    assert_eq!(read.message.statuses, [other, other, other, open, other]);
    assert_eq!(read.unknown_symbols, 3);
}
