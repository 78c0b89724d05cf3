//! Certificates for loopback, made by openssl.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::run;

/// An authority with a server and a client that it vouches for, and another authority that vouches for neither.
#[derive(Debug)]
pub struct Certificates {
    /// The authority.
    pub authority: PathBuf,
    /// Its certificate of a server on `localhost` and `127.0.0.1`.
    pub server: PathBuf,
    /// The server's key.
    pub server_key: PathBuf,
    /// Its certificate of a client.
    pub client: PathBuf,
    /// The client's key.
    pub client_key: PathBuf,
    /// An authority that signed nothing here.
    pub stranger: PathBuf,
}

impl Certificates {
    /// Makes them in a folder.
    ///
    /// # Errors
    /// openssl says why.
    pub fn make(folder: &Path) -> Result<Self, String> {
        let authority = |name: &str| -> Result<(PathBuf, PathBuf), String> {
            let (pem, key) = (
                folder.join(format!("{name}.pem")),
                folder.join(format!("{name}.key")),
            );
            openssl(&["req", "-x509", "-newkey", "ec", "-pkeyopt"])
                .arg("ec_paramgen_curve:prime256v1")
                .args(["-nodes", "-days", "2", "-subj"])
                .arg(format!("/CN={name}"))
                .arg("-keyout")
                .arg(&key)
                .arg("-out")
                .arg(&pem)
                .run()?;
            Ok((pem, key))
        };
        let (ca, ca_key) = authority("authority")?;
        let (stranger, _) = authority("stranger")?;
        let signed = |name: &str, usage: &str| -> Result<(PathBuf, PathBuf), String> {
            let place = |ending: &str| folder.join(format!("{name}.{ending}"));
            let (key, request, pem) = (place("key"), place("csr"), place("pem"));
            openssl(&["req", "-newkey", "ec", "-pkeyopt"])
                .arg("ec_paramgen_curve:prime256v1")
                .args(["-nodes", "-subj"])
                .arg(format!("/CN={name}"))
                .arg("-keyout")
                .arg(&key)
                .arg("-out")
                .arg(&request)
                .run()?;
            let extensions = place("ext");
            let text = format!(
                "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage={usage}\n"
            );
            std::fs::write(&extensions, text).map_err(|e| e.to_string())?;
            openssl(&["x509", "-req", "-days", "2", "-CAcreateserial"])
                .arg("-in")
                .arg(&request)
                .arg("-CA")
                .arg(&ca)
                .arg("-CAkey")
                .arg(&ca_key)
                .arg("-extfile")
                .arg(&extensions)
                .arg("-out")
                .arg(&pem)
                .run()?;
            Ok((pem, key))
        };
        let (server, server_key) = signed("server", "serverAuth")?;
        let (client, client_key) = signed("client", "clientAuth")?;
        Ok(Certificates {
            authority: ca,
            server,
            server_key,
            client,
            client_key,
            stranger,
        })
    }
}

fn openssl(arguments: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments);
    command
}

trait Run {
    fn run(&mut self) -> Result<(), String>;
}
impl Run for Command {
    fn run(&mut self) -> Result<(), String> {
        run(self)
    }
}
