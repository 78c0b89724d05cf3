//! How Pulsar is to be set up, into the settings of its configuration.

use std::collections::BTreeMap;
use std::path::Path;

use super::jars;
use crate::certificates::Certificates;
use crate::process;

/// How Pulsar is to be set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Whether clients show a token, and are let do what its role may. The role `admin` may do everything.
    pub auth: bool,
    /// Whether it listens for encrypted connections too.
    pub tls: bool,
    /// Whether clients of encrypted connections must show a certificate.
    pub client_certificates: bool,
    /// Whether it has a second listener, named `external`, that tells clients another address.
    pub listeners: bool,
    /// Whether it drops messages that a producer sends twice.
    pub deduplication: bool,
    /// Whether Java compiles for the highest throughput. It then needs twice the processor time to start.
    pub throughput: bool,
    /// Settings of its configuration beside those of `pulsar/broker.conf`, by name.
    pub settings: BTreeMap<String, String>,
}

impl Setup {
    /// With tokens.
    #[must_use]
    pub fn auth(mut self) -> Self {
        self.auth = true;
        self
    }
    /// Encrypted too.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }
    /// With a second listener.
    #[must_use]
    pub fn listeners(mut self) -> Self {
        self.listeners = true;
        self
    }
    /// With de-duplication.
    #[must_use]
    pub fn deduplication(mut self) -> Self {
        self.deduplication = true;
        self
    }
    /// For the highest throughput.
    #[must_use]
    pub fn throughput(mut self) -> Self {
        self.throughput = true;
        self
    }
    /// With a setting.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What the file of its configuration says, by name.
    pub(super) fn settings(&self, ports: Ports) -> Result<BTreeMap<String, String>, String> {
        let file = jars::sources().join("broker.conf");
        let base =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut settings: BTreeMap<String, String> = base
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let (plain, external) = (ports.plain, ports.external);
        set(&mut settings, "bindAddress", "127.0.0.1");
        set(&mut settings, "brokerServicePort", plain);
        set(&mut settings, "webServicePort", ports.web);
        set(
            &mut settings,
            "brokerDeduplicationEnabled",
            self.deduplication,
        );
        if self.tls {
            set(&mut settings, "brokerServicePortTls", ports.tls);
            set(
                &mut settings,
                "tlsRequireTrustedClientCertOnConnect",
                self.client_certificates,
            );
        }
        if self.listeners {
            // A broker that is all of its cluster tells clients to stay where they are, unless the address is none of
            // loopback. This one is not, and leads there nevertheless.
            let mut told =
                format!("internal:pulsar://127.0.0.1:{plain},external:pulsar://0.0.0.0:{external}");
            if self.tls {
                told.push_str(&format!(",internal:pulsar+ssl://127.0.0.1:{}", ports.tls));
            }
            set(&mut settings, "advertisedListeners", told);
            set(&mut settings, "internalListenerName", "internal");
            set(
                &mut settings,
                "bindAddresses",
                format!("external:pulsar://127.0.0.1:{external}"),
            );
        } else {
            set(&mut settings, "advertisedAddress", "127.0.0.1");
        }
        Ok(settings)
    }
}

/// Where it listens, on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) plain: u16,
    pub(super) web: u16,
    pub(super) tls: u16,
    pub(super) external: u16,
    pub(super) bookie: u16,
}

impl Ports {
    pub(super) fn free() -> Result<Self, String> {
        let [plain, web, tls, external, bookie] =
            process::free_ports().map_err(|e| e.to_string())?;
        Ok(Ports {
            plain,
            web,
            tls,
            external,
            bookie,
        })
    }
}

/// The settings for encrypted connections.
pub(super) fn encrypt(settings: &mut BTreeMap<String, String>, made: &Certificates) {
    set(settings, "tlsCertificateFilePath", made.server.display());
    set(settings, "tlsKeyFilePath", made.server_key.display());
    set(settings, "tlsTrustCertsFilePath", made.authority.display());
}

/// The settings for tokens: where their key is, and the broker's own.
pub(super) fn authenticate(settings: &mut BTreeMap<String, String>, key: &Path, token: &str) {
    let provider = "org.apache.pulsar.broker.authentication.AuthenticationProviderToken";
    let plugin = "org.apache.pulsar.client.impl.auth.AuthenticationToken";
    set(settings, "authenticationEnabled", true);
    set(settings, "authenticationProviders", provider);
    set(
        settings,
        "tokenSecretKey",
        format!("file://{}", key.display()),
    );
    set(settings, "authorizationEnabled", true);
    set(settings, "superUserRoles", "admin");
    set(settings, "brokerClientAuthenticationPlugin", plugin);
    set(
        settings,
        "brokerClientAuthenticationParameters",
        format!("token:{token}"),
    );
}

fn set(settings: &mut BTreeMap<String, String>, name: &str, value: impl ToString) {
    settings.insert(name.to_owned(), value.to_string());
}
