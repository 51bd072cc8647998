//! RFC 8785 bytes: the one way of writing a JSON value that two programs can hash alike.
//!
//! What is written here holds no fractions, and objects whose keys are ASCII; for these `serde_json` escapes strings as
//! RFC 8785 does, and there remains only to declare the fields of a struct in the order of their names.

use std::io::{self, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where some bytes are not what they should be, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Refused {
    /// The place: a path such as `lots[3].members`, or `byte 17`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

impl Refused {
    pub(super) fn new(place: impl AsRef<str>, reason: impl AsRef<str>) -> Self {
        Self { place: shown(place.as_ref()), reason: shown(reason.as_ref()) }
    }
}

/// More bytes than stand between two quotation marks anywhere: the order of a million lots has the most, eight million.
const LONGEST_PART: usize = 16 << 20;

/// The most characters of a place or a reason; what is quoted from a file can be of any length.
const SHOWN: usize = 1000;

/// A message as it can be shown. What it quotes is somebody else's: characters that a terminal obeys instead of showing them,
/// which could turn a FAIL into a PASS on the screen, are escaped.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str(" ...");
    }
    shown
}

fn visible(character: char) -> String {
    match character {
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    }
}

/// The RFC 8785 bytes of a value whose structs declare their fields in the order of their names.
///
/// # Errors
/// When the value cannot be written as JSON; the types of this room always can.
pub(super) fn to_string(value: &impl Serialize) -> Result<String, Refused> {
    serde_json::to_string(value).map_err(|error| Refused::new("the whole", error.to_string()))
}

/// Reads a value from its RFC 8785 bytes and refuses all others: not UTF-8, not JSON, keys missing, unknown or twice, or
/// written in any other way.
pub(super) fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Refused> {
    refuse_early(bytes, 0)?;
    refuse_endless(bytes)?;
    let value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => {
            return Err(
                with_place::<T>(bytes).unwrap_or_else(|| Refused::new("the whole", error.to_string()))
            );
        }
    };
    check_same_bytes(&value, bytes)?;
    Ok(value)
}

/// Refuses what no manifest and no record begins with or holds, before anything is parsed: `part` is the part of the text that
/// begins at byte `at`. So a reader can stop early.
///
/// # Errors
/// The place and what stands there.
pub fn refuse_early(part: &[u8], at: usize) -> Result<(), Refused> {
    if at == 0 {
        let beginning = |reason: &str| Err(Refused::new("byte 0", reason));
        match part {
            [] => return beginning("it is empty"),
            [0xEF, 0xBB, 0xBF, ..] => return beginning("it begins with a byte order mark"),
            [b'{', b'"', ..] => {}
            _ => return beginning("it does not begin with {\""),
        }
    }
    let Some(found) = part.iter().position(|&byte| byte < b' ') else { return Ok(()) };
    let what = if part[found] == b'\n' { "a line feed" } else { "a control character" };
    Err(Refused::new(format!("byte {}", at + found), format!("{what} stands in the text, which holds none")))
}

/// Refuses a text in which no quotation mark comes for longer than in any manifest or record, before a name of hundreds of
/// megabytes is copied into messages about it.
fn refuse_endless(bytes: &[u8]) -> Result<(), Refused> {
    let mut at = 0;
    for part in bytes.split(|&byte| byte == b'"') {
        if part.len() > LONGEST_PART {
            return Err(Refused::new(
                format!("byte {at}"),
                format!("no quotation mark for {LONGEST_PART} bytes"),
            ));
        }
        at += part.len() + 1;
    }
    Ok(())
}

/// Reads once more, slowly, to say where the fault is.
fn with_place<T: DeserializeOwned>(bytes: &[u8]) -> Option<Refused> {
    if let Err(error) = std::str::from_utf8(bytes) {
        return Some(Refused::new(format!("byte {}", error.valid_up_to()), "it is not UTF-8"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let error = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => error,
        // The value is whole, so what is wrong comes after it.
        Ok(_) => return json.end().err().map(|error| refused_json("the end", &error)),
    };
    let path = error.path().to_string();
    // Where the text breaks off between two values, the path ends in "?".
    let path = path.trim_end_matches(['?', '.']);
    Some(refused_json(if path.is_empty() { "the whole" } else { path }, error.inner()))
}

fn refused_json(path: &str, error: &serde_json::Error) -> Refused {
    let text = error.to_string();
    // RFC 8785 text is one line, so the column is the place in bytes.
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    Refused::new(format!("{path} (byte {})", error.column()), reason)
}

fn check_same_bytes(value: &impl Serialize, bytes: &[u8]) -> Result<(), Refused> {
    let mut compared = Compared { bytes, at: 0 };
    let same = serde_json::to_writer(&mut compared, value).is_ok() && compared.at == bytes.len();
    if same {
        return Ok(());
    }
    Err(Refused::new(
        format!("byte {}", compared.at),
        "written in another way than RFC 8785 writes it (order of keys, spaces, escapes)",
    ))
}

/// A writer that writes nothing and fails at the first byte that differs.
struct Compared<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Write for Compared<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        let same = written.iter().zip(&self.bytes[self.at..]).take_while(|(a, b)| a == b).count();
        self.at += same;
        if same == written.len() { Ok(same) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Letter {
        a: u32,
        b: Vec<String>,
    }

    fn letter(text: &str) -> Result<Letter, String> {
        read(text.as_bytes()).map_err(|refused| refused.to_string())
    }

    #[test]
    fn what_is_written_is_read_back() {
        for b in
            [vec![], vec![String::new()], vec!["\u{0}\u{1f}\"\\/\u{7f}\u{e5}\u{2028}\u{10ffff}".to_owned()]]
        {
            let written = to_string(&Letter { a: 1, b: b.clone() }).unwrap();
            assert_eq!(letter(&written), Ok(Letter { a: 1, b }));
        }
    }

    #[test]
    fn strings_are_escaped_as_rfc_8785_escapes_them() {
        let text = "\u{8}\t\n\u{c}\r\"\\/\u{b}\u{1f}\u{7f}\u{80}\u{20ac}";
        let written = "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u000b\\u001f\u{7f}\u{80}\u{20ac}\"";
        assert_eq!(to_string(&text), Ok(written.to_owned()));
    }

    #[test]
    fn what_can_be_no_text_of_ours_is_refused_before_it_is_read() {
        for (part, reason) in [
            (&b""[..], "it is empty"),
            (b"\xef\xbb\xbf{\"a\"", "it begins with a byte order mark"),
            (b"{", "it does not begin with {\""),
            (b"{{{{", "it does not begin with {\""),
            (b"{}", "it does not begin with {\""),
            (b"[{\"a\"", "it does not begin with {\""),
            (b"\0\0", "it does not begin with {\""),
        ] {
            assert_eq!(refuse_early(part, 0), Err(Refused::new("byte 0", reason)));
        }
        assert_eq!(refuse_early(b"{\"a\"", 0), Ok(()));
    }

    #[test]
    fn a_later_part_may_begin_with_anything_but_holds_no_control_character() {
        assert_eq!(refuse_early(b"", 70), Ok(()));
        assert_eq!(refuse_early(b"{a \x7f\xff", 70), Ok(()));
        let refused = |reason: &str| Err(Refused::new("byte 73", reason));
        assert_eq!(refuse_early(b"abc\n\0", 70), refused("a line feed stands in the text, which holds none"));
        assert_eq!(
            refuse_early(b"abc\x1f", 70),
            refused("a control character stands in the text, which holds none")
        );
        assert_eq!(
            refuse_early(b"abc\0", 70),
            refused("a control character stands in the text, which holds none")
        );
    }

    #[test]
    fn another_spelling_is_refused_at_the_byte_where_it_parts() {
        for (text, byte) in [
            (r#"{"a":1, "b":[]}"#, 7),
            (r#"{"b":[],"a":1}"#, 2),
            (r#"{"a":1,"b":["\u0061"]}"#, 13),
            (r#"{"a":1,"b":["\u001F"]}"#, 18),
            (r#"{"a":1,"b":["\/"]}"#, 13),
            (r#"{"a":1,"b":[]} "#, 14),
        ] {
            let refused = letter(text).unwrap_err();
            assert!(
                refused.starts_with(&format!("byte {byte}: written in another way")),
                "{text}: {refused}"
            );
        }
    }

    #[test]
    fn a_message_shows_what_a_terminal_would_obey() {
        assert_eq!(shown("lots[3]: \"\u{e5}\\u0061\" isn't"), "lots[3]: \"\u{e5}\\u0061\" isn't");
        assert_eq!(shown("a\r\n\t\0b"), "a\\r\\n\\t\\0b");
        assert_eq!(shown("\u{1b}[2K\u{7f}\u{9b}1G\u{202e}"), "\\u{1b}[2K\\u{7f}\\u{9b}1G\\u{202e}");
        let refused = letter("{\"a\":1,\"b\":[],\"\\u001b[2K\":1}").unwrap_err();
        assert!(refused.starts_with("\\u{1b}[2K (byte 25): unknown field `\\u{1b}[2K`"), "{refused}");
    }

    #[test]
    fn a_message_is_short_whatever_it_quotes() {
        assert_eq!(shown(&"a".repeat(SHOWN)), "a".repeat(SHOWN));
        assert_eq!(shown(&"a".repeat(SHOWN + 1)), "a".repeat(SHOWN) + " ...");
        let refused = letter(&format!("{{\"{}\":1}}", "a".repeat(1_000_000))).unwrap_err();
        assert!(refused.len() < 2 * SHOWN + 100, "{}", refused.len());
    }

    #[test]
    fn a_text_that_breaks_off_is_refused_at_the_value_it_breaks_off_in() {
        for (text, place) in [
            (r#"{"a":1"#, "the whole"),
            (r#"{"a":1,"#, "the whole"),
            (r#"{"a":"#, "a"),
            (r#"{"a":1,"b":["x"#, "b[0]"),
        ] {
            let refused = letter(text).unwrap_err();
            assert!(
                refused.starts_with(&format!("{place} (byte ")) && refused.contains("EOF"),
                "{text}: {refused}"
            );
        }
    }
}
