//! `inskrivning draw`: from a manifest to a record, with no database.

use std::path::Path;

use super::{Stop, input};
use crate::domain::lottery::manifest::{self, Manifest};
use crate::domain::lottery::{Draw, DrawError, record};

pub(super) fn run(path: &Path, entropy: Option<&str>) -> Result<String, Stop> {
    let bytes = input::read(path, "manifest", manifest::MAX_BYTES)?;
    let manifest = Manifest::read(&bytes).map_err(|refused| Stop::refused("manifest", &refused))?;
    drop(bytes);
    let draw = Draw::new(manifest, entropy).map_err(|error| match error {
        DrawError::EntropyMissing(_) => Stop::Oversubscribed(error.to_string()),
        DrawError::EveryoneFits | DrawError::Entropy(_) => Stop::Refused(error.to_string()),
    })?;
    record::write(&draw).map_err(|refused| Stop::refused("record", &refused))
}
