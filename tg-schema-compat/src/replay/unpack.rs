//! Blocks of container files into what they were, by the codecs of Avro's specification.

mod bzip2;
mod checksum;
mod lzma;
mod snappy;
mod xz;

use std::io::Read as _;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Bytes of Zstandard's memory of what it has read, at most: what the strongest level of its own tool uses.
const MAX_WINDOW: u64 = 128 << 20;

/// How blocks are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    Bzip2,
    Xz,
    Zstandard,
}

/// Why a block is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not in the format of its codec.
    Format,
    /// It is larger than the limit.
    Size,
    /// The checksum is that of something else.
    Checksum,
}

impl Codec {
    /// The codec of a name in a header.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"" | b"null" => Codec::Null,
            b"deflate" => Codec::Deflate,
            b"snappy" => Codec::Snappy,
            b"bzip2" => Codec::Bzip2,
            b"xz" => Codec::Xz,
            b"zstandard" => Codec::Zstandard,
            _ => return None,
        })
    }

    /// What a block was, if that is not more than `limit` bytes.
    pub(super) fn unpacked(self, stored: Vec<u8>, limit: usize) -> Result<Vec<u8>, Wrong> {
        match self {
            Codec::Null => Ok(stored),
            Codec::Deflate => inflated(&stored, limit),
            Codec::Snappy => snappy::decompressed(&stored, limit),
            Codec::Bzip2 => bzip2::decompressed(&stored, limit),
            Codec::Xz => xz::decompressed(&stored, limit),
            Codec::Zstandard => zstandard(&stored, limit),
        }
    }
}

fn inflated(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    decompress_to_vec_with_limit(stored, limit).map_err(|e| match e.status {
        TINFLStatus::HasMoreOutput => Wrong::Size,
        _ => Wrong::Format,
    })
}

fn zstandard(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    let mut rest = stored;
    let decoder =
        ruzstd::decoding::StreamingDecoder::new_with_max_window_size(&mut rest, MAX_WINDOW);
    let decoder = decoder.map_err(|_| Wrong::Format)?;
    // One byte more shows that there is more.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    let read = decoder.take(most).read_to_end(&mut out);
    read.map_err(|_| Wrong::Format)?;
    if out.len() > limit {
        return Err(Wrong::Size);
    }
    match rest.is_empty() {
        true => Ok(out),
        false => Err(Wrong::Format),
    }
}

#[cfg(test)]
mod tests;
