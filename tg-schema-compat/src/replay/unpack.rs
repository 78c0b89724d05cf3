//! Blocks of container files into what they were, by the codecs of Avro's specification.
//!
//! Each codec is a library in Rust that is bounded here: how much comes out, and how much memory a block may ask for.

use crc::{CRC_32_ISO_HDLC, Crc};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Bytes that a decoder of xz or Zstandard keeps of what it has read, at most: what the strongest levels of their own
/// tools use.
#[cfg(feature = "compression")]
pub(super) const MAX_WINDOW: u64 = 128 << 20;

/// How blocks are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    #[cfg(feature = "compression")]
    Bzip2,
    #[cfg(feature = "compression")]
    Xz,
    #[cfg(feature = "compression")]
    Zstandard,
}

/// Why a block is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not in the format of its codec.
    Format,
    /// It is larger than the limit.
    Size,
    /// A decoder of it would need more memory than it may have.
    #[cfg(feature = "compression")]
    Memory,
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
            #[cfg(feature = "compression")]
            b"bzip2" => Codec::Bzip2,
            #[cfg(feature = "compression")]
            b"xz" => Codec::Xz,
            #[cfg(feature = "compression")]
            b"zstandard" => Codec::Zstandard,
            _ => return None,
        })
    }

    /// What a block was, if that is not more than `limit` bytes.
    pub(super) fn unpacked(self, stored: Vec<u8>, limit: usize) -> Result<Vec<u8>, Wrong> {
        match self {
            Codec::Null => Ok(stored),
            Codec::Deflate => inflated(&stored, limit),
            Codec::Snappy => snappy(&stored, limit),
            #[cfg(feature = "compression")]
            Codec::Bzip2 => bzip2(&stored, limit),
            #[cfg(feature = "compression")]
            Codec::Xz => xz(&stored, limit),
            #[cfg(feature = "compression")]
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

/// Snappy's raw format, and the CRC-32 of what it was.
fn snappy(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let (text, told) = stored.split_last_chunk::<4>().ok_or(Wrong::Format)?;
    let length = snap::raw::decompress_len(text).map_err(|_| Wrong::Format)?;
    if length > limit {
        return Err(Wrong::Size);
    }
    // Three bytes stand for 64 at most: a claim costs no more than what it came with.
    if length > text.len().saturating_mul(22) {
        return Err(Wrong::Format);
    }
    let out = snap::raw::Decoder::new().decompress_vec(text);
    let out = out.map_err(|_| Wrong::Format)?;
    match CHECKSUM.checksum(&out).to_be_bytes() == *told {
        true => Ok(out),
        false => Err(Wrong::Checksum),
    }
}

/// Streams of bzip2, which may follow each other. One needs 4 MB at most.
#[cfg(feature = "compression")]
fn bzip2(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    if stored.is_empty() {
        return Err(Wrong::Format);
    }
    let mut decoder = bzip2::bufread::MultiBzDecoder::new(stored);
    whole(&mut decoder, limit).map_err(|_| Wrong::Format)?
}

/// Streams of xz, which may follow each other.
#[cfg(feature = "compression")]
fn xz(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    // In KiB, with what the decoder takes for itself.
    let most = u32::try_from(MAX_WINDOW >> 10).unwrap_or(u32::MAX) + 1_024;
    let mut decoder = lzma_rust2::XzReader::new_mem_limit(stored, true, most);
    let out = whole(&mut decoder, limit).map_err(|error| match error.kind() {
        std::io::ErrorKind::OutOfMemory => Wrong::Memory,
        _ => Wrong::Format,
    })??;
    match decoder.into_inner().is_empty() {
        true => Ok(out),
        false => Err(Wrong::Format),
    }
}

/// Frames of Zstandard, which may follow each other.
#[cfg(feature = "compression")]
fn zstandard(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    use ruzstd::decoding::StreamingDecoder;
    use ruzstd::decoding::errors::FrameDecoderError;

    let mut rest = stored;
    let mut out = Vec::new();
    loop {
        let decoder = StreamingDecoder::new_with_max_window_size(&mut rest, MAX_WINDOW);
        let mut decoder = decoder.map_err(|error| match error {
            FrameDecoderError::WindowSizeTooBig { .. } => Wrong::Memory,
            _ => Wrong::Format,
        })?;
        let frame = whole(&mut decoder, limit - out.len()).map_err(|_| Wrong::Format)??;
        let decoder = decoder.into_frame_decoder();
        let told = decoder.get_checksum_from_data();
        if told.is_some() && told != decoder.get_calculated_checksum() {
            return Err(Wrong::Checksum);
        }
        out.extend(frame);
        if rest.is_empty() {
            return Ok(out);
        }
    }
}

/// All that a decoder gives, if that is not more than `limit` bytes.
#[cfg(feature = "compression")]
fn whole(
    decoder: &mut impl std::io::Read,
    limit: usize,
) -> std::io::Result<Result<Vec<u8>, Wrong>> {
    use std::io::Read as _;

    // One byte more shows that there is more.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    decoder.take(most).read_to_end(&mut out)?;
    Ok(match out.len() > limit {
        true => Err(Wrong::Size),
        false => Ok(out),
    })
}

#[cfg(test)]
mod tests;
