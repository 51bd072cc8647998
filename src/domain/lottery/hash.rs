//! Thirty-two bytes, written as 64 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::domain::text::serde_as_text;

/// A SHA-256 hash, a salt, or a key: 32 bytes, compared as bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash32(pub [u8; 32]);

/// The text is not 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hex digits")]
pub struct NotHex;

impl Hash32 {
    /// The SHA-256 of the parts, one after the other.
    #[must_use]
    pub fn sha256(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        parts.iter().for_each(|part| hasher.update(part));
        Self(hasher.finalize().into())
    }
}

impl FromStr for Hash32 {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotHex)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Err(NotHex) } else { Ok(Self(bytes)) }
    }
}

serde_as_text!(Hash32);

impl fmt::Display for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_of_the_parts_one_after_the_other() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for parts in [&[&b"abc"[..]][..], &[b"a", b"", b"bc"], &[b"", b"abc"]] {
            assert_eq!(Hash32::sha256(parts).to_string(), abc);
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash32::sha256(&[]).to_string(), empty);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = std::array::from_fn(|n| u8::try_from(8 * n).unwrap());
        let text = "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8";
        assert_eq!(Hash32(bytes).to_string(), text);
        assert_eq!(format!("{:?}", Hash32(bytes)), text);
        assert_eq!(text.parse(), Ok(Hash32(bytes)));
    }

    #[test]
    fn only_64_lower_case_hex_digits_are_read() {
        let right = "0123456789abcdef".repeat(4);
        assert!(right.parse::<Hash32>().is_ok());
        for wrong in [
            "",
            &right[1..],
            &right[2..],
            &format!("{right}0"),
            &format!("{right}00"),
            &right.to_uppercase(),
            &format!("{}F", &right[1..]),
            &format!("{}g", &right[1..]),
            &format!("{} ", &right[1..]),
            &format!("{}\n", &right[1..]),
            &format!("0x{}", &right[2..]),
            &"\u{661}".repeat(32),
        ] {
            assert_eq!(wrong.parse::<Hash32>(), Err(NotHex), "{wrong}");
        }
    }

    #[test]
    fn hashes_are_ordered_as_bytes_from_the_first() {
        let hash = |first: u8, last: u8| {
            let mut bytes = [0; 32];
            (bytes[0], bytes[31]) = (first, last);
            Hash32(bytes)
        };
        assert!(hash(0, 255) < hash(1, 0) && hash(127, 0) < hash(128, 0) && hash(1, 1) < hash(1, 2));
    }
}
