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
    // HMAC takes a key of any length, so the other arm is out of reach.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(entropy.as_str().as_bytes()) else {
        return Hash32([0; 32]);
    };
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
