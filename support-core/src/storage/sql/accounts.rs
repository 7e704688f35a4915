//! Built-in accounts.

use async_trait::async_trait;

use super::{Executor, SqlTx, apply::insert, args, rows, tickets::Conditions};
use crate::{
    model::{PersonId, Role, TenantId, Timestamp},
    storage::{AccountRecord, Accounts, AccountsMut, Result},
};

const COLUMNS: &str =
    "person_id, tenant_id, email_key, password_hash, first_name, last_name, last_login_at, created_at";

#[async_trait]
impl<E: Executor> Accounts for SqlTx<E> {
    async fn find_account(&mut self, tenant: TenantId, email_key: &str) -> Result<Option<AccountRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_accounts WHERE tenant_id = $1 AND email_key = $2");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, email_key]).await?;
        row.as_ref().map(rows::account).transpose()
    }

    async fn find_account_of(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<AccountRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM support_accounts WHERE tenant_id = $1 AND person_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, person]).await?;
        row.as_ref().map(rows::account).transpose()
    }

    async fn list_accounts_of(&mut self, tenant: TenantId, people: &[PersonId]) -> Result<Vec<AccountRecord>> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let mut conditions = Conditions::new("tenant_id = $1", args![tenant]);
        conditions.any_id("person_id", people.to_vec());
        let sql = format!("SELECT {COLUMNS} FROM support_accounts WHERE {}", conditions.sql);
        self.executor.fetch(sql.into(), conditions.args).await?.iter().map(rows::account).collect()
    }

    async fn count_accounts(&mut self, tenant: TenantId, role: Role) -> Result<i64> {
        let inactive = self.executor.dialect().is_false("p.is_active");
        let sql = format!(
            "SELECT COUNT(*) AS count FROM support_accounts a JOIN support_people p ON p.id = a.person_id \
             WHERE a.tenant_id = $1 AND p.role = $2 AND NOT ({inactive})"
        );
        self.executor.fetch_one(sql.into(), args![tenant, role]).await?.int("count")
    }
}

#[async_trait]
impl<E: Executor> AccountsMut for SqlTx<E> {
    async fn insert_account(&mut self, account: &AccountRecord) -> Result<()> {
        let values = args![
            account.person,
            account.tenant,
            &account.email_key,
            &account.password_hash,
            &account.first_name,
            &account.last_name,
            account.last_login_at,
            account.created_at,
        ];
        insert(&mut self.executor, "support_accounts", COLUMNS, values).await
    }

    async fn update_account(&mut self, account: &AccountRecord) -> Result<()> {
        let sql = "UPDATE support_accounts SET password_hash = $3, first_name = $4, last_name = $5 \
                   WHERE person_id = $1 AND tenant_id = $2";
        let values =
            args![account.person, account.tenant, &account.password_hash, &account.first_name, &account.last_name];
        self.executor.execute(sql.into(), values).await?;
        Ok(())
    }

    async fn note_sign_in(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        password_hash: &str,
        at: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE support_accounts SET last_login_at = $4 \
                   WHERE tenant_id = $1 AND person_id = $2 AND password_hash = $3";
        Ok(self.executor.execute(sql.into(), args![tenant, person, password_hash, at]).await? == 1)
    }

    async fn delete_account(&mut self, tenant: TenantId, person: PersonId) -> Result<()> {
        let sql = "DELETE FROM support_accounts WHERE tenant_id = $1 AND person_id = $2";
        self.executor.execute(sql.into(), args![tenant, person]).await?;
        Ok(())
    }

    async fn lock_setup(&mut self, tenant: TenantId) -> Result<()> {
        let sql = "INSERT INTO support_tenants (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET last_number = support_tenants.last_number";
        self.executor.execute(sql.into(), args![tenant]).await?;
        Ok(())
    }
}
