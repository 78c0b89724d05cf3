//! Encryption by rustls. The broker's certificate is always checked.

use crate::failure::Failure;

/// A setting with which nothing can be encrypted.
pub(crate) struct Unfit {
    /// Its name in the configuration.
    pub(crate) what: &'static str,
    pub(crate) why: String,
}

impl Unfit {
    /// What a connection is told.
    pub(super) fn failure(self) -> Failure {
        Failure::Refused(format!("`{}` of the MQTT backend: {}", self.what, self.why))
    }
}

#[cfg(feature = "tls")]
pub(super) use with::encryptor;

#[cfg(feature = "tls")]
mod with {
    use std::io;
    use std::sync::Arc;

    use rumqttc::TlsConfiguration;
    use rumqttc::tokio_rustls::client::TlsStream;
    use rumqttc::tokio_rustls::rustls::pki_types::pem::{self, PemObject};
    use rumqttc::tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rumqttc::tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
    use rumqttc::tokio_rustls::{TlsConnector, rustls};
    use tokio::io::{AsyncRead, AsyncWrite};

    use super::Unfit;
    use crate::settings::Settings;

    pub(crate) struct Encryptor {
        connector: TlsConnector,
        name: ServerName<'static>,
    }

    impl Encryptor {
        pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
            &self,
            plain: S,
        ) -> io::Result<TlsStream<S>> {
            self.connector.connect(self.name.clone(), plain).await
        }
    }

    /// What encrypts connections, where that is asked for.
    pub(crate) fn encryptor(settings: &Settings) -> Result<Option<Encryptor>, Unfit> {
        let Some(encryption) = &settings.encryption else {
            return Ok(None);
        };
        let broken = |what: &'static str, why: &dyn std::fmt::Display| Unfit {
            what,
            why: why.to_string(),
        };
        let name = ServerName::try_from(settings.host.clone()).map_err(|e| broken("host", &e))?;
        let roots = match &encryption.authorities {
            Some(pem) => {
                let roots = roots(pem);
                Some(roots.map_err(|e| broken("tls.authorities", &e))?)
            }
            None => None,
        };
        let config = match (roots, &encryption.identity) {
            (Some(roots), None) => builder()
                .map_err(|e| broken("tls", &e))?
                .with_root_certificates(roots)
                .with_no_client_auth(),
            (Some(roots), Some((certificate, key))) => {
                let certificates = certificates(certificate);
                let certificates = certificates.map_err(|e| broken("tls.certificate", &e))?;
                let key = private_key(key).map_err(|e| broken("tls.key", &e))?;
                builder()
                    .map_err(|e| broken("tls", &e))?
                    .with_root_certificates(roots)
                    .with_client_auth_cert(certificates, key)
                    .map_err(|e| broken("tls.certificate", &e))?
            }
            // A certificate of ours without authorities was refused with the configuration.
            (None, _) => {
                return system(name).map(Some).map_err(|e| broken("tls", &e));
            }
        };
        Ok(Some(Encryptor {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        }))
    }

    /// Trusting what the operating system trusts.
    fn system(name: ServerName<'static>) -> Result<Encryptor, String> {
        match TlsConfiguration::try_default_rustls() {
            Ok(TlsConfiguration::Rustls(config)) => Ok(Encryptor {
                connector: TlsConnector::from(config),
                name,
            }),
            Ok(_) => Err("no certificates of the operating system".to_owned()),
            Err(e) => Err(e.to_string()),
        }
    }

    fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, rustls::Error>
    {
        ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
    }

    fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        match read {
            Ok(certificates) if certificates.is_empty() => Err("no certificate in it".to_owned()),
            Ok(certificates) => Ok(certificates),
            Err(e) => Err(e.to_string()),
        }
    }

    fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
        PrivateKeyDer::from_pem_slice(pem).map_err(|e| match e {
            pem::Error::NoItemsFound => "no private key in it".to_owned(),
            e => e.to_string(),
        })
    }

    fn roots(pem: &[u8]) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(pem)? {
            roots.add(certificate).map_err(|e| e.to_string())?;
        }
        Ok(roots)
    }
}

#[cfg(not(feature = "tls"))]
pub(super) use without::encryptor;

/// Without the cargo feature, encryption was refused with the configuration.
#[cfg(not(feature = "tls"))]
mod without {
    use std::convert::Infallible;

    use super::Unfit;
    use crate::settings::Settings;

    pub(crate) struct Encryptor(Infallible);

    impl Encryptor {
        pub(crate) async fn connect<S>(&self, _: S) -> std::io::Result<S> {
            match self.0 {}
        }
    }

    pub(crate) fn encryptor(settings: &Settings) -> Result<Option<Encryptor>, Unfit> {
        match settings.encryption {
            None => Ok(None),
            Some(_) => Err(Unfit {
                what: "tls",
                why: "tg-pubsub-mqtt was built without its cargo feature `tls`".to_owned(),
            }),
        }
    }
}
