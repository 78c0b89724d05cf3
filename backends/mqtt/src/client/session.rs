//! Tells the client that a session which the broker kept is ours, and empty on our side. It refuses to subscribe in
//! a session that it believes to be another's.

use std::pin::Pin;

use rumqttc::{
    MqttOptions, PersistedAckMode, PersistedSession, SessionStore, SessionStoreError,
    SessionStoreKey,
};

type Stored<'a, T> = Pin<Box<dyn Future<Output = Result<T, SessionStoreError>> + Send + 'a>>;

#[derive(Debug)]
pub(crate) struct OwnedSession(PersistedSession);

impl OwnedSession {
    pub(crate) fn of(options: &MqttOptions) -> Self {
        OwnedSession(PersistedSession {
            format_version: 1,
            client_id: options.client_id(),
            clean_start: options.clean_start(),
            session_expiry_interval: options.session_expiry_interval(),
            outgoing_inflight_upper_limit: options.get_outgoing_inflight_upper_limit(),
            ack_mode: PersistedAckMode::Manual,
            last_pkid: 0,
            last_puback: 0,
            replay: Vec::new(),
            incoming_qos2: Vec::new(),
        })
    }
}

impl SessionStore for OwnedSession {
    fn load<'a>(&'a self, _: &'a SessionStoreKey) -> Stored<'a, Option<PersistedSession>> {
        Box::pin(std::future::ready(Ok(Some(self.0.clone()))))
    }
    fn save<'a>(&'a self, _: &'a SessionStoreKey, _: &'a PersistedSession) -> Stored<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
    fn clear<'a>(&'a self, _: &'a SessionStoreKey) -> Stored<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
