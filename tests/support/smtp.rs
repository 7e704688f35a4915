//! A small SMTP server on loopback: takes mail, refuses whom it is told to refuse, and can be down.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anyhow::Result;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// A mail that was taken over.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The envelope's recipient.
    pub to: String,
    /// Header and body.
    pub data: String,
}

impl Taken {
    /// A header of one line.
    pub fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        self.data.lines().find_map(|line| line.strip_prefix(prefix.as_str())).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct State {
    taken: Vec<Taken>,
    /// What the server answers to `RCPT TO` and to the end of the data, by recipient.
    answers: HashMap<String, &'static str>,
    /// The `Message-ID` of every mail whose data arrived, taken or not.
    seen: Vec<String>,
}

/// The server.
#[derive(Debug)]
pub struct SmtpServer {
    /// Where it listens, while it is up.
    pub port: u16,
    state: Arc<Mutex<State>>,
    up: Option<JoinHandle<()>>,
}

impl SmtpServer {
    /// Starts on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let mut server = Self { port: listener.local_addr()?.port(), state: Arc::default(), up: None };
        server.listen(listener);
        Ok(server)
    }

    fn listen(&mut self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        self.up = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(talk(stream, Arc::clone(&state)));
            }
        }));
    }

    /// Closes the port and all connections.
    pub async fn down(&mut self) {
        if let Some(up) = self.up.take() {
            up.abort();
            // The port is free once the task is gone.
            let _ = up.await;
        }
    }

    /// Listens again on the same port.
    pub async fn up(&mut self) -> Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        self.listen(listener);
        Ok(())
    }

    /// Answers mail to this address with a code: 5xx on the recipient, 4xx after the data. None takes it again.
    pub fn answer(&self, recipient: &str, answer: Option<&'static str>) {
        let mut state = self.state.lock().expect("no conversation panics");
        match answer {
            Some(answer) => state.answers.insert(recipient.to_owned(), answer),
            None => state.answers.remove(recipient),
        };
    }

    /// The mails taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().expect("no conversation panics").taken.clone()
    }

    /// The `Message-ID`s of all mails that arrived, taken or not.
    pub fn seen(&self) -> Vec<String> {
        self.state.lock().expect("no conversation panics").seen.clone()
    }
}

async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 smtp.test ESMTP\r\n").await?;
    let mut recipient = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = |to: &str| state.lock().expect("no conversation panics").answers.get(to).copied();
        let reply = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-smtp.test\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                answer(&recipient).filter(|answer| answer.starts_with('5')).unwrap_or("250 ok").to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut data = String::new();
                loop {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    data.push_str(line.strip_prefix("..").map_or(line.as_str(), |_| &line[1..]));
                }
                let taken = Taken { to: recipient.clone(), data };
                let refused = answer(&recipient);
                let mut state = state.lock().expect("no conversation panics");
                state.seen.push(taken.header("Message-ID").to_owned());
                if refused.is_none() {
                    state.taken.push(taken);
                }
                refused.unwrap_or("250 taken").to_owned()
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
}
