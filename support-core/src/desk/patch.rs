//! What a change of a ticket's fields asks for, checked: texts by their rules, references against the storage.

use super::{
    Call,
    assign::agent,
    reply::normal,
    settings::{FieldSetting, merged_fields, tag_names},
    work::Work,
};
use crate::{
    error::{Error, Fields, Result},
    model::{Assessment, PersonId, SettingId, TenantId, TicketRecord, decide::Patch, limits, text},
    protocol::{ChangeTicket, Link},
    storage::{ReadTx, WriteTx},
};

/// The part that needs no storage: so that a broken text costs no transaction.
pub(super) fn texts(input: &ChangeTicket) -> Result<Patch> {
    let mut fields = Fields::default();
    let subject = input.subject.as_deref();
    let subject = subject.and_then(|text| fields.check("/subject", text::line(&normal(text), limits::SUBJECT_MAX)));
    let mut optional =
        |value: &Option<Option<String>>, pointer: &str, rule: fn(&str) -> Result<String, text::TextError>| {
            value.as_ref().map(|value| value.as_deref().and_then(|text| fields.check(pointer, rule(&normal(text)))))
        };
    let description = optional(&input.description, "/description", |text| text::block(text, limits::DESCRIPTION_MAX));
    let category = optional(&input.category, "/category", |text| text::line(text, limits::LABEL_MAX));
    let summary = optional(&input.ai_summary, "/ai_summary", |text| text::block(text, limits::DESCRIPTION_MAX));
    if input.ai_confidence_score.flatten().is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        fields.refuse("/ai_confidence_score", "out_of_range", "must be 0 to 1");
    }
    if input.ai_first_response_time.flatten().is_some_and(|seconds| seconds < 0) {
        fields.refuse("/ai_first_response_time", "out_of_range", "must not be negative");
    }
    let sla_due_at = input.sla_due_at.map(|due_at| due_at.map(|due_at| chrono::SubsecRound::trunc_subsecs(due_at, 6)));
    if sla_due_at.flatten().is_some_and(|due_at| !(limits::DUE_YEARS).contains(&chrono::Datelike::year(&due_at))) {
        fields.refuse("/sla_due_at", "out_of_range", "must be in a year from 2000 to 2999");
    }
    let links = input.links.as_deref().map(|links| self::links(&mut fields, links));
    let tags = input.tags.as_deref().map(|tags| tag_names(&mut fields, tags));
    fields.finish()?;
    let has_ai = summary.is_some()
        || input.ai_confidence_score.is_some()
        || input.ai_first_response_time.is_some()
        || input.ai_auto_resolved.is_some();
    Ok(Patch {
        subject,
        description,
        priority: input.priority,
        category,
        sla_due_at,
        links,
        tags,
        ai: has_ai.then(|| Assessment { summary: summary.flatten(), ..Assessment::default() }),
        ..Patch::default()
    })
}

/// Completes the patch by what the storage knows.
pub(super) async fn references(
    work: &mut Work<'_>,
    call: &Call,
    before: &TicketRecord,
    input: &ChangeTicket,
    mut patch: Patch,
) -> Result<Patch> {
    if let Some(team) = input.team {
        patch.team = Some(match team {
            Some(id) => Some((id, team_name(&mut *work.tx, call.actor.tenant, id).await?)),
            None => None,
        });
    }
    if let Some(watchers) = &input.watchers {
        patch.watchers = Some(self::watchers(work.tx(), call, watchers).await?);
    }
    if let Some(tags) = patch.tags.take() {
        patch.tags = Some(work.known_tags(tags).await?);
    }
    if let Some(wishes) = &input.custom_fields {
        let known = work.desk.settings_of::<FieldSetting>(call.actor.tenant).await?;
        let mut fields = Fields::default();
        patch.custom_fields = Some(merged_fields(&known, &before.details.custom_fields, wishes, &mut fields));
        fields.finish()?;
    }
    if let Some(given) = patch.ai.take() {
        let known = &before.details.ai;
        patch.ai = Some(Assessment {
            summary: if input.ai_summary.is_some() { given.summary } else { known.summary.clone() },
            confidence_score: input.ai_confidence_score.unwrap_or(known.confidence_score),
            first_response_time: input.ai_first_response_time.unwrap_or(known.first_response_time),
            auto_resolved: input.ai_auto_resolved.unwrap_or(known.auto_resolved),
        });
    }
    Ok(patch)
}

/// Records of the host, each once, in the order given.
pub(super) fn links(fields: &mut Fields, links: &[Link]) -> Vec<Link> {
    if links.len() > limits::LINKS_MAX {
        fields.refuse("/links", "too_many", format!("must be at most {}", limits::LINKS_MAX));
    }
    let mut checked: Vec<Link> = Vec::new();
    for (index, link) in links.iter().enumerate() {
        let kind = &link.kind;
        if !Link::is_kind(kind) {
            fields.refuse(&format!("/links/{index}/kind"), "invalid_kind", "must be 1 to 40 of `a-z 0-9 _ -`");
        }
        let id = fields.check(&format!("/links/{index}/id"), text::line(&normal(&link.id), limits::LABEL_MAX));
        let link = Link { kind: kind.clone(), id: id.unwrap_or_default() };
        if !checked.contains(&link) {
            checked.push(link);
        }
    }
    checked
}

async fn team_name<T: ReadTx + ?Sized>(tx: &mut T, tenant: TenantId, id: SettingId) -> Result<String> {
    let team = tx.find_setting(tenant, "team", id).await?;
    let team = team.ok_or_else(|| Error::field("/team", "unknown_team", "there is no such team"))?;
    Ok(team.body.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

async fn watchers(tx: &mut dyn WriteTx, call: &Call, wanted: &[PersonId]) -> Result<Vec<PersonId>> {
    if wanted.len() > limits::WATCHERS_MAX {
        return Err(Error::field("/watchers", "too_many", format!("must be at most {}", limits::WATCHERS_MAX)));
    }
    let mut watchers = Vec::new();
    for (index, id) in wanted.iter().enumerate() {
        if !watchers.contains(id) {
            watchers.push(agent(tx, call, *id, &format!("/watchers/{index}")).await?.id);
        }
    }
    Ok(watchers)
}
