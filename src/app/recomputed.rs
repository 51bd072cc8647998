//! Draws that were made, recomputed from their records once and kept: after a draw everybody in the hall asks at once what the
//! own lot got, and why.
//!
//! A record never changes once it is written (the database refuses it), so what was recomputed from it stays right for as long
//! as the service runs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::Refusal;
use crate::domain::lottery::Draw;
use crate::domain::lottery::verify::{Print, verify};
use crate::store::Read;

/// How many draws are kept: today's, with those set aside before it, and some that are asked about later.
const KEPT: usize = 8;

/// A desk day, and the number of its draw.
type Key = (NaiveDate, u32);

/// The draws that were recomputed last.
#[derive(Default)]
pub struct RecomputedDraws(Mutex<VecDeque<(Key, Arc<Draw>)>>);

impl RecomputedDraws {
    /// A draw that was made; none if it has no record. Only a draw that may be shown has one (draw.md, section 3).
    ///
    /// # Errors
    /// A fault of the service if its record does not verify.
    pub fn find(&self, read: &mut Read<'_>, day: NaiveDate, draw: u32) -> Result<Option<Arc<Draw>>, Refusal> {
        // Held while a draw is recomputed: whoever asks for it meanwhile waits for the one result.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = kept.iter().find(|(key, _)| *key == (day, draw)) {
            return Ok(Some(Arc::clone(made)));
        }
        let Some(record) = read.draw_record(day, draw)? else { return Ok(None) };
        let made = verify(record.as_bytes(), &Print::default())
            .map_err(|failure| Refusal::internal(&failure.to_string()))?;
        tracing::info!(commitment = %made.manifest().commitment(), "a draw was recomputed from its record");
        let made = Arc::new(made);
        kept.truncate(KEPT - 1);
        kept.push_front(((day, draw), Arc::clone(&made)));
        Ok(Some(made))
    }
}
