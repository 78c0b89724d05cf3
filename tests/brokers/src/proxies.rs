//! A proxy for each of several programs, so that the process of one can seem to die.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Proxy;

/// Proxies before one broker, by the names of those that connect through them.
#[derive(Debug)]
pub struct Proxies {
    port: u16,
    proxies: Mutex<HashMap<String, Proxy>>,
}

impl Proxies {
    /// Before the broker at this port.
    pub fn new(port: u16) -> Self {
        Proxies {
            port,
            proxies: Mutex::default(),
        }
    }
    /// Where an instance connects to.
    ///
    /// # Panics
    /// No port can be listened on.
    pub fn port(&self, instance: &str) -> u16 {
        let mut proxies = self.proxies();
        let proxy = proxies
            .entry(instance.to_owned())
            .or_insert_with(|| Proxy::new(self.port).expect("a proxy"));
        proxy.port()
    }
    /// Lets the connections of an instance carry nothing any more, and ends them where the broker is to see that, as the
    /// system does that of a process that is killed. Its successor comes another way.
    pub fn lose(&self, instance: &str, seen: bool) {
        let Some(proxy) = self.proxies().remove(instance) else {
            return;
        };
        proxy.freeze();
        if seen {
            proxy.cut();
        }
        std::mem::forget(proxy);
    }
    /// Cuts all connections.
    pub fn cut(&self) {
        for proxy in self.proxies().values() {
            proxy.cut();
        }
    }

    fn proxies(&self) -> MutexGuard<'_, HashMap<String, Proxy>> {
        self.proxies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
