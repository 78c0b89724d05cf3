//! MQTT 5 as a backend of tg-pubsub.
