//! A manifest is refused, with the place and the reason, unless it keeps every clause of draw.md, section 2.
//!
//! The tests go through the paragraph "A manifest is refused ... unless" clause by clause. Each changes one thing in [`base`],
//! and a limit is tried on both its sides.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::fmt::Write as _;
use std::mem::discriminant;

use inskrivning::domain::lottery::Refused;
use inskrivning::domain::lottery::manifest::Manifest;
use serde_json::{Value, json};

const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const REFUSED_LOT: usize = 2;
const WITHDRAWN_LOT: usize = 3;

/// A valid manifest with something of everything. `serde_json` sorts the keys, so written down it is RFC 8785.
fn base() -> Value {
    json!({
        "v": "inskrivning-draw/1", "day": "2026-11-27", "draw": 1, "previous": null, "log": HEX, "salt": HEX,
        "entropy": "dice:30", "min_nights": 3, "start_nights": ["2026-11-27", "2026-11-28", "2026-11-29"],
        "shelters": [{"code": "fa", "nights": 5}, {"code": "sm", "nights": 7}],
        "places": [
            {"shelter": "fa", "kind": "family", "who": "any", "from": "2026-11-27", "until": null, "count": 2},
            {"shelter": "fa", "kind": "single", "who": "men", "from": "2026-11-28", "until": "2026-12-04", "count": 1},
            {"shelter": "fa", "kind": "single", "who": "men", "from": "2026-11-28", "until": null, "count": 1},
            {"shelter": "sm", "kind": "single", "who": "women", "from": "2026-11-27", "until": "2026-11-27", "count": 9}
        ],
        "lots": [
            {"lot": 1, "kind": "single", "members": ["man"], "from": "2026-11-27", "accepts": ["sm", "fa"], "status": "in"},
            {"lot": 2, "kind": "family", "members": ["man", "woman"], "from": "2026-11-28", "accepts": ["fa"], "status": "in"},
            {"lot": 3, "kind": "single", "members": ["woman"], "from": null, "accepts": [], "status": "refused"},
            {"lot": 4, "kind": "family", "members": ["woman", "other"], "from": null, "accepts": [], "status": "withdrawn"}
        ]
    })
}

type Changes<'a> = &'a [(&'a str, Value)];

/// The base with other values: pointers such as `/lots/0/from`, and what stands there instead.
fn with(changes: Changes<'_>) -> String {
    let mut manifest = base();
    for (pointer, value) in changes {
        *manifest.pointer_mut(pointer).unwrap() = value.clone();
    }
    manifest.to_string()
}

#[track_caller]
fn accepted(changes: Changes<'_>) {
    if let Err(refused) = Manifest::read(with(changes).as_bytes()) {
        panic!("{changes:?} refused at {refused}");
    }
}

/// Refused at this place, for a reason that holds these words.
#[track_caller]
fn refused(changes: Changes<'_>, place: &str, words: &str) {
    refused_bytes(with(changes).as_bytes(), place, words);
}

#[track_caller]
fn refused_bytes(bytes: &[u8], place: &str, words: &str) {
    let Err(Refused { place: at, reason }) = Manifest::read(bytes) else {
        panic!("accepted, though {words:?} was expected at {place}")
    };
    // A fault in the JSON also says at which byte it was found.
    let named = at.split(" (byte ").next().unwrap();
    assert!(named == place && reason.contains(words), "{at}: {reason}; expected {place}: ... {words} ...");
}

/// The base with one piece of its text replaced, which must be there.
#[track_caller]
fn respelled(piece: &str, by: &str) -> String {
    let text = base().to_string();
    assert!(text.contains(piece), "{piece} is not in the base");
    text.replacen(piece, by, 1)
}

/// The byte at which two texts part.
fn parted(left: &str, right: &str) -> String {
    let at = left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count();
    format!("byte {at}")
}

/// Refused as not RFC 8785, at the byte where the base would have gone on in another way.
#[track_caller]
fn refused_spelling(piece: &str, by: &str) {
    let text = respelled(piece, by);
    refused_bytes(text.as_bytes(), &parted(&text, &base().to_string()), "in another way than RFC 8785");
}

#[test]
fn the_base_is_accepted() {
    accepted(&[]);
}

// "exactly these keys, none twice"

/// The objects of a manifest: a pointer to one of each sort, and how a place in it begins.
const OBJECTS: [(&str, &str); 4] =
    [("", ""), ("/shelters/1", "shelters[1]."), ("/places/1", "places[1]."), ("/lots/3", "lots[3].")];

#[test]
fn each_key_must_be_there() {
    let mut tried = 0;
    for (pointer, place) in OBJECTS {
        for key in base().pointer(pointer).unwrap().as_object().unwrap().keys() {
            let mut manifest = base();
            manifest.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
            let place = if place.is_empty() { "the whole" } else { place.trim_end_matches('.') };
            refused_bytes(manifest.to_string().as_bytes(), place, &format!("missing field `{key}`"));
            tried += 1;
        }
    }
    assert_eq!(tried, 12 + 2 + 6 + 6);
}

#[test]
fn no_other_key_may_be_there() {
    for (pointer, place) in OBJECTS {
        for key in ["", "a", "name", "Lot", "zz"] {
            let mut manifest = base();
            manifest.pointer_mut(pointer).unwrap()[key] = json!(1);
            let at = format!("{place}{key}");
            let at = if at.is_empty() { "the whole" } else { at.trim_end_matches('.') };
            refused_bytes(manifest.to_string().as_bytes(), at, &format!("unknown field `{key}`"));
        }
    }
}

#[test]
fn no_key_may_be_there_twice() {
    for (pointer, place) in OBJECTS {
        for (key, value) in base().pointer(pointer).unwrap().as_object().unwrap() {
            let mut manifest = base();
            manifest.pointer_mut(pointer).unwrap()[format!("{key}\0")] = value.clone();
            let twice = manifest.to_string().replace("\\u0000", "");
            let at = if place.is_empty() { "the whole" } else { place.trim_end_matches('.') };
            refused_bytes(twice.as_bytes(), at, &format!("duplicate field `{key}`"));
        }
    }
}

// "valid UTF-8 without byte order mark or final newline"

#[test]
fn only_utf_8_is_read() {
    let text = base().to_string();
    let at = text.find("family").unwrap();
    for wrong in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"] {
        let mut bytes = text.clone().into_bytes();
        bytes.splice(at..at, wrong.iter().copied());
        refused_bytes(&bytes, &format!("byte {at}"), "not UTF-8");
    }
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused_bytes(&utf_16, "byte 0", "does not begin with {");
}

#[test]
fn a_byte_order_mark_is_refused() {
    refused_bytes(format!("\u{feff}{}", base()).as_bytes(), "byte 0", "byte order mark");
}

#[test]
fn a_final_newline_is_refused() {
    let length = base().to_string().len();
    refused_bytes(format!("{}\n", base()).as_bytes(), &format!("byte {length}"), "a line feed");
    refused_bytes(format!("{}\r\n", base()).as_bytes(), &format!("byte {length}"), "a control character");
}

// "re-serialising gives the same bytes"

#[test]
fn white_space_is_refused() {
    refused_spelling(r#""draw":1"#, r#""draw": 1"#);
    refused_spelling(r#""draw":1"#, r#""draw" :1"#);
    refused_spelling(r#""draw":1,"#, r#""draw":1 ,"#);
    refused_bytes(
        format!("{} ", base()).as_bytes(),
        &format!("byte {}", base().to_string().len()),
        "RFC 8785",
    );
    refused_bytes(format!(" {}", base()).as_bytes(), "byte 0", "does not begin with {");
    let tab = respelled(r#""draw":1"#, "\"draw\":\t1");
    refused_bytes(tab.as_bytes(), &parted(&tab, &base().to_string()), "a control character");
    let pretty = serde_json::to_string_pretty(&base()).unwrap();
    refused_bytes(pretty.as_bytes(), "byte 0", "does not begin with {\"");
}

#[test]
fn keys_in_another_order_are_refused() {
    refused_spelling(r#""day":"2026-11-27","draw":1"#, r#""draw":1,"day":"2026-11-27""#);
    refused_spelling(r#""code":"fa","nights":5"#, r#""nights":5,"code":"fa""#);
    refused_spelling(r#""lot":1,"members":["man"]"#, r#""members":["man"],"lot":1"#);
    refused_spelling(r#""until":null,"who":"any""#, r#""who":"any","until":null"#);
}

#[test]
fn an_escape_that_is_not_needed_is_refused() {
    refused_spelling(r#""day""#, r#""\u0064ay""#);
    refused_spelling(r#""fa""#, r#""f\u0061""#);
    refused_spelling("draw/1", r"draw\/1");
    refused_spelling(r#""dice:30""#, r#""dice\u003a30""#);
}

#[test]
fn an_integer_written_in_another_way_is_refused() {
    let minus_zero = respelled(r#""min_nights":3"#, r#""min_nights":-0"#);
    refused_bytes(minus_zero.as_bytes(), "min_nights", "invalid");
    for spelling in ["01", "+1", "0x1", "1_0", "१"] {
        let text = respelled(r#""draw":1"#, &format!(r#""draw":{spelling}"#));
        assert!(Manifest::read(text.as_bytes()).is_err(), "{spelling}");
    }
}

// "integers only"

#[test]
fn a_number_that_is_not_written_as_an_integer_is_refused() {
    for spelling in ["1.0", "1.5", "1e0", "1e2", "1E2", "10e-1"] {
        for (piece, place) in [
            (r#""draw":1"#, "draw"),
            (r#""min_nights":3"#, "min_nights"),
            (r#""nights":5"#, "shelters[0].nights"),
            (r#""count":2"#, "places[0].count"),
            (r#""lot":1"#, "lots[0].lot"),
        ] {
            let key = piece.split_once(':').unwrap().0;
            let text = respelled(piece, &format!("{key}:{spelling}"));
            refused_bytes(text.as_bytes(), place, "expected u32");
        }
    }
    for spelling in ["NaN", "Infinity", "-Infinity"] {
        let text = respelled(r#""draw":1"#, &format!(r#""draw":{spelling}"#));
        assert!(Manifest::read(text.as_bytes()).is_err(), "{spelling}");
    }
}

#[test]
fn an_integer_of_any_length_is_refused_without_being_computed() {
    for digits in [10, 20, 400, 100_000] {
        let text = respelled(r#""draw":1"#, &format!(r#""draw":{}"#, "9".repeat(digits)));
        let Err(Refused { place, reason }) = Manifest::read(text.as_bytes()) else { panic!("{digits}") };
        assert!(place.starts_with("draw"), "{place}");
        assert!(reason.len() < 200, "{reason}");
    }
}

#[test]
fn values_of_another_type_are_refused() {
    let values =
        [json!(null), json!(true), json!(1), json!(-1), json!(1.5), json!("1"), json!([]), json!({})];
    let mut tried = 0;
    for pointer in pointers(&base()) {
        let text_or_null = pointer == "/previous" || pointer.ends_with("/until");
        let original = base().pointer(&pointer).unwrap().clone();
        for value in &values {
            let of_its_type = discriminant(value) == discriminant(&original) && *value != json!(1.5);
            if of_its_type || (text_or_null && (value.is_string() || value.is_null())) {
                continue;
            }
            let Err(refused) = Manifest::read(with(&[(&pointer, value.clone())]).as_bytes()) else {
                panic!("{pointer}: {value} accepted")
            };
            assert!(refused.place.starts_with(&place_of(&pointer)), "{pointer}: {value}: {refused}");
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

/// Pointers to all values of a manifest.
fn pointers(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (step, value) in inner {
        found.push(format!("/{step}"));
        found.extend(pointers(value).into_iter().map(|pointer| format!("/{step}{pointer}")));
    }
    found
}

/// `/lots/0/from` as a place names it: `lots[0].from`.
fn place_of(pointer: &str) -> String {
    let mut place = String::new();
    for step in pointer.split('/').skip(1) {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            let _ = write!(place, "[{step}]");
        } else {
            place += if place.is_empty() { "" } else { "." };
            place += step;
        }
    }
    place
}

#[test]
fn what_is_not_json_is_refused() {
    let text = base().to_string();
    let cut = &text[..text.len() - 1];
    refused_bytes(b"", "byte 0", "it is empty");
    for other in ["null", "[]", "true", "1", "\"{}\"", "\0", "a"] {
        refused_bytes(other.as_bytes(), "byte 0", "does not begin with {");
    }
    refused_bytes(b"{}", "byte 0", "does not begin with {\"");
    refused_bytes(b"{\"day\"}", "the whole", "expected `:`");
    refused_bytes(cut.as_bytes(), "the whole", "EOF");
    refused_bytes(format!("{cut},}}").as_bytes(), "the whole", "trailing comma");
    refused_bytes(format!("{text}{text}").as_bytes(), "the end", "trailing characters");
    refused_bytes(format!("{text}//").as_bytes(), "the end", "trailing characters");
    refused_bytes(format!("{text}\0").as_bytes(), &format!("byte {}", text.len()), "a control character");
    refused_bytes(
        respelled(r#""status":"in""#, "'status':'in'").as_bytes(),
        "lots[0]",
        "key must be a string",
    );
    refused_bytes(respelled(r#""inskrivning-draw/1""#, r#""\ud800""#).as_bytes(), "v", "hex escape");
    refused_bytes(respelled(r#""inskrivning-draw/1""#, r#""\x""#).as_bytes(), "v", "invalid escape");
}

#[test]
fn a_text_cut_anywhere_is_refused() {
    let text = base().to_string();
    for length in 0..text.len() {
        assert!(Manifest::read(&text.as_bytes()[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_text_with_any_byte_changed_to_a_blank_is_refused() {
    let text = base().to_string();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = b' ';
        assert!(Manifest::read(&bytes).is_err(), "{at}");
    }
}

#[test]
fn what_is_nested_100_000_deep_is_refused() {
    let deep = |open: &str, shut: &str| open.repeat(100_000) + &shut.repeat(100_000);
    refused_bytes(deep("[", "]").as_bytes(), "byte 0", "does not begin with {");
    refused_bytes(deep("{\"day\":", "}").as_bytes(), "day", "invalid type");
    for (piece, key, words) in [
        (r#""accepts":["sm","fa"]"#, "accepts", "expected a string"),
        (r#""members":["man"]"#, "members", "expected value"),
    ] {
        let text = respelled(piece, &format!("\"{key}\":{}", deep("[", "]")));
        refused_bytes(text.as_bytes(), &format!("lots[0].{key}[0]"), words);
    }
    // Where any value could stand, behind a key that is not known, nothing is read at all.
    let text = respelled(r#""v":"#, &format!(r#""unknown":{},"v":"#, deep("[", "]")));
    refused_bytes(text.as_bytes(), "unknown", "unknown field");
}

// "draw 1-99, min_nights and nights 1-366, count 1-1 000 000"

#[test]
fn draws_are_numbered_from_1_to_99() {
    refused(&[("/draw", json!(0))], "draw", "0 is not 1-99");
    accepted(&[("/draw", json!(1))]);
    accepted(&[("/draw", json!(99)), ("/previous", json!(HEX))]);
    refused(&[("/draw", json!(100)), ("/previous", json!(HEX))], "draw", "100 is not 1-99");
    refused(&[("/draw", json!(-1))], "draw", "invalid value");
}

#[test]
fn min_nights_is_1_to_366() {
    refused(&[("/min_nights", json!(0))], "min_nights", "0 is not 1-366");
    accepted(&[("/min_nights", json!(1))]);
    accepted(&[("/min_nights", json!(366))]);
    refused(&[("/min_nights", json!(367))], "min_nights", "367 is not 1-366");
}

#[test]
fn the_nights_of_a_shelter_are_1_to_366() {
    refused(&[("/shelters/1/nights", json!(0))], "shelters[1].nights", "0 is not 1-366");
    accepted(&[("/shelters/1/nights", json!(1))]);
    accepted(&[("/shelters/1/nights", json!(366))]);
    refused(&[("/shelters/1/nights", json!(367))], "shelters[1].nights", "367 is not 1-366");
}

#[test]
fn the_count_of_an_entry_is_1_to_1_000_000() {
    refused(&[("/places/3/count", json!(0))], "places[3].count", "0 is not 1-1000000");
    accepted(&[("/places/3/count", json!(1))]);
    accepted(&[("/places/3/count", json!(1_000_000))]);
    refused(&[("/places/3/count", json!(1_000_001))], "places[3].count", "1000001 is not 1-1000000");
}

// "at most 1 000 000 lots, 1 024 entries, 64 shelters, 31 start nights, 20 members in a lot"

#[test]
fn there_are_at_most_1_024_entries() {
    let days = nights("2026-11-27", 1025);
    let entries: Vec<Value> = days
        .iter()
        .map(|until| json!({"shelter": "fa", "kind": "family", "who": "any", "from": "2026-11-27", "until": until, "count": 1}))
        .collect();
    accepted(&[("/places", json!(entries[..1024]))]);
    refused(&[("/places", json!(entries))], "places", "1025 of them; at most 1024");
}

#[test]
fn there_are_at_most_64_shelters() {
    let mut shelters: Vec<Value> =
        (0..62).map(|number| json!({"code": format!("a{number:02}"), "nights": 5})).collect();
    shelters.extend([json!({"code": "fa", "nights": 5}), json!({"code": "sm", "nights": 7})]);
    accepted(&[("/shelters", json!(shelters))]);
    shelters.push(json!({"code": "z", "nights": 5}));
    refused(&[("/shelters", json!(shelters))], "shelters", "65 of them; at most 64");
}

#[test]
fn there_are_at_most_31_start_nights() {
    accepted(&[("/start_nights", json!(nights("2026-11-27", 31)))]);
    refused(&[("/start_nights", json!(nights("2026-11-27", 32)))], "start_nights", "32 of them; at most 31");
}

#[test]
fn a_lot_has_at_most_20_members() {
    accepted(&[("/lots/1/members", json!(vec!["man"; 20]))]);
    refused(&[("/lots/1/members", json!(vec!["man"; 21]))], "lots[1].members", "21 of them");
    refused(
        &[(&format!("/lots/{WITHDRAWN_LOT}/members"), json!(vec!["man"; 21]))],
        "lots[3].members",
        "21 of them",
    );
}

// The million of lots is tried in src/domain/lottery/manifest.rs, without writing it down.

/// So many nights in a row.
fn nights(first: &str, count: u64) -> Vec<String> {
    let first: chrono::NaiveDate = first.parse().unwrap();
    (0..count).map(|n| (first + chrono::Days::new(n)).to_string()).collect()
}

// "shelters, places and lots may be empty, start_nights not"

#[test]
fn shelters_places_and_lots_may_be_empty() {
    accepted(&[("/places", json!([]))]);
    accepted(&[("/lots", json!([]))]);
    accepted(&[("/shelters", json!([])), ("/places", json!([])), ("/lots", json!([]))]);
}

#[test]
fn start_nights_may_not_be_empty() {
    refused(
        &[("/start_nights", json!([])), ("/places", json!([]))],
        "start_nights",
        "there must be one at least",
    );
}

// "dates real, YYYY-MM-DD, 2000-2199"

/// Every place where a date stands, and how it is named.
const DATES: [(&str, &str); 5] = [
    ("/day", "day"),
    ("/start_nights/2", "start_nights[2]"),
    ("/places/2/from", "places[2].from"),
    ("/places/1/until", "places[1].until"),
    ("/lots/0/from", "lots[0].from"),
];

#[test]
fn a_date_that_does_not_exist_is_refused() {
    for (pointer, place) in DATES {
        for date in [
            "2026-11-31",
            "2027-02-29",
            "2100-02-29",
            "2026-00-10",
            "2026-13-01",
            "2026-11-00",
            "2026-11-32",
            "0000-00-00",
        ] {
            refused(&[(pointer, json!(date))], place, &format!("{date:?} is not a day that exists"));
        }
    }
}

#[test]
fn a_date_written_in_another_way_is_refused() {
    for (pointer, place) in DATES {
        for date in [
            "",
            "2026-11-7",
            "2026-1-27",
            "26-11-27",
            "02026-11-27",
            "12026-11-27",
            "+2026-11-27",
            "-2026-11-27",
            "+12026-11-27",
            "2026-11+27",
            "2026-+1-27",
            "2026- 1-27",
            "2026-11-2\u{0}",
            "2026/11/27",
            "20261127",
            "2026-W48-5",
            "2026-331",
            "2026-11-27T00:00",
            "2026-11-27Z",
            " 2026-11-27",
            "2026-11-27 ",
            "2026-11-27\n",
            "202\u{666}-11-27",
            "2026\u{2010}11\u{2010}27",
        ] {
            refused(&[(pointer, json!(date))], place, "is not a day that exists, written YYYY-MM-DD");
        }
    }
}

#[test]
fn years_are_2000_to_2199() {
    for (pointer, place) in DATES {
        refused(&[(pointer, json!("1999-12-31"))], place, "outside the years 2000-2199");
        refused(&[(pointer, json!("2200-01-01"))], place, "outside the years 2000-2199");
        refused(&[(pointer, json!("0000-01-01"))], place, "outside the years 2000-2199");
        refused(&[(pointer, json!("9999-12-31"))], place, "outside the years 2000-2199");
    }
    accepted(&[("/day", json!("2000-01-01"))]);
    accepted(&[("/lots/0/from", json!("2000-01-01"))]);
    accepted(&[("/lots/0/from", json!("2199-12-31"))]);
    accepted(&[("/places/1/until", json!("2199-12-31"))]);
    accepted(&[("/start_nights/2", json!("2199-12-31"))]);
}

#[test]
fn a_leap_day_is_a_date() {
    accepted(&[("/day", json!("2000-02-29"))]);
    accepted(&[("/places/1/until", json!("2028-02-29"))]);
}

// "start_nights strictly ascending, the first not before day"

#[test]
fn start_nights_are_strictly_ascending() {
    let start_nights = |nights: [&str; 3]| [("/start_nights", json!(nights))];
    refused(
        &start_nights(["2026-11-28", "2026-11-27", "2026-11-29"]),
        "start_nights[1]",
        "must come after the one before",
    );
    refused(
        &start_nights(["2026-11-27", "2026-11-29", "2026-11-28"]),
        "start_nights[2]",
        "must come after the one before",
    );
    refused(
        &start_nights(["2026-11-27", "2026-11-28", "2026-11-28"]),
        "start_nights[2]",
        "must come after the one before",
    );
    accepted(&start_nights(["2026-11-27", "2026-11-28", "2027-03-01"]));
}

#[test]
fn the_first_start_night_is_not_before_the_day() {
    refused(&[("/day", json!("2026-11-28"))], "start_nights[0]", "before the day, 2026-11-28");
    accepted(&[("/day", json!("2026-11-26"))]);
}

// "salt and log 64 hex digits; previous null exactly when draw is 1, else 64 hex digits"

/// What is not 64 lower-case hex digits.
fn not_hex() -> Vec<String> {
    let mut wrong =
        vec![String::new(), HEX[1..].to_owned(), format!("{HEX}0"), HEX.to_uppercase(), "g".repeat(64)];
    wrong.extend([
        format!("{}\n", &HEX[1..]),
        format!("{HEX}\n"),
        format!(" {}", &HEX[1..]),
        "\u{661}".repeat(64),
    ]);
    wrong.extend([format!("0x{}", &HEX[2..]), "\u{661}".repeat(32), format!("{}F", &HEX[1..])]);
    wrong
}

#[test]
fn salt_and_log_are_64_lower_case_hex_digits() {
    for key in ["salt", "log"] {
        for wrong in not_hex() {
            refused(&[(&format!("/{key}"), json!(wrong))], key, "not 64 lower-case hex digits");
        }
        accepted(&[(&format!("/{key}"), json!("0".repeat(64)))]);
    }
}

#[test]
fn previous_is_null_exactly_for_draw_1() {
    refused(&[("/previous", json!(HEX))], "previous", "must be null for draw 1");
    refused(&[("/draw", json!(2))], "previous", "must be null for draw 1, else the commitment");
    accepted(&[("/draw", json!(2)), ("/previous", json!(HEX))]);
    for wrong in not_hex() {
        refused(
            &[("/draw", json!(2)), ("/previous", json!(wrong))],
            "previous",
            "not 64 lower-case hex digits",
        );
    }
}

#[test]
fn the_version_is_this_one() {
    for wrong in
        ["", "inskrivning-draw/2", "Inskrivning-draw/1", "inskrivning-draw/1 ", "inskrivning-draw/10"]
    {
        refused(&[("/v", json!(wrong))], "v", "is not \"inskrivning-draw/1\"");
    }
}

// "entropy dice:N (N 25-100, no leading zero) or service"

#[test]
fn the_source_is_25_to_100_dice_or_the_service() {
    for right in ["dice:25", "dice:99", "dice:100", "service"] {
        accepted(&[("/entropy", json!(right))]);
    }
    for wrong in [
        "",
        "dice",
        "dice:",
        "dice:0",
        "dice:24",
        "dice:101",
        "dice:1000",
        "dice:030",
        "dice:0100",
        "dice:+30",
        "dice:-30",
        "dice:30 ",
        "dice: 30",
        "dice:30\n",
        "dice:3e1",
        "dice:30.0",
        "dice:0x1e",
        "dice:\u{663}\u{660}",
        "Dice:30",
        "DICE:30",
        "dice;30",
        "service:",
        "Service",
        "services",
        " service",
        "dice:4294967326",
        "dice:18446744073709551646",
    ] {
        refused(&[("/entropy", json!(wrong))], "entropy", "neither \"dice:N\" with N from 25 to 100");
    }
}

// "shelter codes [a-z0-9]{1,16}, strictly ascending"

#[test]
fn a_shelter_code_is_1_to_16_small_letters_and_digits() {
    for right in ["0", "9z", "ezzzzzzzzzzzzzzz"] {
        accepted(&[
            ("/shelters", json!([{"code": right, "nights": 1}])),
            ("/places", json!([])),
            ("/lots", json!([])),
        ]);
    }
    for wrong in [
        "",
        "Fa",
        "f-a",
        "f_a",
        "f a",
        "fa ",
        "fa\n",
        "fa\0",
        "få",
        "fa\u{301}",
        "\u{661}",
        "ezzzzzzzzzzzzzzzz",
        "fa.",
        "{",
        "`",
    ] {
        refused(&[("/shelters/0/code", json!(wrong))], "shelters[0].code", "is not a shelter code");
    }
}

#[test]
fn shelters_are_strictly_ascending() {
    let shelters = |codes: &[&str]| {
        let listed: Vec<Value> = codes.iter().map(|code| json!({"code": code, "nights": 5})).collect();
        [("/shelters", json!(listed)), ("/places", json!([])), ("/lots", json!([]))]
    };
    accepted(&shelters(&["0", "a", "a0", "aa", "b"]));
    refused(&shelters(&["sm", "fa"]), "shelters[1]", "must come after the one before");
    refused(&shelters(&["fa", "fa"]), "shelters[1]", "must come after the one before");
    refused(&shelters(&["fa", "sm", "a"]), "shelters[2]", "must come after the one before");
    refused(&shelters(&["aa", "a"]), "shelters[1]", "must come after the one before");
    refused(&shelters(&["a", "9"]), "shelters[1]", "must come after the one before");
}

// "entries strictly ascending by shelter, kind (family < single), who (any < men < women), from, until (null last)"

fn entry(shelter: &str, kind: &str, who: &str, from: &str, until: Option<&str>) -> Value {
    json!({"shelter": shelter, "kind": kind, "who": who, "from": from, "until": until, "count": 1})
}

#[test]
fn entries_are_strictly_ascending_by_each_of_their_fields_in_turn() {
    let (early, late) = ("2026-11-27", "2026-11-28");
    // Each pair differs first in the field it is named by, and runs the other way in all fields after it.
    let pairs = [
        (
            "shelter",
            entry("fa", "single", "women", late, None),
            entry("sm", "family", "any", early, Some(early)),
        ),
        (
            "kind",
            entry("fa", "family", "women", late, None),
            entry("fa", "single", "any", early, Some(early)),
        ),
        ("who", entry("fa", "single", "any", late, None), entry("fa", "single", "men", early, Some(early))),
        ("who", entry("fa", "single", "men", late, None), entry("fa", "single", "women", early, Some(early))),
        ("from", entry("fa", "single", "men", early, None), entry("fa", "single", "men", late, Some(late))),
        (
            "until",
            entry("fa", "single", "men", early, Some(early)),
            entry("fa", "single", "men", early, Some(late)),
        ),
        (
            "until",
            entry("fa", "single", "men", early, Some("2199-12-31")),
            entry("fa", "single", "men", early, None),
        ),
    ];
    for (field, first, second) in pairs {
        assert_ne!(first[field], second[field]);
        accepted(&[("/places", json!([first, second]))]);
        refused(&[("/places", json!([second, first]))], "places[1]", "must come after the one before");
    }
}

#[test]
fn two_entries_that_differ_in_their_count_alone_are_refused() {
    for until in [None, Some("2026-12-04")] {
        let first = entry("fa", "single", "men", "2026-11-27", until);
        let mut second = first.clone();
        second["count"] = json!(2);
        refused(&[("/places", json!([first, second]))], "places[1]", "must come after the one before");
        refused(&[("/places", json!([first, first]))], "places[1]", "must come after the one before");
    }
}

// "each with a listed shelter, from a start night, until null or not before from"

#[test]
fn an_entry_is_of_a_listed_shelter() {
    refused(&[("/places/0/shelter", json!("aa"))], "places[0].shelter", "aa is not among the shelters");
    refused(
        &[("/shelters", json!([])), ("/lots", json!([]))],
        "places[0].shelter",
        "fa is not among the shelters",
    );
}

#[test]
fn an_entry_is_for_men_women_or_any_and_single_or_family() {
    for wrong in ["", "man", "woman", "other", "Men", "all"] {
        refused(&[("/places/1/who", json!(wrong))], "places[1].who", "unknown variant");
    }
    for wrong in ["", "double", "Single", "families"] {
        refused(&[("/places/1/kind", json!(wrong))], "places[1].kind", "unknown variant");
    }
}

#[test]
fn an_entry_is_free_from_a_start_night() {
    refused(&[("/places/0/from", json!("2026-11-26"))], "places[0].from", "2026-11-26 is not a start night");
    refused(&[("/places/2/from", json!("2026-11-30"))], "places[2].from", "2026-11-30 is not a start night");
    let gap = ("/start_nights", json!(["2026-11-27", "2026-11-28", "2026-11-30"]));
    refused(
        &[gap, ("/places/2/from", json!("2026-11-29"))],
        "places[2].from",
        "2026-11-29 is not a start night",
    );
}

#[test]
fn an_entry_does_not_end_before_it_begins() {
    refused(&[("/places/1/until", json!("2026-11-27"))], "places[1].until", "before from, 2026-11-28");
    accepted(&[("/places/1/until", json!("2026-11-28"))]);
}

// "lots numbered 1..n"

#[test]
fn lots_are_numbered_1_to_n() {
    for (numbers, place, words) in [
        ([0, 1, 2, 3], "lots[0].lot", "0 stands where 1 should"),
        ([2, 3, 4, 5], "lots[0].lot", "2 stands where 1 should"),
        ([1, 3, 4, 5], "lots[1].lot", "3 stands where 2 should"),
        ([1, 2, 2, 3], "lots[2].lot", "2 stands where 3 should"),
        ([2, 1, 3, 4], "lots[0].lot", "2 stands where 1 should"),
        ([1, 2, 3, u32::MAX], "lots[3].lot", "4294967295 stands where 4 should"),
    ] {
        let mut manifest = base();
        for (lot, number) in manifest["lots"].as_array_mut().unwrap().iter_mut().zip(numbers) {
            lot["lot"] = json!(number);
        }
        refused_bytes(manifest.to_string().as_bytes(), place, words);
    }
}

// "kind single (one member) or family (two or more); member man, woman, other"

#[test]
fn a_single_has_one_member_and_a_family_two_or_more() {
    for (lot, members, accept) in [
        (0, json!([]), false),
        (0, json!(["man"]), true),
        (0, json!(["man", "man"]), false),
        (1, json!([]), false),
        (1, json!(["man"]), false),
        (1, json!(["man", "man"]), true),
        (REFUSED_LOT, json!([]), false),
        (REFUSED_LOT, json!(["man", "man"]), false),
        (WITHDRAWN_LOT, json!(["man"]), false),
    ] {
        let pointer = format!("/lots/{lot}/members");
        let changes = [(pointer.as_str(), members)];
        if accept {
            accepted(&changes);
        } else {
            refused(&changes, &place_of(&pointer), "a single has one, a family 2-20");
        }
    }
}

#[test]
fn a_member_is_man_woman_or_other_also_in_a_lot_that_is_out() {
    for right in ["man", "woman", "other"] {
        accepted(&[("/lots/0/members/0", json!(right))]);
    }
    for lot in [0, WITHDRAWN_LOT] {
        for wrong in ["", "men", "Man", "child", "any"] {
            let pointer = format!("/lots/{lot}/members/0");
            refused(&[(&pointer, json!(wrong))], &place_of(&pointer), "unknown variant");
        }
    }
}

#[test]
fn kind_and_status_are_known_words() {
    for wrong in ["", "couple", "Single", "FAMILY"] {
        refused(&[("/lots/0/kind", json!(wrong))], "lots[0].kind", "unknown variant");
    }
    for wrong in ["", "out", "In", "reinstated"] {
        refused(&[("/lots/0/status", json!(wrong))], "lots[0].status", "unknown variant");
    }
}

// "accepts known and without repeats"

#[test]
fn accepted_shelters_are_listed() {
    refused(
        &[("/lots/0/accepts", json!(["fa", "xx"]))],
        "lots[0].accepts[1]",
        "xx is not among the shelters",
    );
    refused(&[("/lots/1/accepts", json!(["a"]))], "lots[1].accepts[0]", "a is not among the shelters");
    refused(&[("/lots/0/accepts/0", json!("SM"))], "lots[0].accepts[0]", "not a shelter code");
}

#[test]
fn a_list_of_accepted_shelters_is_not_read_further_than_there_can_be_shelters() {
    refused(&[("/lots/0/accepts", json!("fa"))], "lots[0].accepts", "expected a list of at most 64");
    let accepts = |count| ("/lots/0/accepts", json!(vec!["fa"; count]));
    refused(&[accepts(64)], "lots[0].accepts[1]", "fa is named twice");
    refused(&[accepts(65)], "lots[0].accepts", "more than the 64 there can be");
    let endless = respelled(r#""accepts":["sm","fa"]"#, &format!(r#""accepts":[{}"#, r#""fa","#.repeat(65)));
    refused_bytes(endless.as_bytes(), "lots[0].accepts", "more than the 64 there can be");
}

#[test]
fn a_shelter_is_accepted_once() {
    refused(&[("/lots/0/accepts", json!(["fa", "sm", "fa"]))], "lots[0].accepts[2]", "fa is named twice");
    refused(&[("/lots/0/accepts", json!(["sm", "sm"]))], "lots[0].accepts[1]", "sm is named twice");
    accepted(&[("/lots/0/accepts", json!(["fa", "sm"]))]);
}

// "for status in accepts not empty and from a date, otherwise accepts empty and from null"

#[test]
fn a_lot_that_is_in_accepts_a_shelter_from_a_date_on() {
    refused(&[("/lots/0/accepts", json!([]))], "lots[0].accepts", "must name a shelter");
    refused(&[("/lots/0/from", json!(null))], "lots[0].from", "must be a date");
}

#[test]
fn a_lot_that_is_out_accepts_nothing_from_no_date_on() {
    for lot in [REFUSED_LOT, WITHDRAWN_LOT] {
        let (accepts, from) = (format!("/lots/{lot}/accepts"), format!("/lots/{lot}/from"));
        refused(&[(&accepts, json!(["fa"]))], &place_of(&accepts), "otherwise be empty");
        refused(&[(&from, json!("2026-11-27"))], &place_of(&from), "otherwise null");
    }
    for status in ["refused", "withdrawn"] {
        refused(&[("/lots/0/status", json!(status))], "lots[0].accepts", "otherwise be empty");
        refused(
            &[("/lots/0/status", json!(status)), ("/lots/0/accepts", json!([]))],
            "lots[0].from",
            "otherwise null",
        );
        accepted(&[
            ("/lots/0/status", json!(status)),
            ("/lots/0/accepts", json!([])),
            ("/lots/0/from", json!(null)),
        ]);
    }
    refused(&[("/lots/2/status", json!("in"))], "lots[2].accepts", "must name a shelter");
}

// What looks odd and is allowed.

#[test]
fn a_lot_may_be_free_from_any_date() {
    let starts = ("/start_nights", json!(["2026-11-27", "2026-11-28", "2026-12-29"]));
    accepted(&[starts, ("/lots/0/from", json!("2026-12-01"))]);
    accepted(&[("/lots/0/from", json!("2026-11-20"))]);
    accepted(&[("/lots/0/from", json!("2027-11-20"))]);
}

#[test]
fn min_nights_may_be_more_than_any_shelter_gives() {
    accepted(&[("/min_nights", json!(8))]);
}

#[test]
fn no_lot_need_be_in() {
    let lots = json!([{"lot": 1, "kind": "single", "members": ["woman"], "from": null, "accepts": [], "status": "refused"}]);
    accepted(&[("/lots", lots.clone())]);
    accepted(&[("/lots", lots), ("/shelters", json!([])), ("/places", json!([]))]);
}
