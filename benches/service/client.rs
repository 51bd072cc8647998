//! A client that keeps its connection, and little more: what it costs is not the service's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What is sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Below `/api/v1`.
    pub(crate) path: String,
    pub(crate) body: Option<String>,
}

impl Request {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: &Value) -> Self {
        Self { method: "POST", path: path.into(), body: Some(body.to_string()) }
    }

    pub(crate) fn put(path: impl Into<String>, body: &Value) -> Self {
        Self { method: "PUT", ..Self::post(path, body) }
    }
}

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body of a yes.
    #[track_caller]
    pub(crate) fn yes(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// For how long a connection is kept without a word: less than the service does.
const KEPT: Duration = Duration::from_secs(2);

/// A connection, and whose it is.
pub(crate) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    used: Instant,
    token: String,
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the service listens");
    stream.set_nodelay(true).unwrap();
    // A service that hangs ends the run.
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    BufReader::new(stream)
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, stream: connect(address), used: Instant::now(), token: token.to_owned() }
    }

    /// Sends, and waits for the answer.
    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        if self.used.elapsed() > KEPT {
            self.stream = connect(self.address);
        }
        let answer = self.ask(request);
        self.used = Instant::now();
        answer
    }

    fn ask(&mut self, request: &Request) -> Answer {
        let Request { method, path, body } = request;
        let body = body.as_deref().unwrap_or_default();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(head.as_bytes()).expect("the service takes it");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer");
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a head");
            let lower = line.to_ascii_lowercase();
            if let Some(said) = lower.strip_prefix("content-length:") {
                length = said.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        Answer { status, body }
    }

    pub(crate) fn yes(&mut self, request: &Request) -> Value {
        let answer = self.send(request);
        assert!(
            (200..300).contains(&answer.status),
            "{} {}: {} {}",
            request.method,
            request.path,
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        answer.yes()
    }
}
