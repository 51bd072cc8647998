//! Any bytes as a record: fails at some step, or is written again to the same bytes and explained.

#![no_main]

use inskrivning::domain::lottery::explain::explain;
use inskrivning::domain::lottery::record;
use inskrivning::domain::lottery::verify::{Print, verify};
use inskrivning::domain::party::LotNumber;
use libfuzzer_sys::fuzz_target;

/// The most lots that are explained: more only take longer.
const FEW: u32 = 64;

fuzz_target!(|bytes: &[u8]| {
    let draw = match verify(bytes, &Print::default()) {
        Ok(draw) => draw,
        Err(failure) => {
            assert!(!failure.reason.is_empty());
            return;
        }
    };
    assert_eq!(record::write(&draw).expect("a draw can be written down").as_bytes(), bytes);
    for lot in 0..=FEW {
        let is_a_lot = lot >= 1 && lot as usize <= draw.manifest().last_lot();
        assert_eq!(explain(&draw, LotNumber(lot)).is_some(), is_a_lot);
    }
});
