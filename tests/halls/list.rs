//! Random frozen lists and the draws made of them.

use inskrivning::domain::lottery::entropy::Source;
use inskrivning::domain::lottery::hash::Hash32;
use inskrivning::domain::lottery::manifest::{Content, Manifest, OutLot};
use inskrivning::domain::lottery::{Draw, DrawError};
use proptest::collection::vec;
use proptest::prelude::*;

use super::random::{Hall, friday, small_halls};

const DICE: u32 = 30;

/// A random hall as a list to be frozen; about one lot in eight is withdrawn or refused.
pub fn lists() -> impl Strategy<Value = Content> {
    let out = vec(prop_oneof![14 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))], 12);
    (small_halls(), out, any::<[u8; 32]>()).prop_map(|(hall, refused, salt)| {
        let mut content = content(hall, Hash32(salt));
        let out = content.lots.iter().zip(&refused).filter_map(|(lot, &refused)| {
            Some(OutLot { number: lot.number, members: lot.members.clone(), refused: refused? })
        });
        content.out = out.collect();
        content.lots.retain(|lot| content.out.iter().all(|out| out.number != lot.number));
        content
    })
}

pub fn content(hall: Hall, salt: Hash32) -> Content {
    Content {
        day: friday(),
        draw: 1,
        previous: None,
        log: Hash32([7; 32]),
        salt,
        source: Source::Dice(DICE),
        places: hall.places,
        lots: hall.lots,
        out: Vec::new(),
    }
}

pub fn dice() -> impl Strategy<Value = Vec<u8>> {
    vec(1..=6_u8, DICE as usize)
}

/// The digits as the hall writes them down.
pub fn entropy(dice: &[u8]) -> String {
    format!("dice:{}", dice.iter().map(ToString::to_string).collect::<String>())
}

/// The draw of a list, with the dice if it takes any.
pub fn draw(content: Content, dice: &[u8]) -> Draw {
    let manifest = Manifest::freeze(content).unwrap();
    match Draw::new(manifest.clone(), None) {
        Err(DrawError::EntropyMissing(_)) => Draw::new(manifest, Some(&entropy(dice))).unwrap(),
        drawn => drawn.unwrap(),
    }
}

/// The hall that a draw was made in.
pub fn hall(draw: &Draw) -> Hall {
    let content = draw.manifest().content();
    Hall { places: content.places.clone(), lots: content.lots.clone(), order: draw.order().to_vec() }
}
