//! Reading a manifest or a record from a file or from standard input, never more than it can hold.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Stop;
use crate::domain::lottery::refuse_early;

/// How much is read before it is looked at.
const CHUNK: usize = 64 * 1024;

/// The bytes of a file, or of standard input for `-`. What can be no manifest or record is refused while it is being read, so
/// that an endless input costs no memory.
pub(super) fn read(path: &Path, what: &str, limit: u64) -> Result<Vec<u8>, Stop> {
    let name = path.display();
    let cannot = |error: io::Error| Stop::Io(format!("{what} {name} cannot be read: {error}"));
    if path == Path::new("-") {
        return read_from(io::stdin().lock(), what, limit, cannot);
    }
    read_from(File::open(path).map_err(cannot)?, what, limit, cannot)
}

fn read_from(
    mut source: impl Read,
    what: &str,
    limit: u64,
    cannot: impl Fn(io::Error) -> Stop,
) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    loop {
        let known = bytes.len();
        let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut bytes).map_err(&cannot)?;
        if read == 0 {
            return Ok(bytes);
        }
        refuse_early(&bytes[known..], known).map_err(|refused| Stop::refused(what, &refused))?;
        if bytes.len() as u64 > limit {
            return Err(Stop::Refused(format!(
                "{what} refused: longer than {limit} bytes, the most it can be"
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: impl Read, limit: u64) -> Result<Vec<u8>, Stop> {
        read_from(source, "manifest", limit, |error| Stop::Io(error.to_string()))
    }

    #[test]
    fn what_is_as_long_as_it_can_be_is_read_and_not_a_byte_more() {
        let text = "{\"".to_owned() + &"a".repeat(3 * CHUNK);
        assert_eq!(read(text.as_bytes(), text.len() as u64).unwrap(), text.as_bytes());
        let Err(Stop::Refused(reason)) = read(text.as_bytes(), text.len() as u64 - 1) else { panic!("read") };
        assert_eq!(
            reason,
            format!("manifest refused: longer than {} bytes, the most it can be", text.len() - 1)
        );
    }

    #[test]
    fn a_longer_text_is_read_to_the_limit_and_one_chunk_further() {
        let mut long = (&b"{\""[..]).chain(io::repeat(b'a')).take(100_000_000);
        assert!(matches!(read(&mut long, 1_000_000), Err(Stop::Refused(_))));
        assert!(100_000_000 - long.limit() <= 1_000_000 + CHUNK as u64);
    }

    #[test]
    fn a_control_character_is_found_in_any_chunk_at_its_byte() {
        for at in [2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 7] {
            let mut text = b"{\"".to_vec();
            text.resize(3 * CHUNK, b'a');
            text[at] = 0;
            let Err(Stop::Refused(reason)) = read(text.as_slice(), u64::MAX) else { panic!("read") };
            assert!(
                reason.starts_with(&format!("manifest refused at byte {at}: a control character")),
                "{reason}"
            );
        }
    }

    #[test]
    fn a_source_that_fails_is_no_refusal() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("it broke"))
            }
        }
        let source = (&b"{\"a\""[..]).chain(Broken);
        assert!(matches!(read(source, u64::MAX), Err(Stop::Io(reason)) if reason == "it broke"));
    }
}
