//! The end of a connection, so that what was written last arrives.
//!
//! A socket that is closed while the broker is sending is reset, and with that the broker drops what it has not read:
//! settlements, and the goodbye. So after a goodbye the stream is kept, and read until the broker closes it too.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

/// How long a broker may take to read what was written, and to close.
const LONGEST: Duration = Duration::from_secs(2);

/// A stream that can be read from and written to.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

type Stream = Box<dyn Duplex>;

/// The stream that the client dropped last.
#[derive(Clone, Default)]
pub(super) struct Left(Arc<Mutex<Option<Stream>>>);

impl Left {
    fn put(&self, stream: Option<Stream>) -> Option<Stream> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *left, stream)
    }

    /// Closes it at once.
    pub(super) fn forget(&self) {
        drop(self.put(None));
    }

    /// Closes our end, and waits for the broker's.
    pub(super) async fn end(&self) {
        let Some(mut stream) = self.put(None) else {
            return;
        };
        let mut nothing = [0; 4096];
        let ended = async {
            // One that cannot be closed has ended already.
            let _ended = stream.shutdown().await;
            while matches!(stream.read(&mut nothing).await, Ok(1..)) {}
        };
        if timeout(LONGEST, ended).await.is_err() {
            tracing::debug!("the broker did not close a connection after the goodbye");
        }
    }
}

/// A stream that is left when it is dropped.
pub(super) struct Leaving {
    stream: Option<Stream>,
    left: Left,
}

impl Leaving {
    pub(super) fn new(stream: Stream, left: Left) -> Self {
        Leaving {
            stream: Some(stream),
            left,
        }
    }
    fn stream(&mut self) -> io::Result<Pin<&mut Stream>> {
        let stream = self.stream.as_mut().map(Pin::new);
        stream.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        drop(self.left.put(self.stream.take()));
    }
}

impl AsyncRead for Leaving {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Leaving {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(context)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(context, bytes)
    }
    fn is_write_vectored(&self) -> bool {
        let stream = self.stream.as_ref();
        stream.is_some_and(|stream| stream.is_write_vectored())
    }
}
