//! The draw itself: from a manifest and, if it takes one, an entropy to an outcome for every lot (draw.md, sections 4 to 6).

use super::entropy::{Entropy, EntropyError, Source};
use super::hash::Hash32;
use super::manifest::{Content, Manifest};
use super::order;
use super::placement::{self, Outcome};
use crate::domain::party::LotNumber;

/// A draw that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    manifest: Manifest,
    randomness: Option<Randomness>,
    order: Vec<LotNumber>,
    outcomes: Vec<Outcome>,
}

/// The entropy of a draw and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Randomness {
    /// As typed, or as given by the operating system.
    pub entropy: Entropy,
    /// K.
    pub seed: Hash32,
    /// The key of each lot that is `in`, by number.
    pub keys: Vec<(LotNumber, Hash32)>,
}

/// Why no draw is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// It was given an entropy but needs none.
    #[error("everyone fits: there is no draw and no entropy is taken; leave it out")]
    EveryoneFits,
    /// It needs an entropy and was given none.
    #[error("more ask than there are places: an entropy is needed, {}", asked_for(.0))]
    EntropyMissing(Source),
    /// The entropy is not one of the manifest's source.
    #[error("entropy: {0}")]
    Entropy(#[from] EntropyError),
}

fn asked_for(source: &Source) -> String {
    match source {
        Source::Dice(dice) => format!("\"dice:\" and {dice} digits 1-6"),
        Source::Service => "\"service:\" and 64 hex digits".to_owned(),
    }
}

impl Draw {
    /// Makes the draw. Without entropy the order is that of the lot numbers.
    ///
    /// # Errors
    /// [`DrawError`], when the entropy is missing, not wanted, or not of the manifest's source.
    pub fn new(manifest: Manifest, entropy: Option<&str>) -> Result<Self, DrawError> {
        let content = manifest.content();
        let entropy = entropy.map(|text| content.source.read(text)).transpose()?;
        if let Some((order, outcomes)) = everyone_fits(content) {
            return match entropy {
                None => Ok(Self { manifest, randomness: None, order, outcomes }),
                Some(_) => Err(DrawError::EveryoneFits),
            };
        }
        let entropy = entropy.ok_or(DrawError::EntropyMissing(content.source))?;
        let seed = order::seed(&entropy, manifest.commitment(), content.salt);
        let numbers = content.lots.iter().map(|lot| lot.number);
        let keys: Vec<(LotNumber, Hash32)> = numbers.map(|lot| (lot, order::key(seed, lot))).collect();
        let order = order::order(&keys);
        let outcomes = placement::place(&content.places, &content.lots, &order);
        Ok(Self { manifest, randomness: Some(Randomness { entropy, seed, keys }), order, outcomes })
    }

    /// The frozen list.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The entropy and what came of it; none if everyone fitted.
    #[must_use]
    pub fn randomness(&self) -> Option<&Randomness> {
        self.randomness.as_ref()
    }

    /// The lots that are `in`, first drawn first.
    #[must_use]
    pub fn order(&self) -> &[LotNumber] {
        &self.order
    }

    /// What became of each, in the same order.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Whether somebody stands on the reserve list.
    #[must_use]
    pub fn is_oversubscribed(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Reserve { .. }))
    }
}

/// The placement by lot number, if it leaves nobody over.
fn everyone_fits(content: &Content) -> Option<(Vec<LotNumber>, Vec<Outcome>)> {
    let asking: u64 = content.lots.iter().map(|lot| lot.members.len() as u64).sum();
    let free: u64 = content.places.entries.iter().map(|entry| u64::from(entry.count)).sum();
    if asking > free {
        return None;
    }
    let order: Vec<LotNumber> = content.lots.iter().map(|lot| lot.number).collect();
    let outcomes = placement::place(&content.places, &content.lots, &order);
    let all_placed = outcomes.iter().all(|outcome| matches!(outcome, Outcome::Placed { .. }));
    all_placed.then_some((order, outcomes))
}
