//! The evenings: who comes to which door, and the nights closed in the morning.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Trouble;
use super::caller::Who;
use super::story::{SHELTERS, Story, list};

/// How many of a hundred ticket nights are slept, as the reports say.
const COME: u32 = 88;

/// A night at every shelter: guests come, and in the morning the night is closed. `absent` is a ticket that does not come.
pub(super) fn play(story: &mut Story<'_>, night: NaiveDate, absent: Option<&str>) -> Result<(), Trouble> {
    story.clock.set(night, 21, 0);
    for (shelter, _) in SHELTERS {
        let expected =
            story.caller.get(Who::Shelter(shelter), &format!("/shelters/{shelter}/nights/{night}"))?;
        for guest in list(&expected, "expected") {
            let code = guest["code"].as_str().unwrap_or_default();
            let here_already = !guest["arrived_at"].is_null();
            if !here_already && absent != Some(code) && story.luck.percent(COME) {
                scan(story, shelter, code)?;
            }
        }
    }
    close(story, night)
}

/// A ticket is scanned at a door: the answer.
pub(super) fn scan(story: &Story<'_>, shelter: &'static str, code: &str) -> Result<Value, Trouble> {
    let body = json!({ "code": code });
    story.caller.post(Who::Shelter(shelter), &format!("/shelters/{shelter}/arrivals"), &body)
}

/// The morning after: every shelter closes its night.
fn close(story: &mut Story<'_>, night: NaiveDate) -> Result<(), Trouble> {
    story.clock.set(night.succ_opt().unwrap_or(night), 7, 0);
    for (shelter, _) in SHELTERS {
        let path = format!("/shelters/{shelter}/nights/{night}/close");
        story.caller.post(Who::Shelter(shelter), &path, &json!({}))?;
    }
    story.nights.push(night);
    Ok(())
}
