//! Messages from their arrival to their settlement, without a broker.

use bytes::Bytes;

use super::*;
use crate::unpack::Place;

const SECOND: Duration = Duration::from_secs(1);

struct Case {
    inbox: Inbox,
    acked: Arc<Mutex<Acked>>,
}

impl Case {
    fn new(prefetch: u32, best_effort: bool, gives_again: bool) -> Self {
        let acked = Arc::new(Mutex::new(Acked::new(100)));
        let inbox = Inbox::new(prefetch, best_effort, gives_again, Arc::clone(&acked));
        assert_eq!(inbox.connected(1), u64::from(prefetch));
        Case { inbox, acked }
    }
    /// A shared subscription.
    fn shared() -> Self {
        Case::new(10, false, true)
    }
    /// An entry comes, with a batch of this size where there is one.
    fn arrive(&self, link: u64, entry: u64, batch: Option<u32>) -> Orders {
        let messages = match batch {
            None => vec![message(entry, None)],
            Some(size) => (0..size)
                .map(|index| message(entry, Some(Place { index, size })))
                .collect(),
        };
        self.inbox.arrive(link, batch.unwrap_or(1), messages)
    }
    fn take(&self) -> Held {
        match self.inbox.take() {
            Taken::Message(held) => held,
            _ => panic!("a message is ready"),
        }
    }
    fn nothing(&self) {
        assert!(matches!(self.inbox.take(), Taken::Nothing));
    }
    fn ack(&self, held: &Held) -> Ack {
        self.inbox.acknowledge(held).expect("acknowledged")
    }
    fn give_back(&self, held: &Held, after: Option<Duration>) -> Orders {
        self.inbox.give_back(held, after).expect("given back")
    }
}

fn id(entry_id: u64) -> MessageIdData {
    MessageIdData {
        ledger_id: 7,
        entry_id,
        ..MessageIdData::default()
    }
}

fn message(entry: u64, batch: Option<Place>) -> Unpacked {
    Unpacked {
        id: id(entry),
        batch,
        payload: Bytes::from_static(b"x"),
        producer_name: "p".into(),
        ..Unpacked::default()
    }
}

/// The places of messages of a batch.
fn places(held: &[Held]) -> Vec<u32> {
    held.iter().map(Held::index).collect()
}

#[tokio::test]
async fn a_batch_is_acknowledged_one_by_one() {
    let case = Case::shared();
    assert_eq!(case.arrive(1, 0, Some(3)), Orders::default());
    let held: Vec<_> = (0..3).map(|_| case.take()).collect();
    assert_eq!(places(&held), [0, 1, 2]);
    let first = case.ack(&held[1]);
    assert_eq!((first.complete, first.ids.len()), (None, 1));
    assert_eq!(first.ids[0].ack_set, [0b101]);
    assert!(case.inbox.acknowledge(&held[1]).is_err(), "only once");
    assert_eq!(case.ack(&held[0]).ids[0].ack_set, [0b100]);
    let last = case.ack(&held[2]);
    assert_eq!((last.complete, &last.ids), (Some((7, 0)), &vec![id(0)]));
    case.inbox.forget((7, 0));
    assert!(case.acked.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn what_was_acknowledged_does_not_come_over_the_next_link() {
    let case = Case::shared();
    case.arrive(1, 0, Some(3));
    let held: Vec<_> = (0..3).map(|_| case.take()).collect();
    case.ack(&held[0]);
    case.ack(&held[2]);
    case.inbox.lost();
    assert!(matches!(case.inbox.acknowledge(&held[1]), Err(Error::Lost)));
    case.inbox.connected(2);
    assert!(
        case.inbox.give_back(&held[1], None).is_err(),
        "of the link before"
    );
    case.arrive(2, 0, Some(3));
    let again = case.take();
    assert_eq!((again.index(), again.attempts), (1, 2));
    case.nothing();
    assert_eq!(case.ack(&again).complete, Some((7, 0)));
    // The broker was not told of the end: all of it comes, and all of it is settled.
    case.inbox.lost();
    case.inbox.connected(3);
    for index in 0..3 {
        case.acked.lock().expect("no panic").insert((7, 1), index);
    }
    let orders = case.arrive(3, 1, Some(3));
    assert_eq!(orders.settled, [id(1)]);
    case.nothing();
}

#[tokio::test(start_paused = true)]
async fn the_broker_gives_single_messages_again_and_the_consumer_those_of_batches() {
    let case = Case::shared();
    case.arrive(1, 0, None);
    let alone = case.take();
    assert_eq!(case.give_back(&alone, None).again, [id(0)]);
    assert!(case.inbox.is_live(&alone).is_err(), "it is the broker's");
    case.arrive(1, 1, Some(2));
    let (first, second) = (case.take(), case.take());
    assert_eq!(case.give_back(&first, None), Orders::default());
    let again = case.take();
    assert_eq!((again.index(), again.attempts), (0, 2));
    // With a delay each waits here first.
    assert_eq!(case.give_back(&second, Some(SECOND)), Orders::default());
    case.arrive(1, 2, None);
    let alone = case.take();
    assert_eq!(case.give_back(&alone, Some(2 * SECOND)), Orders::default());
    let start = Instant::now();
    let (orders, next) = case.inbox.due(start);
    assert_eq!((orders, next), (Orders::default(), Some(start + SECOND)));
    case.nothing();
    case.inbox.due(start + SECOND);
    assert_eq!(case.take().index(), 1);
    let (orders, next) = case.inbox.due(start + 2 * SECOND);
    assert_eq!((orders.again, next), (vec![id(2)], None));
}

/// However many wait to be given back, the broker may send others, and has no more permits in the end than at first.
#[tokio::test(start_paused = true)]
async fn what_waits_to_be_given_back_makes_room() {
    let case = Case::new(2, false, true);
    let mut granted = 2;
    for entry in 0..5 {
        let came = case.arrive(1, entry, None);
        assert_eq!(came, Orders::default());
        granted -= 1;
        let orders = case.give_back(&case.take(), Some(SECOND));
        granted += orders.permits.unwrap_or(0);
        assert!(granted > 0 && orders.again.is_empty());
    }
    let (orders, _) = case.inbox.due(Instant::now() + SECOND);
    assert_eq!((orders.again.len(), orders.permits), (5, None));
    // Without a delay, and when it is acknowledged, it makes room as ever.
    for entry in 0..4 {
        case.arrive(1, entry, None);
        granted -= 1;
        let held = case.take();
        let permits = match entry % 2 {
            0 => case.give_back(&held, None).permits,
            _ => case.ack(&held).permits,
        };
        granted += permits.unwrap_or(0);
        assert_eq!(granted, 2);
    }
    assert_eq!(case.inbox.state().made_room, 0);
}

#[tokio::test(start_paused = true)]
async fn one_consumer_at_a_time_keeps_what_it_gives_back() {
    for best_effort in [false, true] {
        let case = Case::new(10, best_effort, false);
        case.arrive(1, 0, None);
        for attempt in 1..4 {
            let held = case.take();
            assert_eq!(held.attempts, attempt);
            assert_eq!(case.give_back(&held, None), Orders::default());
        }
        let held = case.take();
        let acked = case.ack(&held);
        // Of best effort nothing waits at the broker.
        assert_eq!(acked.ids.is_empty(), best_effort);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_outlives_the_link() {
    let case = Case::shared();
    case.arrive(1, 0, None);
    let held = case.take();
    case.give_back(&held, Some(SECOND));
    case.inbox.lost();
    case.inbox.connected(2);
    case.arrive(2, 0, None);
    case.nothing();
    case.inbox.due(Instant::now() + SECOND);
    assert_eq!(case.take().attempts, 2);
}

#[tokio::test]
async fn no_more_is_handed_out_than_was_asked_for() {
    let case = Case::new(2, false, true);
    assert_eq!(case.arrive(1, 0, Some(5)), Orders::default());
    let (first, _second) = (case.take(), case.take());
    case.nothing();
    assert_eq!(
        case.ack(&first).permits,
        Some(1),
        "the broker sent more than it might"
    );
    case.take();
    case.nothing();
}

#[tokio::test]
async fn what_comes_twice_is_handed_out_once() {
    let case = Case::shared();
    case.arrive(1, 0, None);
    case.arrive(1, 0, None);
    let held = case.take();
    case.nothing();
    case.ack(&held);
    // What comes over another link than the present one is not for us.
    assert_eq!(case.arrive(9, 1, None), Orders::default());
    case.nothing();
}

#[tokio::test]
async fn ends_are_told_and_nothing_is_settled_after_them() {
    let case = Case::shared();
    case.arrive(1, 0, None);
    let held = case.take();
    case.inbox.terminated();
    case.nothing();
    case.ack(&held);
    assert!(matches!(
        case.inbox.take(),
        Taken::Ended(Failure::Refused(_))
    ));
    let case = Case::shared();
    case.arrive(1, 0, None);
    let held = case.take();
    case.inbox.end(Failure::Closed);
    case.inbox.end(Failure::NotReady(String::new()));
    assert!(matches!(case.inbox.take(), Taken::Ended(Failure::Closed)));
    assert!(matches!(case.inbox.acknowledge(&held), Err(Error::Lost)));
    assert_eq!(case.arrive(1, 1, None), Orders::default());
}
