//! The host's own say in who may do what with a ticket.

use serde_json::json;
use support_core::{
    AccountOptions,
    model::{Action, Actor, Policy, Priority, Role, TicketRecord, Verdict},
};
use support_tests::app::{Backend, Plan};

/// Urgent tickets are for admins to end, and anybody may be given any ticket that is about shipping.
struct HouseRules;

impl Policy for HouseRules {
    fn verdict(&self, actor: &Actor, action: Action, ticket: &TicketRecord, usual: Verdict) -> Verdict {
        match action {
            Action::ChangeStatus if ticket.priority == Priority::Urgent && actor.role != Role::Admin => Verdict::Forbid,
            Action::Assign if actor.is_staff() && ticket.category.as_deref() == Some("shipping") => Verdict::Allow,
            _ => usual,
        }
    }
}

#[tokio::test]
async fn a_host_narrows_and_widens_what_agents_may_do() {
    let with = |builder: support_core::Builder, _: &_| builder.accounts(AccountOptions::default()).policy(HouseRules);
    let app = Plan::new(Backend::Sqlite).of(with).start().await.unwrap();
    let (ana, ben, ada) = (app.agent("Ana").await, app.agent("Ben").await, app.admin("Ada").await);
    let ticket = ana.post("tickets", json!({ "subject": "Lost", "priority": "urgent" })).await.ok();
    let path = format!("tickets/{}", ticket["id"].as_str().unwrap());

    // Narrower: nobody has it, and still no agent may end it, whichever way they try.
    ana.act(&format!("{path}/resolve")).await.refused(403, "forbidden");
    ana.patch(&path, json!({ "status": "closed" })).await.refused(403, "forbidden");
    ada.act(&format!("{path}/resolve")).await.ok();

    // Wider: Ben may take what Ana has.
    ana.post(&format!("{path}/assign"), json!({ "assignee": ana.id() })).await.ok();
    ben.post(&format!("{path}/assign"), json!({ "assignee": ben.id() })).await.refused(403, "forbidden");
    ana.patch(&path, json!({ "category": "shipping" })).await.ok();
    ben.post(&format!("{path}/assign"), json!({ "assignee": ben.id() })).await.ok();

    // It never reaches what one may not know of: the customer of another ticket is told nothing.
    app.customer("Cleo").await.get(&path).await.refused(404, "not_found");
    app.close().await;
}
