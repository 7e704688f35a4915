//! People.

use async_trait::async_trait;

use super::{Arg, Dialect, Executor, SqlTx, args, rows, rows::PERSON_COLUMNS, search, tickets::Conditions};
use crate::{
    model::{PersonId, PersonKind, PersonRecord, TenantId, TicketId},
    storage::{People, PeopleMut, PersonFilter, Result},
};

#[async_trait]
impl<E: Executor> People for SqlTx<E> {
    async fn find_person(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<PersonRecord>> {
        let sql = format!("SELECT {PERSON_COLUMNS} FROM support_people WHERE id = $1 AND tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::person).transpose()
    }

    async fn find_person_by_subject(
        &mut self,
        tenant: TenantId,
        kind: PersonKind,
        subject: &str,
    ) -> Result<Option<PersonRecord>> {
        let sql =
            format!("SELECT {PERSON_COLUMNS} FROM support_people WHERE tenant_id = $1 AND kind = $2 AND subject = $3");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, kind, subject]).await?;
        row.as_ref().map(rows::person).transpose()
    }

    async fn list_people(
        &mut self,
        tenant: TenantId,
        filter: &PersonFilter,
        after: Option<(&str, PersonId)>,
        limit: u32,
    ) -> Result<Vec<PersonRecord>> {
        let mut conditions = Conditions::new("tenant_id = $1 AND kind = $2", args![tenant, filter.kind]);
        if let Some((name, id)) = after {
            conditions.args.extend(args![name, id]);
            conditions.and("(name, id) > ($3, $4)");
        }
        if let Some(prefix) = filter.known_as {
            conditions.compare("subject", "LIKE", format!("{prefix}%"));
        }
        if let Some(role) = filter.role {
            conditions.compare("role", "=", role);
        }
        if let Some(custom_role) = filter.custom_role {
            conditions.compare("custom_role_id", "=", custom_role);
        }
        if let Some(is_active) = filter.is_active {
            let inactive = self.executor.dialect().is_false("is_active");
            conditions.and(&if is_active { format!("NOT ({inactive})") } else { inactive });
        }
        if let Some(text) = &filter.search {
            conditions.args.push(pattern(text).into());
            let n = conditions.args.len();
            let [name, email] = ["name", "email"].map(|column| self.executor.dialect().lower_ascii(column));
            conditions.and(&format!("({name} LIKE ${n} ESCAPE '!' OR {email} LIKE ${n} ESCAPE '!')"));
        }
        let Conditions { sql, mut args } = conditions;
        args.push(limit.into());
        let n = args.len();
        let sql = format!("SELECT {PERSON_COLUMNS} FROM support_people WHERE {sql} ORDER BY name, id LIMIT +${n}");
        self.executor.fetch(sql.into(), args).await?.iter().map(rows::person).collect()
    }

    async fn list_askers_by_address(
        &mut self,
        tenant: TenantId,
        email_key: &str,
        limit: u32,
    ) -> Result<Vec<PersonRecord>> {
        let inactive = self.executor.dialect().is_false("is_active");
        let sql = format!(
            "SELECT {PERSON_COLUMNS} FROM support_people p WHERE tenant_id = $1 AND email IS NOT NULL AND LOWER(email) = $2 \
             AND kind = 'contact' AND NOT ({inactive}) AND EXISTS (SELECT 1 FROM support_conversations c \
               WHERE c.tenant_id = $1 AND c.requester_id = p.id AND c.kind = 'ticket') ORDER BY id DESC LIMIT +$3"
        );
        let rows = self.executor.fetch(sql.into(), args![tenant, email_key, limit]).await?;
        rows.iter().map(rows::person).collect()
    }

    async fn list_assigned(&mut self, tenant: TenantId, assignee: PersonId, limit: u32) -> Result<Vec<TicketId>> {
        let live = self.executor.dialect().is_done(false);
        let sql = format!(
            "SELECT c.id FROM support_conversations c WHERE c.tenant_id = $1 AND c.assignee_id = $2 AND {live} \
             AND c.kind = 'ticket' ORDER BY c.activity_at, c.id LIMIT +$3"
        );
        let rows = self.executor.fetch(sql.into(), args![tenant, assignee, limit]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    async fn count_tickets_of(&mut self, tenant: TenantId, requester: PersonId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS count FROM support_conversations \
                   WHERE tenant_id = $1 AND requester_id = $2 AND kind = 'ticket'";
        self.executor.fetch_one(sql.into(), args![tenant, requester]).await?.int("count")
    }
}

/// A `LIKE` pattern that finds the text anywhere. What `LIKE` takes for wildcards are letters like others here.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

fn values(person: &PersonRecord) -> Vec<Arg> {
    args![
        person.id,
        person.tenant,
        person.kind,
        &person.subject,
        &person.name,
        &person.email,
        &person.phone,
        person.verified,
        person.role,
        person.custom_role,
        person.is_active,
        person.created_at,
        person.updated_at,
    ]
}

#[async_trait]
impl<E: Executor> PeopleMut for SqlTx<E> {
    async fn upsert_person(&mut self, person: &PersonRecord) -> Result<PersonRecord> {
        let sql = format!(
            "INSERT INTO support_people ({PERSON_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (tenant_id, kind, subject) WHERE subject IS NOT NULL DO UPDATE SET \
               name = EXCLUDED.name, email = EXCLUDED.email, verified = EXCLUDED.verified, role = EXCLUDED.role, \
               is_active = EXCLUDED.is_active, updated_at = EXCLUDED.updated_at \
             RETURNING {PERSON_COLUMNS}"
        );
        let before = match &person.subject {
            Some(subject) => self.find_person_by_subject(person.tenant, person.kind, subject).await?,
            None => None,
        };
        let after = rows::person(&self.executor.fetch_one(sql.into(), values(person)).await?)?;
        search::reindex_requester(&mut self.executor, before.as_ref(), &after).await?;
        Ok(after)
    }

    async fn update_person(&mut self, person: &PersonRecord) -> Result<()> {
        let sql = "UPDATE support_people SET kind = $3, subject = $4, name = $5, email = $6, phone = $7, verified = $8, role = $9, \
                   custom_role_id = $10, is_active = $11, created_at = $12, updated_at = $13 WHERE id = $1 AND tenant_id = $2";
        let before = self.find_person(person.tenant, person.id).await?;
        self.executor.execute(sql.into(), values(person)).await?;
        search::reindex_requester(&mut self.executor, before.as_ref(), person).await
    }

    async fn hold_person(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<PersonRecord>> {
        let lock = match self.executor.dialect() {
            // The writer is alone.
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => "",
            #[cfg(feature = "postgres")]
            Dialect::Postgres => " FOR SHARE",
        };
        let sql = format!("SELECT {PERSON_COLUMNS} FROM support_people WHERE id = $1 AND tenant_id = $2{lock}");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::person).transpose()
    }
}
