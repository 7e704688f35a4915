//! Our cookies: their names, their attributes, and the proof that a form came from our own page.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::{model::TenantId, secret, support::Support};

use super::base::BasePath;

/// Where a request comes in; each surface accepts its own credential only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Surface {
    /// `/api/v1`: staff, API clients, a host's own users.
    Api,
    /// `/w/api/v1`: visitors.
    Widget,
    /// `/portal/api/v1`: holders of links.
    Portal,
    /// `/api/v1/portal/{token}`: holders of links, who say the secret each time. No cookie.
    Link,
}

impl Surface {
    const fn word(self) -> &'static str {
        match self {
            Self::Api => "desk",
            Self::Widget => "visitor",
            Self::Portal => "portal",
            Self::Link => "link",
        }
    }
}

impl Support {
    /// Ends in a hash of tenant and mount point: `Path` must be `/`, and ports share cookies.
    fn cookie_name(&self, surface: Surface, tenant: TenantId, base: &BasePath) -> String {
        let place = secret::mac(b"cookie", &[tenant.0.as_bytes(), base.0.as_bytes()]);
        let place: String = place[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        // The visitor's cookie must work inside a frame on another site, so it is always `Secure`; browsers allow that on loopback.
        let prefix = if self.inner.secure_cookies || surface == Surface::Widget { "__Host-" } else { "" };
        format!("{prefix}support_{}_{place}", surface.word())
    }

    /// The value of our cookie, if the request carries one.
    pub(crate) fn cookie(
        &self,
        headers: &HeaderMap,
        surface: Surface,
        tenant: TenantId,
        base: &BasePath,
    ) -> Option<String> {
        let name = self.cookie_name(surface, tenant, base);
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// `Set-Cookie` for a fresh session, or to remove it.
    pub(crate) fn set_cookie(
        &self,
        surface: Surface,
        tenant: TenantId,
        base: &BasePath,
        value: Option<&str>,
        max_age_seconds: i64,
    ) -> HeaderValue {
        let name = self.cookie_name(surface, tenant, base);
        let attributes = match surface {
            Surface::Widget => "; Secure; SameSite=None; Partitioned",
            Surface::Api | Surface::Portal | Surface::Link if self.inner.secure_cookies => "; Secure; SameSite=Lax",
            Surface::Api | Surface::Portal | Surface::Link => "; SameSite=Lax",
        };
        let (value, age) = value.map_or(("", 0), |value| (value, max_age_seconds));
        let cookie = format!("{name}={value}; Path=/; HttpOnly; Max-Age={age}{attributes}");
        HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
    }

    /// Whether a request that changes something comes from a page of ours, by what browsers add and scripts cannot forge.
    #[must_use]
    pub fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        is_same_origin(headers, self.desk().public_url())
    }

    /// What a form of ours carries, so that a post from another site can be told: bound to the browser's own cookies of ours.
    ///
    /// Forms before any session (sign-in, set-up, a pasted link) rest on `Origin` and Fetch Metadata alone.
    #[must_use]
    pub fn csrf_token(&self, headers: &HeaderMap) -> String {
        secret::base64url(&self.csrf(headers))
    }

    /// Whether a form's field belongs to the request's cookies.
    #[must_use]
    pub fn csrf_matches(&self, headers: &HeaderMap, field: &str) -> bool {
        secret::from_base64url(field).is_some_and(|field| secret::same(&field, &self.csrf(headers)))
    }

    fn csrf(&self, headers: &HeaderMap) -> [u8; 32] {
        let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = values.flat_map(|value| value.split(';')).map(str::trim);
        let mut ours: Vec<_> =
            pairs.filter(|pair| pair.trim_start_matches("__Host-").starts_with("support_")).collect();
        ours.sort_unstable();
        secret::mac(&self.inner.csrf_key, &[ours.join(";").as_bytes()])
    }
}

/// Whether the request may come from a page of ours, judged by what browsers add and scripts cannot forge.
///
/// `Sec-Fetch-Site: same-origin` passes. Where it is absent, `Origin` must be ours; a form or script of another site always sends one.
pub(crate) fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    has_own_origin(headers, public_url)
}

/// Whether the request says that a page of another site made it. An `EventSource` of our own page may say nothing at all.
pub(crate) fn is_other_site(headers: &HeaderMap, public_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin" && site != "none",
        None => headers.contains_key(header::ORIGIN) && !has_own_origin(headers, public_url),
    }
}

/// Whether `Origin` is there and ours: the public URL's, or the very host that was asked.
pub(crate) fn has_own_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else { return false };
    let authority =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default().to_owned());
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let own = public_url
        .split_once("://")
        .map(|(scheme, rest)| format!("{scheme}://{}", rest.split('/').next().unwrap_or_default()));
    own.as_deref() == Some(origin) || (!host.is_empty() && authority(origin).as_deref() == Some(host))
}
