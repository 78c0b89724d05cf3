//! Compressed payloads into plain ones, as Pulsar's clients write them: an LZ4 block, a ZLIB stream, a ZSTD frame, a
//! Snappy block. The size of the plain payload is in the metadata, and is a claim until it was checked.

use bytes::Bytes;
use pulsar::message::proto::{CompressionType, MessageMetadata};

use super::UnpackError;
#[cfg(feature = "compression")]
use super::error::corrupt;

/// The plain payload, of at most `max` bytes.
pub(super) fn decompress(
    metadata: &MessageMetadata,
    payload: Bytes,
    max: usize,
) -> Result<Bytes, UnpackError> {
    let number = metadata.compression.unwrap_or(0);
    let kind = CompressionType::try_from(number).map_err(|_| {
        UnpackError::Compression(format!("compression number {number} is not known"))
    })?;
    let size = match kind {
        CompressionType::None => payload.len(),
        _ => metadata.uncompressed_size.unwrap_or(0) as usize,
    };
    if size > max {
        return Err(UnpackError::TooLarge { size, max });
    }
    match kind {
        CompressionType::None => Ok(payload),
        kind => plain(kind, &payload, size),
    }
}

#[cfg(not(feature = "compression"))]
fn plain(kind: CompressionType, _: &[u8], _: usize) -> Result<Bytes, UnpackError> {
    Err(UnpackError::Compression(format!(
        "a message is compressed ({}), and tg-pubsub-pulsar was built without its cargo feature `compression`",
        kind.as_str_name()
    )))
}

#[cfg(feature = "compression")]
fn plain(kind: CompressionType, payload: &[u8], size: usize) -> Result<Bytes, UnpackError> {
    let name = kind.as_str_name();
    let broken = |e: &dyn std::fmt::Display| corrupt(format!("{name}: {e}"));
    let plain = match kind {
        CompressionType::None => payload.to_vec(),
        CompressionType::Lz4 => lz4(payload, size).map_err(|e| broken(&e))?,
        CompressionType::Zlib => {
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(payload, size)
                .map_err(|e| broken(&e))?
        }
        CompressionType::Zstd => zstd(payload, size).map_err(|e| broken(&e))?,
        CompressionType::Snappy => snappy(payload, size).map_err(|e| broken(&e))?,
    };
    if plain.len() == size {
        return Ok(plain.into());
    }
    let found = plain.len();
    Err(corrupt(format!(
        "{name}: {found} bytes, {size} were announced"
    )))
}

#[cfg(feature = "compression")]
fn lz4(payload: &[u8], size: usize) -> Result<Vec<u8>, String> {
    // A byte stands for 255 at most, so that a claim costs no more than what it came with.
    if size > payload.len().saturating_mul(255) {
        return Err(format!("{size} bytes were announced, more than fit"));
    }
    let mut plain = vec![0; size];
    let found = lz4_flex::block::decompress_into(payload, &mut plain);
    plain.truncate(found.map_err(|e| e.to_string())?);
    Ok(plain)
}

#[cfg(feature = "compression")]
fn snappy(payload: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let found = snap::raw::decompress_len(payload).map_err(|e| e.to_string())?;
    // Three bytes stand for 64 at most.
    if found > size || found > payload.len().saturating_mul(22) {
        return Err(format!("{found} bytes, {size} were announced"));
    }
    let plain = snap::raw::Decoder::new().decompress_vec(payload);
    plain.map_err(|e| e.to_string())
}

/// A window that frames may have although their content is smaller: what every level but the two highest has.
#[cfg(feature = "compression")]
const ZSTD_WINDOW: usize = 8 << 20;

#[cfg(feature = "compression")]
fn zstd(payload: &[u8], size: usize) -> Result<Vec<u8>, String> {
    use std::io::Read;

    let window = u64::try_from(size.max(ZSTD_WINDOW)).unwrap_or(u64::MAX);
    let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(payload, window);
    let mut plain = Vec::new();
    // One byte more shows that there is more.
    let limit = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
    let read = decoder
        .map_err(|e| e.to_string())?
        .take(limit)
        .read_to_end(&mut plain);
    read.map_err(|e| e.to_string())?;
    Ok(plain)
}
