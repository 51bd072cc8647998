//! What the operating system says: owners and modes, room on the disk, limits, and who has the database open.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::process::{Resource, geteuid, getrlimit};

use crate::app::doctor::{self as checks, Disk, Finding, Growth, Holder, Owned};
use crate::cli::settings::Data;
use crate::store::{Database, Looking, StoreError};

fn owned(path: &Path) -> std::io::Result<Owned> {
    let found = fs::metadata(path)?;
    Ok(Owned { path: path.to_owned(), owner: found.uid(), mode: found.mode() & 0o777 })
}

/// The files of the service: those of the database, and the key file where it lies in the data folder. One that lies elsewhere may
/// belong to whoever hands it to the service.
fn files(data: &Data) -> Vec<PathBuf> {
    let mut files = Vec::new();
    if let Database::Sqlite(file) = data.database() {
        files.extend(["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", file.display()))));
    }
    files.extend(Some(data.key_file()).filter(|key| key.starts_with(&data.data)));
    files
}

pub(super) fn folder(data: &Data) -> Finding {
    match owned(&data.data) {
        Ok(folder) => {
            let inside: Vec<Owned> = files(data).iter().filter_map(|file| owned(file).ok()).collect();
            checks::folder(&folder, &inside, geteuid().as_raw())
        }
        Err(error) => Finding::fault(
            "data folder",
            format!("{} cannot be looked at: {error}", data.data.display()),
            "name the right one with --data (INSKRIVNING_DATA), or run this as the user of the service",
        ),
    }
}

pub(super) fn disk(data: &Data, looking: Option<&mut Looking>, now: DateTime<Utc>) -> Finding {
    let growth = looking.and_then(|looking| {
        let bytes = looking.bytes().ok()?;
        let first = looking
            .read(|read| Ok::<_, StoreError>(read.audit_after(0, 1)?.entries.first().map(|entry| entry.at)));
        Some(Growth { bytes, since: first.ok()?? })
    });
    // How fast a server's own disk fills says nothing about this one.
    let growth = growth.filter(|_| matches!(data.database(), Database::Sqlite(_)));
    match rustix::fs::statvfs(&data.data) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            // A file system that does not count its files has no end of them.
            let files = if found.f_files == 0 { u64::MAX } else { found.f_favail };
            checks::disk(Disk { free, files }, growth, now)
        }
        Err(error) => Finding::fault(
            "disk",
            format!("{} cannot be looked at: {error}", data.data.display()),
            "name the right folder with --data (INSKRIVNING_DATA)",
        ),
    }
}

/// How many files this process may have open.
pub(super) fn may_open() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Who has a SQLite file open, as far as this user may see: its own processes, or for root all.
pub(super) fn holders(database: &Database) -> Vec<Holder> {
    let Database::Sqlite(file) = database else { return Vec::new() };
    let Ok(wanted) = fs::metadata(file) else { return Vec::new() };
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let own = std::process::id();
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| *process != own && has_open(*process, &wanted))
        .map(holder)
        .collect()
}

fn has_open(process: u32, wanted: &fs::Metadata) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{process}/fd")) else { return false };
    let files = open.filter_map(|entry| fs::metadata(entry.ok()?.path()).ok());
    files.into_iter().any(|file| (file.dev(), file.ino()) == (wanted.dev(), wanted.ino()))
}

fn holder(process: u32) -> Holder {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let program = fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
    let limits = read("limits");
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    Holder {
        process,
        name: read("comm").trim().to_owned(),
        serves: read("cmdline").split('\0').nth(1) == Some("serve"),
        replaced: program.to_string_lossy().ends_with(" (deleted)"),
        open_files: limit.and_then(|line| line.split_whitespace().next()?.parse().ok()),
    }
}
