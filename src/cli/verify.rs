//! `inskrivning verify`: recomputes a record.

use std::path::Path;

use super::{Stop, input};
use crate::domain::lottery::record;
use crate::domain::lottery::verify::{Print, verify};

pub(super) fn run(path: &Path, commitment: Option<String>, entropy: Option<String>) -> Result<String, Stop> {
    let bytes = input::read(path, "record", record::MAX_BYTES).map_err(|stop| match stop {
        // A record that is refused while it is read fails at the first step.
        Stop::Refused(text) => Stop::Failed(format!("FAIL form: {text}")),
        other => other,
    })?;
    // The print groups the digits so that people can read them.
    let tidy = |text: String| text.split_whitespace().collect::<String>();
    let print =
        Print { commitment: commitment.map(|hex| tidy(hex).to_lowercase()), entropy: entropy.map(tidy) };
    let draw = verify(&bytes, &print).map_err(|failure| Stop::Failed(format!("FAIL {failure}")))?;
    let with_entropy = draw.randomness().is_some();
    let compared = match (&print.commitment, &print.entropy) {
        (Some(_), None) if with_entropy => " (commitment compared with the print; entropy not compared)",
        (Some(_), _) => "",
        (None, Some(_)) => " (entropy compared with the print; commitment not compared)",
        (None, None) => " (self-consistent; not compared with the print)",
    };
    Ok(format!("PASS{compared}\n"))
}
