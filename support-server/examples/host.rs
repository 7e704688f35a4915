//! A shop with users and sessions of its own mounts the whole desk at `/support`, with one plugin of its own.
use axum::{Router, extract::Request, http::header::COOKIE, middleware, routing::get};
use support_core::plugin::{Draft, HookContext, Interceptor, Plugin, Refusal, Registrar};
use support_core::{Identity, SecretKey, Support, auth, storage::SqliteStorage};
use tokio_util::sync::CancellationToken;

/// A user of the shop. Number 1 keeps it, the others buy.
#[derive(Clone, Copy)]
struct User(u32);

/// The shop's session. Here a plain cookie names the user; a real host looks a secret up.
async fn session(mut request: Request, next: middleware::Next) -> axum::response::Response {
    let cookies = request.headers().get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let user = cookies.split("; ").find_map(|cookie| cookie.strip_prefix("shop_user=")?.parse().ok());
    user.map(|id| request.extensions_mut().insert(User(id)));
    next.run(request).await
}

/// Keeps card numbers out of the desk: a reply with 13 digits in a row is refused.
struct NoCards;

impl Plugin for NoCards {
    fn id(&self) -> &'static str {
        "no_cards"
    }
    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.interceptor(Self);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Interceptor for NoCards {
    fn id(&self) -> &'static str {
        "no_cards"
    }
    async fn prepare(&self, _: &HookContext<'_>, draft: &mut Draft) -> Result<(), Refusal> {
        let Draft::Reply { posting, .. } = draft else { return Ok(()) };
        let is_card = posting.body.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > 12);
        if is_card { Err(Refusal::field("/body", "card_number", "must not hold a card number")) } else { Ok(()) }
    }
}

pub async fn app(database: &std::path::Path, secret: SecretKey) -> anyhow::Result<(Router, Support)> {
    let identity = |user: &User| Some(if user.0 == 1 { Identity::agent(1) } else { Identity::customer(user.0) });
    let builder = Support::builder().storage(SqliteStorage::open(database).await?).secret(secret).plugin(NoCards);
    let builder = builder.authenticator(auth::from_extension(identity)).public_url("http://localhost:3000/support");
    let support = builder.build().await?;
    let app = Router::new().route("/", get(async || "The shop")).merge(support_server::mount("/support", &support));
    Ok((app.layer(middleware::from_fn(session)), support))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (app, support) = app("host.db".as_ref(), SecretKey::from_env("SUPPORT_SECRET")?).await?;
    tokio::spawn(support.run(CancellationToken::new()));
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
