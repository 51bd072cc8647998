//! Where the data of a run lie: new ones each time, removed at the end.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::{Connection, PgConnection, RunQueryDsl};
use inskrivning::store::Database;

/// A kind of database, and a folder for what lies beside.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// The address of a server, without the name of a database; none for SQLite.
    server: Option<String>,
}

/// A database that the program itself has begun, with its key file.
pub(crate) struct Data {
    folder: PathBuf,
    pub(crate) database: Database,
    key_file: String,
}

impl Place {
    fn new(server: Option<String>) -> Self {
        // In the target folder: what lies in a folder for temporary files may never reach a disk.
        Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder"), server }
    }

    pub(crate) fn sqlite() -> Self {
        Self::new(None)
    }

    /// The server of the tests, if there is one.
    pub(crate) fn postgres() -> Option<Self> {
        let server = std::env::var("INSKRIVNING_TEST_POSTGRES").ok()?;
        Some(Self::new(Some(server.rsplit_once('/').expect("an address with a database").0.to_owned())))
    }

    pub(crate) fn name(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// A database that is empty.
    pub(crate) fn database(&self, name: &str) -> Database {
        let Some(server) = &self.server else {
            return Database::Sqlite(self.folder.path().join(name).join("inskrivning.sqlite"));
        };
        let mut conn = PgConnection::establish(&format!("{server}/postgres")).expect("the server");
        for statement in [
            format!("DROP DATABASE IF EXISTS bench_{name} WITH (FORCE)"),
            format!("CREATE DATABASE bench_{name}"),
        ] {
            diesel::sql_query(statement).execute(&mut conn).expect("an empty database");
        }
        Database::Postgres(format!("{server}/bench_{name}"))
    }

    /// Data begun by the program.
    pub(crate) fn data(&self, name: &str) -> Data {
        let folder = self.folder.path().join(name);
        assert!(!folder.exists(), "{name} is there already");
        let key_file = folder.join("key").to_str().unwrap().to_owned();
        let data = Data { database: self.database(name), folder, key_file };
        let made = data
            .program(&["token", "new", "--role", "coordinator", "--name", "bench"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        data
    }
}

impl Data {
    pub(crate) fn key_file(&self) -> &str {
        &self.key_file
    }

    /// The file or the address of the database.
    pub(crate) fn address(&self) -> String {
        match &self.database {
            Database::Sqlite(file) => file.to_str().unwrap().to_owned(),
            Database::Postgres(address) => address.clone(),
        }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inskrivning"));
        command.args(arguments).arg("--data").arg(&self.folder);
        if let Database::Postgres(address) = &self.database {
            command.args(["--database", address]);
        }
        command
    }

    /// From the start of `inskrivning serve` to the line that says that it is ready, and what it then holds in memory in MiB.
    pub(crate) fn start_to_ready(&self) -> (Duration, f64) {
        let began = Instant::now();
        let mut child = self
            .program(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).find(|line| line.contains("\"ready\""));
        let took = began.elapsed();
        assert!(ready.is_some(), "the service did not start");
        let resident = crate::served::resident(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        (took, resident)
    }

    /// How much of the disk the database takes, in bytes.
    pub(crate) fn size(&self) -> u64 {
        match &self.database {
            Database::Sqlite(file) => std::fs::metadata(file).unwrap().len(),
            Database::Postgres(address) => {
                #[derive(diesel::QueryableByName)]
                struct Size {
                    #[diesel(sql_type = diesel::sql_types::BigInt)]
                    bytes: i64,
                }
                let mut conn = PgConnection::establish(address).unwrap();
                let asked = diesel::sql_query("SELECT pg_database_size(current_database()) AS bytes");
                let size: Size = asked.get_result(&mut conn).unwrap();
                u64::try_from(size.bytes).unwrap()
            }
        }
    }
}
