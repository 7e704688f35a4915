//! What every page route starts from.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use support_core::{
    Support,
    http::{BasePath, RequestId},
    model::TicketId,
    protocol::PublicConfig,
};

use super::{Site, assets::DeskAssets};
use crate::{
    api::{Api as _, Ask, InProcess},
    desk::Theme,
    pages::Frame,
};

/// A request for a page.
#[derive(Debug)]
pub(crate) struct PageAsk {
    pub(crate) api: InProcess,
    pub(crate) base: String,
    pub(crate) site: Site,
    pub(crate) assets: DeskAssets,
    pub(crate) csrf: String,
    pub(crate) theme: Theme,
    /// The path behind the mount point.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) host: String,
    pub(crate) request_id: Option<String>,
    pub(crate) ticket: Option<TicketId>,
    /// What admins have said about the desk.
    pub(crate) config: PublicConfig,
    /// Whether fresh portal links leave by mail.
    pub(crate) mails_links: bool,
    params: Vec<(String, String)>,
}

impl PageAsk {
    /// What the plain pages are told.
    pub(crate) fn frame(&self, style: &str, script: Option<&str>) -> Frame {
        Frame {
            base: self.base.clone(),
            desk: match self.config.desk_name.as_str() {
                "" => self.site.name().to_owned(),
                name => name.to_owned(),
            },
            style: self.assets.address(&self.base, style),
            script: script.map(|script| self.assets.address(&self.base, script)),
            theme: self.theme.attribute(),
            csrf: self.csrf.clone(),
            is_demo: self.site.is_demo(),
        }
    }

    /// The value of a query parameter, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(&self.query).unwrap_or_default();
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A part of the path. By name and from the end: a host's own parameters before ours do no harm.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        self.params.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

impl FromRequestParts<Support> for PageAsk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, support: &Support) -> Result<Self, Infallible> {
        let params = RawPathParams::from_request_parts(parts, support).await.ok();
        let params = params.iter().flatten().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookies = header("cookie").split(';').filter_map(|pair| pair.trim().split_once('='));
        let theme = cookies.filter(|(key, _)| *key == Theme::COOKIE).map(|(_, value)| value).next_back();
        let extension = "these three are layered onto every page route";
        let api = InProcess::new(parts.extensions.get().cloned().expect(extension), parts.clone());
        // A page is shown without it, too: the page says itself what is wrong.
        let config = api.ask(Ask::public_config()).await.unwrap_or_default();
        let ask = Self {
            api,
            config,
            base: BasePath::of(parts).0,
            site: parts.extensions.get().cloned().expect(extension),
            assets: parts.extensions.get().cloned().expect(extension),
            csrf: support.csrf_token(&parts.headers),
            theme: Theme::named(theme),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            host: header("host").to_owned(),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
            ticket: None,
            mails_links: support.desk().mails_links(),
            params,
        };
        let ticket = ask.param("ticket_id").and_then(|id| id.parse().ok());
        Ok(Self { ticket, ..ask })
    }
}
