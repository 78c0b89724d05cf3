//! Bytes into the checksums that follow them.

/// The checksum of IEEE 802.3, lowest bit first.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let shifted = crc >> 1;
            if crc & 1 == 1 {
                shifted ^ 0xEDB8_8320
            } else {
                shifted
            }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// The same polynomial, highest bit first, as bzip2 has it.
pub(super) fn crc32_high(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
            let shifted = crc << 1;
            if crc >> 31 == 1 {
                shifted ^ 0x04C1_1DB7
            } else {
                shifted
            }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// The checksum of ECMA-182, lowest bit first, as xz has it.
pub(super) fn crc64(bytes: &[u8]) -> u64 {
    let step = |crc: u64, byte: &u8| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            let shifted = crc >> 1;
            if crc & 1 == 1 {
                shifted ^ 0xC96C_5795_D787_0F42
            } else {
                shifted
            }
        })
    };
    !bytes.iter().fold(u64::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        let text = b"123456789";
        assert_eq!(crc32(text), 0xCBF4_3926);
        assert_eq!(crc32_high(text), 0xFC89_1918);
        assert_eq!(crc64(text), 0x995D_C9BB_DF19_39FA);
        assert_eq!((crc32(b""), crc32_high(b""), crc64(b"")), (0, 0, 0));
    }
}
