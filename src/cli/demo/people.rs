//! The people of the story: invented, every one. They are drawn with a fixed seed, so that the story is the same each time.

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

/// The story's own luck.
pub(super) struct Luck(ChaCha8Rng);

impl Luck {
    pub(super) fn new() -> Self {
        Self(ChaCha8Rng::seed_from_u64(2018))
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        if limit == 0 { 0 } else { self.0.next_u32() % limit }
    }

    /// True so many times of a hundred.
    pub(super) fn percent(&mut self, times: u32) -> bool {
        self.below(100) < times
    }
}

/// A person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) number: u32,
    pub(super) sex: &'static str,
    pub(super) born: NaiveDate,
    pub(super) country: &'static str,
    language: &'static str,
    pub(super) valid: bool,
}

impl Person {
    /// What is sent when the person shows the document.
    pub(super) fn shown(&self) -> Value {
        json!({
            "document": {
                "country": self.country, "kind": "id_card", "number": format!("DEMO-{:05}", self.number), "valid": self.valid
            },
            "sex": self.sex, "birth": self.born.to_string(), "language": self.language
        })
    }
}

/// Who asks together, and for which shelters.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) members: Vec<Person>,
    pub(super) accepts: Vec<&'static str>,
    /// The last night of the ticket it has, or of its karens.
    pub(super) busy_until: Option<NaiveDate>,
    pub(super) women_only: bool,
    /// Whether it asked before, so that its people have UNO codes.
    pub(super) known: bool,
}

/// Where the documents come from, how many of a hundred, and the language.
const COUNTRIES: [(&str, &str, u32); 7] = [
    ("RO", "ro", 55),
    ("BG", "bg", 20),
    ("PL", "pl", 7),
    ("LT", "lt", 5),
    ("ES", "es", 5),
    ("FI", "fi", 4),
    ("MA", "ar", 4),
];

/// Everybody who sleeps outside that winter.
pub(super) fn town(luck: &mut Luck) -> Vec<Group> {
    let mut number = 0;
    let mut groups = Vec::new();
    for n in 0..185 {
        let (sex, other) = if n % 4 == 3 { ("woman", false) } else { ("man", n % 50 == 10) };
        let sex = if other { "other" } else { sex };
        groups.push(group(luck, &mut number, &[sex]));
    }
    for _ in 0..14 {
        groups.push(group(luck, &mut number, &["man", "woman"]));
    }
    for size in [3, 3, 4, 5, 6] {
        let mut sexes = vec!["man", "woman"];
        sexes.extend((2..size).map(|n| if n % 2 == 0 { "woman" } else { "man" }));
        groups.push(group(luck, &mut number, &sexes));
    }
    groups
}

/// A new person who was never here before.
pub(super) fn person(luck: &mut Luck, number: &mut u32, sex: &'static str) -> Person {
    *number += 1;
    let mut left = luck.below(100);
    let (country, language, _) = COUNTRIES
        .iter()
        .find(|(_, _, share)| {
            let here = left < *share;
            left = left.saturating_sub(*share);
            here
        })
        .unwrap_or(&COUNTRIES[0]);
    let (year, month, day) = (1950 + luck.below(48), 1 + luck.below(12), 1 + luck.below(28));
    let born = NaiveDate::from_ymd_opt(i32::try_from(year).unwrap_or(1970), month, day).unwrap_or_default();
    Person { number: *number, sex, born, country, language, valid: true }
}

fn group(luck: &mut Luck, number: &mut u32, sexes: &[&'static str]) -> Group {
    let members: Vec<Person> = sexes.iter().map(|sex| person(luck, number, sex)).collect();
    let single_woman = sexes == ["woman"];
    let mut accepts = if luck.percent(50) { vec!["fa", "vb"] } else { vec!["vb", "fa"] };
    if single_woman {
        accepts.insert(0, "cx");
    } else if sexes.len() == 1 && luck.percent(15) {
        accepts.truncate(1);
    }
    Group { members, accepts, busy_until: None, women_only: single_woman && luck.percent(10), known: false }
}
