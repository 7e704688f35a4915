//! What happens when a deadline comes.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use support_tests::on_both;

use super::{opened, told, with_gold};

fn line(kind: &str, target: &str, due_at: &str) -> (String, String, String) {
    (kind.to_owned(), target.to_owned(), due_at.to_owned())
}

on_both! {
    async fn a_warning_comes_before_the_breach_and_each_once(app) {
        let admin = with_gold(app).await;
        let ticket = opened(&app.customer("Cleo").await).await;
        let desk = app.support.desk().clone();
        let next = desk.wake_due().await.unwrap().unwrap();
        assert_eq!(next.to_rfc3339(), "2026-03-02T09:08:00+00:00", "the warning is the next thing to happen");
        assert_eq!(told(&admin, &ticket).await, []);
        app.advance(TimeDelta::minutes(8)).await;
        desk.wake_due().await.unwrap();
        let warning = line("sla.warning", "first_response", "2026-03-02T09:10:00Z");
        assert_eq!(told(&admin, &ticket).await, std::slice::from_ref(&warning));
        assert_eq!(admin.get(&format!("tickets/{ticket}")).await.ok()["sla_overdue"], false);
        app.advance(TimeDelta::minutes(2)).await;
        desk.wake_due().await.unwrap();
        desk.wake_due().await.unwrap();
        let breach = line("sla.breached", "first_response", "2026-03-02T09:10:00Z");
        assert_eq!(told(&admin, &ticket).await, [warning, breach]);
        let seen = admin.get(&format!("tickets/{ticket}")).await.ok();
        assert_eq!((&seen["sla_overdue"], &seen["updated_at"]), (&json!(true), &json!("2026-03-02T09:00:00Z")), "nobody changed it");
        let event = admin.get(&format!("tickets/{ticket}/events")).await.ok();
        let breach = event["data"].as_array().unwrap().iter().find(|event| event["type"] == "sla.breached").unwrap().clone();
        assert_eq!(breach["actor"]["kind"], "system");
    }

    async fn after_a_downtime_every_promise_that_broke_is_told_once(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let mut tickets = Vec::new();
        for _ in 0..20 {
            tickets.push(opened(&customer).await);
        }
        app.advance(TimeDelta::hours(3)).await;
        app.run();
        app.until("no timers", || async { app.storage.read().await.unwrap().next_timers(1).await.unwrap().is_empty() }).await;
        for ticket in &tickets {
            let expected = [
                line("sla.breached", "first_response", "2026-03-02T09:10:00Z"),
                line("sla.breached", "resolution", "2026-03-02T10:40:00Z"),
            ];
            assert_eq!(told(&admin, ticket).await, expected, "a warning that comes with its breach is none");
        }
    }

    async fn many_workers_tell_of_a_breach_once(app) {
        let admin = with_gold(app).await;
        let ticket = opened(&app.customer("Cleo").await).await;
        app.advance(TimeDelta::minutes(10)).await;
        let desk = app.support.desk();
        let all = futures_util::future::join_all((0..8).map(|_| desk.wake_due())).await;
        assert!(all.into_iter().all(|woken| woken.is_ok()));
        assert_eq!(told(&admin, &ticket).await.len(), 1);
    }

    async fn a_snoozed_ticket_wakes_at_its_time(app) {
        let admin = app.admin("Ada").await;
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let path = format!("tickets/{ticket}");
        admin.post(&format!("{path}/snooze"), json!({ "until": "2026-03-02T11:00:00Z" })).await.ok();
        let desk = app.support.desk().clone();
        assert_eq!(desk.wake_due().await.unwrap().unwrap().to_rfc3339(), "2026-03-02T11:00:00+00:00");
        assert_eq!(admin.get(&path).await.ok()["status"], "snoozed");
        app.advance(TimeDelta::hours(2)).await;
        assert_eq!(desk.wake_due().await.unwrap(), None);
        let woken = admin.get(&path).await.ok();
        assert_eq!((&woken["status"], &woken["snoozed_until"]), (&json!("open"), &json!(null)));
        let events = admin.get(&format!("{path}/events")).await.ok();
        let by_itself = |event: &&serde_json::Value| event["actor"]["kind"] == "system" && event["data"]["status"]["to"] == "open";
        assert_eq!(events["data"].as_array().unwrap().iter().filter(by_itself).count(), 1);
    }

    async fn the_worker_follows_the_clock(app) {
        let admin = with_gold(app).await;
        app.run();
        let ticket = opened(&app.customer("Cleo").await).await;
        app.advance(TimeDelta::minutes(10)).await;
        let path = format!("tickets/{ticket}");
        app.until("overdue", || async { admin.get(&path).await.ok()["sla_overdue"] == true }).await;
    }
}

/// A plugin that refuses changes of one ticket as long as it is told to.
mod with_a_plugin_in_the_way {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use async_trait::async_trait;
    use support_core::{
        AccountOptions,
        model::{ChangeSet, EventType},
        plugin::{HookContext, Interceptor, Plugin, Refusal, Registrar},
        storage::WriteTx,
    };
    use support_tests::app::{Backend, Plan};

    use super::*;

    #[derive(Clone, Default)]
    struct Obstacle(Arc<AtomicBool>);

    impl Plugin for Obstacle {
        fn id(&self) -> &'static str {
            "obstacle"
        }

        fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
            registrar.interceptor(self.clone());
            Ok(())
        }
    }

    #[async_trait]
    impl Interceptor for Obstacle {
        fn id(&self) -> &'static str {
            "obstacle"
        }

        async fn guard(&self, _: &HookContext<'_>, _: &mut dyn WriteTx, change: &ChangeSet) -> Result<(), Refusal> {
            let breaks = change.events.iter().any(|event| event.kind == EventType::SlaBreached);
            let stands = breaks && change.ticket.ticket().number == 1 && self.0.load(Ordering::SeqCst);
            if stands { Err(Refusal::conflict("not_now", "Not now.")) } else { Ok(()) }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_ticket_that_cannot_be_written_does_not_keep_the_others_waiting_and_is_tried_again() {
        let obstacle = Obstacle::default();
        let plugin = obstacle.clone();
        let plan =
            Plan::new(Backend::Sqlite).of(move |builder, _| builder.accounts(AccountOptions::default()).plugin(plugin));
        let app = plan.start().await.unwrap();
        let admin = with_gold(&app).await;
        let customer = app.customer("Cleo").await;
        let (blocked, free) = (opened(&customer).await, opened(&customer).await);
        obstacle.0.store(true, Ordering::SeqCst);
        app.advance(TimeDelta::minutes(10)).await;
        let desk = app.support.desk();
        let again_at = desk.wake_due().await.unwrap().unwrap();
        assert_eq!(again_at.to_rfc3339(), "2026-03-02T09:11:00+00:00", "a minute later");
        assert_eq!((told(&admin, &blocked).await.len(), told(&admin, &free).await.len()), (0, 1));
        obstacle.0.store(false, Ordering::SeqCst);
        desk.wake_due().await.unwrap();
        assert_eq!(told(&admin, &blocked).await.len(), 0, "it rests");
        app.advance(TimeDelta::minutes(1)).await;
        desk.wake_due().await.unwrap();
        assert_eq!(told(&admin, &blocked).await.len(), 1);
        app.close().await;
    }
}

/// The real clock, and a promise of one minute of which 58 seconds have passed already.
mod on_a_real_clock {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicI64, Ordering},
        },
        time::Instant,
    };

    use support_core::{
        AccountOptions,
        clock::{Clock, SystemClock},
        model::Timestamp,
    };
    use support_tests::app::{Backend, Plan};

    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Behind(Arc<AtomicI64>);

    impl Clock for Behind {
        fn now(&self) -> Timestamp {
            SystemClock.now() - TimeDelta::milliseconds(self.0.load(Ordering::SeqCst))
        }
    }

    async fn lateness(backend: Backend) -> Option<()> {
        let clock = Behind::default();
        let own = clock.clone();
        let plan =
            Plan::new(backend).of(move |builder, _| builder.accounts(AccountOptions::default()).clock(Arc::new(own)));
        let mut app = plan.start().await?;
        let admin = app.admin("Ada").await;
        let minute = json!({ "first_response_minutes": 1 });
        admin.post("sla-policies", json!({ "name": "Quick", "targets": { "medium": minute } })).await.ok();
        app.run();
        let mut late = Vec::new();
        for _ in 0..5 {
            clock.0.store(58_700, Ordering::SeqCst);
            let ticket = opened(&app.customer("Cleo").await).await;
            clock.0.store(0, Ordering::SeqCst);
            let path = format!("tickets/{ticket}");
            let begun = Instant::now();
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            let seen = loop {
                let seen = admin.get(&format!("{path}/events")).await.ok();
                let breach =
                    seen["data"].as_array().unwrap().iter().find(|event| event["type"] == "sla.breached").cloned();
                if let Some(breach) = breach {
                    break breach;
                }
                assert!(begun.elapsed() < Duration::from_secs(20), "the breach never came");
                pace.tick().await;
            };
            let time = |text: &serde_json::Value| text.as_str().unwrap().parse::<Timestamp>().unwrap();
            late.push(time(&seen["occurred_at"]) - time(&seen["data"]["due_at"]["to"]));
        }
        let worst = late.iter().max().unwrap();
        #[expect(clippy::print_stderr, reason = "what was measured is part of the answer")]
        {
            eprintln!("{backend:?}: breaches were told {late:?} after their deadlines");
        }
        assert!(*worst < TimeDelta::seconds(1), "{worst}");
        app.close().await;
        Some(())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_breach_is_told_within_a_second_on_sqlite() {
        lateness(Backend::Sqlite).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_breach_is_told_within_a_second_on_postgres() {
        lateness(Backend::Postgres).await;
    }
}
