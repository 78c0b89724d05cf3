//! Pulsar, with its storage in the same process.

mod admin;
mod jars;
mod setup;
mod token;

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use crate::certificates::Certificates;
use crate::process::{self, Folder, Guard};
pub use admin::{Admin, Answer};
use setup::Ports;
pub use setup::Setup;
use token::Key;

/// The namespaces of the tenant `tg`, which are made at each start.
pub const NAMESPACES: [&str; 4] = ["tg/flow", "tg/request", "tg/response", "tg/config"];

/// A Pulsar of its own. It ends with this, and with the process that started it, however that ends.
#[derive(Debug)]
pub struct Pulsar {
    // Ends first: the folder is then nobody's.
    guard: Option<Guard>,
    folder: Folder,
    ports: Ports,
    child: Option<Child>,
    certificates: Option<Certificates>,
    key: Option<Key>,
    admin: Admin,
    class_path: String,
    throughput: bool,
}

impl Pulsar {
    /// The program that is missing, if one is.
    pub fn missing(setup: &Setup) -> Option<&'static str> {
        let openssl = (setup.tls || setup.auth) && !process::is_installed("openssl");
        jars::missing().or(openssl.then_some("openssl"))
    }

    /// Fetches what it consists of, unless it is there. The first start does so too.
    ///
    /// # Errors
    /// Maven says why.
    pub fn fetch() -> Result<(), String> {
        jars::class_path().map(drop)
    }

    /// Starts one in a folder of its own, which goes away with it.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn start(setup: Setup) -> Result<Self, String> {
        let folder = Folder::new("pulsar").map_err(|e| e.to_string())?;
        Pulsar::start_in(folder, setup)
    }

    /// Starts one in this folder.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn start_in(folder: Folder, setup: Setup) -> Result<Self, String> {
        let certificates = match setup.tls {
            true => Some(Certificates::make(folder.path())?),
            false => None,
        };
        let key = match setup.auth {
            true => Some(Key::new()?),
            false => None,
        };
        let token = key.as_ref().map(|key| key.token("admin", None));
        let token = token.transpose()?;
        let ports = Ports::free()?;
        let mut broker = Pulsar {
            guard: None,
            folder,
            ports,
            child: None,
            certificates,
            key,
            admin: Admin::new(ports.web, token.clone()),
            class_path: jars::class_path()?,
            throughput: setup.throughput,
        };
        let mut left = 3;
        loop {
            broker.configure(&setup, token.as_deref())?;
            let Err(e) = broker.restart() else {
                return Ok(broker);
            };
            left -= 1;
            // Somebody else took a port meanwhile.
            if left == 0 || !e.contains("Address already in use") {
                return Err(e);
            }
            broker.ports = Ports::free()?;
            broker.admin = Admin::new(broker.ports.web, token.clone());
            for name in ["log", "metadata", "bookkeeper"] {
                let left_behind = broker.folder.join(name);
                let _ = std::fs::remove_dir_all(&left_behind);
                let _ = std::fs::remove_file(&left_behind);
            }
        }
    }

    /// Starts it again, with what it saved. It then takes clients.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn restart(&mut self) -> Result<(), String> {
        self.stop();
        self.spawn()?;
        self.wait()
            .map_err(|e| format!("{e}; the end of its log:\n{}", self.end_of_log()))?;
        self.admin.create_tenant("tg")?;
        for namespace in NAMESPACES {
            self.admin.create_namespace(namespace)?;
        }
        Ok(())
    }

    /// Where clients connect: `pulsar://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("pulsar://127.0.0.1:{}", self.ports.plain)
    }
    /// Where Java finds the broker's classes, and with them those of its client.
    pub fn class_path(&self) -> &str {
        &self.class_path
    }
    /// Where clients connect encrypted, of a broker with TLS.
    pub fn tls_url(&self) -> String {
        format!("pulsar+ssl://127.0.0.1:{}", self.ports.tls)
    }
    /// Its port for clients.
    pub fn port(&self) -> u16 {
        self.ports.plain
    }
    /// Its port for encrypted clients, of a broker with TLS.
    pub fn tls_port(&self) -> u16 {
        self.ports.tls
    }
    /// The port of its listener `external`, of a broker with two listeners.
    pub fn external_port(&self) -> u16 {
        self.ports.external
    }
    /// The port of its administration.
    pub fn admin_port(&self) -> u16 {
        self.ports.web
    }
    /// Its administration, as the role `admin`.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }
    /// The process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }
    /// The certificates, of a broker with TLS.
    pub fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }
    /// What it said.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// A token of a role, of a broker with tokens.
    ///
    /// # Errors
    /// It has no tokens; openssl says why.
    pub fn token(&self, role: &str) -> Result<String, String> {
        self.key()?.token(role, None)
    }
    /// A token of a role that ended an hour ago.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn expired_token(&self, role: &str) -> Result<String, String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_err(|e| e.to_string())?.as_secs();
        self.key()?.token(role, Some(now.saturating_sub(3600)))
    }
    /// A token of a role that ends in so many seconds.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn short_token(&self, role: &str, seconds: u64) -> Result<String, String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_err(|e| e.to_string())?.as_secs();
        self.key()?.token(role, Some(now.saturating_add(seconds)))
    }
    /// A token of a role that somebody else signed.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn foreign_token(&self, role: &str) -> Result<String, String> {
        Key::new()?.token(role, None)
    }

    /// Kills it, as by `kill -9`.
    pub fn kill(&mut self) {
        self.end("KILL");
    }
    /// Ends it in order.
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
        if let Some(guard) = self.guard.take() {
            guard.release();
        }
        self.child.take().map(|child| child.id())
    }

    fn key(&self) -> Result<&Key, String> {
        self.key
            .as_ref()
            .ok_or_else(|| "it has no tokens".to_owned())
    }

    fn spawn(&mut self) -> Result<(), String> {
        let failed = |e: std::io::Error| e.to_string();
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .map_err(failed)?;
        let errors = log.try_clone().map_err(failed)?;
        let mut logging = std::ffi::OsString::from("-Dlog4j2.configurationFile=");
        logging.push(jars::sources().join("log4j2.properties"));
        let mut temporary = std::ffi::OsString::from("-Djava.io.tmpdir=");
        temporary.push(self.folder.path());
        let child = Command::new("java")
            .args(JVM)
            .args((!self.throughput).then_some("-XX:TieredStopAtLevel=1"))
            .args([logging, temporary])
            .args(["-cp", &self.class_path])
            .args([
                "org.apache.pulsar.PulsarStandaloneStarter",
                "--no-functions-worker",
                "--no-stream-storage",
            ])
            .arg("--config")
            .arg(self.folder.join("broker.conf"))
            .arg("--metadata-dir")
            .arg(self.folder.join("metadata"))
            .arg("--bookkeeper-dir")
            .arg(self.folder.join("bookkeeper"))
            .args(["--bookkeeper-port", &self.ports.bookie.to_string()])
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|e| format!("java: {e}"))?;
        let guard = Guard::new(child.id(), &self.folder);
        self.child = Some(child);
        self.guard = Some(guard.map_err(failed)?);
        Ok(())
    }

    /// Waits until it takes clients. It says that it is ready a moment before it has the namespace `public/default`.
    fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let running = self
                .child
                .as_mut()
                .is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            if !running {
                return Err("the process has ended".to_owned());
            }
            let ready = ["brokers/ready", "namespaces/public/default"]
                .iter()
                .all(|path| self.admin.done("GET", path, None).is_ok());
            if ready {
                return Ok(());
            }
            if start.elapsed() > Duration::from_secs(300) {
                return Err("it is not ready after 300 s".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn configure(&self, setup: &Setup, token: Option<&str>) -> Result<(), String> {
        let mut settings = setup.settings(self.ports)?;
        if let Some(made) = &self.certificates {
            setup::encrypt(&mut settings, made);
        }
        if let (Some(key), Some(token)) = (&self.key, token) {
            let file = self.folder.join("secret.key");
            key.write(&file)?;
            setup::authenticate(&mut settings, &file, token);
        }
        // Those that were asked for come last.
        settings.extend(setup.settings.clone());
        let text = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"));
        let text: String = text.collect();
        std::fs::write(self.folder.join("broker.conf"), text).map_err(|e| e.to_string())
    }

    fn end_of_log(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let start = lines.len().saturating_sub(60);
        lines.get(start..).unwrap_or_default().join("\n")
    }

    fn end(&mut self, signal: &str) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        if process::signal(child.id(), signal).is_err() {
            let _ = child.kill();
        }
        let start = Instant::now();
        // In order it takes 2 s, on a busy machine more.
        while matches!(child.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(120) {
                let _ = child.kill();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        if let Some(guard) = self.guard.take() {
            guard.release();
        }
    }
}

impl Drop for Pulsar {
    fn drop(&mut self) {
        self.end("KILL");
    }
}

/// Little memory, one thread that collects garbage, and the parts of Java that Pulsar and its storage reach into.
const JVM: &[&str] = &[
    "-Xms64m",
    "-Xmx256m",
    "-XX:MaxDirectMemorySize=192m",
    "-XX:+UseSerialGC",
    "-Djava.net.preferIPv4Stack=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.is.webapp=false",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dbookkeeper.metadata.bookie.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver",
    "-Dbookkeeper.metadata.client.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.platform=ALL-UNNAMED",
    "--add-opens=java.management/sun.management=ALL-UNNAMED",
    "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
];
