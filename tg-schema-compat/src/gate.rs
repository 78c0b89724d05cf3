//! What a change may do before a run ends with findings: `avro=full,pulsar=accepted,json=backward,rust=soft,loss=none`.
//!
//! | key | values, strictest first |
//! |---|---|
//! | `avro`, `json` | `full`, `backward`, `forward`, `none` |
//! | `pulsar` | `accepted` (what a broker with the strategy FULL accepts), `backward`, `forward`, `none` |
//! | `rust` | `ok`, `soft`, `any` |
//! | `loss` | `none`, `any` |
//! | `deployment` | `safe`, `any` |

use std::fmt;

/// One thing that is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What it is asked of.
    pub key: &'static str,
    /// What is asked.
    pub value: &'static str,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}
