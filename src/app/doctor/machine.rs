//! The machine: room on the disk, who owns the files, how many may be open, what time it can tell. Facts come in, judged here.

use std::path::PathBuf;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::Finding;
use crate::domain::night::wall_clock;

/// A file or folder, and who may do what with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Which.
    pub path: PathBuf,
    /// The number of its owner.
    pub owner: u32,
    /// Its mode, the last nine bits.
    pub mode: u32,
}

/// What a disk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Bytes this user may still fill.
    pub free: u64,
    /// Files that may still be made.
    pub files: u64,
}

/// How much was written since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Bytes the data take.
    pub bytes: u64,
    /// The first entry of the audit log.
    pub since: DateTime<Utc>,
}

/// A program that has the database open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process.
    pub process: u32,
    /// Its name.
    pub name: String,
    /// Whether it is this program, told to serve.
    pub serves: bool,
    /// Whether the file it was started from is there no more: another version was installed since.
    pub replaced: bool,
    /// How many files it may have open.
    pub open_files: Option<u64>,
}

const MIB: u64 = 1024 * 1024;

/// Below this a fault, below that a warning; in bytes, and in months of growth. A night's writing is a few MiB, and a backup on
/// the same disk needs as much again as the data.
const LEAST: (u64, u64) = (100 * MIB, 1024 * MIB);
const MONTHS: (f64, f64) = (1.0, 6.0);

/// How many open files the service needs: its connections to the database, and one for each caller.
const OPEN_FILES: (u64, u64) = (256, 4096);

/// The last year whose summer time the time zone data know.
const LAST_YEAR: i32 = 2099;

/// Whether the folder and what lies in it belong to one user, and to nobody else. `me` is who looks; root looks for another.
#[must_use]
pub fn folder(folder: &Owned, inside: &[Owned], me: u32) -> Finding {
    let what = "data folder";
    let name = folder.path.display();
    if me != 0 && folder.owner != me {
        let says = format!("{name} belongs to user {}, and this is user {me}", folder.owner);
        return Finding::fault(
            what,
            says,
            "run this as the user of the service, or give the folder to it (chown)",
        );
    }
    if let Some(other) = inside.iter().find(|file| file.owner != folder.owner) {
        let says = format!(
            "{} belongs to user {}, its folder to user {}",
            other.path.display(),
            other.owner,
            folder.owner
        );
        return Finding::fault(what, says, format!("chown {} it: the service cannot write it", folder.owner));
    }
    if let Some(open) = inside.iter().find(|file| file.mode & 0o077 != 0) {
        let says = format!("others may read {} (mode {:o})", open.path.display(), open.mode);
        return Finding::fault(what, says, "chmod 600 it, and ask yourself who has read it");
    }
    if folder.mode & 0o022 != 0 {
        let says = format!("others may put files into {name} (mode {:o})", folder.mode);
        return Finding::fault(what, says, "chmod 700 it");
    }
    if folder.mode & 0o077 != 0 {
        let says = format!("others may enter {name} (mode {:o})", folder.mode);
        return Finding::warning(what, says, "chmod 700 it");
    }
    Finding::ok(what, format!("{name} and all in it belong to user {} alone", folder.owner))
}

/// Whether there is room, and for how long at the rate so far.
#[must_use]
pub fn disk(disk: Disk, growth: Option<Growth>, now: DateTime<Utc>) -> Finding {
    let what = "disk";
    let months = growth.and_then(|growth| months_left(disk.free, growth, now));
    let lasts = match months {
        Some(months) if months < 1200.0 => format!("at the rate so far enough for {months:.0} months"),
        Some(_) => "at the rate so far enough for more than a hundred years".to_owned(),
        None => "how fast the data grow is known after a month".to_owned(),
    };
    let says = format!("{} MiB free ({} bytes); {lasts}", disk.free / MIB, disk.free);
    let less = |bytes: u64, wanted: f64| disk.free < bytes || months.is_some_and(|months| months < wanted);
    if disk.files == 0 {
        Finding::fault(what, "no more files can be made on it", "remove files that are not needed")
    } else if less(LEAST.0, MONTHS.0) {
        Finding::fault(what, says, "make room now: on a full disk nothing can be registered")
    } else if less(LEAST.1, MONTHS.1) {
        Finding::warning(what, says, "make room in the next days")
    } else {
        Finding::ok(what, says)
    }
}

/// How many months the room lasts; unknown in the first.
#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn months_left(free: u64, growth: Growth, now: DateTime<Utc>) -> Option<f64> {
    let age = now - growth.since;
    if age < TimeDelta::days(30) || growth.bytes == 0 {
        return None;
    }
    let months = age.num_seconds() as f64 / (30.44 * 86_400.0);
    Some(free as f64 / (growth.bytes as f64 / months))
}

/// Whether enough files may be open: of the service if it runs, else of whoever looks.
#[must_use]
pub fn open_files(own: Option<u64>, holders: &[Holder]) -> Finding {
    let what = "open files";
    let serving = holders.iter().find(|holder| holder.serves).and_then(|holder| holder.open_files);
    let todo = "raise it: LimitNOFILE in the unit, ulimit -n in a shell";
    match (serving, own) {
        (Some(limit), _) if limit < OPEN_FILES.0 => {
            Finding::fault(what, format!("the service may open {limit}"), todo)
        }
        (Some(limit), _) if limit < OPEN_FILES.1 => {
            Finding::warning(what, format!("the service may open {limit}"), todo)
        }
        (Some(limit), _) => Finding::ok(what, format!("the service may open {limit}")),
        (None, Some(limit)) if limit < OPEN_FILES.0 => {
            Finding::warning(what, format!("a service started from here could open {limit}"), todo)
        }
        (None, Some(limit)) => Finding::ok(what, format!("a service started from here could open {limit}")),
        (None, None) => Finding::ok(what, "without a limit"),
    }
}

/// Who has the database open. `connected` are connections to a server.
#[must_use]
pub fn running(holders: &[Holder], connected: Option<u64>) -> Finding {
    let what = "running";
    if let Some(old) = holders.iter().find(|holder| holder.serves && holder.replaced) {
        let says =
            format!("process {} serves on these data, from a program that is there no more", old.process);
        return Finding::warning(what, says, "another version was installed: restart the service");
    }
    let serving: Vec<_> =
        holders.iter().filter(|holder| holder.serves).map(|holder| holder.process.to_string()).collect();
    let others: Vec<_> = holders
        .iter()
        .filter(|holder| !holder.serves)
        .map(|holder| format!("{} (process {})", holder.name, holder.process))
        .collect();
    let mut says = match (serving.is_empty(), connected) {
        (false, _) => format!("the service runs on these data (process {})", serving.join(", ")),
        (true, Some(0)) => "no service is connected to these data".to_owned(),
        (true, Some(some)) => format!("services or commands hold {some} connections to these data"),
        (true, None) => "no service that this user can see runs on these data".to_owned(),
    };
    if !others.is_empty() {
        says += &format!("; also open in {}", others.join(", "));
    }
    Finding::ok(what, says)
}

/// Whether the clock shows a date that can be, where there are no data to compare it with.
#[must_use]
pub fn clock_alone(now: DateTime<Utc>) -> Finding {
    let says = format!("it shows {} UTC; not compared with the data", now.format("%Y-%m-%d %H:%M:%S"));
    Finding::warning("clock", says, "mend what is said of the database first")
}

/// Whether the program knows the time in Stockholm this year and the next.
#[must_use]
pub fn zone(now: DateTime<Utc>) -> Finding {
    let what = "time zone";
    let year = now.year();
    let ahead = (wall_clock(now) - now.naive_utc()).num_hours();
    let says =
        format!("Stockholm is {ahead} h ahead of UTC now; its summer time is known through {LAST_YEAR}");
    if year > LAST_YEAR || !(2000..2200).contains(&year) || !(1..=2).contains(&ahead) {
        Finding::fault(what, says, "set the clock right, or install a version that knows this year")
    } else if year == LAST_YEAR {
        Finding::warning(what, says, "install a version that knows next year")
    } else {
        Finding::ok(what, says)
    }
}

#[cfg(test)]
mod tests;
