//! Sessions and single-use secrets.

use async_trait::async_trait;

use super::{Executor, SqlTx, apply::insert, args, rows, rows::SESSION_COLUMNS};
use crate::{
    model::{PersonId, SessionId, TenantId, Timestamp},
    storage::{Result, SessionKind, SessionRecord, Sessions, SessionsMut, Spent},
};

#[async_trait]
impl<E: Executor> Sessions for SqlTx<E> {
    async fn find_session(&mut self, kind: SessionKind, secret_hash: &[u8; 32]) -> Result<Option<SessionRecord>> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM support_sessions WHERE kind = $1 AND secret_hash = $2");
        let row = self.executor.fetch_optional(sql.into(), args![kind, secret_hash]).await?;
        row.as_ref().map(rows::session).transpose()
    }

    async fn find_session_by_id(&mut self, tenant: TenantId, id: SessionId) -> Result<Option<SessionRecord>> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM support_sessions WHERE id = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::session).transpose()
    }
}

#[async_trait]
impl<E: Executor> SessionsMut for SqlTx<E> {
    async fn insert_session(&mut self, session: &SessionRecord, secret_hash: Option<&[u8; 32]>) -> Result<()> {
        let values = args![
            session.id,
            session.tenant,
            session.kind,
            session.person,
            session.inbox,
            session.token,
            session.parent,
            session.created_at,
            session.expires_at,
            session.revoked_at,
            secret_hash,
        ];
        insert(&mut self.executor, "support_sessions", &format!("{SESSION_COLUMNS}, secret_hash"), values).await
    }

    async fn consume_session(
        &mut self,
        kind: SessionKind,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<SessionRecord>> {
        let sql = format!(
            "UPDATE support_sessions SET revoked_at = $3 \
             WHERE kind = $1 AND secret_hash = $2 AND revoked_at IS NULL AND expires_at > $3 RETURNING {SESSION_COLUMNS}"
        );
        let row = self.executor.fetch_optional(sql.into(), args![kind, secret_hash, now]).await?;
        row.as_ref().map(rows::session).transpose()
    }

    async fn revoke_session(&mut self, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE support_sessions SET revoked_at = $3 \
                   WHERE tenant_id = $1 AND (id = $2 OR parent_id = $2) AND revoked_at IS NULL";
        self.executor.execute(sql.into(), args![tenant, id, now]).await?;
        Ok(())
    }

    async fn revoke_sessions_of(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        kind: Option<SessionKind>,
        now: Timestamp,
    ) -> Result<()> {
        let mut values = args![tenant, person, now];
        let only = kind.map_or("", |kind| {
            values.push(kind.into());
            " AND kind = $4"
        });
        let sql = format!(
            "UPDATE support_sessions SET revoked_at = $3 WHERE tenant_id = $1 AND person_id = $2 AND revoked_at IS NULL{only}"
        );
        self.executor.execute(sql.into(), values).await?;
        Ok(())
    }

    async fn revoke_setup(&mut self, tenant: TenantId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE support_sessions SET revoked_at = $2 WHERE tenant_id = $1 AND kind = 'setup' AND revoked_at IS NULL";
        self.executor.execute(sql.into(), args![tenant, now]).await?;
        Ok(())
    }

    async fn insert_refresh(&mut self, session: SessionId, secret_hash: &[u8; 32]) -> Result<()> {
        let values = args![secret_hash, session];
        insert(&mut self.executor, "support_refresh_tokens", "secret_hash, session_id", values).await
    }

    async fn spend_refresh(&mut self, secret_hash: &[u8; 32], now: Timestamp) -> Result<Option<Spent>> {
        let spend = "UPDATE support_refresh_tokens SET spent_at = $2 WHERE secret_hash = $1 AND spent_at IS NULL RETURNING session_id";
        if let Some(row) = self.executor.fetch_optional(spend.into(), args![secret_hash, now]).await? {
            return Ok(Some(Spent::Now(row.id("session_id")?)));
        }
        let find = "SELECT session_id FROM support_refresh_tokens WHERE secret_hash = $1";
        let row = self.executor.fetch_optional(find.into(), args![secret_hash]).await?;
        row.map(|row| Ok(Spent::Before(row.id("session_id")?))).transpose()
    }

    async fn purge_expired(&mut self, sessions_before: Timestamp, answers_before: Timestamp) -> Result<u64> {
        let sessions = "DELETE FROM support_sessions WHERE expires_at < $1";
        let answers = "DELETE FROM support_idempotency WHERE created_at < $1";
        let mut purged = self.executor.execute(sessions.into(), args![sessions_before]).await?;
        purged += self.executor.execute(answers.into(), args![answers_before]).await?;
        Ok(purged)
    }
}
