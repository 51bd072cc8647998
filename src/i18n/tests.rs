//! Every sentence in every language, and the files they come from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::text::{list, read, say, short_date};
use super::*;
use crate::domain::arrival::{Answer, Ending};
use crate::domain::eligibility::{Barred, Reason, Remaining, Why};
use crate::domain::guest::{DocumentShown, GuestId};
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;

mod why;

/// A Friday; the Monday after it is 2026-11-30.
const FRIDAY: &str = "2026-11-27";
const SATURDAY: &str = "2026-11-28";
/// Neither a date of its own reason nor one of the days beside it.
const FAR: &str = "2027-01-04";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn night(text: &str) -> Night {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn shelter(code: &str) -> ShelterCode {
    code.parse().unwrap()
}

fn name(code: ShelterCode) -> String {
    match code.as_str() {
        "ng" => "Årsta",
        "fa" => "Bromma",
        _ => "Slakthusgatan",
    }
    .to_owned()
}

fn remaining(shelters: &[&str], if_not_women_only: &[&str]) -> Remaining {
    let codes = |codes: &[&str]| codes.iter().map(|code| shelter(code)).collect();
    Remaining { shelters: codes(shelters), if_not_women_only: codes(if_not_women_only) }
}

fn ban(code: &str, through: &str) -> Barred {
    Barred { shelter: shelter(code), through: night(through) }
}

/// Every reason, with the dates it must say.
fn reasons() -> Vec<(Reason, Vec<&'static str>)> {
    let both = remaining(&["fa"], &["sm"]);
    let bans = vec![ban("ng", FRIDAY), ban("sm", FAR)];
    vec![
        (Reason::NoDocument { shown: DocumentShown::Nothing }, vec![]),
        (Reason::NoDocument { shown: DocumentShown::NotValid }, vec![]),
        (Reason::Under18 { comes_of_age: day(SATURDAY) }, vec![SATURDAY]),
        (Reason::HoldsTicket { through: night(FRIDAY) }, vec![FRIDAY]),
        (Reason::Karens { through: night(FRIDAY) }, vec![SATURDAY]),
        (Reason::WeekRule { from: night(SATURDAY) }, vec![SATURDAY]),
        (Reason::InALot { lot: LotNumber(12) }, vec![]),
        (Reason::Banned { bans, remaining: both }, vec![FRIDAY, FAR]),
        (Reason::NeverFits { remaining: remaining(&[], &[]) }, vec![]),
        (Reason::NeverFits { remaining: remaining(&["ng", "fa", "sm"], &[]) }, vec![]),
        (Reason::NeverFits { remaining: remaining(&[], &["ng", "fa"]) }, vec![]),
    ]
}

/// Every reason why a shelter is left out, with the dates it must say.
fn whys() -> Vec<(Why, Vec<&'static str>)> {
    vec![
        (Why::Banned { guest: GuestId(Uuid::from_u128(7)), through: night(FRIDAY) }, vec![FRIDAY]),
        (Why::NeverFits, vec![]),
        (Why::NotWomenOnly, vec![]),
        (Why::NotInTheDraw, vec![]),
    ]
}

/// An answer that is added does not compile before it stands in the list below.
const fn stands_in_the_list(answer: &Answer) {
    match answer {
        Answer::LetIn { .. }
        | Answer::AlreadyIn { .. }
        | Answer::OtherShelter(_)
        | Answer::BackToTheDesk
        | Answer::NotYet { .. }
        | Answer::Over { .. }
        | Answer::Ended(_)
        | Answer::BannedHere { .. }
        | Answer::Unknown => {}
    }
}

/// Every answer of the door, with the dates it must say.
fn answers() -> Vec<(Answer, Vec<&'static str>)> {
    let undated = [
        Answer::LetIn { correction: false },
        Answer::LetIn { correction: true },
        Answer::AlreadyIn { since: at("2026-11-27T20:40:00Z") },
        Answer::OtherShelter(shelter("fa")),
        Answer::BackToTheDesk,
        Answer::Over { may_ask_again: None },
        Answer::Ended(Ending::GivenBack),
        Answer::Ended(Ending::Revoked),
        Answer::Ended(Ending::Ban),
        Answer::Ended(Ending::Released),
        Answer::Ended(Ending::PlaceGone),
        Answer::Ended(Ending::CodeReplaced),
        Answer::Unknown,
    ];
    let dated = [
        (Answer::NotYet { from: night(SATURDAY) }, vec![SATURDAY]),
        (Answer::Over { may_ask_again: Some(night(SATURDAY)) }, vec![SATURDAY]),
        (Answer::BannedHere { through: night(FRIDAY) }, vec![FRIDAY]),
    ];
    undated
        .into_iter()
        .map(|answer| (answer, vec![]))
        .chain(dated)
        .inspect(|(answer, _)| stands_in_the_list(answer))
        .collect()
}

/// All that can be said, with the dates that must be in it; in the same order in every language.
fn all_that_is_said(language: Language) -> Vec<(String, Vec<&'static str>)> {
    let mut said = Vec::new();
    for (why_not, dates) in reasons() {
        said.push((reason(&why_not, language, &name, None), dates.clone()));
        for come_on in [FRIDAY, FAR] {
            let with_day = [dates.as_slice(), &[come_on]].concat();
            said.push((reason(&why_not, language, &name, Some(day(come_on))), with_day));
        }
    }
    said.extend(
        whys().into_iter().map(|(why, dates)| (left_out(&why, shelter("ng"), language, &name), dates)),
    );
    said.extend(answers().into_iter().map(|(answer, dates)| (door(&answer, language, &name), dates)));
    said
}

/// The messages and terms of a file: what stands after each key, up to the next.
fn entries(language: Language) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    let mut key = String::new();
    for line in language.sentences().lines().filter(|line| !line.starts_with('#')) {
        let starts_an_entry = line.starts_with(|first: char| first == '-' || first.is_ascii_lowercase());
        if let Some((name, text)) = line.split_once(" =").filter(|_| starts_an_entry) {
            key = name.to_owned();
            assert_eq!(entries.insert(key.clone(), text.to_owned()), None, "{key} stands twice");
        } else if let Some(text) = entries.get_mut(&key) {
            text.push_str(line);
        }
    }
    entries
}

/// What an entry names: `$date`, `-to-the-desk`.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "$-".contains(c)));
    words.filter(|word| word.starts_with(['$', '-']) && word.len() > 1 && *word != "->").collect()
}

/// The longest piece of an entry that is said as it stands.
fn longest_words(text: &str) -> &str {
    text.split(['{', '}']).step_by(2).map(str::trim).max_by_key(|words| words.len()).unwrap_or_default()
}

#[test]
fn everything_is_said_in_every_language_with_its_dates_in_words() {
    for language in Language::ALL {
        for (said, dates) in all_that_is_said(language) {
            for wrong in ["{", "}", "$", "  ", "..", " .", "\u{2068}", "2026-", "2027-", "00000000"] {
                assert!(!said.contains(wrong), "{wrong:?} in {said:?}");
            }
            assert!(said.ends_with('.') && said.starts_with(char::is_uppercase), "no sentence: {said:?}");
            for in_words in dates.into_iter().map(|text| date(day(text), language)) {
                assert!(said.contains(&in_words), "{in_words} is missing in {said:?}");
            }
        }
    }
}

#[test]
fn no_two_languages_say_the_same_and_no_two_cases_sound_alike() {
    let mut heard = BTreeSet::new();
    for language in Language::ALL {
        for (said, _) in all_that_is_said(language) {
            assert!(heard.insert(said.clone()), "said twice: {said}");
        }
    }
}

#[test]
fn every_language_has_the_same_keys_and_names_the_same_things() {
    let shape = |language| -> BTreeMap<String, Vec<String>> {
        let named = |text: &String| named(text).into_iter().map(str::to_owned).collect();
        entries(language).iter().map(|(key, text)| (key.clone(), named(text))).collect()
    };
    let swedish = shape(Language::Sv);
    assert!(swedish.len() > 40, "the file is read whole");
    assert_eq!(swedish["door-over-until"], ["$date"]);
    for language in Language::ALL {
        assert_eq!(shape(language), swedish, "{language}");
    }
}

#[test]
fn no_sentence_in_the_files_is_left_unsaid() {
    for language in Language::ALL {
        let mut said: Vec<_> = all_that_is_said(language).into_iter().map(|(said, _)| said).collect();
        said.extend(why::all_that_is_said_of_lots(language));
        // A choice of words is no one piece: dates and counts have tests of their own.
        for (key, text) in entries(language).iter().filter(|(_, text)| !text.contains("->")) {
            let words = longest_words(text);
            assert!(!words.is_empty() && said.iter().any(|said| said.contains(words)), "{language}: {key}");
        }
    }
}

#[test]
fn the_files_have_no_fault() {
    for language in Language::ALL {
        assert_eq!(read(language, language.sentences()).1, [], "{language}");
    }
    assert_eq!(read(Language::En, "date = {\n").1.len(), 1);
    assert_eq!(read(Language::En, "date = a\ndate = b\n").1.len(), 1);
}

#[test]
fn what_is_missing_shows_in_braces_and_the_rest_is_said() {
    assert_eq!(say(Language::Sv, "no-such-key", []), "{no-such-key}");
    assert_eq!(say(Language::En, "come-on", []), "Come here and ask again on {$date}.");
}

#[test]
fn a_date_is_said_with_its_weekday() {
    let both = |text| Language::ALL.map(|language| date(day(text), language));
    assert_eq!(both(FRIDAY), ["fredag 27 november 2026", "Friday 27 November 2026"]);
    assert_eq!(both("2028-02-29"), ["tisdag 29 februari 2028", "Tuesday 29 February 2028"]);
    assert_eq!(both("2199-12-31"), ["tisdag 31 december 2199", "Tuesday 31 December 2199"]);
    let year: Vec<NaiveDate> = day("2026-01-01").iter_days().take(365).collect();
    for &one in &year {
        assert_eq!(date(one, Language::En), one.format("%A %-d %B %Y").to_string());
    }
    let swedish: BTreeSet<_> = year.iter().map(|&one| date(one, Language::Sv)).collect();
    let words =
        |n: usize| swedish.iter().map(|said| said.split(' ').nth(n).unwrap()).collect::<BTreeSet<_>>();
    assert_eq!((swedish.len(), words(0).len(), words(2).len()), (365, 7, 12));
}

#[test]
fn a_short_date_is_written_as_on_a_list() {
    for one in day("2026-01-01").iter_days().take(365) {
        assert_eq!(short_date(one, Language::En), one.to_string());
        let (_, in_words) =
            date(one, Language::Sv).split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(short_date(one, Language::Sv), in_words);
    }
}

#[test]
fn who_is_in_karens_hears_the_first_night_and_why_to_come_before_it() {
    let karens = Reason::Karens { through: night(FRIDAY) };
    let say = |language, come_on: Option<&str>| reason(&karens, language, &name, come_on.map(day));
    assert_eq!(
        say(Language::Sv, Some(FRIDAY)),
        "Du har karens: efter en biljett måste man vänta innan man kan få plats igen. Den första natt du kan få plats igen är \
         lördag 28 november 2026. Den dagen är inskrivningen stängd. Kom därför hit och fråga redan fredag 27 november 2026."
    );
    assert_eq!(
        say(Language::En, Some(FRIDAY)),
        "You are in karens: after a ticket there is a wait before the next place. The first night you can have a place again is \
         Saturday 28 November 2026. The desk is closed on that day. So come here and ask before that, on Friday 27 November 2026."
    );
    assert!(say(Language::Sv, Some(SATURDAY)).ends_with("Kom hit och fråga igen lördag 28 november 2026."));
    assert!(say(Language::En, None).ends_with("is Saturday 28 November 2026."));
}

#[test]
fn the_desk_is_said_to_be_closed_only_after_the_date_on_which_it_is() {
    for (why_not, _) in reasons() {
        let from_a_date =
            matches!(why_not, Reason::Karens { .. } | Reason::WeekRule { .. } | Reason::Under18 { .. });
        let said = |come_on| reason(&why_not, Language::En, &name, Some(day(come_on)));
        assert_eq!(said(FRIDAY).contains("2026. The desk is closed on that day."), from_a_date, "{why_not}");
        assert!(!said(SATURDAY).contains("closed"), "{why_not}");
    }
}

#[test]
fn a_banned_guest_hears_where_until_when_and_what_remains() {
    let banned = |language, rest| {
        let bans = vec![ban("ng", FRIDAY), ban("sm", SATURDAY)];
        reason(&Reason::Banned { bans, remaining: rest }, language, &name, None)
    };
    assert_eq!(
        banned(Language::Sv, remaining(&["fa"], &["sm"])),
        "Det finns en portning på Årsta till och med fredag 27 november 2026 och Slakthusgatan till och med lördag 28 november \
         2026. Därför kan du inte få plats på de härbärgen du har valt. Du kan välja Bromma i stället. Säg till om du vill det. \
         Om du säger ja till platser som inte bara är för kvinnor kan också Slakthusgatan ta emot dig."
    );
    assert!(
        banned(Language::En, remaining(&[], &[]))
            .ends_with("No other shelter can take you today. Ask us what you can do.")
    );
}

#[test]
fn a_list_is_joined_as_it_is_spoken() {
    let list = |items: &[&str]| list(items.iter().map(|&item| item.to_owned()), "list-or", Language::Sv);
    assert_eq!(list(&[]), "");
    assert_eq!(list(&["Årsta"]), "Årsta");
    assert_eq!(list(&["Årsta", "Bromma"]), "Årsta eller Bromma");
    assert_eq!(list(&["Årsta", "Bromma", "Farsta", "Vällingby"]), "Årsta, Bromma, Farsta eller Vällingby");
}

#[test]
fn a_name_with_the_marks_of_the_files_in_it_is_said_as_it_is() {
    let odd = |_| "{ $date } -to-the-desk".to_owned();
    let said = door(&Answer::OtherShelter(shelter("fa")), Language::En, &odd);
    assert_eq!(
        said,
        "Not here tonight. The ticket is for { $date } -to-the-desk. Show the guest the way there."
    );
}

#[test]
fn the_door_says_what_to_do() {
    let both = |answer| Language::ALL.map(|language| door(&answer, language, &name));
    assert_eq!(both(Answer::LetIn { correction: false }), ["Släpp in.", "Let in."]);
    assert_eq!(
        both(Answer::AlreadyIn { since: at("2026-07-01T23:05:00Z") }),
        [
            "Redan inne sedan 01.05. Bara samma gäst får komma in igen.",
            "Already in since 01.05. Only the same guest may come in again."
        ]
    );
    assert_eq!(
        both(Answer::BannedHere { through: night(FRIDAY) }),
        [
            "Portad här till och med natten som börjar fredag 27 november 2026. Be gästen gå till inskrivningen.",
            "Banned here up to and including the night that begins on Friday 27 November 2026. Ask the guest to go to the desk."
        ]
    );
}

#[test]
fn only_the_answer_that_opens_the_door_begins_like_it() {
    for (language, open) in [(Language::Sv, "Släpp"), (Language::En, "Let")] {
        for (answer, _) in answers() {
            let opens = matches!(answer, Answer::LetIn { .. });
            assert_eq!(door(&answer, language, &name).starts_with(open), opens, "{answer:?}");
        }
    }
}

#[test]
fn a_language_is_read_from_a_tag_as_a_browser_sends_it() {
    for (text, language) in [("sv", Language::Sv), ("sv-SE", Language::Sv), ("EN_gb", Language::En)] {
        assert_eq!(text.parse(), Ok(language), "{text}");
    }
    for text in ["", "-", "s", "sve", "ro", "*", " sv", "sv,en"] {
        assert_eq!(text.parse::<Language>(), Err(NotALanguage(text.to_owned())));
    }
    assert_eq!("å".repeat(99).parse::<Language>(), Err(NotALanguage("å".repeat(40))));
}

#[test]
fn in_json_a_language_is_its_tag() {
    for language in Language::ALL {
        let json = serde_json::to_string(&language).unwrap();
        assert_eq!(json, format!("\"{language}\""));
        assert_eq!(serde_json::from_str::<Language>(&json).unwrap(), language);
    }
    assert!(serde_json::from_str::<Language>("\"SV\"").is_err());
}
