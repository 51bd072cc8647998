//! From manifest bytes to record bytes, phases apart, beside a baseline in the same run: SHA-256 over the manifest plus a sort of
//! as many 32-byte keys. Run with `cargo bench --bench draw`; `-- 120 10000` runs these sizes only.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement prints, and stops where it cannot go on"
)]

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use inskrivning::domain::guest::Sex;
use inskrivning::domain::lottery::entropy::Source;
use inskrivning::domain::lottery::hash::Hash32;
use inskrivning::domain::lottery::manifest::{Content, Manifest};
use inskrivning::domain::lottery::placement::{Lot, Places, ShelterNights, place};
use inskrivning::domain::lottery::{Draw, order, record};
use inskrivning::domain::night::Night;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::place::{Kind, PlaceEntry, Pool, Who};
use inskrivning::domain::shelter::ShelterCode;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const SIZES: [u32; 4] = [120, 10_000, 100_000, 1_000_000];
const DICE: &str = "dice:123456123456123456123456123456";

fn main() {
    let asked: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    println!("lots       read     order    place    record   all      baseline  all/baseline  peak MiB");
    for lots in sizes {
        println!("{}", measure(lots));
    }
}

/// One line of the table: the least of several runs, in milliseconds, since whatever else the machine does only adds to it. The
/// peak is that of the process so far, so sizes ascend.
fn measure(lots: u32) -> String {
    let bytes = Manifest::freeze(friday(lots)).expect("the bench's own manifest").bytes().to_owned();
    let runs = (200_000 / lots).clamp(3, 2000);
    let [mut read, mut ordered, mut placed, mut recorded, mut all, mut baseline] = [const { Vec::new() }; 6];
    for _ in 0..runs {
        let start = Instant::now();
        let manifest = Manifest::read(bytes.as_bytes()).expect("valid");
        read.push(start.elapsed());
        let draw = Draw::new(manifest, Some(DICE)).expect("oversubscribed");
        let drawn = start.elapsed();
        let written = record::write(&draw).expect("a record");
        all.push(start.elapsed());
        recorded.push(start.elapsed() - drawn);
        black_box(written.len());
        drop(written);
        ordered.push(time(|| order_again(&draw)));
        let content = draw.manifest().content();
        placed.push(time(|| place(&content.places, &content.lots, draw.order())));
        baseline.push(time(|| hash_and_sort(bytes.as_bytes(), &draw)));
    }
    let [read, ordered, placed, recorded, all, baseline] =
        [read, ordered, placed, recorded, all, baseline].map(least);
    let ms = |duration: Duration| format!("{:<8.2}", duration.as_secs_f64() * 1000.0);
    format!(
        "{lots:<10} {} {} {} {} {} {}  {:<12.1}  {}",
        ms(read),
        ms(ordered),
        ms(placed),
        ms(recorded),
        ms(all),
        ms(baseline),
        all.as_secs_f64() / baseline.as_secs_f64(),
        peak_mib()
    )
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn least(times: Vec<Duration>) -> Duration {
    times.into_iter().min().unwrap_or_default()
}

fn order_again(draw: &Draw) -> Vec<LotNumber> {
    let seed = draw.randomness().expect("a draw with entropy").seed;
    let lots = draw.manifest().content().lots.iter().map(|lot| lot.number);
    order::order(&lots.map(|lot| (lot, order::key(seed, lot))).collect::<Vec<_>>())
}

fn hash_and_sort(bytes: &[u8], draw: &Draw) -> Hash32 {
    let keys = &draw.randomness().expect("a draw with entropy").keys;
    let mut keys: Vec<Hash32> = keys.iter().map(|&(_, key)| key).collect();
    keys.sort_unstable();
    black_box(keys);
    Hash32::sha256(&[bytes])
}

/// The most memory the process has held, in MiB; 0 where the system does not say.
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// A Friday on which about half of those who ask fit: eight shelters of eight entries, two thirds men, one party in ten a
/// family, one to four wishes, three start nights.
fn friday(lots: u32) -> Content {
    let mut dice = ChaCha20Rng::seed_from_u64(lots.into());
    let mut below = move |n: u32| dice.next_u32() % n;
    let night = |text: &str| text.parse::<Night>().expect("a date");
    let start_nights = [night("2026-11-27"), night("2026-11-28"), night("2026-11-29")].to_vec();
    let codes: Vec<ShelterCode> =
        (b'a'..=b'h').map(|c| char::from(c).to_string().parse().expect("a code")).collect();
    let count = (lots / 2 / 64).max(1);
    let mut entries = Vec::new();
    for &shelter in &codes {
        for kind in [Kind::Family, Kind::Single] {
            for (who, until) in
                [(Who::Any, None), (Who::Men, None), (Who::Men, Some("2026-11-30")), (Who::Women, None)]
            {
                let from = start_nights[below(3) as usize];
                entries.push(PlaceEntry {
                    pool: Pool { shelter, kind, who },
                    from,
                    until: until.map(night),
                    count,
                });
            }
        }
    }
    let mut wishes = codes.clone();
    let lots = (1..=lots).map(|number| {
        let size = if below(10) == 0 { 2 + below(4) } else { 1 };
        let members = (0..size).map(|_| if below(3) < 2 { Sex::Man } else { Sex::Woman }).collect();
        for position in 0..4 {
            wishes.swap(position, position + below(8 - u32::try_from(position).expect("small")) as usize);
        }
        let accepts = wishes[..1 + below(4) as usize].to_vec();
        let from = if below(5) == 0 { start_nights[1 + below(2) as usize] } else { start_nights[0] };
        Lot { number: LotNumber(number), members, from, accepts }
    });
    let lots = lots.collect();
    Content {
        day: night("2026-11-27"),
        draw: 1,
        previous: None,
        log: Hash32([1; 32]),
        salt: Hash32([2; 32]),
        source: Source::Dice(30),
        places: Places {
            shelters: codes.into_iter().map(|code| ShelterNights { code, nights: 5 }).collect(),
            start_nights,
            min_nights: 3,
            entries,
        },
        lots,
        out: Vec::new(),
    }
}
