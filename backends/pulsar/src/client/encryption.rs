//! Encryption by rustls. The broker's certificate is always checked, and its name too.

#[cfg(feature = "tls")]
pub(crate) use with::Encryptor;

#[cfg(feature = "tls")]
mod with {
    use std::io;
    use std::sync::Arc;

    use tokio::net::TcpStream;
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, crypto};

    /// Encrypts connections.
    #[derive(Clone)]
    pub(crate) struct Encryptor(TlsConnector);

    impl Encryptor {
        /// Trusting these authorities, PEM, or those that the operating system trusts.
        pub(crate) fn new(authorities: Option<&[u8]>) -> Result<Self, String> {
            let roots = match authorities {
                Some(pem) => given(pem)?,
                None => system()?,
            };
            let provider = Arc::new(crypto::ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|e| e.to_string())?
                .with_root_certificates(roots)
                .with_no_client_auth();
            Ok(Encryptor(TlsConnector::from(Arc::new(config))))
        }

        pub(crate) async fn connect(
            &self,
            host: &str,
            plain: TcpStream,
        ) -> io::Result<TlsStream<TcpStream>> {
            let name = ServerName::try_from(host.to_owned())
                .map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
            self.0.connect(name, plain).await
        }
    }

    /// Whether a connection failed because one side does not trust the other.
    pub(crate) fn is_distrust(error: &io::Error) -> bool {
        let inner = error.get_ref().and_then(|e| e.downcast_ref());
        matches!(
            inner,
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::AlertReceived(_))
        )
    }

    fn given(pem: &[u8]) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|e| e.to_string())?;
            roots.add(certificate).map_err(|e| e.to_string())?;
        }
        match roots.is_empty() {
            true => Err("no certificate in it".to_owned()),
            false => Ok(roots),
        }
    }

    fn system() -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (added, _unreadable) = roots.add_parsable_certificates(found.certs);
        match (added, found.errors.first()) {
            (0, Some(e)) => Err(format!("no certificates of the operating system: {e}")),
            (0, None) => Err("no certificates of the operating system".to_owned()),
            _ => Ok(roots),
        }
    }
}

#[cfg(feature = "tls")]
pub(super) use with::is_distrust;

#[cfg(not(feature = "tls"))]
pub(crate) use without::Encryptor;
#[cfg(not(feature = "tls"))]
pub(super) use without::is_distrust;

/// Without the cargo feature, encryption is refused with the configuration.
#[cfg(not(feature = "tls"))]
mod without {
    use std::convert::Infallible;
    use std::io;

    use tokio::net::TcpStream;

    #[derive(Clone)]
    pub(crate) struct Encryptor(Infallible);

    impl Encryptor {
        pub(crate) fn new(_: Option<&[u8]>) -> Result<Self, String> {
            Err("tg-pubsub-pulsar was built without its cargo feature `tls`".to_owned())
        }
        pub(crate) async fn connect(&self, _: &str, plain: TcpStream) -> io::Result<TcpStream> {
            let _ = plain;
            match self.0 {}
        }
    }

    pub(crate) fn is_distrust(_: &io::Error) -> bool {
        false
    }
}
