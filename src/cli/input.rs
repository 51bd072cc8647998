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
        if read == 0 && known > 0 {
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
