//! A way between a client and a broker that can be blocked: connections that neither end nor carry anything.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Forwards connections to a port of loopback.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: u16,
    frozen: AtomicBool,
    /// Milliseconds that everything takes on its way.
    slow: AtomicU64,
    ended: AtomicBool,
    accepted: AtomicU64,
    sockets: Mutex<Vec<TcpStream>>,
}

/// How often a blocked way looks whether it is open again.
const LOOK: Duration = Duration::from_millis(20);

impl Proxy {
    /// A proxy before a port.
    ///
    /// # Errors
    /// It cannot listen.
    pub fn new(target: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            target,
            frozen: AtomicBool::new(false),
            slow: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            accepted: AtomicU64::new(0),
            sockets: Mutex::new(Vec::new()),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.ended.load(Ordering::Acquire) {
                    return;
                }
                if let Ok(client) = client {
                    accepting.connect(client);
                }
            }
        });
        Ok(Proxy { port, shared })
    }
    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
    /// Connections that were made so far.
    pub fn accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::Acquire)
    }
    /// Forwards nothing more, and ends no connection.
    pub fn freeze(&self) {
        self.shared.frozen.store(true, Ordering::Release);
    }
    /// Forwards again, also what came meanwhile.
    pub fn thaw(&self) {
        self.shared.frozen.store(false, Ordering::Release);
    }
    /// Forwards everything so much later, so that another way to the broker is quicker.
    pub fn slow(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.shared.slow.store(millis, Ordering::Release);
    }
    /// Ends all connections; new ones are taken.
    pub fn cut(&self) {
        let mut sockets = self.shared.sockets.lock();
        let sockets = sockets
            .as_mut()
            .map_or_else(|_| Vec::new(), |s| std::mem::take(&mut **s));
        for socket in sockets {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream) {
        // Counted before it learns of its end or carries anything, and when a cut reaches it.
        let count = || self.accepted.fetch_add(1, Ordering::AcqRel);
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.target)) else {
            count();
            let _ = client.shutdown(Shutdown::Both);
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let copies = [&client, &server].map(|s| (s.try_clone(), s.try_clone()));
        let [
            (Ok(client_in), Ok(client_kept)),
            (Ok(server_in), Ok(server_kept)),
        ] = copies
        else {
            count();
            return;
        };
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that ended are forgotten.
        sockets.retain(|socket| socket.peer_addr().is_ok());
        sockets.extend([client_kept, server_kept]);
        drop(sockets);
        count();
        for (from, to) in [(client_in, server), (server_in, client)] {
            let shared = Arc::clone(self);
            thread::spawn(move || shared.forward(from, to));
        }
    }

    fn forward(&self, mut from: TcpStream, mut to: TcpStream) {
        let _ = from.set_read_timeout(Some(LOOK));
        let mut buffer = [0; 16 * 1024];
        loop {
            if self.ended.load(Ordering::Acquire) {
                break;
            }
            if self.frozen.load(Ordering::Acquire) {
                thread::sleep(LOOK);
                continue;
            }
            match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => {
                    thread::sleep(Duration::from_millis(self.slow.load(Ordering::Acquire)));
                    // What was read before the way was blocked is not carried either.
                    while self.frozen.load(Ordering::Acquire) && !self.ended.load(Ordering::Acquire)
                    {
                        thread::sleep(LOOK);
                    }
                    if buffer
                        .get(..n)
                        .is_none_or(|read| to.write_all(read).is_err())
                    {
                        break;
                    }
                }
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
        // The other way has its own end: what a client says before it leaves arrives, although it hears nothing more.
        let _ = (from.shutdown(Shutdown::Read), to.shutdown(Shutdown::Write));
    }
}
