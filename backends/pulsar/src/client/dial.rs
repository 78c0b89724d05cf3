//! An address into a stream of bytes.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::address::Address;
use super::encryption;
use crate::failure::Failure;
use crate::settings::Settings;

/// Both ways of a connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects to the first of the addresses that answers.
pub(super) async fn dial(
    addresses: &[Address],
    settings: &Settings,
) -> Result<(Box<dyn Stream>, String), Failure> {
    let mut last = Failure::Connection("there is no address to connect to".to_owned());
    for address in addresses {
        let connecting = one(address, settings);
        last = match tokio::time::timeout(settings.connect_timeout, connecting).await {
            Ok(Ok(stream)) => return Ok((stream, address.to_string())),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::Connection(format!(
                "{address}: nobody answered within {:?}",
                settings.connect_timeout
            )),
        };
    }
    Err(last)
}

async fn one(address: &Address, settings: &Settings) -> Result<Box<dyn Stream>, Failure> {
    let told = |e: &io::Error| Failure::Connection(format!("{address}: {e}"));
    let plain = TcpStream::connect((address.host.as_str(), address.port))
        .await
        .map_err(|e| told(&e))?;
    // Small packets must not wait for the answers of others.
    plain.set_nodelay(true).map_err(|e| told(&e))?;
    if !address.tls {
        return Ok(Box::new(plain));
    }
    let encryptor = match &settings.encryption {
        Some(encryptor) => encryptor,
        None => {
            return Err(Failure::Refused(format!(
                "the broker is at {address}, which needs TLS, and the configuration says pulsar://"
            )));
        }
    };
    match encryptor.connect(&address.host, plain).await {
        Ok(encrypted) => Ok(Box::new(encrypted)),
        Err(e) if encryption::is_distrust(&e) => Err(Failure::Auth(format!(
            "{address}: the certificates of both sides do not agree: {e}; look at `pulsar.ca-file` (PULSAR_CA_FILE)"
        ))),
        Err(e) => Err(Failure::Connection(format!(
            "{address}: no TLS: {e}; the address of a port without it begins with pulsar://"
        ))),
    }
}
