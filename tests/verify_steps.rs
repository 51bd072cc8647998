//! `verify` refuses every record that was changed, at the step that draw.md, section 7 names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use std::collections::BTreeSet;

use inskrivning::domain::lottery::manifest::Manifest;
use inskrivning::domain::lottery::verify::{Print, Step, verify};
use inskrivning::domain::lottery::{Draw, record};
use serde_json::{Value, json};
use support::{Vector, vector};

const STEPS: [Step; 11] = [
    Step::Form,
    Step::Manifest,
    Step::Commitment,
    Step::Entropy,
    Step::Witnessed,
    Step::Seed,
    Step::Keys,
    Step::Order,
    Step::Outcomes,
    Step::Oversubscribed,
    Step::ResultHash,
];

/// Eight lots, thirty dice, places and a reserve list.
fn small() -> Vector {
    vector("shared", "small")
}

/// Nothing was drawn: entropy, witnessed and seed are null, keys empty.
fn everyone_fits() -> Vector {
    vector("shared", "everyone-fits")
}

fn value(vector: &Vector) -> Value {
    serde_json::from_str(&vector.record).unwrap()
}

/// The step at which a record fails, if it does.
fn step_of_bytes(bytes: &[u8], print: &Print) -> Option<Step> {
    verify(bytes, print).err().map(|failure| failure.step)
}

fn step(record: &Value) -> Option<Step> {
    step_of_bytes(record.to_string().as_bytes(), &Print::default())
}

/// The small record with one field changed.
#[track_caller]
fn fails(at: Step, change: impl FnOnce(&mut Value)) {
    let mut record = value(&small());
    change(&mut record);
    assert_eq!(step(&record), Some(at));
}

/// Another hash: one hex digit differs.
fn other_hex(value: &Value) -> Value {
    let text = value.as_str().unwrap();
    json!(format!("{}{}", &text[..63], if text.ends_with('0') { '1' } else { '0' }))
}

// One record for every step.

#[test]
fn steps_come_in_the_order_of_draw_md() {
    assert!(STEPS.is_sorted());
    let names: Vec<String> = STEPS.iter().map(Step::to_string).collect();
    assert_eq!(
        names.join(", "),
        "form, manifest, commitment, entropy, witnessed, seed, keys, order, outcomes, oversubscribed, result_hash"
    );
}

#[test]
fn form_fails_for_what_is_no_record() {
    let good = small().record;
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for text in [
        "",
        "{}",
        "[]",
        "null",
        " ",
        &good[1..],
        &good[..good.len() - 1],
        &format!("{good}\n"),
        &format!(" {good}"),
        &format!("\u{feff}{good}"),
        &format!("{good}{good}"),
        &deep,
        &format!("{{\"commitment\":{deep}}}"),
        &format!("{{\"unknown\":{deep}}}"),
        &good.replacen(':', ": ", 1),
        &good.replacen("\"witnessed\":true", "\"witnessed\":true ", 1),
        &good.replacen("\"rank\":1,", "\"rank\":1.0,", 1),
        &good.replacen("\"rank\":1,", "\"rank\":1e0,", 1),
        &good.replacen("\"rank\":1,", "\"rank\":-0,", 1),
        &good.replacen("\"placed\"", "\"pl\\u0061ced\"", 1),
        &good.replacen("inskrivning-draw/1\"", "inskrivning-draw\\/1\"", 1),
        &good.replacen("\"result\":\"placed\"", "\"result\":\"\\ud800\"", 1),
        &String::from_utf8(small().manifest).unwrap(),
    ] {
        assert_ne!(text, &good);
        let failed = step_of_bytes(text.as_bytes(), &Print::default());
        assert_eq!(failed, Some(Step::Form), "{}", text.chars().take(200).collect::<String>());
    }
    let mut not_utf_8 = good.into_bytes();
    not_utf_8[40] = 0xff;
    assert_eq!(step_of_bytes(&not_utf_8, &Print::default()), Some(Step::Form));
}

#[test]
fn form_fails_for_another_version() {
    for other in ["inskrivning-draw/2", "", "inskrivning-draw/1 "] {
        fails(Step::Form, |record| record["v"] = json!(other));
    }
}

#[test]
fn form_fails_for_an_outcome_of_neither_shape() {
    let record = value(&small());
    let outcomes = record["outcomes"].as_array().unwrap();
    let first = |result: &str| outcomes.iter().position(|outcome| outcome["result"] == result).unwrap();
    let (placed, reserve) = (first("placed"), first("reserve"));
    let fails = |outcome: usize, key: &str, value: Value| {
        fails(Step::Form, |record| record["outcomes"][outcome][key] = value);
    };
    fails(placed, "result", json!("reserve"));
    fails(reserve, "result", json!("placed"));
    fails(placed, "result", json!("seated"));
    fails(placed, "reserve", json!(1));
    for key in ["entries", "nights", "phase", "shelter", "start"] {
        fails(reserve, key, outcomes[placed][key].clone());
        fails(reserve, key, json!(null));
    }
}

#[test]
fn manifest_fails_for_a_manifest_that_would_be_refused() {
    fails(Step::Manifest, |record| record["manifest"] = json!(""));
    fails(Step::Manifest, |record| record["manifest"] = json!("{}"));
    fails(Step::Manifest, |record| {
        record["manifest"] =
            json!(record["manifest"].as_str().unwrap().replace("\"draw\":1", "\"draw\":100"));
    });
    fails(Step::Manifest, |record| {
        record["manifest"] = json!(record["manifest"].as_str().unwrap().to_owned() + "\n");
    });
}

#[test]
fn commitment_fails_for_one_that_is_not_the_manifest_s() {
    fails(Step::Commitment, |record| record["commitment"] = other_hex(&record["commitment"]));
    fails(Step::Commitment, |record| {
        record["commitment"] = json!(record["commitment"].as_str().unwrap().to_uppercase());
    });
    fails(Step::Commitment, |record| record["commitment"] = json!(""));
}

#[test]
fn entropy_fails_when_it_is_not_of_the_manifest_s_source() {
    fails(Step::Entropy, |record| record["entropy"] = json!(null));
    for other in [
        String::new(),
        "dice:".to_owned(),
        format!("dice:{}", "1".repeat(29)),
        format!("dice:{}", "1".repeat(31)),
        format!("dice:{}7", "1".repeat(29)),
        format!("dice:{}0", "1".repeat(29)),
        format!("dice:{} ", "1".repeat(29)),
        format!("dice:{}\u{661}", "1".repeat(29)),
        format!("Dice:{}", "1".repeat(30)),
        "1".repeat(30),
        format!("service:{}", "0".repeat(64)),
    ] {
        fails(Step::Entropy, |record| record["entropy"] = json!(other));
    }
}

#[test]
fn entropy_fails_when_it_is_given_though_everyone_fits() {
    let mut record = value(&everyone_fits());
    record["entropy"] = json!(format!("dice:{}", "1".repeat(30)));
    assert_eq!(step(&record), Some(Step::Entropy));
    // Nor does it help to mend all that follows from it.
    record["witnessed"] = json!(true);
    record["seed"] = json!("0".repeat(64));
    assert_eq!(step(&record), Some(Step::Entropy));
}

#[test]
fn witnessed_fails_when_it_names_another_source() {
    fails(Step::Witnessed, |record| record["witnessed"] = json!(false));
    fails(Step::Witnessed, |record| record["witnessed"] = json!(null));
    let mut by_the_service = value(&vector("own", "family-of-20"));
    assert_eq!(by_the_service["witnessed"], json!(false));
    by_the_service["witnessed"] = json!(true);
    assert_eq!(step(&by_the_service), Some(Step::Witnessed));
    let mut not_drawn = value(&everyone_fits());
    not_drawn["witnessed"] = json!(false);
    assert_eq!(step(&not_drawn), Some(Step::Witnessed));
}

#[test]
fn seed_fails_when_it_does_not_follow() {
    fails(Step::Seed, |record| record["seed"] = other_hex(&record["seed"]));
    fails(Step::Seed, |record| record["seed"] = json!(null));
    // Other digits of the right number: everything up to the seed is in order.
    fails(Step::Seed, |record| record["entropy"] = json!(format!("dice:{}", "1".repeat(30))));
}

#[test]
fn keys_fail_when_one_is_wrong_missing_or_too_many() {
    fails(Step::Keys, |record| record["keys"]["1"] = other_hex(&record["keys"]["1"]));
    fails(Step::Keys, |record| {
        record["keys"].as_object_mut().unwrap().remove("1");
    });
    for other in ["0", "01", "99", "", "x", "1 "] {
        fails(Step::Keys, |record| record["keys"][other] = record["keys"]["1"].clone());
    }
    fails(Step::Keys, |record| record["keys"] = json!({}));
}

#[test]
fn keys_are_sorted_as_rfc_8785_sorts_them_whatever_they_are_called() {
    let with_keys = |first: &str, second: &str| {
        let keys = format!(",\"{first}\":\"\",\"{second}\":\"\"}},\"manifest\"");
        step_of_bytes(small().record.replacen("},\"manifest\"", &keys, 1).as_bytes(), &Print::default())
    };
    // As UTF-16 the one begins with d800 and comes before the other, e000; as UTF-8, and by number, it comes after.
    assert_eq!(with_keys("\u{10000}", "\u{e000}"), Some(Step::Keys));
    assert_eq!(with_keys("\u{e000}", "\u{10000}"), Some(Step::Form));
    assert_eq!(with_keys("a", "b"), Some(Step::Keys));
    assert_eq!(with_keys("b", "a"), Some(Step::Form));
}

#[test]
fn order_fails_when_lots_change_places() {
    fails(Step::Order, |record| record["order"].as_array_mut().unwrap().swap(0, 1));
    fails(Step::Order, |record| {
        record["order"].as_array_mut().unwrap().pop();
    });
    fails(Step::Order, |record| record["order"] = json!([]));
}

#[test]
fn outcomes_fail_when_they_are_not_those_of_the_placement() {
    fails(Step::Outcomes, |record| record["outcomes"].as_array_mut().unwrap().swap(0, 1));
    fails(Step::Outcomes, |record| record["outcomes"] = json!([]));
    fails(Step::Outcomes, |record| record["outcomes"][0]["rank"] = json!(2));
}

#[test]
fn oversubscribed_fails_when_it_says_the_contrary() {
    fails(Step::Oversubscribed, |record| record["oversubscribed"] = json!(false));
    let mut record = value(&everyone_fits());
    record["oversubscribed"] = json!(true);
    assert_eq!(step(&record), Some(Step::Oversubscribed));
}

#[test]
fn result_hash_fails_when_it_is_another() {
    fails(Step::ResultHash, |record| record["result_hash"] = other_hex(&record["result_hash"]));
    fails(Step::ResultHash, |record| {
        record["result_hash"] = json!(record["result_hash"].as_str().unwrap().to_uppercase());
    });
}

#[test]
fn the_first_step_that_fails_is_named_when_all_fail() {
    let mut record = value(&small());
    let wrong = [
        ("result_hash", json!(""), Step::ResultHash),
        ("oversubscribed", json!(false), Step::Oversubscribed),
        ("outcomes", json!([]), Step::Outcomes),
        ("order", json!([]), Step::Order),
        ("keys", json!({}), Step::Keys),
        ("seed", json!(null), Step::Seed),
        ("witnessed", json!(null), Step::Witnessed),
        ("entropy", json!(null), Step::Entropy),
        ("commitment", json!(""), Step::Commitment),
        ("manifest", json!(""), Step::Manifest),
        ("v", json!(""), Step::Form),
    ];
    // From the last step to the first, each fault comes before all those made so far.
    for (key, value, at) in wrong {
        record[key] = value;
        assert_eq!(step(&record), Some(at));
    }
}

// Somebody changes the list afterwards and mends what follows from it, one field after the other.

#[test]
fn a_changed_list_is_found_until_everything_that_follows_from_it_is_changed_too() {
    let vector = small();
    let mut manifest: Value = serde_json::from_slice(&vector.manifest).unwrap();
    manifest["log"] = other_hex(&manifest["log"]);
    let forged = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let forged = record::write(&Draw::new(forged, vector.entropy.as_deref()).unwrap()).unwrap();
    let forged: Value = serde_json::from_str(&forged).unwrap();

    let mut record = value(&vector);
    assert_eq!(step(&record), None);
    for (key, at) in [
        ("manifest", Some(Step::Commitment)),
        ("commitment", Some(Step::Seed)),
        ("seed", Some(Step::Keys)),
        ("keys", Some(Step::Order)),
        ("order", Some(Step::Outcomes)),
        ("outcomes", Some(Step::ResultHash)),
        ("result_hash", None),
    ] {
        assert_ne!(record[key], forged[key], "{key} does not differ, so that nothing is shown");
        record[key] = forged[key].clone();
        assert_eq!(step(&record), at, "after {key}");
    }
    // Now the record is that of another list, consistent in itself. Only the print tells.
    let print = Print { commitment: Some(vector.commitment.clone()), entropy: vector.entropy.clone() };
    assert_eq!(step_of_bytes(record.to_string().as_bytes(), &print), Some(Step::Commitment));
    let digits_only = Print { commitment: None, entropy: vector.entropy };
    assert_eq!(step_of_bytes(record.to_string().as_bytes(), &digits_only), None);
}

#[test]
fn a_draw_made_with_other_digits_is_found_by_the_digits_written_down() {
    let vector = small();
    let manifest = Manifest::read(&vector.manifest).unwrap();
    let other = format!("dice:{}", "1".repeat(30));
    let forged = record::write(&Draw::new(manifest, Some(&other)).unwrap()).unwrap();
    let print = |entropy: &str| Print {
        commitment: Some(vector.commitment.clone()),
        entropy: Some(entropy.to_owned()),
    };
    assert_eq!(step_of_bytes(forged.as_bytes(), &print(&other)), None);
    assert_eq!(
        step_of_bytes(forged.as_bytes(), &print(vector.entropy.as_ref().unwrap())),
        Some(Step::Entropy)
    );
}

#[test]
fn a_print_that_differs_fails_at_its_own_step() {
    let Vector { record, commitment, entropy, .. } = small();
    let wrong =
        |text: &str| Some(text[..text.len() - 1].to_owned() + if text.ends_with('1') { "2" } else { "1" });
    let step = |commitment: Option<String>, entropy: Option<String>| {
        step_of_bytes(record.as_bytes(), &Print { commitment, entropy })
    };
    let entropy = entropy.unwrap();
    assert_eq!(step(Some(commitment.clone()), Some(entropy.clone())), None);
    assert_eq!(step(wrong(&commitment), None), Some(Step::Commitment));
    assert_eq!(step(Some(String::new()), None), Some(Step::Commitment));
    assert_eq!(step(Some(commitment[..63].to_owned()), None), Some(Step::Commitment));
    assert_eq!(step(None, wrong(&entropy)), Some(Step::Entropy));
    assert_eq!(step(None, Some(String::new())), Some(Step::Entropy));
    assert_eq!(step(None, Some(entropy["dice:".len()..].to_owned())), Some(Step::Entropy));
    assert_eq!(step(wrong(&commitment), wrong(&entropy)), Some(Step::Commitment));
    assert_eq!(step(Some(commitment), wrong(&entropy)), Some(Step::Entropy));
}

#[test]
fn digits_written_down_where_nothing_was_drawn_fail_at_entropy() {
    let Vector { record, commitment, .. } = everyone_fits();
    for digits in [format!("dice:{}", "1".repeat(30)), String::new(), "null".to_owned()] {
        let print = Print { commitment: Some(commitment.clone()), entropy: Some(digits) };
        assert_eq!(step_of_bytes(record.as_bytes(), &print), Some(Step::Entropy));
    }
    let print = Print { commitment: Some(commitment), entropy: None };
    assert_eq!(step_of_bytes(record.as_bytes(), &print), None);
}

// Every field of a record, changed in every way.

/// The way to a value in a record: keys and positions.
type Path = Vec<String>;

/// The step at which a changed value is found, if it has the type it should have.
fn own_step(path: &[String]) -> Step {
    match path[0].as_str() {
        "commitment" => Step::Commitment,
        "entropy" => Step::Entropy,
        "witnessed" => Step::Witnessed,
        "seed" => Step::Seed,
        "keys" => Step::Keys,
        "order" => Step::Order,
        "outcomes" => Step::Outcomes,
        "oversubscribed" => Step::Oversubscribed,
        "result_hash" => Step::ResultHash,
        _ => Step::Form,
    }
}

/// Whether a value has the type that draw.md, section 7 gives to what stands at `path`.
fn is_of_its_type(path: &[String], value: &Value) -> bool {
    let is_integer = value.is_i64();
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["commitment" | "result_hash" | "manifest"] | ["keys", _] => value.is_string(),
        ["entropy" | "seed"] => value.is_string() || value.is_null(),
        ["witnessed"] => value.is_boolean() || value.is_null(),
        ["oversubscribed"] => value.is_boolean(),
        ["keys"] => value.as_object().is_some_and(|keys| keys.values().all(Value::is_string)),
        ["order"] | ["outcomes", _, "entries"] => {
            value.as_array().is_some_and(|items| items.iter().all(Value::is_i64))
        }
        ["outcomes"] => value.as_array().is_some_and(Vec::is_empty),
        ["order", _]
        | ["outcomes", _, "lot" | "rank" | "nights" | "reserve"]
        | ["outcomes", _, "entries", _] => is_integer,
        ["outcomes", _, "phase" | "shelter" | "start"] => value.is_string(),
        // Another version, or another result, is a fault of form.
        _ => false,
    }
}

/// The step at which a value is found that stands at `path` instead of another.
fn step_of_value(path: &[String], value: &Value) -> Step {
    if !is_of_its_type(path, value) {
        Step::Form
    } else if path == ["entropy"] && value.as_str().is_some_and(is_thirty_dice) {
        // Digits that could have been thrown: only those written down in the hall would tell before the seed does.
        Step::Seed
    } else {
        own_step(path)
    }
}

fn is_thirty_dice(text: &str) -> bool {
    text.strip_prefix("dice:").is_some_and(|digits| {
        digits.len() == 30 && digits.bytes().all(|digit| (b'1'..=b'6').contains(&digit))
    })
}

/// Every value inside `value`, the outermost included.
fn paths(value: &Value) -> Vec<Path> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    let mut found = vec![Vec::new()];
    for (step, value) in inner {
        found.extend(paths(value).into_iter().map(|path| [vec![step.clone()], path].concat()));
    }
    found
}

fn at<'a>(value: &'a mut Value, path: &[String]) -> &'a mut Value {
    let pointer: String = path.iter().map(|step| format!("/{step}")).collect();
    value.pointer_mut(&pointer).unwrap()
}

/// Values to put in the place of another: of every type, its neighbours, and its own text changed a little.
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(2_000_000_000),
        json!(9_007_199_254_740_991_i64),
        json!(-9_007_199_254_740_991_i64),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("0"),
        json!("\u{1}\"\\\u{7f}\u{e5}\u{10000}"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"a": 1}),
    ];
    if let Some(number) = value.as_i64() {
        others.extend([json!(number + 1), json!(number - 1), json!(number.to_string())]);
    }
    if let Some(text) = value.as_str() {
        others.extend([json!(format!("{text} ")), json!(format!(" {text}")), json!(text.to_uppercase())]);
        others.extend([json!(text.repeat(2)), json!(text.chars().rev().collect::<String>()), json!([text])]);
        for at in BTreeSet::from([0, text.len() / 2, text.len().saturating_sub(1)]) {
            if at < text.len() {
                let mut changed = text.to_owned();
                changed.replace_range(at..=at, if text[at..].starts_with('1') { "2" } else { "1" });
                others.push(json!(changed));
            }
        }
    }
    others.retain(|other| other != value);
    others
}

/// A record changed in one place: its text, where, and how.
struct Changed {
    text: String,
    path: Path,
    how: String,
    expected: Step,
}

/// All one-place changes of a record, but for those inside its manifest.
fn changes(record: &Value) -> Vec<Changed> {
    let mut changes = Vec::new();
    for path in paths(record) {
        let mut add = |changed: &Value, how: String, expected: Step| {
            changes.push(Changed { text: changed.to_string(), path: path.clone(), how, expected });
        };
        let mut record = record.clone();
        let original = at(&mut record, &path).clone();
        if !path.is_empty() && path[0] != "manifest" {
            for other in others(&original) {
                let expected = step_of_value(&path, &other);
                *at(&mut record, &path) = other.clone();
                add(&record, format!("= {other}"), expected);
            }
        }
        // The keys of `keys` are values: lots. All others are the form.
        let key_step = if path == ["keys"] { Step::Keys } else { Step::Form };
        for key in original.as_object().into_iter().flat_map(|fields| fields.keys()) {
            let mut fields = original.clone();
            let removed = fields.as_object_mut().unwrap().remove(key).unwrap();
            *at(&mut record, &path) = fields.clone();
            add(&record, format!("without {key}"), key_step);
            fields[key.to_owned() + "x"] = removed;
            *at(&mut record, &path) = fields;
            add(&record, format!("{key} under another name"), key_step);
        }
        if original.is_object() {
            for unknown in ["", "a", "zz"] {
                let mut fields = original.clone();
                fields[unknown] = json!("x");
                *at(&mut record, &path) = fields;
                add(&record, format!("with {unknown:?}"), key_step);
            }
        }
        for (how, items) in changed_lists(&original) {
            *at(&mut record, &path) = items;
            add(&record, how, own_step(&path));
        }
    }
    changes
}

/// A list with each item left out, doubled, and changed with its neighbour.
fn changed_lists(list: &Value) -> Vec<(String, Value)> {
    let Some(items) = list.as_array() else { return Vec::new() };
    let mut lists = Vec::new();
    for n in 0..items.len() {
        let mut without = items.clone();
        without.remove(n);
        let mut twice = items.clone();
        twice.insert(n, items[n].clone());
        lists.extend([(format!("without [{n}]"), json!(without)), (format!("[{n}] twice"), json!(twice))]);
        if n + 1 < items.len() && items[n] != items[n + 1] {
            let mut swapped = items.clone();
            swapped.swap(n, n + 1);
            lists.push((format!("[{n}] after its neighbour"), json!(swapped)));
        }
    }
    lists
}

#[track_caller]
fn assert_every_change_is_refused(vector: &Vector) -> usize {
    let record = value(vector);
    assert_eq!(step(&record), None, "{}", vector.name);
    let changes = changes(&record);
    for Changed { text, path, how, expected } in &changes {
        let found = step_of_bytes(text.as_bytes(), &Print::default());
        assert_eq!(found, Some(*expected), "{}: /{} {how}", vector.name, path.join("/"));
    }
    changes.len()
}

#[test]
fn every_field_of_a_drawn_record_changed_in_turn_is_refused_at_its_step() {
    let tried = assert_every_change_is_refused(&small());
    assert!(tried > 2500, "{tried}");
}

#[test]
fn every_field_of_a_record_where_everyone_fits_changed_in_turn_is_refused_at_its_step() {
    let tried = assert_every_change_is_refused(&everyone_fits());
    assert!(tried > 1000, "{tried}");
}

#[test]
fn every_key_that_stands_twice_is_refused() {
    for vector in [small(), everyone_fits()] {
        let record = value(&vector);
        let mut tried = 0;
        for path in paths(&record) {
            let mut record = record.clone();
            let Some(fields) = at(&mut record, &path).as_object().cloned() else { continue };
            for (key, value) in &fields {
                // Sorted right behind the first, with the same value: nothing else is wrong.
                let mut twice = fields.clone();
                twice.insert(format!("{key}\0"), value.clone());
                *at(&mut record, &path) = json!(twice);
                let text = record.to_string().replace("\\u0000", "");
                assert_eq!(
                    step_of_bytes(text.as_bytes(), &Print::default()),
                    Some(Step::Form),
                    "/{}/{key}",
                    path.join("/")
                );
                tried += 1;
            }
        }
        assert!(tried >= 11 + 4, "{tried}");
    }
}

#[test]
fn every_field_of_the_manifest_inside_changed_in_turn_is_refused() {
    let vector = vector("own", "from-not-a-start-night");
    let mut record = value(&vector);
    let manifest: Value = serde_json::from_slice(&vector.manifest).unwrap();
    let (mut refused, mut other) = (0, 0);
    for path in paths(&manifest) {
        let mut manifest = manifest.clone();
        let original = at(&mut manifest, &path).clone();
        let lists = changed_lists(&original).into_iter().map(|(_, list)| list);
        for other_value in others(&original).into_iter().chain(lists) {
            *at(&mut manifest, &path) = other_value.clone();
            let text = manifest.to_string();
            // A list that could have been frozen has another commitment; what could not is found before that.
            let expected = match Manifest::read(text.as_bytes()) {
                Ok(_) => Step::Commitment,
                Err(_) => Step::Manifest,
            };
            *(if expected == Step::Manifest { &mut refused } else { &mut other }) += 1;
            record["manifest"] = json!(text);
            assert_eq!(step(&record), Some(expected), "/{} = {other_value}", path.join("/"));
        }
    }
    assert!(refused > 1000 && other > 20, "{refused} {other}");
}

#[test]
fn a_record_cut_anywhere_is_refused() {
    let record = small().record;
    for length in 0..record.len() {
        assert_eq!(
            step_of_bytes(&record.as_bytes()[..length], &Print::default()),
            Some(Step::Form),
            "{length}"
        );
    }
}

#[test]
fn a_record_with_any_byte_changed_is_refused() {
    let record = vector("own", "family-not-under-min-nights").record;
    for at in 0..record.len() {
        for mask in [0x01, 0x20] {
            let mut bytes = record.clone().into_bytes();
            bytes[at] ^= mask;
            assert!(verify(&bytes, &Print::default()).is_err(), "{at}");
        }
    }
}
