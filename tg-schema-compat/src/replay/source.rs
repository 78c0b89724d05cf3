//! An input, read piece by piece.

use std::io::Read;

use super::Problem;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

pub(super) struct Source<'i> {
    input: &'i mut dyn Read,
    name: &'i str,
    buffer: Vec<u8>,
    /// Where in `buffer` the next byte is.
    next: usize,
    /// Where what was read ends.
    end: usize,
    /// Which byte of the input the next one is.
    pub(super) byte: u64,
    ended: bool,
}

impl<'i> Source<'i> {
    pub(super) fn new(input: &'i mut dyn Read, name: &'i str) -> Self {
        Source {
            input,
            name,
            buffer: vec![0; 2 * CHUNK],
            next: 0,
            end: 0,
            byte: 0,
            ended: false,
        }
    }

    /// What can be read without waiting, at least `wanted` bytes where there are so many.
    fn ready(&mut self, wanted: usize) -> Result<&[u8], Problem> {
        while !self.ended && self.end - self.next < wanted {
            if self.buffer.len() - self.end < CHUNK {
                self.buffer.copy_within(self.next..self.end, 0);
                self.end -= self.next;
                self.next = 0;
            }
            if self.buffer.len() - self.end < CHUNK {
                self.buffer.resize(self.end + 2 * CHUNK, 0);
            }
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            let space = room.len();
            match self.input.read(room) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read.min(space),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => {
                    return Err(Problem::Io {
                        input: self.name.to_owned(),
                        reason: e.to_string(),
                    });
                }
            }
        }
        Ok(self.buffer.get(self.next..self.end).unwrap_or_default())
    }

    /// Up to `n` bytes that are not taken yet.
    pub(super) fn peek(&mut self, n: usize) -> Result<&[u8], Problem> {
        let ready = self.ready(n)?;
        Ok(ready.get(..n).unwrap_or(ready))
    }

    pub(super) fn next(&mut self) -> Result<Option<u8>, Problem> {
        let byte = self.ready(1)?.first().copied();
        if byte.is_some() {
            self.next += 1;
            self.byte += 1;
        }
        Ok(byte)
    }

    /// The first byte that is no space, a space at the end. A mark of the byte order is passed over.
    pub(super) fn first(&mut self) -> Result<u8, Problem> {
        if self.peek(3)? == [0xEF, 0xBB, 0xBF] {
            self.next += 3;
            self.byte += 3;
        }
        let spaces = self
            .peek(CHUNK)?
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        Ok(self.peek(spaces + 1)?.get(spaces).copied().unwrap_or(b' '))
    }

    /// Exactly `n` bytes.
    pub(super) fn take(&mut self, n: usize, what: &str) -> Result<Vec<u8>, Problem> {
        let taken = self.peek(n)?.to_vec();
        if taken.len() < n {
            return Err(self.broken(format!("{what} ends before its {n} bytes do")));
        }
        self.next += n;
        self.byte += n as u64;
        Ok(taken)
    }

    pub(super) fn is_over(&mut self) -> Result<bool, Problem> {
        Ok(self.ready(1)?.is_empty())
    }

    pub(super) fn broken(&self, reason: impl Into<String>) -> Problem {
        Problem::Broken {
            input: self.name.to_owned(),
            byte: self.byte,
            reason: reason.into(),
        }
    }

    pub(super) fn limit(&self, reason: impl Into<String>) -> Problem {
        Problem::Limit {
            input: self.name.to_owned(),
            reason: reason.into(),
        }
    }
}
