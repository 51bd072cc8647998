//! The stage, and two weeks of ordinary hard days: parties ask, the list is frozen, dice are thrown, tickets are handed out.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::caller::{Caller, Who};
use super::clock::DemoClock;
use super::people::{Group, Luck, town};
use super::{Trouble, nights, say};

/// The shelters of that winter.
pub(super) const SHELTERS: [(&str, &str); 3] = [
    ("fa", "Filadelfia, Slakthusområdet"),
    ("vb", "Frälsningsarmén, Västberga"),
    ("cx", "Convictus, Hjorthagen"),
];

/// Their places: 50, 45 and 20 (docs/spec/domain.md). How many were for families is not in the reports.
const PLACES: [(&str, &str, &str, u32); 7] = [
    ("fa", "single", "men", 28),
    ("fa", "single", "women", 10),
    ("fa", "family", "any", 12),
    ("vb", "single", "men", 23),
    ("vb", "single", "any", 8),
    ("vb", "family", "any", 14),
    ("cx", "single", "women", 20),
];

/// The Friday on which two weeks begin.
pub(super) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 1, 12).unwrap_or_default()
}

/// How many nights of karens follow a ticket in this story.
const KARENS: u64 = 2;

/// What happened on a desk day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) commitment: String,
    pub(super) digits: String,
}

/// The story as it is told.
pub(super) struct Story<'a> {
    pub(super) caller: &'a Caller,
    pub(super) clock: &'a DemoClock,
    pub(super) luck: Luck,
    pub(super) town: Vec<Group>,
    pub(super) days: Vec<NaiveDate>,
    pub(super) nights: Vec<NaiveDate>,
    /// Whose lot is whose, on the day that is played.
    pub(super) lots: BTreeMap<u64, usize>,
}

/// Values of a list in an answer.
pub(super) fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// The shelters stand; their places are decided.
pub(super) fn set_the_stage(caller: &Caller) -> Result<(), Trouble> {
    for (code, name) in SHELTERS {
        // A shelter for women only is not named at other doors.
        let shelter = json!({ "name": name, "protected": code == "cx" });
        caller.put(Who::Coordinator, &format!("/shelters/{code}"), &shelter)?;
    }
    let from = first_day().to_string();
    for (shelter, kind, who, count) in PLACES {
        let number = json!({
            "decision": "number", "shelter": shelter, "kind": kind, "who": who, "first": from, "count": count
        });
        caller.post(Who::Coordinator, "/places/decisions", &number)?;
    }
    say("Winter 2017-18: Filadelfia 50 places, Frälsningsarmén 45, Convictus 20 for women only.\n");
    Ok(())
}

impl<'a> Story<'a> {
    pub(super) fn new(caller: &'a Caller, clock: &'a DemoClock) -> Self {
        let mut luck = Luck::new();
        let town = town(&mut luck);
        Self { caller, clock, luck, town, days: Vec::new(), nights: Vec::new(), lots: BTreeMap::new() }
    }

    /// Two weeks of desk days, and every night of them.
    pub(super) fn play_two_weeks(&mut self) -> Result<(), Trouble> {
        say("Two weeks, so that places are taken as they were then:");
        let mut date = first_day();
        while date < super::friday::date() {
            if !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
                self.ordinary_day(date)?;
            }
            nights::play(self, date, None)?;
            date = date.succ_opt().unwrap_or(date);
        }
        Ok(())
    }

    /// A desk day from its opening to its end.
    fn ordinary_day(&mut self, date: NaiveDate) -> Result<(), Trouble> {
        self.open(date)?;
        let free_to_ask: Vec<usize> = (0..self.town.len())
            .filter(|&n| self.town[n].busy_until.is_none_or(|busy| busy < date))
            .collect();
        let wanted = how_many_ask(date.weekday(), self.days.is_empty()) + self.luck.below(8);
        let mut asked = 0;
        for n in free_to_ask {
            if asked >= wanted {
                break;
            }
            if self.luck.percent(60) {
                asked += u32::try_from(self.town[n].members.len()).unwrap_or(0);
                self.ask(date, n)?;
            }
        }
        let day = self.draw(date)?;
        self.hand_everything_out(date)?;
        let path = format!("/desk-days/{date}/finish");
        self.caller.post(Who::Desk, &path, &json!({}))?;
        let sum = self.caller.get(Who::Coordinator, &format!("/desk-days/{date}/sum"))?;
        let dice = if day.digits.is_empty() { "everyone fitted" } else { "drawn with dice" };
        say(&format!(
            "  {} {date}: {} asked, {} got a ticket, {} turned away ({dice})",
            date.weekday(),
            sum["asked"],
            sum["collected"],
            sum["turned_away"]
        ));
        self.days.push(date);
        Ok(())
    }

    pub(super) fn open(&mut self, date: NaiveDate) -> Result<Value, Trouble> {
        self.clock.set(date, 10, 0);
        self.lots.clear();
        self.caller.post(Who::Desk, "/desk-days", &json!({ "date": date.to_string() }))
    }

    /// A party of the town asks.
    pub(super) fn ask(&mut self, date: NaiveDate, n: usize) -> Result<Value, Trouble> {
        let Some(group) = self.town.get_mut(n) else { return Ok(Value::Null) };
        group.known = true;
        let group = group.clone();
        let registered = self.register(date, &group)?;
        if let Some(lot) = registered["lots"][0]["lot"].as_u64() {
            self.lots.insert(lot, n);
        }
        Ok(registered)
    }

    /// A party asks: its lots.
    pub(super) fn register(&mut self, date: NaiveDate, group: &Group) -> Result<Value, Trouble> {
        let members: Vec<Value> = group.members.iter().map(super::people::Person::shown).collect();
        let body = json!({ "members": members, "accepts": group.accepts, "women_only": group.women_only });
        self.caller.post(Who::Desk, &format!("/desk-days/{date}/lots"), &body)
    }

    /// Closes, freezes, throws dice if not everyone fits.
    pub(super) fn draw(&mut self, date: NaiveDate) -> Result<Day, Trouble> {
        self.clock.set(date, 11, 30);
        self.caller.post(Who::Desk, &format!("/desk-days/{date}/close"), &json!({}))?;
        let frozen = self.caller.post(Who::Desk, &format!("/desk-days/{date}/draws"), &json!({}))?;
        let commitment = frozen["list"]["commitment"].as_str().unwrap_or_default().to_owned();
        let placed = self.caller.post(Who::Desk, &format!("/desk-days/{date}/placement"), &json!({}))?;
        let mut digits = String::new();
        if placed["stage"] == "awaiting_entropy" {
            digits = self.throw_dice(date)?;
        }
        Ok(Day { date, commitment, digits })
    }

    /// Thirty dice, typed digit by digit.
    pub(super) fn throw_dice(&mut self, date: NaiveDate) -> Result<String, Trouble> {
        let mut digits = String::new();
        for place in 1..=30 {
            let shown = 1 + self.luck.below(6);
            let digit = json!({ "place": place, "shown": shown });
            self.caller.post(Who::Desk, &format!("/desk-days/{date}/digits"), &digit)?;
            digits += &shown.to_string();
        }
        Ok(digits)
    }

    /// Every ticket is collected, and what is free is offered until nothing fits anybody.
    pub(super) fn hand_everything_out(&mut self, date: NaiveDate) -> Result<(), Trouble> {
        let path = format!("/desk-days/{date}/hand-out");
        loop {
            let state = self.caller.get(Who::Desk, &path)?;
            for lot in list(&state, "calling") {
                self.collect(date, lot)?;
            }
            if state["next"].is_null() {
                return Ok(());
            }
            let offer = json!({ "lot": state["next"]["lot"] });
            self.caller.post(Who::Desk, &format!("/desk-days/{date}/offers"), &offer)?;
        }
    }

    /// A lot collects its tickets; who has one does not ask again before its karens is over.
    pub(super) fn collect(&mut self, date: NaiveDate, lot: &Value) -> Result<(), Trouble> {
        let body = json!({ "sl_ticket": true });
        let path = format!("/desk-days/{date}/lots/{lot}/collect");
        let collected = self.caller.post(Who::Desk, &path, &body)?;
        let last = list(&collected, "tickets").iter().filter_map(|ticket| date_in(ticket, "last")).max();
        let group = lot.as_u64().and_then(|lot| self.lots.get(&lot)).and_then(|&n| self.town.get_mut(n));
        if let (Some(group), Some(last)) = (group, last) {
            group.busy_until = last.checked_add_days(Days::new(KARENS));
        }
        Ok(())
    }
}

/// Fridays are the hardest, since they give out three nights.
fn how_many_ask(weekday: Weekday, first: bool) -> u32 {
    match weekday {
        _ if first => 40,
        Weekday::Mon => 14,
        Weekday::Tue => 16,
        Weekday::Fri => 70,
        _ => 50,
    }
}

/// A date in an answer.
pub(super) fn date_in(value: &Value, field: &str) -> Option<NaiveDate> {
    value[field].as_str().and_then(|text| text.parse().ok())
}
