//! The configuration's form.

use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode},
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
        fields::Fields,
        office::{enter, read, sorry},
    },
    sheet::submit,
};
use crate::pages::{self, Configuration, Entries, Section, Wrong};

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let mut office = enter(&support, &ask, Section::Configuration).await?;
    office.done = (ask.query("done").as_deref() == Some("saved")).then(|| "The configuration was saved.".to_owned());
    let model = Configuration { entries: entries(&ask).await?, typed: None, wrong: Wrong::default() };
    Ok(page(&ask, StatusCode::OK, pages::configuration(&office, &model)))
}

pub(super) async fn change(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    Fields(posted): Fields<Vec<(String, String)>>,
) -> Result<Response, Response> {
    let office = enter(&support, &ask, Section::Configuration).await?;
    let (entries, posted) = (entries(&ask).await?, Entries::new(posted));
    let body = pages::configuration_body(&entries, &posted);
    match submit(&support, &headers, &ask, &posted, Method::PUT, "/config", Ok(body)).await {
        Ok(_) => Ok(go(&ask, &format!("{}?done=saved", Section::Configuration.path()), Vec::new())),
        Err(refusal) => {
            let model = Configuration { entries, typed: Some(posted), wrong: refusal.wrong };
            Ok(page(&ask, refusal.status, pages::configuration(&office, &model)))
        }
    }
}

async fn entries(ask: &PageAsk) -> Result<Vec<ConfigEntry>, Response> {
    let page: Page<ConfigEntry> = read(ask, "/config").await.map_err(|failure| sorry(ask, status_of(&failure)))?;
    Ok(page.data)
}
