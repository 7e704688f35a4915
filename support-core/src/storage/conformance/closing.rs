//! The end of a process.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{World, desk::posting};
use crate::storage::{MigrateMode, StorageError};

/// A transaction that is open when the storage closes may end; what comes later is told that the storage is gone.
pub async fn closing_finishes_what_is_under_way_and_refuses_the_rest(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let mut tx = world.write().await;
    world.post(tx.as_write(), &desk.customer(), ticket, posting("Just in time", None)).await.unwrap();
    let closing = tokio::spawn({
        let storage = Arc::clone(&world.storage);
        async move { storage.close().await }
    });
    tokio::task::yield_now().await;
    tx.commit().await.unwrap();
    timeout(Duration::from_secs(10), closing).await.expect("closing does not end").unwrap();
    timeout(Duration::from_secs(10), world.storage.close()).await.expect("closing twice does not end");

    let gone = |error: StorageError| matches!(error, StorageError::Unavailable(_));
    assert!(world.storage.read().await.err().is_some_and(gone));
    assert!(world.storage.write().await.err().is_some_and(gone));
    assert!(world.storage.check().await.err().is_some_and(gone));
    assert!(world.storage.migrate(MigrateMode::Verify, world.now()).await.err().is_some_and(gone));

    let again = world.open_again().await;
    again.check().await.unwrap();
    let mut tx = again.read().await.unwrap();
    let messages = tx.list_messages(desk.tenant, ticket, false, crate::storage::MessageRange::Latest, 9).await.unwrap();
    assert_eq!(messages.last().map(|message| message.body.as_str()), Some("Just in time"));
    drop(tx);
    again.close().await;
}

/// Nothing of a committed state lives in the process only.
pub async fn what_was_committed_is_there_after_opening_again(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    world.number_all().await;
    let (before, position) = {
        let mut tx = world.read().await;
        (tx.feed(0, 100).await.unwrap(), tx.feed_position().await.unwrap())
    };
    world.storage.close().await;
    let again = world.open_again().await;
    again.migrate(MigrateMode::Verify, world.now()).await.unwrap();
    let mut tx = again.read().await.unwrap();
    assert_eq!(tx.feed(0, 100).await.unwrap(), before);
    assert_eq!(tx.feed_position().await.unwrap(), position);
    let found = tx.find_ticket(desk.tenant, crate::model::Scope::Desk, ticket.id).await.unwrap();
    assert_eq!(found, Some(ticket));
    drop(tx);
    again.close().await;
}
