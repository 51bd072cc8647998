//! The end of the story: the sums, the record of the draw, and where the service answers.

use std::net::SocketAddr;
use std::path::Path;

use super::caller::{Caller, Who};
use super::story::{Day, SHELTERS, Story, list};
use super::{Trouble, say};
use crate::domain::lottery::verify::{Print, verify};

/// Checks every sum and the record of the Friday. Whether all hold.
pub(super) fn print(story: &Story<'_>, friday: &Day, folder: &Path) -> Result<bool, Trouble> {
    let mut off = Vec::new();
    let (mut asked, mut collected, mut turned_away) = (0, 0, 0);
    for date in &story.days {
        let sum = story.caller.get(Who::Coordinator, &format!("/desk-days/{date}/sum"))?;
        asked += sum["asked"].as_u64().unwrap_or(0);
        collected += sum["collected"].as_u64().unwrap_or(0);
        turned_away += sum["turned_away"].as_u64().unwrap_or(0);
        off.extend(list(&sum, "discrepancies").iter().map(ToString::to_string));
        if sum["still_undecided"] != 0 {
            off.push(format!("{date}: {} still undecided on a finished day", sum["still_undecided"]));
        }
    }
    let (mut arrived, mut no_shows, mut walk_ins) = (0, 0, 0);
    for night in &story.nights {
        for (shelter, _) in SHELTERS {
            let seen = story.caller.get(Who::Coordinator, &format!("/shelters/{shelter}/nights/{night}"))?;
            arrived += seen["sum"]["arrived"].as_u64().unwrap_or(0);
            no_shows += seen["sum"]["no_show"].as_u64().unwrap_or(0);
            walk_ins += seen["sum"]["walk_ins"].as_u64().unwrap_or(0);
            off.extend(list(&seen, "discrepancies").iter().map(ToString::to_string));
        }
    }
    say(&format!(
        "\nSummary: {} desk days, {} nights, {} requests.",
        story.days.len(),
        story.nights.len(),
        story.caller.calls()
    ));
    say(&format!(
        "  {asked} asked (persons, day by day), {collected} got a ticket, {turned_away} were turned away"
    ));
    say(&format!("  {arrived} arrivals, {no_shows} no-shows, {walk_ins} walk-ins"));
    for fault in &off {
        say(&format!("  OFF: {fault}"));
    }
    if off.is_empty() {
        say(
            "  Every sum holds: asked = what became of them, day by day; tickets and places, night by night.",
        );
    }
    Ok(record(story, friday, folder)? && off.is_empty())
}

/// Saves the record of the Friday, verifies it against what was shown and typed, and says how anybody can. The file stands beside
/// the folder and not in it: it stays when the folder goes, so that what is said here can be done afterwards.
fn record(story: &Story<'_>, friday: &Day, folder: &Path) -> Result<bool, Trouble> {
    let answer = story.caller.get(Who::Coordinator, &format!("/desk-days/{}/draws/1/record", friday.date))?;
    let record = answer["record"].as_str().unwrap_or_default();
    let file = folder.with_extension("friday.record.json");
    std::fs::write(&file, record).map_err(|error| Trouble(error.to_string()))?;
    let entropy = (!friday.digits.is_empty()).then(|| format!("dice:{}", friday.digits));
    let print = Print { commitment: Some(friday.commitment.clone()), entropy: entropy.clone() };
    let verified = verify(record.as_bytes(), &print);
    match &verified {
        Ok(_) => say("  The draw verifies against the commitment shown before and the digits typed."),
        Err(failure) => say(&format!("  OFF: the draw does not verify: {failure}")),
    }
    let entropy = entropy.map(|entropy| format!(" --entropy {entropy}")).unwrap_or_default();
    say(&format!(
        "\nVerify it yourself:\n  cargo run -- verify {} \\\n    --commitment {}{entropy}",
        file.display(),
        friday.commitment
    ));
    Ok(verified.is_ok())
}

/// Where the service answers, and to whom.
pub(super) fn say_where(address: SocketAddr, caller: &Caller) {
    say(&format!("\nThe API:         http://{address}/api/docs/"));
    say(&format!("What a hall sees: http://{address}/api/v1/public/desk-days/{}", super::friday::date()));
    for (who, name) in
        [(Who::Desk, "desk"), (Who::Shelter("fa"), "shelter fa"), (Who::Coordinator, "coordinator")]
    {
        say(&format!("  token of the {name}: {}", caller.token(who)));
    }
}
