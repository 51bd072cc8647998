//! The shelters and their terms (domain.md, *Shelters, as the reports list them*).

use super::{Ctx, Refusal, facts};
use crate::domain::audit::Event;
use crate::domain::role::Power;
use crate::domain::shelter::{Admission, Shelter, ShelterCode, Terms};
use crate::domain::word::Word;
use crate::store::Tx;

/// What is said of a shelter. What is left out stays as it is; of a new one it is as usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelterSaid {
    /// Its short name.
    pub code: ShelterCode,
    /// Its name in full.
    pub name: String,
    /// The full length of a ticket.
    pub full_nights: Option<u32>,
    /// The nights of karens after it.
    pub karens_nights: Option<u32>,
    /// How guests come to its places.
    pub admission: Option<Admission>,
    /// Whether it is never named at another shelter's door.
    pub protected: Option<bool>,
}

impl ShelterSaid {
    /// The shelter as it is to be, after what it was.
    fn after(self, before: Option<&Shelter>) -> Shelter {
        let terms = before.map_or_else(Terms::default, |before| before.terms);
        Shelter {
            code: self.code,
            name: self.name,
            terms: Terms {
                full_nights: self.full_nights.unwrap_or(terms.full_nights),
                karens_nights: self.karens_nights.unwrap_or(terms.karens_nights),
            },
            admission: self.admission.or(before.map(|before| before.admission)).unwrap_or(Admission::Scanned),
            protected: self.protected.or(before.map(|before| before.protected)).unwrap_or(false),
        }
    }
}

/// Adds a shelter, or changes its name and terms. What was issued keeps the terms it was issued on.
///
/// # Errors
/// A refusal if the way it admits would change while it has places.
pub fn save(tx: &mut Tx<'_>, ctx: &Ctx, said: ShelterSaid) -> Result<(), Refusal> {
    ctx.must(Power::SetShelters)?;
    let before = tx.shelter(said.code)?;
    let shelter = &said.after(before.as_ref());
    if let Some(before) = &before
        && (before.admission, before.terms) != (shelter.admission, shelter.terms)
    {
        facts::places_may_change(tx)?;
    }
    if let Some(before) = &before
        && before.admission != shelter.admission
        && !tx.held_from(ctx.tonight())?.iter().all(|held| held.pool.shelter != shelter.code)
    {
        return Err(Refusal::conflict(
            "shelter-in-use",
            format!(
                "people hold places at {}: move or end their tickets before it admits in another way",
                shelter.code
            ),
        ));
    }
    tx.save_shelter(shelter)?;
    ctx.record(
        tx,
        &Event::ShelterSet {
            shelter: shelter.code,
            full_nights: shelter.terms.full_nights,
            karens_nights: shelter.terms.karens_nights,
            admission: shelter.admission.word().to_owned(),
            protected: shelter.protected,
        },
    )
}
