//! Processes by their number, ports that are free, folders that go away.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
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

/// A port of loopback that nobody listens on.
pub(crate) fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
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
        if start.elapsed() > Duration::from_secs(20) {
            return Err(format!("nobody listens on port {port} after 20 s"));
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
