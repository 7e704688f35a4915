//! The configuration's form.

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use support_core::{
    Support,
    protocol::{ConfigEntry, Page},
};

use super::{
    super::{
        answer::{go, page, status_of},
        ask::PageAsk,
        office::{enter, read, sorry},
    },
    posted::Posted,
};
use crate::pages::{self, Configuration, Section, Wrong};

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let mut office = enter(&support, &ask, Section::Configuration).await?;
    office.done = (ask.query("done").as_deref() == Some("saved")).then(|| "The configuration was saved.".to_owned());
    let model = Configuration { entries: entries(&ask).await?, typed: None, wrong: Wrong::default() };
    Ok(page(&ask, StatusCode::OK, pages::configuration(&office, &model)))
}

pub(super) async fn change(posted: Posted) -> Result<Response, Response> {
    let (support, ask) = (&posted.support, &posted.ask);
    let office = enter(support, ask, Section::Configuration).await?;
    let entries = entries(ask).await?;
    let body = pages::configuration_body(&entries, &posted.entries);
    match posted.submit(Method::PUT, "/config", Ok(body)).await {
        Ok(_) => Ok(go(ask, &format!("{}?done=saved", Section::Configuration.path()), Vec::new())),
        Err(refusal) => {
            let model = Configuration { entries, typed: Some(posted.entries), wrong: refusal.wrong };
            Ok(page(&posted.ask, refusal.status, pages::configuration(&office, &model)))
        }
    }
}

async fn entries(ask: &PageAsk) -> Result<Vec<ConfigEntry>, Response> {
    let page: Page<ConfigEntry> = read(ask, "/config").await.map_err(|failure| sorry(ask, status_of(&failure)))?;
    Ok(page.data)
}
