//! Saved views: a name for what a list shows, for oneself, a team or everybody.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Setting, Stored};
use crate::{
    desk::{Call, Desk, TicketQuery, reply::normal},
    error::{Error, Fields, Result},
    model::{Actor, ActorKind, Permission, PersonId, SettingId, ViewVisibility, limits, text},
    protocol::{ChangeView, CreateView, View},
    storage::ReadTx,
};

/// Tickets that a view's count counts to.
const COUNTED_MAX: u32 = 1_000;

/// A saved view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ViewSetting {
    /// What the sidebar says.
    pub name: String,
    /// The filter language of `GET tickets`.
    pub query: String,
    /// Who sees it.
    pub visibility: ViewVisibility,
    /// With `team`: which.
    #[serde(default)]
    pub team: Option<SettingId>,
    /// Its place.
    #[serde(default)]
    pub position: i64,
}

fn name(fields: &mut Fields, name: &str) -> String {
    fields.check("/name", text::line(&normal(name), limits::LABEL_MAX)).unwrap_or_default()
}

fn query(query: &str) -> String {
    query.trim().trim_start_matches('?').to_owned()
}

#[async_trait]
impl Setting for ViewSetting {
    const KIND: &'static str = "view";
    type Create = CreateView;
    type Change = ChangeView;
    type View = View;

    fn create(input: CreateView, fields: &mut Fields) -> Self {
        Self {
            name: name(fields, &input.name),
            query: query(&input.query),
            visibility: input.visibility.unwrap_or(ViewVisibility::Private),
            team: input.team,
            position: input.position.unwrap_or_default(),
        }
    }

    fn change(&mut self, input: ChangeView, fields: &mut Fields) {
        if let Some(text) = input.name {
            self.name = name(fields, &text);
        }
        if let Some(text) = input.query {
            self.query = query(&text);
        }
        self.visibility = input.visibility.unwrap_or(self.visibility);
        self.team = input.team.or(self.team);
        self.position = input.position.unwrap_or(self.position);
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> View {
        let ViewSetting { name, query, visibility, team, position } = stored.value.clone();
        View {
            id: stored.id,
            name,
            query,
            visibility,
            team: team.filter(|_| visibility == ViewVisibility::Team),
            position,
            owner: stored.owner,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    fn owner(&self, actor: &Actor) -> Option<PersonId> {
        actor.person.filter(|_| self.visibility == ViewVisibility::Private)
    }

    fn is_visible(stored: &Stored<Self>, actor: &Actor) -> bool {
        stored.value.visibility != ViewVisibility::Private || stored.owner.is_some() && stored.owner == actor.person
    }

    fn team(&self) -> Option<SettingId> {
        self.team.filter(|_| self.visibility == ViewVisibility::Team)
    }

    fn is_changeable(stored: &Stored<Self>, actor: &Actor) -> bool {
        stored.owner.is_some() || actor.may(Permission::ViewsShare)
    }

    /// The query is read as `GET tickets` reads it, and sharing needs a right of its own.
    async fn check(&self, _desk: &Desk, call: &Call, tx: &mut dyn ReadTx, fields: &mut Fields) -> Result<()> {
        // A program has no list of its own to look at: a view of its making is for others, and a key that only reads makes none.
        let is_shared = self.visibility != ViewVisibility::Private || call.actor.kind == ActorKind::Service;
        if is_shared && !call.actor.may(Permission::ViewsShare) {
            return Err(Error::Forbidden);
        }
        match TicketQuery::parse(&self.query, &call.actor) {
            Ok(read) if read.cursor.is_some() || self.query.contains("limit=") => {
                fields.refuse("/query", "invalid_query", "must not hold a limit or a cursor");
            }
            Ok(_) => {}
            Err(Error::BadRequest { detail, .. }) => fields.refuse("/query", "invalid_query", detail),
            Err(other) => return Err(other),
        }
        if self.visibility == ViewVisibility::Team {
            let team = match self.team {
                Some(team) => tx.find_setting(call.actor.tenant, "team", team).await?,
                None => None,
            };
            if team.is_none() {
                fields.refuse("/team", "unknown_team", "must be the id of a team");
            }
        }
        Ok(())
    }
}

impl Desk {
    /// How many tickets each view holds that the caller may know of, at most a thousand. Views that search for words are not counted.
    pub(crate) async fn count_views(&self, call: &Call) -> Result<BTreeMap<SettingId, i64>> {
        let views = self.list_settings::<ViewSetting>(call).await?;
        let mut tx = self.reader().await?;
        let mut counts = BTreeMap::new();
        for view in views.data {
            // A filter that was known when it was saved may not be any more.
            let Ok(query) = TicketQuery::parse(&view.query, &call.actor) else { continue };
            if query.search.trim().is_empty() {
                let (tenant, scope) = (call.actor.tenant, call.actor.scope);
                let count = tx.count_filtered(tenant, scope, &query.filter, COUNTED_MAX).await?;
                counts.insert(view.id, count);
            }
        }
        Ok(counts)
    }
}
