//! What a broker had saved when it was killed: tells what it lost by itself from what got lost elsewhere.
//!
//! mosquitto confirms a message before it saves it: whatever its settings, a kill in between loses what it confirmed.
//! It saves in the thread that answers, so what was confirmed before the end of a save is in it, or was acknowledged by
//! its receiver. So a loss is the broker's where the message was sent before the kill and confirmed after the last save
//! before it, and is not there.

use std::time::SystemTime;

/// A message that a broker confirmed.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// What it carries; part of no other message.
    pub text: String,
    /// When its sender began.
    pub sent: SystemTime,
    /// When its sender was told.
    pub confirmed: SystemTime,
}

/// A broker that was killed and is back.
#[derive(Debug)]
pub struct Killed {
    /// When it was dead.
    pub at: SystemTime,
    /// Since when it may answer again.
    pub back: SystemTime,
    /// When it saved last before it was killed; 1970 where it never did.
    pub saved_at: SystemTime,
    /// What it saved then.
    pub saved: Vec<u8>,
}

impl Killed {
    /// Whether the broker lost the message by this kill. `qos`: 1 or 2.
    pub fn lost(&self, message: &Confirmed, qos: u8) -> bool {
        let unsaved = match qos {
            // What it saved may be the first half of the message: the second one it confirms after the save, or, when
            // it is back, also where it forgot the first.
            2 => true,
            _ => message.confirmed < self.back && !self.has(&message.text),
        };
        unsaved && message.sent < self.at && message.confirmed > self.saved_at
    }

    /// Whether a message that carries this text was saved.
    pub fn has(&self, text: &str) -> bool {
        let text = text.as_bytes();
        self.saved.windows(text.len()).any(|part| part == text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_what_was_confirmed_after_the_save_and_is_not_in_it_is_the_brokers_loss() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let killed = Killed {
            at: at(20),
            back: at(30),
            saved_at: at(10),
            saved: b"..<there>..".to_vec(),
        };
        let lost = |text: &str, sent, confirmed, qos| {
            let message = Confirmed {
                text: text.to_owned(),
                sent: at(sent),
                confirmed: at(confirmed),
            };
            killed.lost(&message, qos)
        };
        for qos in [1, 2] {
            assert!(lost("<new>", 8, 11, qos));
            assert!(!lost("<new>", 8, 9, qos), "it had to be saved");
            assert!(!lost("<new>", 21, 31, qos), "sent to the next one");
        }
        assert!(!lost("<there>", 8, 11, 1), "it was saved");
        assert!(!lost("<new>", 8, 31, 1), "sent once more to the next one");
        assert!(lost("<new>", 8, 31, 2), "its second half");
    }
}
