//! Randomness, from the operating system and from nowhere else.

use uuid::Uuid;

use super::Refusal;

/// Thirty-two bytes: a salt, a secret.
///
/// # Errors
/// When the operating system has none to give, which must stop whatever asked.
pub fn random_bytes() -> Result<[u8; 32], Refusal> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A number, for a code.
///
/// # Errors
/// When the operating system has none to give.
pub fn random_number() -> Result<u64, Refusal> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// A key.
///
/// # Errors
/// When the operating system has none to give.
pub fn random_uuid() -> Result<Uuid, Refusal> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn fill(bytes: &mut [u8]) -> Result<(), Refusal> {
    getrandom::fill(bytes).map_err(|error| Refusal::internal(&format!("no randomness: {error}")))
}
