//! Portal tokens.

use std::fmt::Write as _;

use async_trait::async_trait;

use super::{Executor, SqlTx, apply::insert, args, rows, rows::TOKEN_COLUMNS, tickets::Conditions};
use crate::{
    model::{TenantId, TicketId, Timestamp, TokenId, TokenRecord, TokenScope},
    storage::{Result, Tokens, TokensMut},
};

#[async_trait]
impl<E: Executor> Tokens for SqlTx<E> {
    async fn find_token_by_hash(&mut self, tenant: TenantId, secret_hash: &[u8; 32]) -> Result<Option<TokenRecord>> {
        let sql = format!("SELECT {TOKEN_COLUMNS} FROM support_tokens WHERE secret_hash = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![secret_hash, tenant]).await?;
        row.as_ref().map(rows::token).transpose()
    }

    async fn find_token(&mut self, tenant: TenantId, id: TokenId) -> Result<Option<TokenRecord>> {
        let sql = format!("SELECT {TOKEN_COLUMNS} FROM support_tokens WHERE id = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::token).transpose()
    }

    async fn list_tokens(
        &mut self,
        tenant: TenantId,
        ticket: Option<TicketId>,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Vec<TokenRecord>> {
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        if let Some(ticket) = ticket {
            conditions.and("scope_kind = 'ticket'");
            conditions.compare("scope_id", "=", ticket);
        }
        if let Some(before) = before {
            conditions.compare("id", "<", before);
        }
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let _ = write!(sql, " ORDER BY id DESC LIMIT +${}", args.len());
        let sql = format!("SELECT {TOKEN_COLUMNS} FROM support_tokens WHERE {sql}");
        self.executor.fetch(sql.into(), args).await?.iter().map(rows::token).collect()
    }
}

#[async_trait]
impl<E: Executor> TokensMut for SqlTx<E> {
    async fn insert_token(&mut self, token: &TokenRecord, secret_hash: &[u8; 32]) -> Result<()> {
        let (scope_kind, scope_id) = match token.scope {
            TokenScope::Ticket(ticket) => ("ticket", ticket.0),
            TokenScope::Contact(contact) => ("contact", contact.0),
        };
        let values = args![
            token.id,
            token.tenant,
            scope_kind,
            scope_id,
            rows::abilities(&token.can),
            &token.note,
            token.contact,
            token.created_by,
            token.created_at,
            token.expires_at,
            token.use_count,
            token.revoked_at,
            secret_hash,
        ];
        insert(&mut self.executor, "support_tokens", &format!("{TOKEN_COLUMNS}, secret_hash"), values).await
    }

    async fn revoke_token(&mut self, tenant: TenantId, id: TokenId, now: Timestamp) -> Result<()> {
        let token = "UPDATE support_tokens SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        self.executor.execute(token.into(), args![tenant, id, now]).await?;
        let sessions =
            "UPDATE support_sessions SET revoked_at = $3 WHERE tenant_id = $1 AND token_id = $2 AND revoked_at IS NULL";
        self.executor.execute(sessions.into(), args![tenant, id, now]).await?;
        Ok(())
    }

    async fn count_token_use(&mut self, tenant: TenantId, id: TokenId) -> Result<()> {
        let sql = "UPDATE support_tokens SET use_count = use_count + 1 WHERE tenant_id = $1 AND id = $2";
        self.executor.execute(sql.into(), args![tenant, id]).await?;
        Ok(())
    }
}
