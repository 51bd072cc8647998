//! The draw agrees with the vectors to the last byte, and `verify` passes on each of their records.
//!
//! tests/vectors/README.md says where the vectors come from and what each of them shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use inskrivning::domain::lottery::manifest::Manifest;
use inskrivning::domain::lottery::verify::{Print, verify};
use inskrivning::domain::lottery::{Draw, DrawError, record};
use support::{Vector, vectors};

fn all() -> Vec<Vector> {
    let (shared, own) = (vectors("shared"), vectors("own"));
    assert_eq!((shared.len(), own.len()), (13, 62), "a vector is missing, or one more is not counted here");
    shared.into_iter().chain(own).collect()
}

#[test]
fn every_vector_is_drawn_byte_for_byte() {
    // Each vector's name says which rule it shows, so all that differ are named at once.
    let drawn = |vector: &Vector| {
        let manifest = Manifest::read(&vector.manifest).unwrap();
        Draw::new(manifest, vector.entropy.as_deref()).ok().and_then(|draw| record::write(&draw).ok())
    };
    let differ = all().into_iter().filter(|vector| drawn(vector).as_ref() != Some(&vector.record));
    assert_eq!(differ.map(|vector| vector.name).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_record_passes_with_the_print_and_without() {
    for Vector { name, record, entropy, commitment, .. } in all() {
        for commitment in [None, Some(commitment)] {
            for entropy in [None, entropy.clone()] {
                let print = Print { commitment: commitment.clone(), entropy };
                verify(record.as_bytes(), &print).unwrap_or_else(|failure| panic!("{name}: {failure}"));
            }
        }
    }
}

#[test]
fn every_manifest_frozen_again_gives_the_same_bytes() {
    for Vector { name, manifest, .. } in all() {
        let manifest = Manifest::read(&manifest).unwrap();
        let frozen = Manifest::freeze(manifest.content().clone()).unwrap();
        assert_eq!(frozen.bytes(), manifest.bytes(), "{name}");
    }
}

#[test]
fn every_vector_needs_an_entropy_exactly_when_its_record_has_one() {
    for Vector { name, manifest, entropy, .. } in all() {
        let manifest = Manifest::read(&manifest).unwrap();
        let source = manifest.content().source;
        let other = match entropy {
            None if source.is_witnessed() => Some(format!("dice:{}", "1".repeat(dice(&source.to_string())))),
            None => Some(format!("service:{}", "0".repeat(64))),
            Some(_) => None,
        };
        let expected = match other {
            None => DrawError::EntropyMissing(source),
            Some(_) => DrawError::EveryoneFits,
        };
        assert_eq!(Draw::new(manifest, other.as_deref()), Err(expected), "{name}");
    }
}

/// The N of `dice:N`.
fn dice(source: &str) -> usize {
    source["dice:".len()..].parse().unwrap()
}
