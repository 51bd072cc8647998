//! The program itself, from outside: exit codes, what it prints and where, and what it makes of input nobody should give it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::thread;

use support::{Vector, vector, vectors};

const DONE: i32 = 0;
const REFUSED: i32 = 1;
const UNREADABLE: i32 = 2;
const OVERSUBSCRIBED: i32 = 3;
const NOT_UNDERSTOOD: i32 = 64;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inskrivning");

/// How a run of the program ended.
#[derive(Debug)]
struct Answer {
    code: i32,
    out: String,
    err: String,
}

/// Runs a command and feeds its standard input: how it ended, and how many bytes it took.
fn run(command: &mut Command, feed: impl FnOnce(ChildStdin) -> usize + Send + 'static) -> (Answer, usize) {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let feeder = thread::spawn(move || feed(stdin));
    let output = child.wait_with_output().unwrap();
    let taken = feeder.join().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("ended by a signal: {} {err}", output.status));
    assert!(!err.contains("panicked"), "{err}");
    (Answer { code, out, err }, taken)
}

/// Writes `piece` again and again, until nobody reads any more or a gigabyte is written.
fn gigabyte(piece: &[u8], mut stdin: ChildStdin) -> usize {
    let chunk = piece.repeat(65536 / piece.len());
    let mut written = 0;
    while written < 1 << 30 {
        match stdin.write_all(&chunk) {
            Ok(()) => written += chunk.len(),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) => panic!("{error}"),
        }
    }
    written
}

fn answer(arguments: &[&str]) -> Answer {
    run(Command::new(PROGRAM).args(arguments), |_| 0).0
}

/// The answer to what stands on standard input.
fn answer_to(arguments: &[&str], input: impl Into<Vec<u8>>) -> Answer {
    let input: Vec<u8> = input.into();
    let feed = move |mut stdin: ChildStdin| {
        // The program may have seen enough before the end.
        let _ = stdin.write_all(&input);
        0
    };
    run(Command::new(PROGRAM).args(arguments), feed).0
}

#[track_caller]
fn assert_answer(answer: &Answer, code: i32, out: &str, err: &str) {
    assert_eq!((answer.code, answer.out.as_str(), answer.err.as_str()), (code, out, err));
}

/// An error is one line for a person, and nothing is on standard output.
#[track_caller]
fn assert_error(answer: &Answer, code: i32, words: &str) {
    assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{}", answer.err);
    assert!(
        answer.err.contains(words) && answer.err.ends_with('\n'),
        "{:?}; expected ... {words} ...",
        answer.err
    );
    assert_eq!(answer.err.lines().count(), 1, "{}", answer.err);
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn small() -> Vector {
    vector("shared", "small")
}

fn everyone_fits() -> Vector {
    vector("shared", "everyone-fits")
}

// draw

#[test]
fn draw_prints_the_record_of_every_vector_and_not_a_byte_more() {
    for folder in ["shared", "own"] {
        for Vector { name, manifest_file, record, entropy, .. } in vectors(folder) {
            let mut arguments = vec!["draw", text(&manifest_file)];
            arguments.extend(entropy.iter().flat_map(|entropy| ["--entropy", entropy]));
            let Answer { code, out, err } = answer(&arguments);
            assert!(out == record, "{name}: {err}");
            assert_eq!((code, err.as_str()), (DONE, ""), "{name}");
        }
    }
}

#[test]
fn draw_reads_standard_input() {
    let Vector { manifest, record, entropy, .. } = small();
    let drawn = answer_to(&["draw", "-", "--entropy", &entropy.unwrap()], manifest);
    assert_answer(&drawn, DONE, &record, "");
    let Vector { manifest, record, .. } = everyone_fits();
    assert_answer(&answer_to(&["draw", "-"], manifest), DONE, &record, "");
}

#[test]
fn draw_wants_an_entropy_when_somebody_is_left_over() {
    let without = answer(&["draw", text(&small().manifest_file)]);
    assert_error(&without, OVERSUBSCRIBED, "an entropy is needed, \"dice:\" and 30 digits 1-6");
    let without = answer(&["draw", text(&vector("own", "family-of-20").manifest_file)]);
    assert_error(&without, OVERSUBSCRIBED, "an entropy is needed, \"service:\" and 64 hex digits");
}

#[test]
fn draw_takes_no_entropy_when_everyone_fits() {
    let digits = format!("dice:{}", "1".repeat(30));
    let given = answer(&["draw", text(&everyone_fits().manifest_file), "--entropy", &digits]);
    assert_error(&given, REFUSED, "everyone fits: there is no draw and no entropy is taken");
}

#[test]
fn draw_refuses_an_entropy_that_is_not_of_the_manifest_s_source() {
    let drawn = |vector: &Vector, entropy: &str| {
        answer(&["draw", text(&vector.manifest_file), &format!("--entropy={entropy}")])
    };
    let (dice, service) = (small(), vector("own", "family-of-20"));
    let ones = |digits: usize| "1".repeat(digits);
    for (entropy, words) in [
        (format!("dice:{}", ones(29)), "29 digits, but the manifest wants 30"),
        (format!("dice:{}", ones(31)), "31 digits, but the manifest wants 30"),
        ("dice:".to_owned(), "0 digits, but the manifest wants 30"),
        (format!("dice:{}0", ones(29)), "digit 30 is '0': a die shows 1 to 6"),
        (format!("dice:7{}", ones(29)), "digit 1 is '7': a die shows 1 to 6"),
        (format!("dice:{} ", ones(30)), "digit 31 is ' ': a die shows 1 to 6"),
        (format!("dice: {}", ones(30)), "digit 1 is ' ': a die shows 1 to 6"),
        (format!("dice:{}\u{661}", ones(29)), "a die shows 1 to 6"),
        (ones(30), "must begin with \"dice:\""),
        (String::new(), "must begin with \"dice:\""),
        (format!("Dice:{}", ones(30)), "must begin with \"dice:\""),
        (format!("service:{}", ones(64)), "must begin with \"dice:\""),
    ] {
        assert_error(&drawn(&dice, &entropy), REFUSED, words);
    }
    for (entropy, words) in [
        (format!("dice:{}", ones(30)), "must begin with \"service:\""),
        (format!("service:{}", ones(63)), "64 lower-case hex digits"),
        (format!("service:{}", ones(65)), "64 lower-case hex digits"),
        (format!("service:{}A", ones(63)), "64 lower-case hex digits"),
        (format!("service:{}g", ones(63)), "64 lower-case hex digits"),
    ] {
        assert_error(&drawn(&service, &entropy), REFUSED, words);
    }
}

#[test]
fn draw_refuses_a_manifest_with_the_place_and_the_reason() {
    let manifest = String::from_utf8(small().manifest).unwrap();
    let refused = |from: &str, to: &str| answer_to(&["draw", "-"], manifest.replacen(from, to, 1));
    assert_answer(
        &refused("\"draw\":1,", "\"draw\":100,"),
        REFUSED,
        "",
        "manifest refused at draw: 100 is not 1-99\n",
    );
    assert_error(&refused("\"man\"", "\"men\""), REFUSED, "manifest refused at lots[0].members[0] (byte ");
    assert_error(&refused(",\"v\":\"inskrivning-draw/1\"", ""), REFUSED, "missing field `v`");
    assert_error(
        &refused("\"draw\"", " \"draw\""),
        REFUSED,
        "manifest refused at byte 20: written in another way",
    );
}

#[test]
fn an_output_that_cannot_be_written_is_no_success() {
    let Vector { manifest_file, .. } = everyone_fits();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(PROGRAM).args(["draw", text(&manifest_file)]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(UNREADABLE));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the output cannot be written"));
}

#[test]
fn a_reader_that_goes_away_has_seen_enough() {
    let Vector { manifest_file, entropy, .. } = vector("own", "1024-entries");
    let mut child = Command::new(PROGRAM)
        .args(["draw", text(&manifest_file), "--entropy", &entropy.unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(DONE), Vec::new()));
}

// verify

#[test]
fn verify_passes_on_the_record_of_every_vector() {
    for folder in ["shared", "own"] {
        for Vector { name, record_file, entropy, commitment, .. } in vectors(folder) {
            let mut arguments = vec!["verify", text(&record_file), "--commitment", &commitment];
            arguments.extend(entropy.iter().flat_map(|entropy| ["--entropy", entropy]));
            let Answer { code, out, err } = answer(&arguments);
            assert_eq!((code, out.as_str(), err.as_str()), (DONE, "PASS\n", ""), "{name}");
        }
    }
}

#[test]
fn verify_says_what_it_was_compared_with() {
    let Vector { record_file, record, entropy, commitment, .. } = small();
    let (record_file, entropy) = (text(&record_file), entropy.unwrap());
    let alone = "PASS (self-consistent; not compared with the print)\n";
    assert_answer(&answer(&["verify", record_file]), DONE, alone, "");
    assert_answer(&answer_to(&["verify", "-"], record), DONE, alone, "");
    assert_answer(
        &answer(&["verify", record_file, "--commitment", &commitment]),
        DONE,
        "PASS (commitment compared with the print; entropy not compared)\n",
        "",
    );
    assert_answer(
        &answer(&["verify", record_file, "--entropy", &entropy]),
        DONE,
        "PASS (entropy compared with the print; commitment not compared)\n",
        "",
    );
    let everyone_fits = everyone_fits();
    assert_answer(
        &answer(&["verify", text(&everyone_fits.record_file), "--commitment", &everyone_fits.commitment]),
        DONE,
        "PASS\n",
        "",
    );
}

#[test]
fn verify_takes_a_print_as_people_read_it() {
    let Vector { record_file, entropy, commitment, .. } = small();
    let groups = |text: &str| {
        let groups: Vec<&[u8]> = text.as_bytes().chunks(5).collect();
        String::from_utf8(groups.join(&b' ')).unwrap()
    };
    let (commitment, entropy) = (groups(&commitment.to_uppercase()), groups(&entropy.unwrap()));
    let verified =
        answer(&["verify", text(&record_file), "--commitment", &commitment, "--entropy", &entropy]);
    assert_answer(&verified, DONE, "PASS\n", "");
}

#[test]
fn verify_names_the_step_that_fails_on_standard_output() {
    let Vector { record, commitment, entropy, record_file, .. } = small();
    let verified = |from: &str, to: &str| {
        assert!(record.contains(from), "{from}");
        answer_to(&["verify", "-"], record.replacen(from, to, 1))
    };
    let zeros = "0".repeat(64);
    let field = |key: &str| {
        let start = record.find(&format!("\"{key}\":\"")).unwrap() + key.len() + 4;
        record[start..start + 64].to_owned()
    };
    let dice = entropy.clone().unwrap();
    for (answer, step) in [
        (verified("\"v\":\"inskrivning-draw/1\"", "\"v\":\"inskrivning-draw/2\""), "form"),
        (verified("\\\"draw\\\":1,", "\\\"draw\\\":0,"), "manifest"),
        (verified(&commitment, &zeros), "commitment"),
        (verified(&dice, "dice:1"), "entropy"),
        (verified("\"witnessed\":true", "\"witnessed\":false"), "witnessed"),
        (verified(&field("seed"), &zeros), "seed"),
        (verified(&field("1"), &zeros), "keys"),
        (verified("\"order\":[4,1,", "\"order\":[1,4,"), "order"),
        (verified("\"nights\":3", "\"nights\":4"), "outcomes"),
        (verified("\"oversubscribed\":true", "\"oversubscribed\":false"), "oversubscribed"),
        (verified(&field("result_hash"), &zeros), "result_hash"),
        (answer(&["verify", text(&record_file), "--commitment", &zeros]), "commitment"),
        (answer(&["verify", text(&record_file), "--entropy", "dice:1"]), "entropy"),
    ] {
        assert_eq!((answer.code, answer.err.as_str()), (REFUSED, ""), "{step}");
        assert!(answer.out.starts_with(&format!("FAIL {step}: ")), "{step}: {}", answer.out);
        assert_eq!(answer.out.lines().count(), 1, "{}", answer.out);
    }
}

#[test]
fn verify_fails_at_form_for_what_is_no_record() {
    for input in ["", "{}", "[]", "not JSON", "\u{feff}{}", "{\"a\":1}", "\0\0\0"] {
        let Answer { code, out, err } = answer_to(&["verify", "-"], input);
        assert_eq!((code, err.as_str()), (REFUSED, ""), "{input:?}");
        assert!(out.starts_with("FAIL form: "), "{input:?}: {out}");
    }
    let manifest = answer(&["verify", text(&small().manifest_file)]);
    assert_eq!(
        (manifest.code, manifest.out.starts_with("FAIL form: day (byte ")),
        (REFUSED, true),
        "{}",
        manifest.out
    );
}

#[test]
fn a_record_cannot_paint_its_own_pass_on_the_screen() {
    let record = small().record;
    let escape = "\\u001b[2K\\rPASS\\u001b[0m\\u009b1G\\u202e";
    for (from, to) in [
        (small().commitment, escape.to_owned()),
        (small().entropy.unwrap(), escape.to_owned()),
        ("\"rank\":1".to_owned(), format!("\"{escape}\":1")),
        ("\"v\":\"inskrivning-draw/1\"".to_owned(), format!("\"v\":\"{escape}\"")),
        ("\"keys\":{".to_owned(), format!("\"keys\":{{\"{escape}\":\"\",")),
    ] {
        // As RFC 8785 writes them, so that it is the text itself that is shown.
        let to = to.replace("\\u009b", "\u{9b}").replace("\\u202e", "\u{202e}");
        let Answer { code, out, err } = answer_to(&["verify", "-"], record.replacen(&from, &to, 1));
        assert_eq!((code, err.as_str()), (REFUSED, ""));
        assert!(out.starts_with("FAIL "), "{out:?}");
        let line = out.strip_suffix('\n').unwrap();
        assert!(
            !line.contains(|character: char| character.is_control() || character == '\u{202e}'),
            "{out:?}"
        );
    }
}

// explain

#[track_caller]
fn assert_explains(folder: &str, name: &str, lot: u32, expected: &str) {
    let Answer { code, out, err } =
        answer(&["explain", text(&vector(folder, name).record_file), "--lot", &lot.to_string()]);
    assert_eq!((code, out.as_str(), err.as_str()), (DONE, expected, ""), "{name}, lot {lot}");
}

#[test]
fn explain_says_that_a_lot_was_not_in_the_draw() {
    let out = |what: &str, lot: u32| {
        format!("Lot {lot} was {what} before the list was frozen. It was not in the draw.\n")
    };
    assert_explains("own", "all-withdrawn", 1, &out("withdrawn", 1));
    assert_explains("own", "all-withdrawn", 3, &out("refused", 3));
}

#[test]
fn explain_says_what_a_single_with_a_place_would_have_preferred() {
    assert_explains(
        "shared",
        "small",
        2,
        "Lot 2 got shelter sm for 5 nights from 2026-11-27.
  entry 9 (sm single place for anyone, free from 2026-11-27 through 2026-12-01)
It was drawn as number 6 of 10 (key a0b32f962af5c8281841efd7ebb533b42e307a629f2e821e1f77b4ba32de85f3).
It was admitted in S1: singles on single places, as many as can have one, in order.
It would have preferred, best first:
  7 nights from 2026-11-27 on entry 5 (ng family place for anyone, free from 2026-11-27 through 2026-12-03): full when its turn came
  7 nights from 2026-11-27 on entry 6 (ng family place for anyone, free from 2026-11-27 on): full when its turn came
  7 nights from 2026-11-27 on entry 8 (sm family place for women, free from 2026-11-27 on): full when its turn came
  5 nights from 2026-11-27 on entry 3 (fi single place for women, free from 2026-11-27 on): needed, so that everyone admitted has a place
",
    );
    assert_explains(
        "shared",
        "small",
        6,
        "Lot 6 got shelter sm for 7 nights from 2026-11-27.
  entry 8 (sm family place for women, free from 2026-11-27 on)
It was drawn as number 5 of 10 (key 86d5457f1dd1a06a2cd63239fc938e0b7c72069b9b3914647f3f0bcb4c027adb).
It was admitted in S1: singles on single places, as many as can have one, in order.
It got the best place it could use.
",
    );
}

#[test]
fn explain_says_how_a_single_was_admitted_beside_the_families() {
    assert_explains(
        "shared",
        "left-after-assignment",
        15,
        "Lot 15 got shelter fa for 5 nights from 2026-11-29.
  entry 5 (fa single place for anyone, free from 2026-11-29 on)
It was drawn as number 27 of 29 (key f6ba4da8fd5b9def98ee9917feeceebbc1a379c32c5d5e5a1523fa250b5e8e66).
It was admitted in S2: singles not admitted before, on places of both kinds that no family took.
It got the best place it could use.
",
    );
}

#[test]
fn explain_says_where_nothing_was_drawn() {
    assert_explains(
        "own",
        "family-members-who-before-kind",
        4,
        "Lot 4 got shelter ba for 5 nights from 2027-10-22.
  entry 1 (ba single place for anyone, free from 2027-10-22 on)
Everyone fits, so nothing was drawn: it is number 4 of 4 in the order of asking.
It was admitted in S1: singles on single places, as many as can have one, in order.
It would have preferred, best first:
  5 nights from 2027-10-20 on entry 0 (ba family place for women, free from 2027-10-20 on): full when its turn came
",
    );
}

#[test]
fn explain_says_who_holds_what_a_single_on_the_reserve_list_could_use() {
    assert_explains(
        "own",
        "family-of-20-placed",
        4,
        "Lot 4 is number 1 on the reserve list.
It was drawn as number 6 of 6 (key e3fa72c1ba62a859c6e292210e971b20eaab032025f2cf897dd0f4e3daef0ca7).
All places it could use, and all that could have been freed for it by moving others, are held:
  entry 6 (sm single place for anyone, free from 2026-12-04 on): 2 places, held by 0 family members and 2 singles
None of these singles was drawn after it; the last was number 5.
",
    );
    assert_explains(
        "shared",
        "small",
        5,
        "Lot 5 is number 1 on the reserve list.
It was drawn as number 3 of 10 (key 626dce1db113498ec14512021108fce752c52e7876fcd5554bf4cc36c0c70753).
All places it could use, and all that could have been freed for it by moving others, are held:
  entry 5 (ng family place for anyone, free from 2026-11-27 through 2026-12-03): 1 place, held by 1 family member and 0 singles
  entry 6 (ng family place for anyone, free from 2026-11-27 on): 1 place, held by 1 family member and 0 singles
  entry 7 (ng family place for men, free from 2026-11-27 through 2026-11-29): 1 place, held by 1 family member and 0 singles
No single holds any of them.
",
    );
}

#[test]
fn explain_says_that_no_place_fits_a_single() {
    assert_explains(
        "shared",
        "small",
        10,
        "Lot 10 is number 2 on the reserve list.
It was drawn as number 4 of 10 (key 83ceaee79243d9c514c2ba004209aa92557d2ed06960720d7eb44f8d9bedc1ab).
No place of the shelters it accepts fits it for at least 2 nights.
",
    );
}

#[test]
fn explain_says_when_a_family_was_seated_and_what_it_found_before() {
    assert_explains(
        "shared",
        "small",
        4,
        "Lot 4 got shelter ng for 3 nights from 2026-11-27.
  entry 7 (ng family place for men, free from 2026-11-27 through 2026-11-29)
  entry 5 (ng family place for anyone, free from 2026-11-27 through 2026-12-03)
  entry 6 (ng family place for anyone, free from 2026-11-27 on)
It was drawn as number 1 of 10 (key 083340cd788795d87d9ad8f443c5aa689ad537342b30ab2436adf9463e8a73cf).
It was seated in F1: families on family places, in order.
",
    );
    assert_explains(
        "shared",
        "small",
        1,
        "Lot 1 got shelter cv for 5 nights from 2026-11-27.
  entry 2 (cv single place for men, free from 2026-11-27 on)
  entry 1 (cv single place for anyone, free from 2026-11-27 on)
It was drawn as number 2 of 10 (key 4da255005775f402def082f927a95f450647936ca3303279c1d92df1d8cd66df).
It was seated in F2: families passed over, on places of both kinds beside the singles admitted.
At its turn in F1, on family places, for at least 2 nights:
  nothing free in the shelters it accepts
",
    );
    assert_explains(
        "shared",
        "left-after-assignment",
        3,
        "Lot 3 got shelter sm for 5 nights from 2026-11-30.
  entry 14 (sm single place for men, free from 2026-11-30 on)
  entry 11 (sm family place for women, free from 2026-11-30 on)
It was drawn as number 13 of 29 (key 5252c4ce53d1f7f32836e17ec64ebaa528210ffb203e7e24132831ff46a922f9).
It was seated in F3: families still not seated, on the places left over.
At its turn in F1, on family places, for at least 1 night:
  sm from 2026-11-28: 3 places for some of them, enough for 1 of 2
  fa from 2026-11-28: 1 place for some of them, enough for 1 of 2
  sm from 2026-11-29: 3 places for some of them, enough for 1 of 2
  fa from 2026-11-29: 2 places for some of them, enough for 1 of 2
  sm from 2026-11-30: 6 places for some of them, enough for 1 of 2
  fa from 2026-11-30: 1 place for some of them, enough for 1 of 2
  nothing free in its other shelters and nights
At its turn in F2, on places of both kinds, while every single admitted keeps one, for at least 1 night:
  sm from 2026-11-28: 6 places for some of them, enough for 1 of 2
  fa from 2026-11-28: 3 places for some of them, enough for 1 of 2
  sm from 2026-11-29: 9 places for some of them, enough for 1 of 2
  fa from 2026-11-29: 5 places for some of them, enough for 1 of 2
  sm from 2026-11-30: 14 places for some of them, enough for 1 of 2
  fa from 2026-11-30: 4 places for some of them, enough for 1 of 2
  nothing free in its other shelters and nights
",
    );
}

#[test]
fn explain_says_what_a_family_on_the_reserve_list_found_at_each_turn() {
    assert_explains(
        "shared",
        "small",
        3,
        "Lot 3 is number 4 on the reserve list.
It was drawn as number 10 of 10 (key e4b0e264123e736fc308bc795727a961a8d92577a660c83ef5691e74f0d517b0).
At its turn in F1, on family places, for at least 2 nights:
  sm from 2026-11-27: 1 place for some of them, enough for 1 of 2
  nothing free in its other shelters and nights
At its turn in F2, on places of both kinds, while every single admitted keeps one, for at least 2 nights:
  sm from 2026-11-27: 2 places for some of them, enough for 1 of 2
  fi from 2026-11-27: 1 place for some of them, enough for 0 of 2
At its turn in F3, on the places left over, for at least 2 nights:
  nothing free in the shelters it accepts
",
    );
    assert_explains(
        "own",
        "from-not-a-start-night",
        5,
        "Lot 5 is number 1 on the reserve list.
It was drawn as number 3 of 6 (key 761f32f9fd9ca35384844e99ac4d3d34ae3d49cd0313f27caec542c4803d06d9).
At its turn in F1, on family places, for at least 3 nights:
  no start night on which all its members may sleep
At its turn in F2, on places of both kinds, while every single admitted keeps one, for at least 3 nights:
  no start night on which all its members may sleep
At its turn in F3, on the places left over, for at least 3 nights:
  no start night on which all its members may sleep
",
    );
}

#[test]
fn explain_speaks_the_language_it_is_asked_for() {
    let record = small().record_file;
    let of_lot = |more: &[&str]| answer(&[&["explain", text(&record), "--lot", "10"], more].concat());
    let swedish = of_lot(&["--language", "sv"]);
    let said = "Lott 10 är nummer 2 på reservlistan.
Den drogs som nummer 4 av 10 (nyckel 83ceaee79243d9c514c2ba004209aa92557d2ed06960720d7eb44f8d9bedc1ab).
På de härbärgen som den säger ja till finns ingen plats som passar den i minst 2 nätter.
";
    assert_answer(&swedish, DONE, said, "");
    assert_answer(&of_lot(&["--language", "en"]), DONE, &of_lot(&[]).out, "");
    let unknown = of_lot(&["--language", "ro"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (NOT_UNDERSTOOD, ""));
    assert!(unknown.err.contains("write sv for Swedish or en for English"), "{}", unknown.err);
}

#[test]
fn explain_answers_for_every_lot_of_every_small_vector() {
    for Vector { name, record_file, manifest, .. } in vectors("shared").into_iter().chain(vectors("own")) {
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let lots = manifest["lots"].as_array().unwrap().len();
        if lots > 8 {
            continue;
        }
        for lot in 1..=lots {
            let Answer { code, out, err } =
                answer(&["explain", text(&record_file), "--lot", &lot.to_string()]);
            assert_eq!((code, err.as_str()), (DONE, ""), "{name}, lot {lot}");
            assert!(
                out.starts_with(&format!("Lot {lot} ")) && !out.contains("report this record"),
                "{name}: {out}"
            );
        }
    }
}

#[test]
fn explain_knows_only_the_lots_of_the_day() {
    let of_small = |lot: &str| answer(&["explain", text(&small().record_file), "--lot", lot]);
    assert_answer(&of_small("0"), REFUSED, "", "there is no lot 0: the lots of this day are 1 to 10\n");
    assert_answer(&of_small("11"), REFUSED, "", "there is no lot 11: the lots of this day are 1 to 10\n");
    assert_error(&of_small("4294967295"), REFUSED, "there is no lot 4294967295");
    let of_nobody = answer(&["explain", text(&vector("own", "zero-lots").record_file), "--lot", "1"]);
    assert_answer(&of_nobody, REFUSED, "", "there is no lot 1: nobody asked on this day\n");
}

#[test]
fn explain_trusts_no_record_that_fails() {
    let forged = small().record.replacen("\"nights\":3", "\"nights\":4", 1);
    let Answer { code, out, err } = answer_to(&["explain", "-", "--lot", "1"], forged);
    assert_eq!((code, out.as_str()), (REFUSED, ""));
    assert!(err.starts_with("the record cannot be explained, since it fails at outcomes: "), "{err}");
}

// What is not understood.

#[test]
fn a_command_that_is_not_understood_is_64() {
    let record = small().record_file;
    for arguments in [
        &[][..],
        &["nothing"],
        &["draw"],
        &["draw", "a", "b"],
        &["draw", "a", "--entropy"],
        &["draw", "a", "--commitment", "b"],
        &["verify"],
        &["explain", text(&record)],
        &["explain", text(&record), "--lot", "-1"],
        &["explain", text(&record), "--lot", "one"],
        &["explain", text(&record), "--lot", "4294967296"],
    ] {
        let Answer { code, out, err } = answer(arguments);
        assert_eq!((code, out.as_str()), (NOT_UNDERSTOOD, ""), "{arguments:?}");
        assert!(err.contains("--help") || err.contains("Usage: inskrivning"), "{arguments:?}: {err}");
    }
}

#[test]
fn help_and_version_are_printed() {
    let help = answer(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (DONE, ""));
    for word in ["draw", "verify", "explain", "calendar", "Exit codes: 0 done; 1 refused"] {
        assert!(help.out.contains(word), "{}", help.out);
    }
    assert_answer(&answer(&["--version"]), DONE, &format!("inskrivning {}\n", env!("CARGO_PKG_VERSION")), "");
}

// Files that cannot be read, and input nobody should give.

#[test]
fn a_file_that_cannot_be_read_is_2() {
    for command in [&["draw"][..], &["verify"], &["explain", "--lot", "1"]] {
        let missing = answer(&[command, &["/no/such/file"]].concat());
        assert_error(&missing, UNREADABLE, "/no/such/file cannot be read: No such file");
        let folder = answer(&[command, &["/"]].concat());
        assert_error(&folder, UNREADABLE, "/ cannot be read: Is a directory");
    }
}

/// `draw`, `verify` and `explain` on the same input: refused, each in its own way.
#[track_caller]
fn assert_all_refuse(input: &[u8]) {
    let shown = String::from_utf8_lossy(&input[..input.len().min(40)]).into_owned();
    let drawn = answer_to(&["draw", "-"], input);
    assert_error(&drawn, REFUSED, "manifest refused at ");
    let verified = answer_to(&["verify", "-"], input);
    assert_eq!((verified.code, verified.err.as_str()), (REFUSED, ""), "{shown}");
    assert!(verified.out.starts_with("FAIL form: "), "{shown}: {}", verified.out);
    let explained = answer_to(&["explain", "-", "--lot", "1"], input);
    assert_error(&explained, REFUSED, "re");
}

#[test]
fn what_is_empty_not_json_or_not_utf_8_is_refused() {
    for input in
        [&b""[..], b"\n", b"null", b"{}", b"{", b"{\"", b"\xff\xfe{\x00", b"{\"day\":\"\xff\"}", b"{\"\xc3"]
    {
        assert_all_refuse(input);
    }
}

#[test]
fn what_is_nested_100_000_deep_is_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_all_refuse(deep.as_bytes());
    assert_all_refuse("{\"a\":".repeat(100_000).as_bytes());
    for (key, other) in [("day", "commitment"), ("lots", "keys"), ("places", "outcomes"), ("x", "x")] {
        assert_all_refuse(format!("{{\"{key}\":{deep}}}").as_bytes());
        assert_all_refuse(format!("{{\"{other}\":{deep}}}").as_bytes());
    }
    let manifest = String::from_utf8(small().manifest).unwrap();
    assert_all_refuse(manifest.replacen("[\"fi\",\"ng\",\"cv\"]", &deep, 1).as_bytes());
}

/// The program, with so many KiB of memory to live on.
fn with_memory(kibibytes: u32, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let limit = format!("ulimit -v {kibibytes} && exec \"$0\" \"$@\"");
    command.args(["-c", &limit, PROGRAM]).args(arguments);
    command
}

#[test]
fn a_gigabyte_on_standard_input_is_refused_early_and_in_little_memory() {
    for piece in [&b"\0"[..], b"{", b"[", b"a", b" ", b"\n", b"\xff", b"{\"a\":\n"] {
        for command in [&["draw", "-"][..], &["verify", "-"], &["explain", "-", "--lot", "1"]] {
            let (answer, taken) = run(&mut with_memory(65_536, command), |stdin| gigabyte(piece, stdin));
            assert_eq!(answer.code, REFUSED, "{piece:?} {command:?}: {answer:?}");
            assert!(taken < 1 << 20, "{piece:?} {command:?}: {taken} bytes were read");
        }
    }
}

#[test]
fn a_list_of_wishes_without_end_takes_little_more_memory_than_its_text() {
    let manifest = String::from_utf8(small().manifest).unwrap();
    let begun = manifest.split_once("[\"fi\",\"ng\",\"cv\"]").unwrap().0.to_owned() + "[";
    let text = begun + &"\"fi\",".repeat((16 << 20) / 5);
    let feed = move |mut stdin: ChildStdin| {
        stdin.write_all(text.as_bytes()).unwrap();
        0
    };
    let (answer, _) = run(&mut with_memory(98_304, &["draw", "-"]), feed);
    assert_error(&answer, REFUSED, "manifest refused at lots[0].accepts (byte ");
}
