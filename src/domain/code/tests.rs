use proptest::prelude::*;

use super::*;

/// Random values, the same in every run: multiples of the golden ratio of 2^64 lie scattered over the whole range.
fn random_values(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn letters() -> impl Iterator<Item = char> {
    ALPHABET.iter().copied().map(char::from)
}

fn with(code: &str, place: usize, letter: char) -> String {
    code.chars().enumerate().map(|(at, old)| if at == place { letter } else { old }).collect()
}

fn swapped(code: &str, place: usize) -> String {
    let mut letters: Vec<char> = code.chars().collect();
    letters.swap(place, place + 1);
    letters.into_iter().collect()
}

fn uno(text: &str) -> Result<UnoCode, CodeError> {
    text.parse()
}

fn ticket(text: &str) -> Result<TicketCode, CodeError> {
    text.parse()
}

/// The kinds of code as which the text is read.
fn passes_as(text: &str) -> Vec<CodeKind> {
    let mut kinds = Vec::new();
    kinds.extend(uno(text).map(|_| CodeKind::Uno));
    kinds.extend(ticket(text).map(|_| CodeKind::Ticket));
    kinds.extend(text.parse::<SlipCode>().map(|_| CodeKind::Slip));
    kinds
}

#[test]
fn the_alphabet_is_29_characters_without_look_alikes() {
    let distinct: std::collections::BTreeSet<char> = letters().collect();
    assert_eq!(distinct.len(), 29);
    assert!(letters().all(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase()));
    assert!("BILOSUZ".chars().all(|letter| !distinct.contains(&letter)));
}

#[test]
fn a_random_value_gives_the_same_code_for_ever() {
    assert_eq!(UnoCode::from_random(0).as_str(), "0000000C");
    assert_eq!(TicketCode::from_random(0).as_str(), "0000000R");
    assert_eq!(UnoCode::from_random(1).as_str(), "10000003");
    assert_eq!(TicketCode::from_random(29).as_str(), "0100000H");
}

#[test]
fn a_code_is_shown_in_two_groups_and_stored_without_hyphen() {
    let code = UnoCode::from_random(1);
    assert_eq!(code.to_string(), "1000-0003");
    assert_eq!(format!("{code:?}"), "UnoCode(1000-0003)");
    assert_eq!(TicketCode::from_random(29).to_string(), "0100-000H");
}

#[test]
fn every_code_made_is_read_back_shown_or_stored() {
    for random in random_values(3_000).chain([0, 1, u64::MAX]) {
        let (guest, slip) = (UnoCode::from_random(random), TicketCode::from_random(random));
        assert_eq!(uno(guest.as_str()), Ok(guest));
        assert_eq!(uno(&guest.to_string()), Ok(guest));
        assert_eq!(ticket(slip.as_str()), Ok(slip));
        assert_eq!(ticket(&slip.to_string()), Ok(slip));
    }
}

#[test]
fn values_as_far_apart_as_there_are_codes_give_one_code_and_nearer_ones_do_not() {
    let codes = 29u64.pow(7);
    assert_eq!(codes, 17_249_876_309);
    assert_eq!(UnoCode::from_random(5), UnoCode::from_random(5 + codes));
    assert_ne!(UnoCode::from_random(0), UnoCode::from_random(codes - 1));
    let distinct: std::collections::BTreeSet<UnoCode> = (0..30_000).map(UnoCode::from_random).collect();
    assert_eq!(distinct.len(), 30_000);
}

#[test]
fn every_wrong_character_is_caught_at_every_place() {
    for random in random_values(100) {
        let (guest, slip) = (UnoCode::from_random(random), TicketCode::from_random(random));
        for place in 0..LENGTH {
            for letter in letters() {
                let wrong = with(guest.as_str(), place, letter);
                assert_eq!(uno(&wrong).is_ok(), wrong == guest.as_str(), "{wrong} for {guest}");
                let wrong = with(slip.as_str(), place, letter);
                assert_eq!(ticket(&wrong).is_ok(), wrong == slip.as_str(), "{wrong} for {slip}");
            }
        }
    }
}

/// The code whose first seven characters have these values.
fn of_values(kind: CodeKind, values: [u64; 7]) -> Characters {
    make(kind, values.into_iter().rev().fold(0, |random, value| random * 29 + value))
}

fn assert_swap_is_caught(kind: CodeKind, code: Characters, place: usize) {
    let swapped = swapped(code.as_str(), place);
    let alike = swapped == code.as_str();
    assert_eq!(passes_as(&swapped).contains(&kind), alike, "{swapped} for {code}");
}

fn each_two_values() -> impl Iterator<Item = (u64, u64)> {
    (0..29).flat_map(|left| (0..29).map(move |right| (left, right)))
}

#[test]
fn every_swap_of_two_neighbours_is_caught_at_every_place() {
    for kind in [CodeKind::Uno, CodeKind::Ticket, CodeKind::Slip] {
        for place in 0..6 {
            let mut seen = std::collections::BTreeSet::new();
            for (left, right) in each_two_values() {
                let mut values = [4, 11, 7, 16, 22, 2, 27];
                (values[place], values[place + 1]) = (left, right);
                let code = of_values(kind, values);
                seen.insert(code.as_str()[place..=place + 1].to_owned());
                assert_swap_is_caught(kind, code, place);
            }
            assert_eq!(seen.len(), 29 * 29);
        }
    }
}

#[test]
fn every_swap_with_the_check_character_is_caught() {
    for kind in [CodeKind::Uno, CodeKind::Ticket, CodeKind::Slip] {
        let mut seen = std::collections::BTreeSet::new();
        // The first character sets the check character, so that every two come to stand at the end.
        for (first, last) in each_two_values() {
            let code = of_values(kind, [first, 11, 7, 16, 22, 2, last]);
            seen.insert(code.as_str()[6..].to_owned());
            assert_swap_is_caught(kind, code, 6);
        }
        assert_eq!(seen.len(), 29 * 29);
    }
}

#[test]
fn every_swap_in_random_codes_is_caught() {
    for random in random_values(2_000) {
        let code = TicketCode::from_random(random);
        for place in 0..LENGTH - 1 {
            let swapped = swapped(code.as_str(), place);
            assert_eq!(ticket(&swapped).is_ok(), swapped == code.as_str(), "{swapped} for {code}");
        }
    }
}

#[test]
fn a_uno_code_never_passes_for_a_ticket_code_nor_the_other_way_round() {
    for random in random_values(3_000).chain([0, 1, u64::MAX]) {
        let (found, asked) = (CodeKind::Uno, CodeKind::Ticket);
        let guest = UnoCode::from_random(random);
        assert_eq!(ticket(guest.as_str()), Err(CodeError::OtherKind { found, asked }));
        let slip = TicketCode::from_random(random);
        assert_eq!(uno(slip.as_str()), Err(CodeError::OtherKind { found: asked, asked: found }));
    }
}

#[test]
fn a_wrong_character_is_called_wrong_unless_it_happens_to_make_the_other_kind() {
    assert_eq!(uno("1000-0003"), Ok(UnoCode::from_random(1)));
    assert_eq!(uno("1000-0004"), Err(CodeError::CheckFailed));
    assert_eq!(uno("0100-0003"), Err(CodeError::CheckFailed));
    assert_eq!(ticket("0000-0000"), Err(CodeError::CheckFailed));
    assert_eq!(uno("0000-0000"), Err(CodeError::CheckFailed));
    assert_eq!(uno("0000-000C"), Ok(UnoCode::from_random(0)));
    assert!(matches!(uno("0000-000R"), Err(CodeError::OtherKind { .. })));
}

#[test]
fn lower_case_spaces_and_hyphens_are_read() {
    let code = TicketCode::from_random(u64::MAX);
    assert_eq!(code.to_string(), "RX89-0G13");
    for text in [
        "rx890g13",
        "Rx89-0g13",
        "  RX89 0G13  ",
        "R X 8 9 0 G 1 3",
        "R-X-8-9-0-G-1-3",
        "--RX890G13--",
        "RX890G13\r\n",
        "\tRX89\t0G13",
        "RX89\u{a0}0G13",
        "RX89\u{2010}0G13",
        "RX89\u{2011}0G13",
    ] {
        assert_eq!(ticket(text), Ok(code), "{text:?}");
    }
}

#[test]
fn o_is_read_as_nought_and_i_and_l_as_one() {
    let code = UnoCode::from_random(1);
    for text in ["1OOO-OOO3", "1ooo-ooo3", "I000-0003", "i000-0003", "L000-0003", "lo0O-0oO3"] {
        assert_eq!(uno(text), Ok(code), "{text}");
    }
}

#[test]
fn any_other_character_is_refused_by_name_and_place() {
    for (text, character, place) in [
        ("B000-0003", 'B', 1),
        ("1S00-0003", 'S', 2),
        ("10u0-0003", 'u', 3),
        ("1000-z003", 'z', 5),
        ("1000-000å", 'å', 8),
        ("1000_0003", '_', 5),
        ("1000\u{2013}0003", '\u{2013}', 5),
        ("1000.0003", '.', 5),
        ("1000-0\u{0}03", '\u{0}', 6),
        ("\u{131}000-0003", '\u{131}', 1),
        ("1000-000\u{212a}", '\u{212a}', 8),
        ("\u{661}000-0003", '\u{661}', 1),
        ("1000-00034!", '!', 10),
    ] {
        assert_eq!(uno(text), Err(CodeError::UnknownCharacter { character, place }), "{text:?}");
    }
    let all_ascii = (0u8..128).map(char::from);
    let read: String = all_ascii.filter(|&letter| value_of(letter).is_some()).collect();
    assert_eq!(read, "0123456789ACDEFGHIJKLMNOPQRTVWXYacdefghijklmnopqrtvwxy");
}

#[test]
fn too_short_and_too_long_are_refused_with_the_number_of_characters() {
    assert_eq!(uno("1"), Err(CodeError::WrongLength(1)));
    assert_eq!(uno("1000-000"), Err(CodeError::WrongLength(7)));
    assert_eq!(uno("1000-0003-0"), Err(CodeError::WrongLength(9)));
    assert_eq!(uno("1000-0003 1000-0003"), Err(CodeError::WrongLength(16)));
}

#[test]
fn nothing_is_refused_as_nothing() {
    for text in ["", " ", "-", " - - ", "\n"] {
        assert_eq!(ticket(text), Err(CodeError::Empty), "{text:?}");
    }
}

#[test]
fn a_megabyte_is_read_to_its_end_and_refused() {
    let megabyte = 1 << 20;
    assert_eq!(uno(&" ".repeat(megabyte)), Err(CodeError::Empty));
    assert_eq!(uno(&"-".repeat(megabyte)), Err(CodeError::Empty));
    assert_eq!(uno(&"1".repeat(megabyte)), Err(CodeError::WrongLength(megabyte)));
    assert_eq!(uno(&"!".repeat(megabyte)), Err(CodeError::UnknownCharacter { character: '!', place: 1 }));
    assert_eq!(uno(&format!("{}10000003", " ".repeat(megabyte))), Ok(UnoCode::from_random(1)));
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_to_do() {
    let said = |text| ticket(text).unwrap_err().to_string();
    assert_eq!(said(""), "there is no code here: type it or scan it");
    assert_eq!(said("1000"), "a code has 8 characters, this one has 4: read it again");
    assert_eq!(said("1Z00-0003"), "'Z', at place 2, stands in no code: read it again");
    assert_eq!(said("1000-0004"), "one character is wrong or two are swapped: read the code again");
    assert_eq!(
        said("1000-0003"),
        "this is a UNO code, a ticket code is asked: look for the right code, or read this one again"
    );
    assert!(
        uno("0000000R").unwrap_err().to_string().starts_with("this is a ticket code, a UNO code is asked")
    );
}

proptest! {
    #[test]
    fn whatever_is_typed_is_refused_or_is_a_code_that_reads_back(text in "[0-9A-Za-z -]{0,12}|\\PC{0,16}") {
        if let Ok(code) = uno(&text) {
            prop_assert_eq!(uno(&code.to_string()), Ok(code));
            prop_assert!(code.as_str().bytes().all(|letter| ALPHABET.contains(&letter)));
        }
        prop_assert!(passes_as(&text).len() < 2);
    }
}
