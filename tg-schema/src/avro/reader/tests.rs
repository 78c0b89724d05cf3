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

#[test]
fn booleans_of_every_number_are_read() {
    let step = if cfg!(miri) { 13 } else { 1 };
    for n in (0..100usize).step_by(step) {
        let mut bytes: Vec<u8> = (0..n).map(|i| u8::from(i % 3 == 0 || i % 7 == 2)).collect();
        bytes.push(9);
        let mut r = AvroReader::new(&bytes, Limits::DEFAULT);
        let mut out = vec![true];
        r.booleans(n, &mut out).unwrap();
        let expected: Vec<bool> = bytes[..n].iter().map(|byte| *byte == 1).collect();
        assert_eq!((out, r.offset()), ([&[true], &expected[..]].concat(), n));
        for at in (0..n).step_by(9) {
            let mut bad = bytes.clone();
            bad[at] = 2;
            let mut out = Vec::new();
            let error = AvroReader::new(&bad, Limits::DEFAULT).booleans(n, &mut out);
            let error = error.unwrap_err();
            assert_eq!(
                (error.path(), error.offset()),
                (format!("[{at}]"), Some(at + 1))
            );
            assert_eq!(out, expected[..at]);
        }
        let short = AvroReader::new(&bytes[..n], Limits::DEFAULT).booleans(n + 1, &mut Vec::new());
        assert_eq!(short.unwrap_err().kind(), ErrorKind::End);
    }
}
