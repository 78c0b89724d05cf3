//! Schema text into its fingerprints: CRC-64-AVRO (the Avro specification's Rabin fingerprint) and SHA-256.

use std::fmt;

use hmac_sha256::Hash;

/// Fingerprint of the empty text; also the reflected polynomial.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

const TABLE: [u64; 256] = table();

const fn table() -> [u64; 256] {
    let mut table = [0u64; 256];
    let mut i = 0;
    while i < 256 {
        let mut fingerprint = i as u64;
        let mut bit = 0;
        while bit < 8 {
            let mask = (fingerprint & 1).wrapping_neg();
            fingerprint = (fingerprint >> 1) ^ (EMPTY & mask);
            bit += 1;
        }
        table[i] = fingerprint;
        i += 1;
    }
    table
}

/// The 64-bit Rabin fingerprint that Avro's single-object encoding carries.
pub fn crc64_avro(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |fingerprint, &byte| {
        let low = fingerprint.to_le_bytes()[0] ^ byte;
        (fingerprint >> 8) ^ TABLE[usize::from(low)]
    })
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Hash::hash(bytes)
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// Both fingerprints of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// CRC-64-AVRO.
    pub crc64: u64,
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl Fingerprint {
    /// Length of a single-object header: two marker bytes and the CRC.
    pub const HEADER_LEN: usize = 10;

    /// The fingerprints of `text`.
    pub fn of(text: &str) -> Self {
        Fingerprint {
            crc64: crc64_avro(text.as_bytes()),
            sha256: sha256(text.as_bytes()),
        }
    }
    /// The CRC as 16 hexadecimal digits, most significant first.
    pub fn crc64_hex(&self) -> String {
        format!("{:016x}", self.crc64)
    }
    /// The SHA-256 as 64 hexadecimal digits.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }
    /// What stands before a body in Avro's single-object encoding: `C3 01` and the CRC, little-endian.
    pub fn single_object_header(&self) -> [u8; Self::HEADER_LEN] {
        single_object_header(self.crc64)
    }
}

/// The single-object header for a known CRC.
pub const fn single_object_header(crc64: u64) -> [u8; Fingerprint::HEADER_LEN] {
    let c = crc64.to_le_bytes();
    [0xC3, 0x01, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]
}

impl fmt::Display for Fingerprint {
    /// `crc64:7275d51a3f395c8f sha256:3f2b…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "crc64:{} sha256:{}", self.crc64_hex(), self.sha256_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc64_of_known_texts() {
        assert_eq!(crc64_avro(b""), EMPTY);
        for (text, crc) in [
            (r#""null""#, 0x63dd_24e7_cc25_8f8a_u64),
            (r#""boolean""#, 0x9f42_fc78_a4d4_f764),
            (r#""int""#, 0x7275_d51a_3f39_5c8f),
            (r#""long""#, 0xd054_e144_93f4_1db7),
            (r#""float""#, 0x4d7c_02cb_3ea8_d790),
            (r#""double""#, 0x8e75_35c0_32ab_957e),
            (r#""bytes""#, 0x4fc0_16da_c320_1965),
            (r#""string""#, 0x8f01_4872_6345_03c7),
        ] {
            assert_eq!(crc64_avro(text.as_bytes()), crc, "{text}");
        }
    }

    #[test]
    fn sha256_and_hex() {
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn header_and_display() {
        let f = Fingerprint::of(r#""int""#);
        assert_eq!(
            f.single_object_header(),
            [0xC3, 0x01, 0x8f, 0x5c, 0x39, 0x3f, 0x1a, 0xd5, 0x75, 0x72]
        );
        assert_eq!(f.crc64_hex(), "7275d51a3f395c8f");
        assert_eq!(
            f.to_string(),
            format!("crc64:7275d51a3f395c8f sha256:{}", f.sha256_hex())
        );
    }
}
