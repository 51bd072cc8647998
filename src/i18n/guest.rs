//! What a guest is told: why a rule says no, until when, and what to do now; and why a shelter is left out.
//!
//! A ban is told without saying whose it is: in a family it may be another member's.

use chrono::NaiveDate;

use super::Language;
use super::text::{date, list, say};
use crate::domain::eligibility::{Barred, Reason, Remaining, Why};
use crate::domain::guest::DocumentShown;
use crate::domain::shelter::ShelterCode;

/// The name by which people know a shelter.
type NameOf<'a> = &'a dyn Fn(ShelterCode) -> String;

/// Why a rule says no, as told to the guest: the reason, until when or from which date, and what to do now.
///
/// `come_on` is the desk day that hands out the first night the guest may start on, where the caller knows it. Where it comes
/// before that night's date, the guest hears why: nobody expects to have to come during karens (domain.md, *Karens*).
#[must_use]
pub fn reason(
    reason: &Reason,
    language: Language,
    name_of: NameOf<'_>,
    come_on: Option<NaiveDate>,
) -> String {
    let said = match reason {
        Reason::NoDocument { shown: DocumentShown::Nothing } => {
            say(language, "reason-no-document-nothing", [])
        }
        Reason::NoDocument { .. } => say(language, "reason-no-document-not-valid", []),
        Reason::Under18 { comes_of_age } => dated("reason-under-18", *comes_of_age, language),
        Reason::HoldsTicket { through } => dated("reason-holds-ticket", through.date(), language),
        Reason::Karens { through } => dated("reason-karens", through.next().date(), language),
        Reason::WeekRule { from } => dated("reason-week-rule", from.date(), language),
        Reason::InALot { lot } => say(language, "reason-in-a-lot", [("lot", lot.to_string().into())]),
        Reason::Banned { bans, remaining } => {
            let bans = list(bans.iter().map(|ban| barred(*ban, language, name_of)), "list-and", language);
            let banned = say(language, "reason-banned", [("bans", bans.into())]);
            sentences([banned, others(remaining, language, name_of)])
        }
        Reason::NeverFits { remaining } => {
            sentences([say(language, "reason-never-fits", []), others(remaining, language, name_of)])
        }
    };
    match come_on {
        Some(day) => sentences([said, come(reason, day, language)]),
        None => said,
    }
}

/// Why a shelter that was wished for is left out, as told to the guest. The guest who is banned is not named.
#[must_use]
pub fn left_out(why: &Why, shelter: ShelterCode, language: Language, name_of: NameOf<'_>) -> String {
    let shelter = ("shelter", name_of(shelter).into());
    match why {
        Why::Banned { through, .. } => {
            let through = date(through.date(), language);
            say(language, "left-out-banned", [shelter, ("date", through.into())])
        }
        Why::NeverFits => say(language, "left-out-never-fits", [shelter]),
        Why::NotWomenOnly => say(language, "left-out-not-women-only", [shelter]),
        Why::NotInTheDraw => say(language, "left-out-not-in-the-draw", [shelter]),
    }
}

/// A sentence that names one date.
fn dated(key: &str, day: NaiveDate, language: Language) -> String {
    say(language, key, [("date", date(day, language).into())])
}

fn barred(ban: Barred, language: Language, name_of: NameOf<'_>) -> String {
    let through = date(ban.through.date(), language);
    say(language, "ban", [("shelter", name_of(ban.shelter).into()), ("date", through.into())])
}

/// The shelters that would remain, so that the party can widen its wishes.
fn others(remaining: &Remaining, language: Language, name_of: NameOf<'_>) -> String {
    let say_of = |key: &str, shelters: &[ShelterCode]| {
        let names = list(shelters.iter().map(|&shelter| name_of(shelter)), "list-or", language);
        say(language, key, [("shelters", names.into())])
    };
    match (remaining.shelters.as_slice(), remaining.if_not_women_only.as_slice()) {
        ([], []) => say(language, "remaining-none", []),
        (shelters, []) => say_of("remaining", shelters),
        ([], more) => say_of("remaining-not-women-only", more),
        (shelters, more) => {
            sentences([say_of("remaining", shelters), say_of("remaining-also-not-women-only", more)])
        }
    }
}

/// When to come and ask. A desk day hands out a later date's night only where the desk is closed on that date.
fn come(reason: &Reason, day: NaiveDate, language: Language) -> String {
    let is_before = may_start(reason).is_some_and(|from| day < from);
    dated(if is_before { "come-before" } else { "come-on" }, day, language)
}

/// The date the sentence ends with, from which the guest may start; none where it ends otherwise.
fn may_start(reason: &Reason) -> Option<NaiveDate> {
    match reason {
        Reason::Under18 { comes_of_age } => Some(*comes_of_age),
        Reason::Karens { through } => Some(through.next().date()),
        Reason::WeekRule { from } => Some(from.date()),
        Reason::NoDocument { .. }
        | Reason::HoldsTicket { .. }
        | Reason::InALot { .. }
        | Reason::Banned { .. }
        | Reason::NeverFits { .. } => None,
    }
}

fn sentences<const N: usize>(said: [String; N]) -> String {
    said.join(" ")
}
