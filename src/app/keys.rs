//! The key file: the secret under which documents are recognised without being kept (domain.md, *Who uses the service*;
//! the least data). It lies outside the database, so that a copy of the data betrays no document.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

use crate::domain::document::Document;
use crate::domain::lottery::hash::Hash32;
use crate::store::Mac;

/// The secret.
pub struct Keys([u8; 32]);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// Why there is no secret to work with.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The data are there, the file is not.
    #[error(
        "the key file {0} is missing, and without it no guest is recognised: put it back from where you keep it; a new one would make every guest a stranger"
    )]
    Missing(String),
    /// It belongs to other data.
    #[error("the key file {0} does not belong to these data: put the right one back")]
    OtherData(String),
    /// It is not 64 hex digits.
    #[error("the key file {0} is damaged: it must hold 64 hex digits; put it back from where you keep it")]
    Damaged(String),
    /// Others may read it.
    #[error(
        "the key file {0} may be read by others: say `chmod 600` for it, and then ask yourself who has read it"
    )]
    Open(String),
    /// It cannot be read or written.
    #[error("the key file {0} cannot be read or written: {1}")]
    Io(String, io::Error),
    /// The operating system has no randomness.
    #[error("no key can be made: {0}")]
    NoRandomness(String),
}

impl Keys {
    /// A secret that is given.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// Reads the key file; none if there is no file.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Option<Self>, KeyFileError> {
        let name = || path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(KeyFileError::Damaged(name()));
            }
            Err(error) => return Err(KeyFileError::Io(name(), error)),
        };
        if others_may_read(path).map_err(|error| KeyFileError::Io(name(), error))? {
            return Err(KeyFileError::Open(name()));
        }
        let mut secret = [0; 32];
        hex::decode_to_slice(text.trim(), &mut secret).map_err(|_| KeyFileError::Damaged(name()))?;
        Ok(Some(Self(secret)))
    }

    /// Makes a new key file, which nobody else may read. It is written under another name and gets its own only when it is on the
    /// disk: whoever looks, even after a crash, finds it whole or not at all. One that is there is never overwritten: if another
    /// process was first, its key is taken.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn make(path: &Path) -> Result<Self, KeyFileError> {
        let secret = super::random_bytes().map_err(|refusal| KeyFileError::NoRandomness(refusal.text))?;
        match keep(path, &hex::encode(secret)) {
            Ok(()) => Ok(Self(secret)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::read(path)?.ok_or_else(|| {
                    // It was there a moment ago.
                    KeyFileError::Missing(path.display().to_string())
                })
            }
            Err(error) => Err(KeyFileError::Io(path.display().to_string(), error)),
        }
    }

    /// What the secret makes of a text of this purpose.
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Hash32 {
        #[expect(clippy::expect_used, reason = "a key of 32 bytes is always taken")]
        let mut hmac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key");
        hmac.update(purpose.as_bytes());
        hmac.update(b"\n");
        for part in parts {
            // Lengths first, so that no two lists of parts are one text.
            hmac.update(&(part.len() as u64).to_le_bytes());
            hmac.update(part);
        }
        Hash32(hmac.finalize().into_bytes().into())
    }

    /// What is kept of a document.
    #[must_use]
    pub fn document(&self, document: &Document) -> Mac {
        let [country, kind, number] = document.parts();
        Mac(self.mac("document", &[&country, &kind, &number]))
    }

    /// What is kept of a request, to know it again. Under the secret, since a request may hold a document's number, and a bare
    /// hash of one is soon guessed.
    #[must_use]
    pub fn request(&self, parts: &[&[u8]]) -> Hash32 {
        self.mac("request", parts)
    }

    /// What the data keep of the key file, to know it again.
    #[must_use]
    pub fn check(&self) -> Hash32 {
        self.mac("check", &[])
    }
}

/// Writes a new file for its owner alone, whole or not at all, and never over another.
fn keep(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Mode 0600 from the first moment, and removed again if anything fails.
    let mut file = tempfile::Builder::new().prefix(".key-").tempfile_in(folder)?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn who_starts_at_once_agrees_on_one_key_and_sees_it_whole_or_not_at_all() {
        for _ in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("key");
            let start = Barrier::new(8);
            let taken: Vec<Hash32> = std::thread::scope(|scope| {
                let one = || {
                    start.wait();
                    Keys::read(&path).unwrap().unwrap_or_else(|| Keys::make(&path).unwrap()).check()
                };
                let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(taken.iter().all(|check| *check == taken[0]));
            assert_eq!(Keys::read(&path).unwrap().unwrap().check(), taken[0]);
            let left: Vec<_> =
                fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(left, ["key"], "something is left beside it");
        }
    }

    #[test]
    fn a_key_file_that_is_there_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = Keys::make(&path).unwrap();
        assert!(!others_may_read(&path).unwrap());
        assert_eq!(Keys::make(&path).unwrap().check(), first.check());
        fs::write(&path, "of somebody else").unwrap();
        assert!(matches!(Keys::make(&path), Err(KeyFileError::Damaged(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "of somebody else");
    }

    #[test]
    fn a_key_file_that_cannot_be_made_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere").join("key");
        assert!(matches!(Keys::make(&path), Err(KeyFileError::Io(..))));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }
}
