use super::*;

/// What the bytes are, where the reader is then, and what it says.
fn read<'a>(
    bytes: &'a [u8],
    varint: fn(&mut AvroReader<'a>) -> Result<u64, Error>,
) -> (Result<u64, String>, usize) {
    let mut r = AvroReader::new(bytes, Limits::DEFAULT);
    let found = varint(&mut r).map_err(|e| e.to_string());
    (found, r.offset())
}

#[test]
fn eight_bytes_at_once_are_what_they_are_one_by_one() {
    let step = if cfg!(miri) { 5 } else { 1 };
    for length in 1..=11 {
        for last in [0, 1, 2, 0x40, 0x7f] {
            for rest in (0..12).step_by(step) {
                for fill in [0x80, 0xff, 0xa5] {
                    let mut bytes = vec![fill; length - 1];
                    bytes.push(last);
                    bytes.extend(vec![[0, 0xff, 0x81][rest % 3]; rest]);
                    assert_eq!(
                        read(&bytes, AvroReader::varint),
                        read(&bytes, AvroReader::last_varint),
                        "{bytes:x?}"
                    );
                }
            }
        }
    }
    let endless = [0xff; 20];
    for n in 0..endless.len() {
        let (found, _) = read(&endless[..n], AvroReader::varint);
        assert!(found.is_err(), "{n}");
    }
    let bytes = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x09,
    ];
    assert_eq!(read(&bytes, AvroReader::varint), (Ok(u64::MAX), 10));
}
