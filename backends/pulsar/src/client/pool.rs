//! Connections by broker: one for producers and one for consumers, so that a broker that stops to read from the one
//! does not hold up the other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::address::Address;
use super::connection::Connection;
use crate::failure::Failure;
use crate::settings::Settings;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Produce,
    Consume,
}

/// The way to a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    /// Addresses of it, or of proxies before it.
    pub(super) addresses: Vec<Address>,
    /// The broker to which a proxy passes us on.
    pub(super) proxied: Option<String>,
}

/// What is there of one way. Locked while a connection is made, so that there is one.
type Slot = Arc<tokio::sync::Mutex<State>>;

#[derive(Default)]
struct State {
    /// It may be dead.
    connection: Option<Arc<Connection>>,
    /// Why the last attempt failed, and when it did.
    failed: Option<(Instant, Failure)>,
}

pub(crate) struct Pool {
    pub(crate) settings: Arc<Settings>,
    slots: Arc<Mutex<HashMap<(Role, Route), Slot>>>,
}

impl Pool {
    pub(crate) fn new(settings: Settings) -> Self {
        Pool {
            settings: Arc::new(settings),
            slots: Arc::default(),
        }
    }
    /// The same connections where these settings make them alike, and others where not.
    pub(crate) fn changed(&self, settings: Settings) -> Self {
        Pool {
            slots: match settings.connects_as(&self.settings) {
                true => Arc::clone(&self.slots),
                false => Arc::default(),
            },
            settings: Arc::new(settings),
        }
    }

    /// The way to the service that the configuration names.
    pub(super) fn service(&self) -> Route {
        Route {
            addresses: self.settings.service.clone(),
            proxied: None,
        }
    }

    /// A connection that is alive. Who waits while another one's attempt fails is told the same, and does not try in its
    /// turn: many that need one broker make as many attempts as one, and wait no longer.
    pub(super) async fn connect(
        &self,
        role: Role,
        route: &Route,
    ) -> Result<Arc<Connection>, Failure> {
        let asked = Instant::now();
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if !slots.contains_key(&(role, route.clone())) {
                slots.retain(|_, slot| is_used(slot));
            }
            Arc::clone(slots.entry((role, route.clone())).or_default())
        };
        let mut slot = slot.lock().await;
        if let Some(connection) = &slot.connection
            && connection.ended().is_none()
        {
            return Ok(Arc::clone(connection));
        }
        if let Some((at, why)) = &slot.failed
            && *at >= asked
        {
            return Err(why.clone());
        }
        *slot = State::default();
        let proxied = route.proxied.clone();
        match Connection::open(&route.addresses, proxied, &self.settings).await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                slot.connection = Some(Arc::clone(&connection));
                Ok(connection)
            }
            Err(why) => {
                slot.failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// Ends all connections.
    pub(crate) async fn end(&self) {
        let slots = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *slots)
        };
        for slot in slots.into_values() {
            if let Some(connection) = slot.lock().await.connection.take() {
                connection.end();
            }
        }
    }
}

fn is_used(slot: &Slot) -> bool {
    match slot.try_lock() {
        Ok(slot) => {
            let connection = slot.connection.as_ref();
            connection.is_some_and(|c| c.ended().is_none())
        }
        // Somebody connects.
        Err(_) => true,
    }
}
