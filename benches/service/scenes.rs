//! What is measured.

use chrono::NaiveDate;
use serde_json::json;

use crate::bare;
use crate::client::Request;
use crate::hall::{FRIDAY, Hall, Opened, asks};
use crate::load::{Measured, send_all};
use crate::place::Place;
use crate::served::{Commits, Served};
use crate::years::Years;

const MORNING: &str = "2026-11-27T09:00:00Z";
const EVENING: &str = "2026-11-27T19:30:00Z";
const CLIENTS: [usize; 3] = [1, 32, 128];
/// Shelters of the scenes on a fresh database, with fifty places each: enough guests for a load.
const SHELTERS: usize = 40;

/// Everything on one kind of database, or the years alone.
pub(crate) fn run(place: &Place, years: u32, years_alone: bool) {
    println!("\n{}", place.name());
    let bare = bare::commits(&place.database("bare"));
    println!("{}", bare.line("bare commits, one row each"));
    for commits in [Commits::Grouped, Commits::OneEach].into_iter().filter(|_| !years_alone) {
        registrations(place, commits);
        arrivals(place, commits);
    }
    after_years(place, years);
}

fn name_of(what: &str, clients: usize, commits: Commits) -> String {
    let how = if commits == Commits::OneEach { ", one transaction each" } else { "" };
    format!("{what}, {clients} client{}{how}", if clients == 1 { "" } else { "s" })
}

fn name_of_data(what: &str, commits: Commits) -> String {
    let how = if commits == Commits::OneEach { "_one_each" } else { "" };
    format!("{what}{how}")
}

fn codes_of_shelters() -> Vec<String> {
    (0..SHELTERS).map(|number| format!("s{number}")).collect()
}

/// A desk day on which many ask, most of them never seen before.
fn registrations(place: &Place, commits: Commits) {
    let data = place.data(&name_of_data("registrations", commits));
    let mut served = Served::start(&data, commits, MORNING);
    let codes = codes_of_shelters();
    let pools: Vec<Opened<'_>> = codes.iter().map(|code| (code.as_str(), "any", 50)).collect();
    let mut hall = Hall::new(&mut served, &pools, FRIDAY);
    hall.open(FRIDAY);
    let mut next = 0;
    for clients in CLIENTS {
        let count = if clients == 1 { 1_000 } else { 6_000 };
        let requests = (next..next + count)
            .map(|n| asks(FRIDAY, n, "man", &[&codes[n % SHELTERS], &codes[(n + 1) % SHELTERS]]))
            .collect();
        next += count;
        let seen = send_all(&served, &hall.desk_token, clients, requests, 201);
        println!("{}", seen.line(&name_of("registrations", clients, commits)));
    }
    println!("    resident afterwards: {:.0} MiB", served.resident());
    served.stop();
}

/// The evening of such a day: every ticket is shown at its door, again and again after being taken back.
fn arrivals(place: &Place, commits: Commits) {
    let data = place.data(&name_of_data("arrivals", commits));
    let mut served = Served::start(&data, Commits::Grouped, MORNING);
    let codes = codes_of_shelters();
    let pools: Vec<Opened<'_>> = codes.iter().map(|code| (code.as_str(), "any", 50)).collect();
    let mut hall = Hall::new(&mut served, &pools, FRIDAY);
    hall.open(FRIDAY);
    let requests = (0..SHELTERS * 50).map(|n| asks(FRIDAY, n, "man", &[&codes[n % SHELTERS]])).collect();
    send_all(&served, &hall.desk_token, 32, requests, 201);
    hall.draw(FRIDAY);
    hall.hand_out(&served, FRIDAY, 32);
    hall.step(FRIDAY, "finish");
    let token = hall.coordinator_token.clone();
    let tickets: Vec<(String, String)> = codes
        .iter()
        .flat_map(|shelter| {
            hall.codes(shelter, FRIDAY).into_iter().map(|code| (shelter.clone(), code)).collect::<Vec<_>>()
        })
        .collect();
    drop(hall);
    served.stop();
    let served = Served::start(&data, commits, EVENING);
    let at_the_door = |what: &str| -> Vec<Request> {
        tickets
            .iter()
            .map(|(shelter, code)| {
                Request::post(format!("/shelters/{shelter}/{what}"), &json!({ "code": code }))
            })
            .collect()
    };
    for clients in CLIENTS {
        let mut rounds = Vec::new();
        for _ in 0..if clients == 1 { 1 } else { 4 } {
            rounds.push(send_all(&served, &token, clients, at_the_door("arrivals"), 201));
            send_all(&served, &token, 32, at_the_door("arrivals/undo"), 200);
        }
        println!("{}", Measured::middle(rounds).line(&name_of("arrivals", clients, commits)));
    }
    println!("    resident afterwards: {:.0} MiB", served.resident());
    served.stop();
}

/// What the desk and the doors ask of a database that has all these years in it.
fn after_years(place: &Place, years: u32) {
    let data = place.data("years");
    let friday: NaiveDate = FRIDAY.parse().unwrap();
    let mut lived = Years::live(&data, years, friday);
    let (tickets, arrivals) = (lived.tickets, lived.arrivals);
    println!("after {years} years: {tickets} tickets, {arrivals} arrivals");
    lived.ask(friday);
    let known = json!({ "members": [lived.oldest()], "accepts": ["fa", "fr"] });
    for clients in CLIENTS {
        let asked =
            vec![Request::post(format!("/desk-days/{FRIDAY}/eligibility"), &known); how_many(clients)];
        let seen = send_all(&lived.served, &lived.hall.desk_token, clients, asked, 200);
        println!("{}", seen.line(&name_of("eligibility", clients, Commits::Grouped)));
    }
    let new = (1_000_000..1_000_500).map(|n| asks(FRIDAY, n, "man", &["fa", "fr"])).collect();
    let seen = send_all(&lived.served, &lived.hall.desk_token, 1, new, 201);
    println!("{}", seen.line(&name_of("registrations", 1, Commits::Grouped)));
    lived.hall.draw(FRIDAY);
    lived.hall.hand_out(&lived.served, FRIDAY, 16);
    while lived.hall.offer_what_is_left(FRIDAY) {
        lived.hall.hand_out(&lived.served, FRIDAY, 16);
    }
    lived.hall.step(FRIDAY, "finish");
    lived.served.at(EVENING);
    let door = lived.door("fa");
    for clients in CLIENTS {
        let lists = vec![Request::get("/shelters/fa/nights/tonight"); how_many(clients)];
        let seen = send_all(&lived.served, &door, clients, lists, 200);
        println!("{}", seen.line(&name_of("expected guests", clients, Commits::Grouped)));
    }
    let tonight = lived.hall.codes("fa", FRIDAY);
    let come =
        tonight.iter().map(|code| Request::post("/shelters/fa/arrivals", &json!({ "code": code }))).collect();
    println!(
        "{}",
        send_all(&lived.served, &door, 1, come, 201).line(&name_of("arrivals", 1, Commits::Grouped))
    );
    println!("    resident afterwards: {:.0} MiB", lived.served.resident());
    lived.served.stop();
    println!("    on disk: {:.0} MiB, {:.1} a year", mib(data.size()), mib(data.size()) / f64::from(years));
    let mut starts: Vec<_> = (0..5).map(|_| data.start_to_ready()).collect();
    starts.sort_by_key(|start| start.0);
    println!(
        "    start to ready: {:.0} ms; then resident: {:.0} MiB",
        starts[2].0.as_secs_f64() * 1e3,
        starts[2].1
    );
}

fn how_many(clients: usize) -> usize {
    if clients == 1 { 500 } else { 4_000 }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}
