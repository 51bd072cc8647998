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
    pub(super) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

/// The RFC 8785 bytes of a value whose structs declare their fields in the order of their names.
///
/// # Errors
/// When the value cannot be written as JSON; the types of this room always can.
pub(super) fn to_string(value: &impl Serialize) -> Result<String, Refused> {
    serde_json::to_string(value).map_err(|error| Refused::new("the whole", error.to_string()))
}

/// Reads a value from its RFC 8785 bytes and refuses all others: more than `limit` bytes, not UTF-8, not JSON, keys missing,
/// unknown or twice, or written in any other way.
pub(super) fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Refused> {
    refuse_early(bytes, 0)?;
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
            [b'{', ..] => {}
            _ => return beginning("it does not begin with {"),
        }
    }
    let Some(found) = part.iter().position(|&byte| byte < b' ') else { return Ok(()) };
    let what = if part[found] == b'\n' { "a line feed" } else { "a control character" };
    Err(Refused::new(format!("byte {}", at + found), format!("{what} stands in the text, which holds none")))
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
    Some(refused_json(if path == "." { "the whole" } else { &path }, error.inner()))
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
        "written in another way than RFC 8785 writes it (order of keys, spaces, numbers)",
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
