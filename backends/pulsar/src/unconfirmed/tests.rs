//! Messages under way, and what becomes of them.

use std::sync::Arc;

use tg_schema::Qos;
use tokio::sync::Semaphore;

use super::*;

struct Case {
    messages: Unconfirmed,
    room: Arc<Semaphore>,
    chunks: Option<usize>,
}

impl Case {
    fn new(qos: Qos) -> Self {
        Case {
            messages: Unconfirmed::new((qos == Qos::Q2).then(Known::new), Sent::default()),
            room: Arc::new(Semaphore::new(10)),
            chunks: None,
        }
    }
    fn take(&mut self, message: Outgoing) -> Result<Taken<'_>, Error> {
        let permit = Arc::clone(&self.room).try_acquire_owned().expect("room");
        let limit = Limit {
            packet: 1_000,
            chunks: self.chunks,
        };
        self.messages.take(message, permit, limit)
    }
    fn new_one(&mut self, message: Outgoing) -> Flight {
        match self.take(message) {
            Ok(Taken::New(flight, _)) => flight,
            _ => panic!("expected a new message"),
        }
    }
}

#[test]
fn numbers_go_up_and_receipts_find_their_messages() {
    let mut case = Case::new(Qos::Q1);
    let mut flights: Vec<_> = (0..4).map(|_| case.new_one(Outgoing::new("x"))).collect();
    assert_eq!(case.room.available_permits(), 6);
    for sequence in [0, 2, 9, 2, 1, 3] {
        case.messages.settle(sequence, Ok(Receipt::new()));
    }
    for (i, flight) in flights.iter_mut().enumerate() {
        assert_eq!(flight.sequence, i as u64);
        assert!(matches!(flight.fate.try_recv(), Ok(Ok(_))));
    }
    assert_eq!(
        (case.messages.len(), case.room.available_permits()),
        (0, 10)
    );
}

#[test]
fn what_the_broker_has_is_not_sent_again() {
    let mut case = Case::new(Qos::Q2);
    let mut flights: Vec<_> = (0..3).map(|_| case.new_one(Outgoing::new("x"))).collect();
    case.messages.resume(Identity::default(), Some(1));
    assert!(
        flights[..2]
            .iter_mut()
            .all(|f| matches!(f.fate.try_recv(), Ok(Ok(_))))
    );
    assert_eq!(
        case.messages.iter().map(|(n, _)| n).collect::<Vec<_>>(),
        [2]
    );
    case.messages.resume(Identity::default(), Some(41));
    assert_eq!(case.new_one(Outgoing::new("x")).sequence, 42);
}

#[test]
fn repetitions_are_known_on_q2_only() {
    let mut case = Case::new(Qos::Q2);
    let message = || Outgoing::new("x").id("a");
    let mut first = case.new_one(message());
    let Ok(Taken::UnderWay(mut second)) = case.take(message()) else {
        panic!("it is under way");
    };
    case.messages.settle(first.sequence, Ok(Receipt::new()));
    let told = |flight: &mut Flight| flight.fate.try_recv().expect("told").map(|r| r.duplicate);
    assert_eq!((told(&mut first), told(&mut second)), (Ok(false), Ok(true)));
    assert!(matches!(case.take(message()), Ok(Taken::Done(r)) if r.duplicate));
    // One that failed is sent again.
    let failed = case.new_one(Outgoing::new("x").id("b"));
    case.messages.settle(failed.sequence, Err(Failure::Closed));
    case.new_one(Outgoing::new("x").id("b"));
    let mut plain = Case::new(Qos::Q1);
    plain.new_one(message());
    plain.new_one(message());
}

/// What one left whose link was lost is asked of the broker by the next one.
#[test]
fn what_was_left_is_known_as_far_as_the_broker_has_it() {
    let mut case = Case::new(Qos::Q2);
    for id in ["a", "b", "c"] {
        case.new_one(Outgoing::new("x").id(id));
    }
    let left = case.messages.sent();
    assert_eq!((left.unconfirmed.len(), left.next), (3, 3));
    for (stored, known) in [
        (None, 0),
        (Some(0), 1),
        (Some(1), 2),
        (Some(2), 3),
        (Some(3), 0),
    ] {
        let mut next = Case::new(Qos::Q2);
        next.messages = Unconfirmed::new(Some(Known::new()), left.clone());
        assert_eq!(next.messages.sent(), left, "it may be lost again");
        next.messages = Unconfirmed::new(Some(Known::new()), left.clone());
        next.messages.resume(Identity::default(), stored);
        assert_eq!(next.messages.sent().unconfirmed, []);
        let found = ["a", "b", "c"].map(|id| {
            let taken = next.take(Outgoing::new("x").id(id));
            matches!(taken, Ok(Taken::Done(receipt)) if receipt.duplicate)
        });
        let expected = [0, 1, 2].map(|place| place < known);
        assert_eq!(found, expected, "{stored:?}");
    }
}

#[test]
fn what_is_too_large_takes_no_number_and_no_room() {
    let mut case = Case::new(Qos::Q1);
    let refused = case.take(Outgoing::new("x").property("a", "y".repeat(1_000)));
    assert!(matches!(refused, Err(Error::TooLarge { size, max: 1_000 }) if size > 1_000));
    drop(refused);
    assert_eq!(case.room.available_permits(), 10);
    assert_eq!(case.new_one(Outgoing::new("x")).sequence, 0);
}

#[test]
fn chunks_are_confirmed_together_and_sent_again_together() {
    let mut case = Case::new(Qos::Q1);
    case.chunks = Some(10_000);
    let mut large = case.new_one(Outgoing::new(vec![0; 2_500]));
    let mut small = case.new_one(Outgoing::new("x"));
    let unconfirmed = |case: &Case| -> Vec<u64> { case.messages.iter().map(|(n, _)| n).collect() };
    assert_eq!(unconfirmed(&case), [0, 0, 0, 1]);
    case.messages.confirm(0, Receipt::new());
    case.messages.confirm(0, Receipt::new());
    assert!(large.fate.try_recv().is_err());
    case.messages.resume(Identity::default(), None);
    assert_eq!(unconfirmed(&case), [0, 0, 0, 1]);
    for _ in 0..3 {
        assert!(large.fate.try_recv().is_err());
        case.messages.confirm(0, Receipt::new());
    }
    case.messages.confirm(1, Receipt::new());
    assert!(matches!(large.fate.try_recv(), Ok(Ok(_))));
    assert!(matches!(small.fate.try_recv(), Ok(Ok(_))));
    assert_eq!(case.messages.len(), 0);
}

#[test]
fn chunks_that_no_consumer_has_room_for_are_refused() {
    let mut case = Case::new(Qos::Q1);
    case.chunks = Some(10_000);
    let refused = case.take(Outgoing::new(vec![0; 9_900]));
    assert!(matches!(refused, Err(Error::TooLarge { size, max: 10_000 }) if size > 10_000));
    drop(refused);
    assert_eq!(
        (case.messages.len(), case.room.available_permits()),
        (0, 10)
    );
    case.new_one(Outgoing::new(vec![0; 6_000]));
}

#[test]
fn a_message_that_the_broker_had_has_no_place() {
    let id = |ledger_id| MessageIdData {
        ledger_id,
        entry_id: 7,
        ..MessageIdData::default()
    };
    assert!(receipt(Some(&id(u64::MAX))).duplicate);
    assert_eq!(receipt(Some(&id(3))).id.as_deref(), Some("3:7"));
}
