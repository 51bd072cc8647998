//! What the door tells a shelter's worker at one in the morning: short, and what to do.

use chrono::{DateTime, NaiveDate, Utc};

use super::Language;
use super::text::{date, say};
use crate::domain::arrival::{Answer, Ending};
use crate::domain::night::wall_clock;
use crate::domain::shelter::ShelterCode;

/// What the door answers, in words. The first words alone tell one answer from another: none that keeps the door shut begins
/// like the one that opens it.
#[must_use]
pub fn door(answer: &Answer, language: Language, name_of: &dyn Fn(ShelterCode) -> String) -> String {
    let dated = |key: &str, day: NaiveDate| say(language, key, [("date", date(day, language).into())]);
    match answer {
        Answer::LetIn { correction: false } => say(language, "door-let-in", []),
        Answer::LetIn { correction: true } => say(language, "door-let-in-correction", []),
        Answer::AlreadyIn { since } => say(language, "door-already-in", [("time", clock(*since).into())]),
        Answer::OtherShelter(shelter) => {
            say(language, "door-other-shelter", [("shelter", name_of(*shelter).into())])
        }
        Answer::BackToTheDesk => say(language, "door-back-to-the-desk", []),
        Answer::NotYet { from } => dated("door-not-yet", from.date()),
        Answer::Over { may_ask_again: Some(from) } => dated("door-over-until", from.date()),
        Answer::Over { may_ask_again: None } => say(language, "door-over", []),
        Answer::Ended(ending) => say(language, ended(*ending), []),
        Answer::BannedHere { through } => dated("door-banned-here", through.date()),
        Answer::Unknown => say(language, "door-unknown", []),
    }
}

fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::GivenBack => "door-given-back",
        Ending::Revoked => "door-revoked",
        Ending::Ban => "door-ban",
        Ending::Released => "door-released",
        Ending::PlaceGone => "door-place-gone",
        Ending::CodeReplaced => "door-code-replaced",
    }
}

/// The time on the wall in Stockholm, without a date: the night is the one that was asked about.
fn clock(instant: DateTime<Utc>) -> String {
    wall_clock(instant).format("%H.%M").to_string()
}
