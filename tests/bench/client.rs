//! A keep-alive HTTP client that costs little, so that most of the machine is left to the server: one write and mostly one read a
//! request, and of the answer only status and length are looked at.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Where `{n}` stands in a template, a number that is never the same is written; of fixed width, so that the length holds.
const PLACE: &str = "{n}";
const DIGITS: usize = 12;

/// A request as bytes, with or without a place for a number.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    before: Vec<u8>,
    /// What follows each place of the number.
    after: Vec<Vec<u8>>,
}

impl Request {
    pub(crate) fn get(path: &str, bearer: Option<&str>) -> Self {
        Self::new("GET", path, bearer, "")
    }

    /// A JSON body, in which `{n}` becomes a number that is never the same.
    pub(crate) fn post(path: &str, bearer: Option<&str>, body: &str) -> Self {
        Self::new("POST", path, bearer, body)
    }

    fn new(method: &str, path: &str, bearer: Option<&str>, body: &str) -> Self {
        let bearer = bearer.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let places = body.matches(PLACE).count();
        let length = body.len() - places * PLACE.len() + places * DIGITS;
        let content = match length {
            0 => String::new(),
            _ => format!("content-type: application/json\r\ncontent-length: {length}\r\n"),
        };
        let text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{bearer}{content}\r\n{body}");
        let mut pieces = text.split(PLACE).map(|piece| piece.as_bytes().to_vec());
        Self { before: pieces.next().unwrap_or_default(), after: pieces.collect() }
    }

    fn write(&self, out: &mut Vec<u8>, number: u64) {
        out.clear();
        out.extend_from_slice(&self.before);
        for piece in &self.after {
            out.extend_from_slice(format!("{number:0DIGITS$}").as_bytes());
            out.extend_from_slice(piece);
        }
    }
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    out: Vec<u8>,
    incoming: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, out: Vec::new(), incoming: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and returns the body of an answer that must be a success.
    pub(crate) async fn send(&mut self, request: &Request, number: u64) -> Result<&[u8]> {
        request.write(&mut self.out, number);
        self.stream.write_all(&self.out).await?;
        self.incoming.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.incoming).await? > 0, "the server closed the connection");
            if let Some(body) = body(&self.incoming)? {
                return Ok(&self.incoming[body..]);
            }
        }
    }

    /// Sends a request whose answer never ends, and reads until the connection does.
    pub(crate) async fn listen(mut self, request: &Request) -> Result<()> {
        request.write(&mut self.out, 0);
        self.stream.write_all(&self.out).await?;
        loop {
            self.incoming.clear();
            if self.stream.read_buf(&mut self.incoming).await? == 0 {
                return Ok(());
            }
        }
    }
}

/// Where the body begins, when all of it has come.
fn body(incoming: &[u8]) -> Result<Option<usize>> {
    let Some(head) = incoming.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&incoming[..head]).context("a head is text")?;
    let mut length = 0;
    for line in text.split("\r\n").skip(1) {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
        ensure!(!name.eq_ignore_ascii_case("transfer-encoding"), "an answer of unknown length");
    }
    if incoming.len() < head + 4 + length {
        return Ok(None);
    }
    if text.as_bytes().get(9) != Some(&b'2') {
        bail!("{}: {}", text.lines().next().unwrap_or_default(), String::from_utf8_lossy(&incoming[head + 4..]));
    }
    Ok(Some(head + 4))
}
