//! What surrounds the service fails: clear answers, nothing lost, and no person needed when the cause is gone.

use serde_json::json;

use crate::house::{FRIDAY, House, Kind, man, party};

/// Opens the Friday and registers one.
fn opened(kind: Kind) -> (House, crate::program::Serving) {
    let house = House::new(kind);
    let serving = house.serve();
    let calls = serving.caller();
    calls.post(&house.tokens.desk, "/desk-days", &json!({ "date": FRIDAY })).yes();
    calls.post(&house.tokens.desk, &lots(), &party(&man("AB 1"))).yes();
    (house, serving)
}

fn lots() -> String {
    format!("/desk-days/{FRIDAY}/lots")
}

#[test]
fn a_key_file_deleted_while_it_runs_stops_nothing_and_is_missed_at_the_next_start() {
    let (house, serving) = opened(Kind::Sqlite);
    let key = house.home.file("key");
    let text = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let calls = serving.caller();
    let registered = calls.post(&house.tokens.desk, &lots(), &party(&man("AB 2"))).yes();
    assert_eq!(registered["lots"][0]["lot"], 2);
    serving.kill();
    let missing = "is missing, and without it no guest is recognised: put it back";
    house.home.run(&crate::program::SERVE).refused(1, missing);
    assert!(!key.exists(), "a new one would make every guest a stranger");
    std::fs::write(&key, text).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&key, open).unwrap();
    let serving = house.serve();
    let seen = serving.caller().get(&house.tokens.desk, &lots()).yes();
    assert_eq!(seen["lots"].as_array().unwrap().len(), 2);
}
