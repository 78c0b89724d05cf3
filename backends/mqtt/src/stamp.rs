//! The time of publication as it travels: as correlation data, which the client shares between its copies of a message
//! where it copies the texts of a user property. It is written once a millisecond, for all messages of that time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tg_pubsub_backend::profile::mqtt::TIME;
use tg_schema::pubsub::Bytes;

/// Between the name and the time.
const COLON: &str = ":";
/// Most bytes of a stamp.
pub(crate) const LONGEST: usize = TIME.len() + COLON.len() + 20;

/// Stamps for messages.
#[derive(Debug, Default)]
pub(crate) struct Stamps(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    milliseconds: u64,
    stamp: Bytes,
}

impl Stamps {
    /// The stamp of a message that is published at this time.
    pub(crate) fn at(&self, now: SystemTime) -> Bytes {
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        let milliseconds = since.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.milliseconds != milliseconds || last.stamp.is_empty() {
            *last = Last {
                milliseconds,
                stamp: format!("{TIME}{COLON}{milliseconds}").into(),
            };
        }
        last.stamp.clone()
    }
}

/// The time of a stamp. `None`: it is none, but correlation data of somebody else.
pub(crate) fn read(stamp: &[u8]) -> Option<SystemTime> {
    let rest = stamp.strip_prefix(TIME.as_bytes())?;
    time(std::str::from_utf8(rest.strip_prefix(COLON.as_bytes())?).ok()?)
}

/// The time of a number of milliseconds since 1970.
pub(crate) fn time(milliseconds: &str) -> Option<SystemTime> {
    let since = Duration::from_millis(milliseconds.parse().ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_a_millisecond_share_a_stamp() {
        let stamps = Stamps::default();
        let at = |microseconds| SystemTime::UNIX_EPOCH + Duration::from_micros(microseconds);
        let first = stamps.at(at(1_234_000));
        assert_eq!(first, "tg-time:1234");
        assert_eq!(stamps.at(at(1_234_999)).as_ptr(), first.as_ptr());
        assert_eq!(stamps.at(at(1_235_000)), "tg-time:1235");
        assert_eq!(stamps.at(at(0)), "tg-time:0");
        assert_eq!(read(&first), Some(at(1_234_000)));
        // A clock that is wrong.
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Stamps::default().at(before), "tg-time:0");
    }

    #[test]
    fn what_another_program_wrote_is_no_stamp() {
        for other in [
            &b""[..],
            b"1234",
            b"tg-time:",
            b"tg-time:-1",
            b"tg-time:18446744073709551616",
            b"tg-time:\xff",
            b"tg-time",
        ] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
