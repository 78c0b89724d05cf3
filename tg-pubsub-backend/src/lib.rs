//! What every backend of tg-pubsub needs, and the conformance kit.
