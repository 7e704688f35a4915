//! Answers kept for repeated requests.

use std::sync::Arc;

use super::World;
use crate::storage::StoredAnswer;

fn answer(world: &World, body: &str) -> StoredAnswer {
    StoredAnswer { fingerprint: "0f".repeat(32), body: body.into(), created_at: world.now() }
}

/// Kept per tenant, caller and key, until it is purged.
pub async fn an_answer_is_kept_and_given_again(world: Arc<World>) {
    let desk = world.desk().await;
    let (tenant, caller) = (desk.tenant, desk.customer.id);
    let kept = answer(&world, "{\"id\":\"1\"}");
    let mut tx = world.write().await;
    assert_eq!(tx.stored_answer(tenant, caller, "key").await.unwrap(), None);
    tx.store_answer(tenant, caller, "key", &kept).await.unwrap();
    tx.commit().await.unwrap();
    for (caller, key, expected) in
        [(caller, "key", Some(kept.clone())), (caller, "KEY", None), (desk.agent.id, "key", None)]
    {
        let mut tx = world.write().await;
        assert_eq!(tx.stored_answer(tenant, caller, key).await.unwrap(), expected);
    }
    let mut tx = world.write().await;
    assert_eq!(tx.purge_expired(super::world::START, kept.created_at).await.unwrap(), 0);
    assert_eq!(tx.purge_expired(super::world::START, world.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(world.write().await.stored_answer(tenant, caller, "key").await.unwrap(), None);
}

/// The others wait for the first and get its answer.
pub async fn of_many_requests_with_one_key_one_is_the_first(world: Arc<World>) {
    let desk = world.desk().await;
    let (tenant, caller) = (desk.tenant, desk.customer.id);
    let answers = world
        .many(32, move |world, number| async move {
            let mut tx = world.write().await;
            let earlier = tx.stored_answer(tenant, caller, "key").await.unwrap();
            if earlier.is_none() {
                tx.store_answer(tenant, caller, "key", &answer(&world, &number.to_string())).await.unwrap();
                tx.commit().await.unwrap();
            }
            earlier.map(|earlier| earlier.body)
        })
        .await;
    let first = answers.iter().position(Option::is_none).unwrap();
    let expected = |number| (number != first).then(|| first.to_string());
    assert_eq!(answers, (0..32).map(expected).collect::<Vec<_>>());
}

/// A request that rolls back leaves the key free.
pub async fn when_the_first_request_fails_the_next_is_the_first(world: Arc<World>) {
    let desk = world.desk().await;
    let (tenant, caller) = (desk.tenant, desk.customer.id);
    let answers = world
        .many(16, move |world, number| async move {
            let mut tx = world.write().await;
            let earlier = tx.stored_answer(tenant, caller, "key").await.unwrap();
            if earlier.is_some() {
                return earlier;
            }
            // Half of those that come first fail after they took the key.
            if number % 2 == 0 {
                return None;
            }
            tx.store_answer(tenant, caller, "key", &answer(&world, &number.to_string())).await.unwrap();
            tx.commit().await.unwrap();
            Some(answer(&world, &number.to_string()))
        })
        .await;
    let mut bodies: Vec<_> = answers.into_iter().flatten().map(|answer| answer.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "one request was the first to succeed, and all later ones got its answer");
    assert_eq!(world.write().await.stored_answer(tenant, caller, "key").await.unwrap().unwrap().body, bodies[0]);
}
