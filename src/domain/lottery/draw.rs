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

#[cfg(test)]
mod tests {
    use super::super::hand_made::{drawn, friday, frozen, line};
    use super::*;

    const DICE: &str = "dice:1234561234561234561234561";

    fn outcomes(draw: &Draw) -> Vec<String> {
        draw.outcomes().iter().map(line).collect()
    }

    #[test]
    fn where_everyone_fits_the_lot_numbers_decide_who_gets_which_place() {
        let places = friday(&["1 single any at fa from 11-27", "1 single any at fa from 11-28"]);
        let lots = ["2: man from 11-27 to fa", "1: man from 11-27 to fa"];
        let draw = Draw::new(frozen(&places, &lots), None).unwrap();
        let expected = ["1: S1 fa 11-27, 5 nights on 0", "2: S1 fa 11-28, 5 nights on 1"];
        assert_eq!(outcomes(&draw), expected);
        assert!(draw.randomness().is_none() && !draw.is_oversubscribed());
    }

    #[test]
    fn where_everyone_fits_no_dice_are_taken() {
        let places = friday(&["1 single any at fa from 11-27"]);
        let manifest = frozen(&places, &["1: man from 11-27 to fa"]);
        assert_eq!(Draw::new(manifest, Some(DICE)), Err(DrawError::EveryoneFits));
    }

    #[test]
    fn where_nobody_asks_everyone_fits() {
        let draw = Draw::new(frozen(&friday(&[]), &[]), None).unwrap();
        assert!(draw.order().is_empty() && draw.outcomes().is_empty() && !draw.is_oversubscribed());
    }

    #[test]
    fn where_more_ask_than_there_are_places_dice_are_needed() {
        let places = friday(&["1 single any at fa from 11-27"]);
        let manifest = frozen(&places, &["1: man from 11-27 to fa", "2: man from 11-27 to fa"]);
        let missing = Draw::new(manifest.clone(), None).unwrap_err();
        assert_eq!(missing, DrawError::EntropyMissing(Source::Dice(25)));
        let asked = "more ask than there are places: an entropy is needed, \"dice:\" and 25 digits 1-6";
        assert_eq!(missing.to_string(), asked);
        let draw = Draw::new(manifest, Some(DICE)).unwrap();
        assert_eq!(draw.randomness().unwrap().entropy.as_str(), DICE);
        assert!(draw.is_oversubscribed());
    }

    #[test]
    fn one_person_more_than_places_is_one_too_many_even_in_a_family() {
        let places = friday(&["2 family any at fa from 11-27"]);
        let fits = frozen(&places, &["1: man woman from 11-27 to fa"]);
        assert!(Draw::new(fits, None).is_ok());
        let too_many = frozen(&places, &["1: man woman woman from 11-27 to fa"]);
        assert_eq!(Draw::new(too_many, None), Err(DrawError::EntropyMissing(Source::Dice(25))));
    }

    #[test]
    fn enough_places_are_not_enough_if_they_do_not_fit() {
        let places = friday(&["9 single women at fa from 11-27"]);
        let manifest = frozen(&places, &["1: man from 11-27 to fa"]);
        assert_eq!(Draw::new(manifest, None), Err(DrawError::EntropyMissing(Source::Dice(25))));
    }

    #[test]
    fn whether_everyone_fits_is_judged_in_the_order_of_the_lot_numbers_alone() {
        let places = friday(&["2 family any at fa from 11-27", "2 family any at sm from 11-27"]);
        let lots = ["1: man woman from 11-27 to fa sm", "2: man woman from 11-27 to fa"];
        assert_eq!(Draw::new(frozen(&places, &lots), None), Err(DrawError::EntropyMissing(Source::Dice(25))));
        let draw = drawn(&places, &[lots[1], lots[0]]);
        assert!(draw.randomness().is_some() && !draw.is_oversubscribed());
    }

    #[test]
    fn an_entropy_of_another_source_or_length_is_refused_whether_or_not_everyone_fits() {
        let places = friday(&["1 single any at fa from 11-27"]);
        let lots = ["1: man from 11-27 to fa", "2: man from 11-27 to fa"];
        for lots in [&lots[..], &lots[..1]] {
            let service = format!("service:{}", "0".repeat(64));
            let other = Draw::new(frozen(&places, lots), Some(&service));
            assert_eq!(other, Err(EntropyError::OtherSource(Source::Dice(25)).into()));
            let short = Draw::new(frozen(&places, lots), Some(&DICE[..29]));
            assert_eq!(short, Err(EntropyError::WrongNumber { wanted: 25, given: 24 }.into()));
        }
    }

    #[test]
    fn the_lots_are_placed_in_the_order_of_their_keys() {
        let places = friday(&["1 single any at fa from 11-27"]);
        let lots = ["3: man from 11-27 to fa", "1: man from 11-27 to fa", "2: man from 11-27 to fa"];
        let draw = drawn(&places, &lots);
        let mut keys = draw.randomness().unwrap().keys.clone();
        assert_eq!(keys.iter().map(|(lot, _)| lot.0).collect::<Vec<_>>(), [1, 2, 3]);
        keys.sort_by_key(|&(_, key)| key);
        assert_eq!(keys.iter().map(|(lot, _)| lot.0).collect::<Vec<_>>(), [3, 1, 2]);
        assert_eq!(outcomes(&draw), ["3: S1 fa 11-27, 5 nights on 0", "1: reserve 1", "2: reserve 2"]);
    }
}
