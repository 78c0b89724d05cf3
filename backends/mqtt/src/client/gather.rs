//! Writes acknowledgements together.
//!
//! The client writes each acknowledgement by itself, and a call of the system costs more than all else that is done for
//! it. Here they are kept until the client has nothing more to do and waits for the network, or writes something else, or
//! enough of them are there. Where the connection ends in between, the broker delivers their messages again, as if it had
//! ended a moment earlier.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Kept at most, in bytes: hundreds of acknowledgements.
const MOST: usize = 2048;

/// A connection whose acknowledgements leave together.
pub(super) struct Gather<S> {
    inner: S,
    /// Acknowledgements that were not written yet, whole ones.
    kept: Vec<u8>,
    /// So many bytes of them were written.
    written: usize,
    /// All were written, and the connection below may hold them back: encryption has a buffer of its own.
    unflushed: bool,
}

/// Whether these are whole packets that acknowledge, and nothing else: PUBACK, PUBREC, PUBREL or PUBCOMP.
fn acknowledges(mut bytes: &[u8]) -> bool {
    while let [kind, length, rest @ ..] = bytes {
        // The longest has an identifier, a reason and no properties to speak of.
        if !(0x40..0x80).contains(kind) || *length >= 0x80 {
            return false;
        }
        let Some(next) = rest.get(usize::from(*length)..) else {
            return false;
        };
        bytes = next;
    }
    bytes.is_empty()
}

impl<S> Gather<S> {
    pub(super) fn new(inner: S) -> Self {
        Gather {
            inner,
            kept: Vec::new(),
            written: 0,
            unflushed: false,
        }
    }
}

impl<S: AsyncWrite + Unpin> Gather<S> {
    /// Writes what was kept.
    fn poll_kept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(left @ [_, ..]) = self.kept.get(self.written..) {
            match ready!(Pin::new(&mut self.inner).poll_write(context, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
            self.unflushed = true;
        }
        self.kept.clear();
        self.written = 0;
        if self.unflushed {
            ready!(Pin::new(&mut self.inner).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gather<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if read.is_pending()
            && let Poll::Ready(Err(error)) = self.poll_kept(context)
        {
            return Poll::Ready(Err(error));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gather<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.written == 0 && self.kept.len() + bytes.len() <= MOST && acknowledges(bytes) {
            self.kept.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(self.poll_kept(context))?;
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }
    /// Acknowledgements stay.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_kept(context))?;
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Waker;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const PUBACK: &[u8] = &[0x40, 2, 0, 7];
    const PUBREC: &[u8] = &[0x50, 3, 0, 8, 0];
    const PING: &[u8] = &[0xc0, 0];

    /// Waits for the network once, as the client does when it has nothing to do.
    fn wait(here: &mut Gather<impl AsyncRead + AsyncWrite + Unpin>) -> Poll<io::Result<()>> {
        let mut room = [0; 8];
        let mut nobody = Context::from_waker(Waker::noop());
        Pin::new(here).poll_read(&mut nobody, &mut ReadBuf::new(&mut room))
    }

    /// What has arrived at the other end.
    fn arrived(there: &mut DuplexStream) -> Vec<u8> {
        let mut room = [0; 4096];
        let mut room = ReadBuf::new(&mut room);
        let mut nobody = Context::from_waker(Waker::noop());
        let _nothing = Pin::new(there).poll_read(&mut nobody, &mut room);
        room.filled().to_vec()
    }

    #[test]
    fn whole_acknowledgements_are_told_from_everything_else() {
        for yes in [
            PUBACK,
            PUBREC,
            &[0x62, 2, 1, 1],
            &[0x70, 4, 1, 1, 0, 0],
            &[PUBACK, PUBREC].concat(),
            &[],
        ] {
            assert!(acknowledges(yes), "{yes:?}");
        }
        for no in [
            PING,
            &[0xe0, 0],
            &[0x30, 3, 0, 1, b'a'],
            &[0x40],
            &[0x40, 2, 0],
            &[PUBACK, PING].concat(),
            &[0x40, 0x80, 1],
        ] {
            assert!(!acknowledges(no), "{no:?}");
        }
    }

    #[tokio::test]
    async fn acknowledgements_leave_together_when_the_network_is_waited_for() {
        let (mut there, here) = duplex(4096);
        let mut here = Gather::new(here);
        for packet in [PUBACK, PUBREC, PUBACK] {
            here.write_all(packet).await.expect("taken");
            here.flush().await.expect("flushed");
        }
        assert_eq!(arrived(&mut there), b"");
        assert!(wait(&mut here).is_pending());
        assert_eq!(arrived(&mut there), [PUBACK, PUBREC, PUBACK].concat());
        assert!(wait(&mut here).is_pending());
        assert_eq!(arrived(&mut there), b"");
    }

    #[tokio::test]
    async fn something_else_takes_them_along_in_their_order() {
        let (mut there, here) = duplex(4096);
        let mut here = Gather::new(here);
        here.write_all(PUBACK).await.expect("taken");
        here.write_all(PING).await.expect("written");
        assert_eq!(arrived(&mut there), [PUBACK, PING].concat());
        here.write_all(PUBREC).await.expect("taken");
        here.shutdown().await.expect("shut down");
        assert_eq!(arrived(&mut there), PUBREC);
    }

    #[tokio::test]
    async fn so_many_are_kept_and_not_more() {
        let (mut there, here) = duplex(2 * MOST);
        let mut here = Gather::new(here);
        for _ in 0..MOST / PUBACK.len() {
            here.write_all(PUBACK).await.expect("taken");
        }
        assert_eq!(arrived(&mut there), b"");
        here.write_all(PUBACK).await.expect("written");
        assert_eq!(arrived(&mut there).len(), MOST + PUBACK.len());
    }

    #[tokio::test]
    async fn a_slow_network_gets_all_of_them_while_it_is_waited_for() {
        let (mut there, here) = duplex(3);
        let mut here = Gather::new(here);
        here.write_all(PUBACK).await.expect("taken");
        here.write_all(PUBREC).await.expect("taken");
        let reading = tokio::spawn(async move {
            let mut found = vec![0; PUBACK.len() + PUBREC.len() + PING.len()];
            there.read_exact(&mut found).await.expect("read");
            there.write_all(b"!").await.expect("answered");
            found
        });
        assert!(wait(&mut here).is_pending());
        // Half of them are out: what comes after waits for the rest.
        here.write_all(PING).await.expect("written");
        assert_eq!(here.read_u8().await.expect("answered"), b'!');
        let found = reading.await.expect("a task");
        assert_eq!(found, [PUBACK, PUBREC, PING].concat());
    }

    /// Takes everything and sends it when it is flushed, as encryption does; the first time, there is no room for it.
    #[derive(Default)]
    struct Holding {
        held: Vec<u8>,
        sent: Vec<u8>,
        flushes: usize,
    }

    impl AsyncRead for Holding {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Holding {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.held.extend_from_slice(bytes);
            Poll::Ready(Ok(bytes.len()))
        }
        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.flushes += 1;
            if self.flushes == 1 {
                return Poll::Pending;
            }
            let held = std::mem::take(&mut self.held);
            self.sent.extend(held);
            Poll::Ready(Ok(()))
        }
        fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll_flush(context)
        }
    }

    #[tokio::test]
    async fn what_encryption_holds_back_is_flushed_until_it_has_left() {
        let mut here = Gather::new(Holding::default());
        here.write_all(PUBACK).await.expect("taken");
        assert!(wait(&mut here).is_pending());
        assert_eq!(
            (here.inner.held.as_slice(), here.inner.flushes),
            (PUBACK, 1)
        );
        assert!(wait(&mut here).is_pending());
        assert_eq!(
            (here.inner.sent.as_slice(), here.inner.flushes),
            (PUBACK, 2)
        );
        // Once it has left, nothing is flushed in vain.
        assert!(wait(&mut here).is_pending());
        assert_eq!(here.inner.flushes, 2);
    }

    #[tokio::test]
    async fn a_connection_that_takes_nothing_more_fails_who_waits_for_it() {
        let (there, here) = duplex(64);
        let mut here = Gather::new(here);
        here.write_all(PUBACK).await.expect("taken");
        drop(there);
        let ended = poll_fn(|context| here.poll_kept(context)).await;
        assert_eq!(ended.expect_err("broken").kind(), io::ErrorKind::BrokenPipe);
    }
}
