//! `inskrivning explain`: why a lot got what it got, in words.

use std::path::Path;

use super::{Stop, input};
use crate::domain::lottery::explain::explain;
use crate::domain::lottery::record;
use crate::domain::lottery::verify::{Print, verify};
use crate::domain::party::LotNumber;
use crate::i18n::{Language, why};

pub(super) fn run(path: &Path, number: u32, language: Language) -> Result<String, Stop> {
    let bytes = input::read(path, "record", record::MAX_BYTES)?;
    let draw = verify(&bytes, &Print::default()).map_err(|failure| {
        Stop::Refused(format!("the record cannot be explained, since it fails at {failure}"))
    })?;
    drop(bytes);
    let lot = LotNumber(number);
    let explanation = explain(&draw, lot).ok_or_else(|| {
        Stop::Refused(match draw.manifest().last_lot() {
            0 => format!("there is no lot {number}: nobody asked on this day"),
            last => format!("there is no lot {number}: the lots of this day are 1 to {last}"),
        })
    })?;
    Ok(why(&draw, lot, &explanation, language))
}
