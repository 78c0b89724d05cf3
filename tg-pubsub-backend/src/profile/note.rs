//! What several brokers have in common, in the words of their tables.

use tg_schema::pubsub::Support::{self, Downgraded, Emulated, Unsupported};

pub(super) const ONE_TOPIC_A_KEY: Support = Unsupported("use one topic a key, or shared consumers");
pub(super) const Q0_NOT_KEPT: Support =
    Unsupported("q0 is not kept for consumers that are away; use q1");
pub(super) const Q0_ONCE: Support = Unsupported("q0 is delivered once or not at all; use q1");
pub(super) const TOPICS_BY_USE: Support = Unsupported("topics come to be when somebody uses them");
pub(super) const KEPT_FOR_GROUPS: Support =
    Unsupported("the broker does not tell; it keeps what groups may need");
pub(super) const LATE_DEDUP: Support =
    Downgraded("as q1; consumers drop repetitions of late by the message's identity");
pub(super) const HELD_BEFORE: Support =
    Emulated("the message waits in the consumer before it is given back");
pub(super) const KEPT_BY_CONSUMER: Support =
    Emulated("the consumer keeps the message and delivers it again");
pub(super) const COUNTED_BY_CONSUMER: Support = Emulated("counted by the consumer");
pub(super) const USE_KEY_SHARED: Support =
    Downgraded("within each of them only; key-shared consumers keep it among several");
pub(super) const WITHIN_EACH: Support =
    Downgraded("within each of them only; use one consumer, or one topic a key");
