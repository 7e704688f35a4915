//! The client against receivers that mean it badly.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use hyper::header::{self, HeaderValue};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

/// A receiver on loopback: its address, how often somebody came, and what they sent.
struct Receiver {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
    heard: Arc<Mutex<String>>,
    _task: tokio_util::task::AbortOnDropHandle<()>,
}

async fn receiver<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> Receiver {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (calls, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
    let (count, keep) = (Arc::clone(&calls), Arc::clone(&heard));
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut bytes = vec![0; 8_192];
            let read = stream.read(&mut bytes).await.unwrap_or_default();
            *keep.lock().unwrap() = String::from_utf8_lossy(&bytes[..read]).into_owned();
            tokio::spawn(serve(stream));
        }
    });
    Receiver { address, calls, heard, _task: tokio_util::task::AbortOnDropHandle::new(task) }
}

/// A receiver that says one thing and hangs up.
async fn saying(text: impl Into<String>) -> Receiver {
    let text: Arc<str> = text.into().into();
    receiver(move |mut stream| {
        let text = Arc::clone(&text);
        async move {
            let _ = stream.write_all(text.as_bytes()).await;
        }
    })
    .await
}

fn to_loopback() -> Outbound {
    Outbound::new(AddressRange::list("127.0.0.0/8").unwrap())
}

impl Receiver {
    async fn post(&self, client: &Outbound) -> Result<Answer, Undelivered> {
        client.post(&format!("http://{}/hook?a=b", self.address), HeaderMap::new(), Bytes::from_static(b"{}")).await
    }
}

#[tokio::test]
async fn an_answer_comes_back_with_its_head_and_body() {
    let receiver = saying("HTTP/1.1 201 Created\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nok").await;
    let answer = receiver.post(&to_loopback()).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (201, &b"ok"[..]));
    assert_eq!(answer.headers[header::RETRY_AFTER], "7");
    let heard = receiver.heard.lock().unwrap().to_lowercase();
    let host = format!("host: {}\r\n", receiver.address);
    assert!(heard.starts_with("post /hook?a=b http/1.1\r\n") && heard.contains(&host), "{heard}");
}

// SEC: S-02
#[tokio::test]
async fn a_private_address_is_called_only_where_its_range_is_allowed() {
    let receiver = saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let elsewhere = Outbound::new(AddressRange::list("10.0.0.0/8, ::1").unwrap());
    assert_eq!(receiver.post(&elsewhere).await.unwrap_err(), Undelivered::Refused(Refused::Address));
    assert_eq!(receiver.post(&Outbound::default()).await.unwrap_err(), Undelivered::Refused(Refused::Address));
    assert_eq!(elsewhere.check(&format!("http://{}", receiver.address)).await, Err(Refused::Address));
    assert_eq!(receiver.calls.load(Ordering::SeqCst), 0);
    assert_eq!(to_loopback().check(&format!("http://{}", receiver.address)).await, Ok(()));
    assert_eq!(receiver.post(&to_loopback()).await.unwrap().status, 200);
}

/// Answers one list of addresses after the other, then the last one for ever.
struct Changing(Mutex<Vec<Vec<IpAddr>>>);

#[async_trait]
impl Resolver for Changing {
    async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}

fn changing(answers: &[&[&str]]) -> Changing {
    let parse = |list: &&[&str]| list.iter().map(|address| address.parse().unwrap()).collect();
    Changing(Mutex::new(answers.iter().map(parse).collect()))
}

// SEC: S-04
#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_is_refused_then() {
    let receiver = saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let client = Outbound::resolving(Vec::new(), changing(&[&["93.184.216.34"], &["127.0.0.1"]]));
    let url = format!("https://rebind.example.com:{}/", receiver.address.port());
    assert_eq!(client.check(&url).await, Ok(()), "public when it is saved");
    let sent = client.post(&url, HeaderMap::new(), Bytes::new()).await;
    assert_eq!(sent.unwrap_err(), Undelivered::Refused(Refused::Address), "and private when it is called");
    assert_eq!(receiver.calls.load(Ordering::SeqCst), 0);
}

// SEC: S-04
#[tokio::test]
async fn the_connection_goes_to_the_address_that_was_checked() {
    let receiver = saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    // Whoever asked a second time would be sent into the void.
    let resolver = changing(&[&["127.0.0.1"], &["10.9.9.9"]]);
    let client = Outbound::resolving(AddressRange::list("127.0.0.1").unwrap(), resolver);
    let url = format!("http://once.example.com:{}/", receiver.address.port());
    assert_eq!(client.post(&url, HeaderMap::new(), Bytes::new()).await.unwrap().status, 200);
    assert!(receiver.heard.lock().unwrap().contains(&format!("once.example.com:{}", receiver.address.port())));
}

#[tokio::test]
async fn one_private_address_among_public_ones_spoils_the_name() {
    for private in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00:ec2::254", "64:ff9b::a00:1"]
    {
        let client = Outbound::resolving(Vec::new(), changing(&[&["93.184.216.34", private]]));
        assert_eq!(client.check("https://mixed.example.com").await, Err(Refused::Address), "{private}");
    }
    let nowhere = Outbound::resolving(Vec::new(), changing(&[&[]]));
    assert_eq!(nowhere.check("https://nowhere.example.com").await, Ok(()), "asked again at every call");
    let sent = nowhere.post("https://nowhere.example.com", HeaderMap::new(), Bytes::new()).await;
    assert_eq!(sent.unwrap_err(), Undelivered::Unresolved);
}

// SEC: S-05
#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let inside = saying("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET").await;
    for status in [301, 302, 303, 307, 308] {
        let head =
            format!("HTTP/1.1 {status} Moved\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n", inside.address);
        let answer = saying(head).await.post(&to_loopback()).await.unwrap();
        assert_eq!((answer.status, answer.body.len()), (status, 0));
    }
    assert_eq!(inside.calls.load(Ordering::SeqCst), 0);
}

// SEC: S-07
#[tokio::test]
async fn a_body_without_end_is_read_to_64_kib() {
    let endless = receiver(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n").await;
        while stream.write_all(&[b'x'; 16_384]).await.is_ok() {}
    })
    .await;
    let answer = endless.post(&to_loopback()).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 64 * 1024));
}

// SEC: S-07
#[tokio::test]
async fn a_head_above_16_kib_is_no_answer() {
    let head = format!("HTTP/1.1 200 OK\r\nX-Filler: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(40_000));
    assert!(matches!(saying(head).await.post(&to_loopback()).await, Err(Undelivered::Broken(_))));
}

// SEC: S-07
#[tokio::test]
async fn nothing_is_unpacked_and_no_cookie_kept() {
    let packed =
        saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b\r\nContent-Length: 3\r\n\r\n\x1f\x01\x02")
            .await;
    let client = to_loopback();
    for _ in 0..2 {
        assert_eq!(&packed.post(&client).await.unwrap().body[..], b"\x1f\x01\x02");
        let heard = packed.heard.lock().unwrap().to_lowercase();
        assert!(!heard.contains("cookie") && !heard.contains("accept-encoding"), "{heard}");
    }
}

// SEC: S-07
#[tokio::test]
async fn who_never_answers_is_left_after_a_while() {
    let silent = receiver(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let client = Outbound { whole_time: Duration::from_millis(50), ..to_loopback() };
    assert_eq!(silent.post(&client).await.unwrap_err(), Undelivered::Slow);
    assert_eq!(exchange::WHOLE_TIME, Duration::from_secs(20));
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    let rude = receiver(|stream| async move { drop(stream) }).await;
    assert!(matches!(rude.post(&to_loopback()).await, Err(Undelivered::Broken(_))));
    let gibberish = saying("SSH-2.0-OpenSSH_9.2\r\n").await;
    assert!(matches!(gibberish.post(&to_loopback()).await, Err(Undelivered::Broken(_))));
    let url = format!("https://{}/", gibberish.address);
    let sent = to_loopback().post(&url, HeaderMap::new(), Bytes::new()).await;
    assert!(matches!(sent, Err(Undelivered::Broken(why)) if why.contains("encrypted")));
    let closed = { TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap() };
    let sent = to_loopback().post(&format!("http://{closed}/"), HeaderMap::new(), Bytes::new()).await;
    assert_eq!(sent.unwrap_err(), Undelivered::Broken("the connection was refused"));
}

// SEC: S-10
#[tokio::test]
async fn headers_about_the_host_and_the_body_are_the_clients_own() {
    let receiver = saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "evil.example"),
        ("content-length", "999"),
        ("transfer-encoding", "chunked"),
        ("connection", "upgrade"),
        ("upgrade", "h2c"),
    ] {
        headers.insert(header::HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert("webhook-id", HeaderValue::from_static("1"));
    let url = format!("http://{}/", receiver.address);
    to_loopback().post(&url, headers, Bytes::from_static(b"four")).await.unwrap();
    let heard = receiver.heard.lock().unwrap().to_lowercase();
    assert!(heard.contains("content-length: 4\r\n") && heard.contains("webhook-id: 1\r\n"), "{heard}");
    assert!(["evil", "999", "chunked", "upgrade"].iter().all(|word| !heard.contains(word)), "{heard}");
    assert!(HeaderValue::from_str("a\r\nb: c").is_err(), "a line break cannot be put into a header at all");
}
