//! One exchange: a connection to an address that was checked, one request, a bounded answer.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};
use tokio_util::task::AbortOnDropHandle;
use url::Position;

use super::{Answer, Undelivered, destination::Destination};

/// From the name to the last byte.
pub(super) const WHOLE_TIME: Duration = Duration::from_secs(20);
/// How long a name may take while somebody waits for a form.
pub(super) const RESOLVE_TIME: Duration = Duration::from_secs(3);
/// One connection, encryption included.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 3;
/// How long a body may take to come in. What is there by then has to do.
const BODY_TIME: Duration = Duration::from_secs(5);
const HEAD_MAX_BYTES: usize = 16 * 1024;
const BODY_MAX_BYTES: usize = 64 * 1024;
const AGENT: &str = concat!("support/", env!("CARGO_PKG_VERSION"));
/// Headers that nobody else sets.
const OWN: [header::HeaderName; 7] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::TE,
    header::UPGRADE,
    header::USER_AGENT,
];

/// How connections are encrypted: the public certificate authorities, whatever the machine trusts beside them.
#[derive(Clone)]
pub(super) struct Encryption(Option<Arc<ClientConfig>>);

impl Encryption {
    pub(super) fn new() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map(|config| Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
        Self(config.ok())
    }
}

pub(super) async fn post(
    encryption: &Encryption,
    destination: &Destination,
    addresses: &[IpAddr],
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, Undelivered> {
    let mut failure = Undelivered::Unresolved;
    for address in addresses.iter().take(ADDRESSES_MAX) {
        let connecting = TcpStream::connect((*address, destination.port));
        let stream = match timeout(CONNECT_TIME, connecting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(_)) => {
                failure = Undelivered::Broken("the connection was refused");
                continue;
            }
            Err(_) => {
                failure = Undelivered::Broken("no connection within 5 s");
                continue;
            }
        };
        let request = request(destination, headers, body)?;
        if !destination.is_encrypted {
            return send(stream, request).await;
        }
        let broken = Undelivered::Broken("no encrypted connection: the certificate or protocol is not acceptable");
        let Some(config) = &encryption.0 else { return Err(broken) };
        let name = destination.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(|_| broken.clone())?;
        let encrypting = TlsConnector::from(Arc::clone(config)).connect(name, stream);
        return match timeout(CONNECT_TIME, encrypting).await {
            Ok(Ok(stream)) => send(stream, request).await,
            Ok(Err(_)) | Err(_) => Err(broken),
        };
    }
    Err(failure)
}

fn request(
    destination: &Destination,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Undelivered> {
    for name in &OWN {
        headers.remove(name);
    }
    let url = &destination.url;
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let mut request = Request::post(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, host)
        .header(header::USER_AGENT, AGENT)
        .header(header::CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| Undelivered::Broken("the address cannot be sent"))?;
    request.headers_mut().extend(headers);
    Ok(request)
}

async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Undelivered>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let broken = |_| Undelivered::Broken("the connection broke before an answer came");
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_MAX_BYTES);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Whatever becomes of this exchange, its connection ends with it.
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let response = sender.send_request(request).await.map_err(broken)?;
    Ok(read(response).await)
}

/// The status says whether it was taken. A body that breaks off or never ends changes nothing about that.
async fn read(response: Response<Incoming>) -> Answer {
    let (head, mut incoming) = response.into_parts();
    let mut body = BytesMut::new();
    let reading = async {
        while body.len() < BODY_MAX_BYTES {
            let Some(Ok(frame)) = incoming.frame().await else { break };
            if let Some(data) = frame.data_ref() {
                body.extend_from_slice(&data[..data.len().min(BODY_MAX_BYTES - body.len())]);
            }
        }
    };
    let _ = timeout(BODY_TIME, reading).await;
    Answer { status: head.status.as_u16(), headers: head.headers, body: body.freeze() }
}
