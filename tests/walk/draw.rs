//! A draw's record, held to the list that the model froze: order by draw.md, section 5, computed here; the placement checked
//! for what sections 1 and 6 promise.

use hmac::{Hmac, KeyInit, Mac};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::desk::{Said, same, word};
use super::looks::night_of;
use super::model::{Frozen, Model, Status, int};
use super::places::{Asks, Entry, Free, Kind, Seat, Sex};
use super::when::{Night, text};

fn bytes(hex_text: &str) -> [u8; 32] {
    hex::decode(hex_text).unwrap().try_into().unwrap()
}

/// The lots in the order drawn.
fn order_of(asks: &[Asks], entropy: Option<&str>, commitment: &str, salt: &str) -> Vec<u32> {
    let mut lots: Vec<u32> = asks.iter().map(|asks| asks.lot).collect();
    if let Some(entropy) = entropy {
        let mut mac = Hmac::<Sha256>::new_from_slice(entropy.as_bytes()).unwrap();
        mac.update(b"inskrivning-draw/1 seed\n");
        mac.update(&bytes(commitment));
        mac.update(&bytes(salt));
        let seed: [u8; 32] = mac.finalize().into_bytes().into();
        lots.sort_by_key(|&lot| {
            let mut stream = ChaCha20Rng::from_seed(seed);
            stream.set_stream(u64::from(lot));
            let mut key = [0; 32];
            stream.fill_bytes(&mut key);
            (key, lot)
        });
    }
    lots
}

impl Model {
    /// Takes the result of the draw that was just concluded from its record.
    pub fn conclude(&mut self, date: Night, record: &str) -> Said<()> {
        let record: Value = serde_json::from_str(record).map_err(|error| error.to_string())?;
        let day = &self.days[&date];
        let frozen = day.frozen.clone().unwrap();
        let manifest = word(&record, "manifest");
        let hash =
            Sha256::new().chain_update(b"inskrivning-draw/1 commit\n").chain_update(manifest).finalize();
        same("commitment", hex::encode(hash).as_str(), word(&record, "commitment"))?;
        same("commitment shown", day.commitments.last().map(String::as_str), record["commitment"].as_str())?;
        let manifest: Value = serde_json::from_str(manifest).map_err(|error| error.to_string())?;
        self.compare_manifest(&frozen, &manifest)?;
        if let (Some((_, typed)), Some(entropy)) = (&day.dice, record["entropy"].as_str()) {
            same("digits", format!("dice:{typed}").as_str(), entropy)?;
        }
        let entropy = record["entropy"].as_str();
        let order = order_of(&frozen.asks, entropy, word(&record, "commitment"), word(&manifest, "salt"));
        same("order drawn", &json!(order), &record["order"])?;
        let outcomes = self.check_placement(&frozen, &order, &record["outcomes"])?;
        let left_over = outcomes.iter().any(|(_, seat)| seat.is_none());
        if entropy.is_none() && left_over {
            return Err("no entropy was taken though somebody is left over".to_owned());
        }
        self.take_outcomes(date, &frozen, outcomes);
        self.bans_after_the_draw(date);
        Ok(())
    }

    fn take_outcomes(&mut self, date: Night, frozen: &Frozen, outcomes: Vec<(u32, Option<Seat>)>) {
        let mut reserve = 0;
        for (number, seat) in outcomes {
            reserve += u32::from(seat.is_none());
            let lot = self.days[&date].lots[number as usize - 1].clone();
            match seat {
                _ if lot.status != Status::In => {}
                Some(seat) => {
                    let members: Vec<usize> = (0..lot.members.len()).collect();
                    self.issue(date, number, &members, (&seat, &frozen.free));
                }
                None => self.wait(date, &lot, (1, reserve)),
            }
        }
    }

    /// The list that was frozen last, while it stands and waits for its draw, is made of what the model has. Nobody is shown it before the draw; but
    /// which of two steps at the same moment came first may show in nothing else.
    pub fn compare_frozen(&self, date: Night, manifest: &str) -> Said<()> {
        let manifest: Value = serde_json::from_str(manifest).map_err(|error| error.to_string())?;
        let day = &self.days[&date];
        let waits = matches!(day.stage, super::model::Stage::Frozen | super::model::Stage::AwaitingEntropy);
        let frozen = day.frozen.as_ref().filter(|_| waits);
        frozen.map_or(Ok(()), |frozen| self.compare_manifest(frozen, &manifest))
    }

    fn compare_manifest(&self, frozen: &Frozen, manifest: &Value) -> Said<()> {
        let Free { entries, start, min_nights, .. } = &frozen.free;
        let nights: Vec<String> = (start.0..=start.1).map(text).collect();
        same("start nights of the list", &json!(nights), &manifest["start_nights"])?;
        same("min_nights of the list", &json!(min_nights), &manifest["min_nights"])?;
        let places: Vec<Value> = entries
            .iter()
            .map(|entry| {
                json!({
                    "shelter": self.shelters[entry.pool.shelter].code, "kind": entry.pool.kind.word(), "who": entry.pool.who.word(),
                    "from": text(entry.from), "until": entry.until.map(text), "count": entry.count
                })
            })
            .collect();
        same("places of the list", &Value::from(places), &manifest["places"])?;
        let sexes = |members: &[Sex]| members.iter().map(|sex| sex.word()).collect::<Vec<_>>();
        let kind = |members: &[Sex]| if members.len() > 1 { "family" } else { "single" };
        let inside = frozen.asks.iter().map(|lot| {
            json!({
                "lot": lot.lot, "kind": kind(&lot.members), "members": sexes(&lot.members), "from": text(lot.from),
                "accepts": self.codes(&lot.accepts), "status": "in"
            })
        });
        let outside = frozen.out.iter().map(|(lot, members, status)| {
            json!({ "lot": lot, "kind": kind(members), "members": sexes(members), "from": null, "accepts": [], "status": status.word() })
        });
        let mut lots: Vec<Value> = inside.chain(outside).collect();
        lots.sort_by_key(|lot| lot["lot"].as_u64());
        same("lots of the list", &Value::from(lots), &manifest["lots"])
    }

    /// Where each lot of the order is seated; an error if the placement is not one that draw.md allows.
    fn check_placement(
        &self,
        frozen: &Frozen,
        order: &[u32],
        said: &Value,
    ) -> Said<Vec<(u32, Option<Seat>)>> {
        let said = said.as_array().cloned().unwrap_or_default();
        same("how many outcomes", order.len(), said.len())?;
        let mut left = frozen.free.clone();
        let (mut outcomes, mut reserve) = (Vec::new(), Vec::new());
        for (&number, told) in order.iter().zip(&said) {
            same("outcome's lot", Some(u64::from(number)), told["lot"].as_u64())?;
            let asks = frozen.asks.iter().find(|asks| asks.lot == number).unwrap();
            if word(told, "result") == "reserve" {
                reserve.push(asks);
                same("place on the reserve list", Some(reserve.len() as u64), told["reserve"].as_u64())?;
                outcomes.push((number, None));
                continue;
            }
            let seat = self.seat_told(told)?;
            self.check_seat(&frozen.free, asks, &seat)?;
            for &entry in &seat.entries {
                let place = &mut left.entries[entry];
                place.count = place
                    .count
                    .checked_sub(1)
                    .ok_or(format!("entry {entry} is given more often than it has places"))?;
            }
            outcomes.push((number, Some(seat)));
        }
        for asks in reserve {
            if let Some(seat) = left.seat(asks) {
                return Err(format!(
                    "lot {} stands on the reserve list, and {seat:?} is left for it",
                    asks.lot
                ));
            }
        }
        check_singles(frozen, order, &outcomes)?;
        Ok(outcomes)
    }

    fn seat_told(&self, told: &Value) -> Said<Seat> {
        let code = word(told, "shelter");
        let shelter = self.shelters.iter().position(|shelter| shelter.code == code);
        let entries = told["entries"].as_array().into_iter().flatten().filter_map(Value::as_u64);
        Ok(Seat {
            shelter: shelter.ok_or("a seat in no shelter")?,
            start: night_of(told, "start").ok_or("a seat from no night")?,
            nights: u32::try_from(told["nights"].as_u64().unwrap_or(0)).unwrap(),
            entries: entries.map(|entry| usize::try_from(entry).unwrap()).collect(),
        })
    }

    fn check_seat(&self, free: &Free, asks: &Asks, seat: &Seat) -> Said<()> {
        let last = seat.start + int(seat.nights) - 1;
        let fits = |(entry, &sex): (&Entry, &Sex)| {
            entry.pool.shelter == seat.shelter
                && entry.pool.who.fits(sex)
                && entry.from <= seat.start
                && entry.until.is_none_or(|until| last <= until)
        };
        let entries: Option<Vec<&Entry>> =
            seat.entries.iter().map(|&entry| free.entries.get(entry)).collect();
        let entries = entries.ok_or("an entry that is not in the list")?;
        let right = entries.len() == asks.members.len()
            && entries.into_iter().zip(&asks.members).all(fits)
            && asks.accepts.contains(&seat.shelter)
            && (asks.from.max(free.start.0)..=free.start.1).contains(&seat.start)
            && (free.min_nights..=free.full[seat.shelter]).contains(&seat.nights);
        if right { Ok(()) } else { Err(format!("lot {} cannot be seated at {seat:?}", asks.lot)) }
    }
}

/// Phase S1: of the singles, in order, everybody is admitted who can be given a single place beside those before; and who is
/// admitted has a place.
fn check_singles(frozen: &Frozen, order: &[u32], outcomes: &[(u32, Option<Seat>)]) -> Said<()> {
    let free = &frozen.free;
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); free.entries.len()];
    let singles: Vec<&Asks> = order
        .iter()
        .map(|lot| frozen.asks.iter().find(|asks| asks.lot == *lot).unwrap())
        .filter(|asks| asks.members.len() == 1)
        .collect();
    for (n, asks) in singles.iter().enumerate() {
        let mut seen = vec![false; free.entries.len()];
        let is_placed = outcomes.iter().any(|(lot, seat)| *lot == asks.lot && seat.is_some());
        if admit(free, &singles, n, &mut held, &mut seen) && !is_placed {
            return Err(format!(
                "lot {} could have had a single place beside all before it, and has none",
                asks.lot
            ));
        }
    }
    Ok(())
}

fn admit(free: &Free, singles: &[&Asks], n: usize, held: &mut Vec<Vec<usize>>, seen: &mut Vec<bool>) -> bool {
    for (number, entry) in free.entries.iter().enumerate() {
        if seen[number] || !usable(free, entry, singles[n]) {
            continue;
        }
        seen[number] = true;
        if held[number].len() < entry.count as usize {
            held[number].push(n);
            return true;
        }
        for at in 0..held[number].len() {
            let other = held[number][at];
            if admit(free, singles, other, held, seen) {
                held[number][at] = n;
                return true;
            }
        }
    }
    false
}

fn usable(free: &Free, entry: &Entry, asks: &Asks) -> bool {
    let start = entry.from.max(asks.from);
    entry.pool.kind == Kind::Single
        && asks.accepts.contains(&entry.pool.shelter)
        && entry.pool.who.fits(asks.members[0])
        && start <= free.start.1
        && free.length(entry, start) >= free.min_nights
}
