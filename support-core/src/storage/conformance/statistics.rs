//! The sums of the statistics are what counting anew gives, before and after they are made smaller.

use std::sync::Arc;

use super::World;
use crate::{
    model::{Priority, Status, decide, decide::Patch},
    storage::Tally,
};

async fn sums(world: &World, desk: &super::Desk) -> Vec<Tally> {
    world.read().await.sum_tally(desk.tenant, 0, i64::MAX).await.unwrap()
}

/// Many changes of many tickets; then the rows are summed up; then everything is counted anew.
pub async fn sums_are_what_counting_anew_gives(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    world.open(&other).await;
    for step in 0..30_usize {
        let ticket = world.open(&desk).await;
        if step % 2 == 0 {
            world.say(&desk.agent(), ticket.id, "On it").await;
        }
        for status in [Status::Pending, Status::Resolved, Status::Open, Status::Closed].into_iter().take(step % 5) {
            let loaded = world.ticket(&desk, ticket.id).await;
            let change = world.decide(&desk.agent(), |around| decide::set_status(around, &loaded, status));
            apply(&world, change).await;
        }
        let loaded = world.ticket(&desk, ticket.id).await;
        let patch = Patch { priority: Some(Priority::ALL[step % 4]), ..Patch::default() };
        let change = world.decide(&desk.agent(), |around| decide::change(around, &loaded, patch));
        apply(&world, change).await;
        let loaded = world.ticket(&desk, ticket.id).await;
        let assignee = (step % 3 == 0).then(|| (&desk.agent).into());
        apply(&world, world.decide(&desk.agent(), |around| decide::assign(around, &loaded, assignee))).await;
    }
    let kept = sums(&world, &desk).await;
    let of = |metric: &str| kept.iter().filter(|tally| tally.metric == metric).map(|tally| tally.count).sum::<i64>();
    assert_eq!(
        ["status", "priority", "channel", "assignee", "created", "first_response"].map(of),
        [30, 30, 30, 30, 30, 15]
    );
    assert_eq!((of("resolved"), of("resolution")), (12, 12), "resolved ones that were reopened do not count");

    let mut tx = world.write().await;
    assert!(tx.compact_tally().await.unwrap() > 30, "there was something to sum up");
    tx.commit().await.unwrap();
    assert_eq!(sums(&world, &desk).await, kept);
    let others = sums(&world, &other).await;

    let mut tx = world.write().await;
    tx.recount_tally(desk.tenant).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sums(&world, &desk).await, kept);
    assert_eq!(sums(&world, &other).await, others, "another tenant's stay");
}

async fn apply(world: &World, change: Option<crate::model::ChangeSet>) {
    if let Some(change) = change {
        let mut tx = world.write().await;
        tx.apply(&change, None).await.unwrap();
        tx.commit().await.unwrap();
    }
}
