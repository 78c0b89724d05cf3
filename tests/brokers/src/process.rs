//! Processes by their number, ports that are free, folders that go away.

use std::io::{self, ErrorKind, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::ops::Range;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A folder for one broker. It goes away with this, unless it is kept.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    /// A new folder among the temporary ones.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(name: &str) -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tg-{name}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // What a test that was killed left behind.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)?;
        Ok(Folder { path, keep: false })
    }
    /// A folder at this place, which stays.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn kept(path: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&path)?;
        Ok(Folder { path, keep: true })
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// A place inside it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// A port of loopback that nobody listens on, kept for this process until it ends.
pub(crate) fn free_port() -> io::Result<u16> {
    static KEPT: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let count = OURS.len() as u32;
    // Processes begin at different places, and each goes on where it stopped.
    let next = std::process::id().wrapping_mul(997) + kept.len() as u32;
    for n in 0..count {
        let port = OURS.start + ((next.wrapping_add(n)) % count) as u16;
        // Who has the port of this number for datagrams has it here: it ends with the process, whatever ends that.
        let Ok(lock) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) else {
            continue;
        };
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            kept.push(lock);
            return Ok(port);
        }
    }
    Err(io::Error::new(
        ErrorKind::AddrInUse,
        format!("no port of {OURS:?} is free"),
    ))
}

/// Ports below those that systems give to connections. One of those may go to somebody's connection while its broker is
/// away, even to one that the broker's client tries, which is then connected with itself.
const OURS: Range<u16> = 12_000..32_000;

/// Several such ports, all different.
pub(crate) fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut ports = [0; N];
    for port in &mut ports {
        *port = free_port()?;
    }
    Ok(ports)
}

/// Kills a process and removes its folder when this process ends in a way that runs no destructor.
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    /// Over a process that was started, and the folder that it writes to.
    pub(crate) fn new(pid: u32, folder: &Folder) -> io::Result<Self> {
        // The end of its input is the end of this process, whatever ends it.
        let script = "read -r released || { kill -s KILL \"$0\"; [ -z \"$1\" ] || rm -rf \"$1\"; }";
        let removed = match folder.keep {
            true => Path::new(""),
            false => folder.path(),
        };
        let child = Command::new("sh")
            .args(["-c", script, &pid.to_string()])
            .arg(removed)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A signal from the terminal is not for it.
            .process_group(0)
            .spawn()?;
        Ok(Guard(child))
    }

    /// The process has ended, or is to go on.
    pub(crate) fn release(mut self) {
        if let Some(mut input) = self.0.stdin.take() {
            let _ = input.write_all(b"released\n");
        }
        let _ = self.0.wait();
    }
}

/// Waits until somebody listens on a port, or `alive` says that nobody will.
pub(crate) fn wait_for_port(port: u16, mut alive: impl FnMut() -> bool) -> Result<(), String> {
    let start = Instant::now();
    loop {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(());
        }
        if !alive() {
            return Err("the process has ended".to_owned());
        }
        if start.elapsed() > Duration::from_secs(120) {
            return Err(format!("nobody listens on port {port} after 120 s"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal to a process, by the shell: the standard library knows `KILL` only.
pub fn signal(pid: u32, name: &str) -> Result<(), String> {
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", name, &pid.to_string()])
        .output()
        .map_err(|e| e.to_string())?;
    match sent.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&sent.stderr).into_owned()),
    }
}

/// Waits until a process that is not a child of this one has ended.
pub fn process_ended(pid: u32) -> Result<(), String> {
    let start = Instant::now();
    while Path::new("/proc").join(pid.to_string()).exists() {
        if start.elapsed() > Duration::from_secs(30) {
            return signal(pid, "KILL");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Whether a program can be run.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .any(|folder| folder.join(program).is_file())
}

/// A program, also where Debian puts servers.
pub(crate) fn program(name: &str) -> Command {
    let server = Path::new("/usr/sbin").join(name);
    match server.is_file() {
        true => Command::new(server),
        false => Command::new(name),
    }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let done = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    match done.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ports_are_given_once_and_not_from_those_of_connections() {
        let given: Vec<u16> = (0..20).map(|_| free_port().unwrap()).collect();
        let different: BTreeSet<u16> = given.iter().copied().collect();
        assert_eq!(different.len(), given.len());
        assert!(given.iter().all(|port| OURS.contains(port)), "{given:?}");
        // They are free, and nobody else gets them.
        for port in given {
            // A process that another test is starting right now has all sockets of this one until it runs its program.
            let begun = Instant::now();
            while let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                assert_eq!(error.kind(), ErrorKind::AddrInUse);
                assert!(begun.elapsed() < Duration::from_secs(60), "{port}: {error}");
                std::thread::yield_now();
            }
            UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap_err();
        }
    }
}
