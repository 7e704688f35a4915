//! Portal tokens.

use std::fmt::Write as _;

use async_trait::async_trait;

use super::{Executor, SqlTx, apply::insert, args, rows, rows::TOKEN_COLUMNS, tickets::Conditions};
use crate::{
    model::{TenantId, Timestamp, TokenId, TokenRecord, TokenScope},
    storage::{Result, TokenFilter, Tokens, TokensMut},
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
        filter: &TokenFilter,
        active: Option<(bool, Timestamp)>,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Vec<TokenRecord>> {
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        if let Some(ticket) = filter.ticket {
            conditions.and("scope_kind = 'ticket'");
            conditions.compare("scope_id", "=", ticket);
        }
        if let Some(contact) = filter.contact {
            conditions.compare("contact_id", "=", contact);
        }
        if let Some(link) = &filter.link {
            conditions.compare("scope_link", "=", link.to_string());
        }
        match active {
            None => {}
            Some((true, now)) => {
                conditions.and("revoked_at IS NULL");
                conditions.compare("expires_at", ">", now);
            }
            Some((false, now)) => {
                conditions.args.push(now.into());
                let ended = format!("(revoked_at IS NOT NULL OR expires_at <= ${})", conditions.args.len());
                conditions.and(&ended);
            }
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
        let (scope_kind, scope_id, scope_link) = match &token.scope {
            TokenScope::Ticket(ticket) => ("ticket", ticket.0, None),
            TokenScope::Contact(contact) => ("contact", contact.0, None),
            TokenScope::Link(link) => ("link", token.id.0, Some(link.to_string())),
        };
        let values = args![
            token.id,
            token.tenant,
            scope_kind,
            scope_id,
            scope_link,
            rows::abilities(&token.can),
            &token.note,
            token.contact,
            &token.address,
            token.created_by,
            token.created_at,
            token.expires_at,
            token.use_count,
            token.last_used_at,
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

    async fn count_token_uses(&mut self, tenant: TenantId, id: TokenId, uses: i64, last_at: Timestamp) -> Result<()> {
        let sql = "UPDATE support_tokens SET use_count = use_count + $3, \
                     last_used_at = CASE WHEN last_used_at > $4 THEN last_used_at ELSE $4 END \
                   WHERE tenant_id = $1 AND id = $2";
        self.executor.execute(sql.into(), args![tenant, id, uses, last_at]).await?;
        Ok(())
    }
}
