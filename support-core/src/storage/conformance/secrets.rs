//! Sessions, refresh tokens and portal tokens come back as they were written, and end as they are told to.

use std::sync::Arc;

use super::{World, world::TRICKY};
use crate::{
    model::{SessionId, TenantId, TokenRecord, TokenScope},
    protocol::{Link, TokenAbility},
    storage::{SessionKind, SessionRecord, Spent, TokenFilter},
};

fn session(world: &World, tenant: TenantId, kind: SessionKind) -> SessionRecord {
    SessionRecord {
        id: world.id(),
        tenant,
        kind,
        person: None,
        inbox: None,
        token: None,
        parent: None,
        created_at: world.now(),
        expires_at: world.in_seconds(3_600),
        revoked_at: None,
    }
}

/// Sessions of every kind, and the ways to end them.
pub async fn sessions_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let mut sessions = Vec::new();
    let mut tx = world.write().await;
    for kind in SessionKind::ALL {
        let mut record = session(&world, desk.tenant, *kind);
        record.person = (*kind != SessionKind::Setup).then_some(desk.agent.id);
        record.inbox = (*kind == SessionKind::Visitor).then_some(desk.inbox.id);
        record.parent = (*kind == SessionKind::Stream)
            .then(|| sessions.first().map(|(first, _): &(SessionRecord, _)| first.id))
            .flatten();
        let hash = world.secret_hash();
        tx.insert_session(&record, Some(&hash)).await.unwrap();
        sessions.push((record, hash));
    }
    let secretless = session(&world, desk.tenant, SessionKind::Login);
    tx.insert_session(&secretless, None).await.unwrap();
    tx.insert_session(&SessionRecord { id: world.id(), ..secretless.clone() }, None).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.read().await;
    for (record, hash) in &sessions {
        assert_eq!(tx.find_session(record.kind, hash).await.unwrap().as_ref(), Some(record));
        assert_eq!(tx.find_session_by_id(desk.tenant, record.id).await.unwrap().as_ref(), Some(record));
    }
    let (login, login_hash) = &sessions[0];
    assert_eq!(
        tx.find_session(SessionKind::Dashboard, login_hash).await.unwrap(),
        None,
        "a secret is good for one kind"
    );
    assert_eq!(tx.find_session(login.kind, &world.secret_hash()).await.unwrap(), None);
    assert_eq!(tx.find_session_by_id(desk.tenant, secretless.id).await.unwrap(), Some(secretless));
    drop(tx);

    let ended =
        async |id: SessionId| world.read().await.find_session_by_id(desk.tenant, id).await.unwrap().unwrap().revoked_at;
    let of_kind = |kind| sessions.iter().find(|(record, _)| record.kind == kind).map(|(record, _)| record.id).unwrap();
    let first_end = world.now();
    let mut tx = world.write().await;
    tx.revoke_session(desk.tenant, login.id, first_end).await.unwrap();
    tx.revoke_session(desk.tenant, login.id, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended(login.id).await, Some(first_end), "ending twice changes nothing");
    assert_eq!(ended(of_kind(SessionKind::Stream)).await, Some(first_end), "what was drawn by it ends with it");
    assert_eq!(ended(of_kind(SessionKind::Dashboard)).await, None);

    let second_end = world.now();
    let mut tx = world.write().await;
    tx.revoke_sessions_of(desk.tenant, desk.agent.id, Some(SessionKind::Dashboard), second_end).await.unwrap();
    tx.revoke_setup(desk.tenant, second_end).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended(of_kind(SessionKind::Dashboard)).await, Some(second_end));
    assert_eq!(ended(of_kind(SessionKind::Setup)).await, Some(second_end));
    assert_eq!(ended(of_kind(SessionKind::Visitor)).await, None);

    let mut tx = world.write().await;
    tx.revoke_sessions_of(desk.tenant, desk.agent.id, None, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(ended(of_kind(SessionKind::Visitor)).await.is_some());
    assert_eq!(ended(of_kind(SessionKind::Dashboard)).await, Some(second_end));
}

/// A refresh token is spent once, and what expired is purged with what hangs on it.
pub async fn refresh_tokens_and_purging_work_as_told(world: Arc<World>) {
    let desk = world.desk().await;
    let old = SessionRecord { expires_at: world.now(), ..session(&world, desk.tenant, SessionKind::Login) };
    let live = session(&world, desk.tenant, SessionKind::Login);
    let (old_token, token) = (world.secret_hash(), world.secret_hash());
    let mut tx = world.write().await;
    for (record, hash) in [(&old, &old_token), (&live, &token)] {
        tx.insert_session(record, None).await.unwrap();
        tx.insert_refresh(record.id, hash).await.unwrap();
    }
    assert_eq!(tx.spend_refresh(&token, world.now()).await.unwrap(), Some(Spent::Now(live.id)));
    assert_eq!(tx.spend_refresh(&token, world.now()).await.unwrap(), Some(Spent::Before(live.id)));
    assert_eq!(tx.spend_refresh(&world.secret_hash(), world.now()).await.unwrap(), None);
    tx.commit().await.unwrap();

    let mut tx = world.write().await;
    assert_eq!(tx.purge_expired(world.now(), super::world::START).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut tx = world.write().await;
    assert_eq!(tx.find_session_by_id(desk.tenant, old.id).await.unwrap(), None);
    assert_eq!(tx.spend_refresh(&old_token, world.now()).await.unwrap(), None);
    assert_eq!(tx.find_session_by_id(desk.tenant, live.id).await.unwrap(), Some(live));
}

/// Portal tokens of both scopes; their sessions end with them.
pub async fn tokens_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    let token = |scope, can: &[TokenAbility]| TokenRecord {
        id: world.id(),
        tenant: desk.tenant,
        scope,
        can: can.to_vec(),
        note: Some(TRICKY.into()),
        contact: desk.customer.id,
        address: None,
        created_by: Some(desk.agent.id),
        created_at: world.now(),
        expires_at: world.in_seconds(3_600),
        use_count: 0,
        last_used_at: None,
        revoked_at: None,
    };
    let of_ticket = token(TokenScope::Ticket(ticket.id), &[TokenAbility::Read, TokenAbility::Reply]);
    let mut of_contact = token(
        TokenScope::Contact(desk.customer.id),
        &[TokenAbility::Read, TokenAbility::Reply, TokenAbility::Create, TokenAbility::Close],
    );
    of_contact.note = None;
    of_contact.created_by = None;
    of_contact.address = Some(TRICKY.into());
    let order = Link { kind: "order".into(), id: "A:42 'x'".into() };
    let of_link = token(TokenScope::Link(order.clone()), &[TokenAbility::Create, TokenAbility::Read]);
    let powerless = token(TokenScope::Ticket(world.id()), &[]);
    let hashes = [world.secret_hash(), world.secret_hash(), world.secret_hash(), world.secret_hash()];
    let mut tx = world.write().await;
    for (token, hash) in [&of_ticket, &of_contact, &of_link, &powerless].into_iter().zip(&hashes) {
        tx.insert_token(token, hash).await.unwrap();
    }
    let mut portal = session(&world, desk.tenant, SessionKind::Portal);
    portal.token = Some(of_ticket.id);
    portal.person = Some(desk.customer.id);
    tx.insert_session(&portal, Some(&world.secret_hash())).await.unwrap();
    let (early, late) = (world.now(), world.now());
    tx.count_token_uses(desk.tenant, of_ticket.id, 2, late).await.unwrap();
    tx.count_token_uses(desk.tenant, of_ticket.id, 1, early).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.read().await;
    let used = TokenRecord { use_count: 3, last_used_at: Some(late), ..of_ticket.clone() };
    assert_eq!(tx.find_token_by_hash(desk.tenant, &hashes[0]).await.unwrap().as_ref(), Some(&used));
    assert_eq!(tx.find_token(desk.tenant, of_contact.id).await.unwrap().as_ref(), Some(&of_contact));
    assert_eq!(tx.find_token(desk.tenant, powerless.id).await.unwrap().as_ref(), Some(&powerless));
    assert_eq!(tx.find_token_by_hash(desk.tenant, &world.secret_hash()).await.unwrap(), None);
    let everything = TokenFilter::default();
    let all = tx.list_tokens(desk.tenant, &everything, None, None, 10).await.unwrap();
    assert_eq!(all, [powerless, of_link.clone(), of_contact, used.clone()], "newest first");
    let of_the_ticket = TokenFilter { ticket: Some(ticket.id), ..TokenFilter::default() };
    let found = tx.list_tokens(desk.tenant, &of_the_ticket, None, None, 10).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&used));
    let of_the_order = TokenFilter { link: Some(order), ..TokenFilter::default() };
    assert_eq!(tx.list_tokens(desk.tenant, &of_the_order, None, None, 10).await.unwrap(), [of_link]);
    let of_the_agent = TokenFilter { contact: Some(desk.agent.id), ..TokenFilter::default() };
    assert_eq!(tx.list_tokens(desk.tenant, &of_the_agent, None, None, 10).await.unwrap(), []);
    drop(tx);

    let end = world.now();
    let mut tx = world.write().await;
    tx.revoke_token(desk.tenant, of_ticket.id, end).await.unwrap();
    tx.revoke_token(desk.tenant, of_ticket.id, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.read().await;
    let revoked = TokenRecord { revoked_at: Some(end), ..used };
    assert_eq!(tx.find_token(desk.tenant, of_ticket.id).await.unwrap(), Some(revoked));
    assert_eq!(tx.find_session_by_id(desk.tenant, portal.id).await.unwrap().unwrap().revoked_at, Some(end));
    let living = tx.list_tokens(desk.tenant, &everything, Some((true, end)), None, 10).await.unwrap();
    let ended = tx.list_tokens(desk.tenant, &everything, Some((false, end)), None, 10).await.unwrap();
    assert_eq!((living.len(), ended.iter().map(|token| token.id).collect::<Vec<_>>()), (3, vec![of_ticket.id]));
    let later = world.in_seconds(100_000);
    assert_eq!(
        tx.list_tokens(desk.tenant, &everything, Some((true, later)), None, 10).await.unwrap(),
        [],
        "all expired"
    );
}
