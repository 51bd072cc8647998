//! The Friday: eighty to a hundred people, a draw in front of the hall, tickets for three nights, and the evening after it.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::caller::Who;
use super::people::{Group, person};
use super::story::{Day, Story, date_in, list};
use super::{Trouble, nights, say};

/// The Friday that is told at length.
pub(super) fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 1, 26).unwrap_or_default()
}

/// How many people of the town ask, beside the few who are told of one by one.
const ASK: u32 = 90;

/// Tells it: what was shown and typed, for the record to be compared with.
pub(super) fn play(story: &mut Story<'_>) -> Result<Day, Trouble> {
    let date = date();
    say(&format!("\nFriday {date}: tickets for Friday, Saturday and Sunday night."));
    let banned = ban_somebody(story, date)?;
    story.open(date)?;
    let refused = refused_people(story, date, banned)?;
    let asked = everybody_asks(story, date)?;
    say(&format!("  {asked} people ask; {refused} more were refused."));
    story.clock.set(date, 11, 30);
    let day = the_draw(story, date)?;
    the_hand_out(story, date)?;
    story.days.push(date);
    the_evening(story, date)?;
    for later in 1..=2 {
        nights::play(story, date.checked_add_days(Days::new(later)).unwrap_or(date), None)?;
    }
    say("  The nights of Friday, Saturday and Sunday are closed.");
    Ok(day)
}

/// A guest of the town, who is free to ask, is banned from every shelter he accepts: who it is.
fn ban_somebody(story: &mut Story<'_>, date: NaiveDate) -> Result<usize, Trouble> {
    let free = |group: &Group| group.busy_until.is_none_or(|busy| busy < date);
    let n = who(story, "was here before and may be banned", |group| {
        group.known && group.members.len() == 1 && free(group)
    })?;
    let mut document = story.town[n].members[0].shown()["document"].clone();
    if let Some(fields) = document.as_object_mut() {
        fields.remove("valid");
    }
    let guest = story.caller.post(Who::Desk, "/guests/find", &json!({ "document": document }))?;
    let uno = guest["uno"].as_str().unwrap_or_default();
    let last = date.checked_add_days(Days::new(30)).unwrap_or(date);
    for shelter in &story.town[n].accepts {
        let ban = json!({ "shelter": shelter, "last": last.to_string(), "reason": "threats" });
        story.caller.post(Who::Coordinator, &format!("/guests/{uno}/bans"), &ban)?;
    }
    Ok(n)
}

/// The first group of the town of whom this is true.
fn who(story: &Story<'_>, what: &str, is_true: impl Fn(&Group) -> bool) -> Result<usize, Trouble> {
    let found = story.town.iter().position(is_true);
    found.ok_or_else(|| Trouble(format!("nobody in the town {what}: the story cannot go on")))
}

/// Those whom a rule refuses, one for each: how many.
fn refused_people(story: &mut Story<'_>, date: NaiveDate, banned: usize) -> Result<u32, Trouble> {
    let mut number = 9000;
    let mut reasons = Vec::new();
    let mut expired = person(&mut story.luck, &mut number, "man");
    expired.valid = false;
    let mut minor = person(&mut story.luck, &mut number, "man");
    minor.born = NaiveDate::from_ymd_opt(2001, 6, 1).unwrap_or_default();
    for one in [expired, minor] {
        let group = Group {
            members: vec![one],
            accepts: vec!["fa"],
            busy_until: None,
            women_only: false,
            known: false,
        };
        reasons.push(story.register(date, &group)?);
    }
    let karens = date.checked_add_days(Days::new(2));
    let in_karens = who(story, "is in karens", |group| group.busy_until == karens)?;
    for n in [in_karens, banned] {
        reasons.push(story.ask(date, n)?);
        story.town[n].busy_until = date.checked_add_days(Days::new(1));
    }
    let body = json!({ "sex": "man", "country": "ZZ" });
    story.caller.post(Who::Desk, &format!("/desk-days/{date}/without-document"), &body)?;
    say("  Some are refused, each with the reason and the date in words; one more shows no document at all:");
    for registered in &reasons {
        say_reason(&registered["lots"][0]);
    }
    Ok(u32::try_from(reasons.len()).unwrap_or(0) + 1)
}

/// Every reason of a refused lot, in English and Swedish.
fn say_reason(lot: &Value) {
    let verdict = &lot["verdict"];
    let mut said: Vec<&str> = Vec::new();
    let of_members = list(verdict, "members").iter().flat_map(|member| {
        let by_night = list(member, "nights").iter().flat_map(|night| list(night, "reasons"));
        list(member, "reasons").iter().chain(by_night)
    });
    for reason in of_members.chain(std::iter::once(&verdict["reason"])) {
        if let (Some(sv), Some(en)) = (reason["text"]["sv"].as_str(), reason["text"]["en"].as_str())
            && !said.contains(&en)
        {
            said.push(en);
            say(&format!("    lot {}: {en}\n           {sv}", lot["lot"]));
        }
    }
}

fn everybody_asks(story: &mut Story<'_>, date: NaiveDate) -> Result<u32, Trouble> {
    let mut asked = 0;
    for n in 0..story.town.len() {
        let group = &story.town[n];
        let size = u32::try_from(group.members.len()).unwrap_or(0);
        let may =
            group.busy_until.is_none_or(|busy| busy < date.checked_add_days(Days::new(1)).unwrap_or(date));
        if may && asked + size <= ASK && !story.lots.values().any(|&asked| asked == n) {
            story.ask(date, n)?;
            asked += size;
        }
    }
    Ok(asked)
}

/// The list is frozen, its commitment shown, dice thrown and typed, the draw made.
fn the_draw(story: &mut Story<'_>, date: NaiveDate) -> Result<Day, Trouble> {
    let path = format!("/desk-days/{date}");
    story.caller.post(Who::Desk, &format!("{path}/close"), &json!({}))?;
    let frozen = story.caller.post(Who::Desk, &format!("{path}/draws"), &json!({}))?;
    let list_shown = &frozen["list"];
    let commitment = list_shown["commitment"].as_str().unwrap_or_default().to_owned();
    say(&format!(
        "\n  The desk closes. {} lots ask, the last is {}.",
        list_shown["lots_in"], list_shown["last_lot"]
    ));
    say(&format!(
        "  The commitment, shown on every screen and read out before any die is thrown:\n    {commitment}"
    ));
    let placed = story.caller.post(Who::Desk, &format!("{path}/placement"), &json!({}))?;
    if placed["stage"] != "awaiting_entropy" {
        say("  Everyone fits, so there is no draw.");
        return Ok(Day { date, commitment, digits: String::new() });
    }
    let digits = story.throw_dice(date)?;
    say(&format!("  Thirty dice, typed one by one:\n    {digits}"));
    let drawn = story.caller.get(Who::Desk, &format!("{path}/hand-out"))?;
    let (called, waiting) = (list(&drawn, "calling").len(), list(&drawn, "waiting").len());
    say(&format!("  The draw: {called} lots placed, {waiting} on the reserve list."));
    Ok(Day { date, commitment, digits })
}

/// One is declined, one lapses, the reserve list moves up; the rest are turned away.
fn the_hand_out(story: &mut Story<'_>, date: NaiveDate) -> Result<(), Trouble> {
    let path = format!("/desk-days/{date}");
    let state = story.caller.get(Who::Desk, &format!("{path}/hand-out"))?;
    let calling = list(&state, "calling").to_vec();
    let (Some(declines), Some(absent)) = (calling.first(), calling.get(1)) else {
        return Err(Trouble("nobody was placed on the Friday".to_owned()));
    };
    story.caller.post(Who::Desk, &format!("{path}/lots/{declines}/decline"), &json!({}))?;
    say(&format!("\n  Lot {declines} declines. {}", moves_up(story, date)?));
    story.caller.post(Who::Desk, &format!("{path}/lots/{absent}/call"), &json!({}))?;
    story.clock.pass(10);
    story.caller.post(Who::Desk, &format!("{path}/lots/{absent}/call"), &json!({}))?;
    story.caller.post(Who::Desk, &format!("{path}/lots/{absent}/lapse"), &json!({}))?;
    say(&format!(
        "  Lot {absent} is called twice, ten minutes apart, and does not come. {}",
        moves_up(story, date)?
    ));
    story.hand_everything_out(date)?;
    story.caller.post(Who::Desk, &format!("{path}/finish"), &json!({}))?;
    let sum = story.caller.get(Who::Coordinator, &format!("{path}/sum"))?;
    say(&format!(
        "  {} people collect a ticket and an SL ticket; {} are turned away for lack of place.",
        sum["collected"], sum["turned_away"]
    ));
    Ok(())
}

fn moves_up(story: &mut Story<'_>, date: NaiveDate) -> Result<String, Trouble> {
    let path = format!("/desk-days/{date}");
    let next = story.caller.get(Who::Desk, &format!("{path}/hand-out"))?["next"].clone();
    if next.is_null() {
        return Ok("The place fits nobody on the reserve list.".to_owned());
    }
    story.caller.post(Who::Desk, &format!("{path}/offers"), &json!({ "lot": next["lot"] }))?;
    Ok(format!("The place goes to lot {}, next on the reserve list that fits.", next["lot"]))
}

/// A walk-in, one at the wrong shelter, one twice, one not at all.
fn the_evening(story: &mut Story<'_>, date: NaiveDate) -> Result<(), Trouble> {
    story.clock.set(date, 16, 0);
    let expected = story.caller.get(Who::Shelter("fa"), &format!("/shelters/fa/nights/{date}"))?;
    let codes: Vec<String> = list(&expected, "expected")
        .iter()
        .filter_map(|guest| guest["code"].as_str().map(str::to_owned))
        .collect();
    let (Some(first), Some(second), Some(third)) = (codes.first(), codes.get(1), codes.last()) else {
        return Err(Trouble("nobody is expected at Filadelfia".to_owned()));
    };
    say("\n  The evening:");
    walk_in(story, date, third)?;
    story.clock.set(date, 20, 30);
    for (door, code, who) in [
        ("vb", first, "a guest at the wrong shelter"),
        ("fa", first, "the same guest at the right one"),
        ("fa", first, "and once more"),
    ] {
        let answer = nights::scan(story, door, code)?;
        say(&format!("    {who}: {}", answer["text"]["en"].as_str().unwrap_or_default()));
    }
    nights::play(story, date, Some(second))?;
    let closed = story.caller.get(Who::Shelter("fa"), &format!("/shelters/fa/nights/{date}"))?;
    say(&format!(
        "    {} guests came to Filadelfia, {} tickets did not.",
        closed["sum"]["arrived"], closed["sum"]["no_show"]
    ));
    Ok(())
}

/// A guest gave the ticket back in the afternoon; the place goes to the first of those turned away who can come, in drawn order.
fn walk_in(story: &mut Story<'_>, date: NaiveDate, given_back: &str) -> Result<(), Trouble> {
    story.caller.post(Who::Desk, &format!("/tickets/{given_back}/give-back"), &json!({}))?;
    let path = format!("/shelters/fa/turned-away?night={date}");
    let could_come = story.caller.get(Who::Coordinator, &path)?;
    let first = could_come.as_array().and_then(|list| list.iter().find(|one| list_is_single(one)));
    let Some(first) = first else {
        say("    a ticket was given back, but the place fits nobody who was turned away");
        return Ok(());
    };
    let body = json!({ "guests": [{ "uno": first["guests"][0] }], "night": date.to_string() });
    let given = story.caller.post(Who::Coordinator, "/shelters/fa/walk-ins", &body)?;
    let night = date_in(&given["beds"][0], "night").unwrap_or(date);
    say(&format!(
        "    a ticket was given back at the desk: lot {}, turned away in the morning, walks in for the night of {night}",
        first["lot"]
    ));
    Ok(())
}

fn list_is_single(one: &Value) -> bool {
    list(one, "guests").len() == 1
}
