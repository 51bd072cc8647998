//! Any bytes as a manifest: refused, or read, frozen again to the same bytes, drawn, and verified.

#![no_main]

use inskrivning::domain::lottery::entropy::Source;
use inskrivning::domain::lottery::manifest::Manifest;
use inskrivning::domain::lottery::verify::{Print, verify};
use inskrivning::domain::lottery::{Draw, DrawError, record};
use libfuzzer_sys::fuzz_target;

/// The most lots that are drawn: more only take longer.
const FEW: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let manifest = match Manifest::read(bytes) {
        Ok(manifest) => manifest,
        Err(refused) => {
            assert!(!refused.place.is_empty() && !refused.reason.is_empty());
            return;
        }
    };
    assert_eq!(manifest.bytes().as_bytes(), bytes);
    let frozen = Manifest::freeze(manifest.content().clone()).expect("what was read can be frozen");
    assert_eq!(frozen.bytes(), manifest.bytes());
    if manifest.last_lot() > FEW {
        return;
    }
    let draw = match Draw::new(manifest, None) {
        Err(DrawError::EntropyMissing(source)) => {
            let entropy = match source {
                Source::Dice(dice) => format!("dice:{}", "4".repeat(dice as usize)),
                Source::Service => format!("service:{}", "4".repeat(64)),
            };
            Draw::new(frozen, Some(&entropy)).expect("the entropy is of the manifest's source")
        }
        draw => draw.expect("everyone fits"),
    };
    let record = record::write(&draw).expect("a draw can be written down");
    verify(record.as_bytes(), &Print::default()).expect("a record of ours passes");
});
