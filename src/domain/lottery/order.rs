//! From the frozen list and the dice to an order of lots, with nothing but SHA-256, HMAC and ChaCha20 (draw.md, sections 3 to 5).

use hmac::{Hmac, KeyInit, Mac};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::Sha256;

use super::entropy::Entropy;
use super::hash::Hash32;
use crate::domain::party::LotNumber;

/// C = SHA-256( "inskrivning-draw/1 commit\n" || manifest bytes ).
#[must_use]
pub fn commitment(manifest: &[u8]) -> Hash32 {
    Hash32::sha256(&[b"inskrivning-draw/1 commit\n", manifest])
}

/// K = HMAC-SHA256( key = the entropy string, message = "inskrivning-draw/1 seed\n" || C || salt ).
#[must_use]
pub fn seed(entropy: &Entropy, commitment: Hash32, salt: Hash32) -> Hash32 {
    #[expect(clippy::expect_used, reason = "better no draw than a draw under another key")]
    let mut hmac = Hmac::<Sha256>::new_from_slice(entropy.as_str().as_bytes()).expect("HMAC takes any key");
    hmac.update(b"inskrivning-draw/1 seed\n");
    hmac.update(&commitment.0);
    hmac.update(&salt.0);
    Hash32(hmac.finalize().into_bytes().into())
}

/// A lot's key: the first 32 bytes of the ChaCha20 block with key K, counter 0 and the lot's number as stream.
#[must_use]
pub fn key(seed: Hash32, lot: LotNumber) -> Hash32 {
    let mut stream = ChaCha20Rng::from_seed(seed.0);
    stream.set_stream(lot.0.into());
    let mut key = [0; 32];
    stream.fill_bytes(&mut key);
    Hash32(key)
}

/// The lots by key ascending, then by number.
#[must_use]
pub fn order(keys: &[(LotNumber, Hash32)]) -> Vec<LotNumber> {
    let mut keyed: Vec<(Hash32, LotNumber)> = keys.iter().map(|&(lot, key)| (key, lot)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, lot)| lot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lottery::entropy::Source;

    fn hash(text: &str) -> Hash32 {
        text.parse().unwrap()
    }

    #[test]
    fn the_commitment_is_the_hash_behind_its_own_line() {
        // printf 'inskrivning-draw/1 commit\n{}' | sha256sum
        let expected = "5701cb21b76b6106582a61e5f4254d30e8005954d1020a9e88c85240342a086d";
        assert_eq!(commitment(b"{}"), hash(expected));
    }

    #[test]
    fn the_seed_is_the_hmac_under_the_entropy_string() {
        let (commitment, salt) = (commitment(b"{}"), Hash32([0xff; 32]));
        // The second key is longer than a block of SHA-256, and is hashed first.
        for (source, text, expected) in [
            (Source::Dice(25), "1", "2669dd0cf498c617ed85cd2ef7f66492655338b49e36aaf76560e569cde81471"),
            (Source::Dice(100), "6", "27001812ba1c6ad994c95e775bf7b99d38d990979cff4438eb12d71205951fbb"),
            (Source::Service, "0", "1af64180e9730fb302a753eac8410b1ea5da5f59d4ed4bd8869d168c439c1b8c"),
        ] {
            let (prefix, digits) = match source {
                Source::Dice(dice) => ("dice", dice as usize),
                Source::Service => ("service", 64),
            };
            let entropy = source.read(&format!("{prefix}:{}", text.repeat(digits))).unwrap();
            assert_eq!(seed(&entropy, commitment, salt), hash(expected));
            assert_ne!(seed(&entropy, salt, commitment), hash(expected));
        }
    }

    #[test]
    fn a_key_is_the_chacha20_block_of_the_lot() {
        // RFC 8439, appendix A.1, test vector 1, for lot 0; the others by another implementation of the RFC.
        let zero = Hash32([0; 32]);
        assert_eq!(
            key(zero, LotNumber(0)),
            hash("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7")
        );
        let seed = Hash32(std::array::from_fn(|n| u8::try_from(n).unwrap()));
        for (lot, expected) in [
            (1, "2fa4f10250808e89a25231e50fdf6ee071c65f21ef9eee784c3f2d89061ae895"),
            (2, "54b275d14c65d8174ac3a499cf3e8406a93cc77ac646cbca744fdf1876ad1a39"),
            (256, "1fbaea36280d785d46a7a5d8200aa85555b60a9e33cffb063f7945533f879b8f"),
            (1_000_000, "ab111cfc911b374918ca4370974c88a17905893daea8d0275ccc04730ebd9e51"),
            (u32::MAX, "60efde01198f33612adc70a210fbaba5fdb5309ae86189c9c5ab4c77bf64328d"),
        ] {
            assert_eq!(key(seed, LotNumber(lot)), hash(expected), "lot {lot}");
        }
    }

    #[test]
    fn lots_come_by_key_as_bytes_and_then_by_number() {
        let key = |first: u8, last: u8| {
            let mut bytes = [0; 32];
            (bytes[0], bytes[31]) = (first, last);
            Hash32(bytes)
        };
        let keys = [
            (1, key(0x80, 0)),
            (2, key(0x7f, 0xff)),
            (9, key(5, 5)),
            (10, key(5, 5)),
            (4, key(5, 5)),
            (6, key(5, 4)),
        ];
        let keys = keys.map(|(lot, key)| (LotNumber(lot), key));
        assert_eq!(order(&keys), [6, 4, 9, 10, 2, 1].map(LotNumber));
        assert_eq!(order(&[]), []);
    }
}
