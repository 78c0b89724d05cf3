//! mosquitto, the MQTT broker.

use std::fmt::Write as _;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

use crate::certificates::Certificates;
use crate::killed::Killed;
use crate::process::{self, Folder};

/// How mosquitto is to be set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Names and passwords of those who may connect. Empty: everybody may.
    pub users: Vec<(String, String)>,
    /// Whether connections are encrypted.
    pub tls: bool,
    /// Whether clients must show a certificate.
    pub client_certificates: bool,
    /// Lines for its configuration.
    pub lines: Vec<String>,
}

impl Setup {
    /// With a user.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned()));
        self
    }
    /// Encrypted.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }
    /// With a line in its configuration.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }
}

/// A mosquitto of its own. It ends with this.
#[derive(Debug)]
pub struct Mosquitto {
    folder: Folder,
    port: u16,
    child: Option<Child>,
    certificates: Option<Certificates>,
}

impl Mosquitto {
    /// The program that is missing, if one is.
    pub fn missing(setup: &Setup) -> Option<&'static str> {
        let needed: [(&str, bool); 3] = [
            ("mosquitto", true),
            ("mosquitto_passwd", !setup.users.is_empty()),
            ("openssl", setup.tls),
        ];
        needed
            .into_iter()
            .find(|(program, needed)| *needed && !process::is_installed(program))
            .map(|(program, _)| program)
    }

    /// Starts one in a folder of its own, which goes away with it.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn start(setup: Setup) -> Result<Self, String> {
        let folder = Folder::new("mosquitto").map_err(|e| e.to_string())?;
        Mosquitto::start_in(folder, setup)
    }

    /// Starts one in this folder.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn start_in(folder: Folder, setup: Setup) -> Result<Self, String> {
        let port = process::free_port().map_err(|e| e.to_string())?;
        let certificates = match setup.tls {
            true => Some(Certificates::make(folder.path())?),
            false => None,
        };
        let text = configuration(&folder, port, certificates.as_ref(), &setup)?;
        std::fs::write(folder.join("mosquitto.conf"), text).map_err(|e| e.to_string())?;
        let mut broker = Mosquitto {
            folder,
            port,
            child: None,
            certificates,
        };
        broker.restart()?;
        Ok(broker)
    }

    /// Starts it again, with what it saved.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn restart(&mut self) -> Result<(), String> {
        self.end("TERM");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .map_err(|e| e.to_string())?;
        let errors = log.try_clone().map_err(|e| e.to_string())?;
        let mut child = process::program("mosquitto")
            .arg("-c")
            .arg(self.folder.join("mosquitto.conf"))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|e| e.to_string())?;
        let ready = process::wait_for_port(self.port, || matches!(child.try_wait(), Ok(None)));
        self.child = Some(child);
        ready.map_err(|e| format!("{e}; its log:\n{}", self.log()))
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
    /// The process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }
    /// The certificates, where connections are encrypted.
    pub fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }
    /// What it said.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
    /// Kills it, looks at what it had saved, and starts it again after `away`.
    ///
    /// # Errors
    /// What it saved cannot be read, or it does not start.
    pub fn kill_and_restart(&mut self, away: Duration) -> Result<Killed, String> {
        self.kill();
        let at = SystemTime::now();
        // A save takes the place of the one before when it is complete.
        let path = self.folder.join("mosquitto.db");
        let saved_at = std::fs::metadata(&path).and_then(|m| m.modified());
        let (saved_at, saved) = match saved_at {
            Ok(time) => (time, std::fs::read(&path).map_err(|e| e.to_string())?),
            Err(e) if e.kind() == ErrorKind::NotFound => (SystemTime::UNIX_EPOCH, Vec::new()),
            Err(e) => return Err(e.to_string()),
        };
        std::thread::sleep(away);
        let back = SystemTime::now();
        self.restart()?;
        Ok(Killed {
            at,
            back,
            saved_at,
            saved,
        })
    }
    /// Lets it save what it knows now, and waits until it has.
    ///
    /// # Errors
    /// It does not run, or has not saved in time.
    pub fn save(&self) -> Result<(), String> {
        // A save takes the place of the one before when it is complete.
        let path = self.folder.join("mosquitto.db");
        let saved = || {
            let metadata = std::fs::metadata(&path).ok();
            metadata.map(|m| (m.ino(), m.modified().ok()))
        };
        let before = saved();
        process::signal(self.pid().ok_or("it does not run")?, "USR1")?;
        let end = Instant::now() + Duration::from_secs(30);
        while saved() == before {
            if Instant::now() > end {
                return Err(format!("it has not saved; its log:\n{}", self.log()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
    /// Kills it: it saves nothing.
    pub fn kill(&mut self) {
        self.end("KILL");
    }
    /// Ends it: it saves what it knows.
    pub fn stop(&mut self) {
        self.end("TERM");
    }
    /// Stops its process: its connections stay and are silent.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&self) -> Result<(), String> {
        process::signal(self.pid().ok_or("it does not run")?, "STOP")
    }
    /// Lets its process go on.
    ///
    /// # Errors
    /// It does not run.
    pub fn resume(&self) -> Result<(), String> {
        process::signal(self.pid().ok_or("it does not run")?, "CONT")
    }
    /// Lets it run when this goes away.
    pub fn detach(mut self) -> Option<u32> {
        self.child.take().map(|child| child.id())
    }

    fn end(&mut self, signal: &str) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        if process::signal(child.id(), signal).is_err() {
            let _ = child.kill();
        }
        let _ = child.wait();
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.end("KILL");
    }
}

fn configuration(
    folder: &Folder,
    port: u16,
    certificates: Option<&Certificates>,
    setup: &Setup,
) -> Result<String, String> {
    let mut text = String::new();
    let anonymous = setup.users.is_empty();
    let _ = write!(
        text,
        "user root\nlistener {port} 127.0.0.1\nallow_anonymous {anonymous}\npersistence true\n\
         persistence_location {}/\nautosave_interval 1\nmax_queued_messages 0\nmax_inflight_messages 1000\n\
         set_tcp_nodelay true\n",
        folder.path().display()
    );
    if !anonymous {
        let passwords = folder.join("passwords");
        std::fs::write(&passwords, "").map_err(|e| e.to_string())?;
        for (name, password) in &setup.users {
            process::run(
                process::program("mosquitto_passwd")
                    .arg("-b")
                    .arg(&passwords)
                    .args([name, password]),
            )?;
        }
        let _ = writeln!(text, "password_file {}", passwords.display());
    }
    if let Some(made) = certificates {
        let _ = write!(
            text,
            "cafile {}\ncertfile {}\nkeyfile {}\nrequire_certificate {}\n",
            made.authority.display(),
            made.server.display(),
            made.server_key.display(),
            setup.client_certificates
        );
    }
    for line in &setup.lines {
        let _ = writeln!(text, "{line}");
    }
    Ok(text)
}
