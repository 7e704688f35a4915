//! New passwords: by somebody signed in, by a letter's link, by an invitation.

use std::collections::BTreeMap;

use super::{Accounts, password, users};
use crate::{
    desk::{Call, Desk, Limit, Limited, user, user_view},
    error::{Error, Fields, Result},
    model::{EventType, PersonId, text},
    protocol::{ChangeMe, ChangeUser, ForgotPassword, ResetPassword, User},
    secret::{self, prefix},
    storage::SessionKind,
};

/// Why somebody may set a password.
enum Proof {
    /// The code out of a letter, which works once.
    Code(SessionKind, [u8; 32]),
    /// They knew the one of this hash.
    Known(Option<String>),
}

fn wrong_password() -> Error {
    Error::field("/current_password", "wrong_password", "is not the account's password")
}

impl Accounts {
    /// Changes the caller's own names and password. A new password ends every session of the account; says whether there is one.
    pub(crate) async fn change_me(&self, desk: &Desk, call: &Call, input: &ChangeMe) -> Result<(User, bool)> {
        let id = call.actor.person.ok_or(Error::NotFound)?;
        let names = ChangeUser {
            first_name: input.first_name.clone(),
            last_name: input.last_name.clone(),
            ..ChangeUser::default()
        };
        let Some(new) = &input.new_password else {
            return Ok((self.change_user(desk, call, id, &names).await?, false));
        };
        let mut fields = Fields::default();
        password::accept(&mut fields, "/new_password", new);
        let Some(current) = &input.current_password else {
            fields.refuse("/current_password", "missing_field", "is required for a new password");
            return Err(fields.finish().err().unwrap_or(Error::Forbidden));
        };
        fields.finish()?;
        let known = self.prove(desk, call, id, current).await?;
        if names != ChangeUser::default() {
            self.change_user(desk, call, id, &names).await?;
        }
        let hash = self.hasher.hash(new, desk.entropy()).await?;
        Ok((self.set_password(desk, call, id, hash, Proof::Known(known)).await?, true))
    }

    /// The hash of the account's password, which the caller knows, for this very request. Failures count like failed sign-ins.
    async fn prove(&self, desk: &Desk, call: &Call, id: PersonId, password: &str) -> Result<Option<String>> {
        let tenant = call.actor.tenant;
        let mut tx = desk.storage().write().await?;
        let account = tx.find_account_of(tenant, id).await?.ok_or_else(users::managed_elsewhere)?;
        let mailbox = Limited::mailbox(Limit::SIGN_IN, &account.email_key);
        let mut tries = desk.count_try(tx.as_write(), tenant, &mailbox).await?;
        tx.commit().await?;
        tries.admit()?;
        if !self.hasher.verify(password, account.password_hash.as_deref()).await? {
            return Err(wrong_password());
        }
        let mut tx = desk.storage().write().await?;
        desk.forget_tries(tx.as_write(), tenant, &tries).await?;
        tx.commit().await?;
        Ok(account.password_hash)
    }

    /// Sets a password and ends every session, invitation and link of the account, if the proof is still good. A letter's code proves
    /// its address as well.
    async fn set_password(&self, desk: &Desk, call: &Call, id: PersonId, hash: String, proof: Proof) -> Result<User> {
        let (tenant, now) = (call.actor.tenant, desk.now());
        let mut tx = desk.storage().write().await?;
        // What is read here is written back whole: nobody may change account or person in between.
        tx.lock_setup(tenant).await?;
        if let Proof::Code(kind, code) = &proof
            && tx.consume_session(*kind, code, now).await?.is_none()
        {
            return Err(Error::NotFound);
        }
        let mut person = tx.find_person(tenant, id).await?.filter(|person| person.is_active).ok_or(Error::NotFound)?;
        let mut account = tx.find_account_of(tenant, id).await?.ok_or(Error::NotFound)?;
        match proof {
            Proof::Code(..) => {
                person.verified = true;
                person.updated_at = now;
                tx.update_person(&person).await?;
            }
            Proof::Known(known) if known != account.password_hash => return Err(wrong_password()),
            Proof::Known(_) => {}
        }
        account.password_hash = Some(hash);
        tx.update_account(&account).await?;
        tx.revoke_sessions_of(tenant, id, None, now).await?;
        let tries =
            desk.count_try(tx.as_write(), tenant, &Limited::mailbox(Limit::SIGN_IN, &account.email_key)).await?;
        desk.forget_tries(tx.as_write(), tenant, &tries).await?;
        let call = Call { actor: desk.actor(&person).await?, ..call.clone() };
        let kind = EventType::UserPasswordChanged;
        desk.record(&call, tx.as_write(), now, kind, user(id), BTreeMap::new()).await?;
        tx.commit().await?;
        self.forget_person(id);
        Ok(user_view(&person, Some(&account)))
    }

    /// Has a link to a new password sent, if the address has an account. Whether it has makes no difference to the caller.
    pub(crate) async fn forgot(&self, desk: &Desk, call: &Call, input: &ForgotPassword) -> Result<()> {
        let tenant = call.actor.tenant;
        let mut tx = desk.storage().write().await?;
        let wish = desk.count_reset_wish(call, tx.as_write(), &input.email).await?;
        let account = tx.find_account(tenant, &text::email_key(&input.email)).await?;
        let person = match account {
            Some(account) => tx.find_person(tenant, account.person).await?.filter(|person| person.is_active),
            None => None,
        };
        if let (true, Some(person)) = (wish.is_granted, person) {
            desk.ask_letter(call, tx.as_write(), EventType::UserPasswordResetAsked, &person).await?;
        }
        tx.commit().await?;
        wish.answer()
    }

    /// Sets a password by the code out of a letter, of which it works once.
    pub(crate) async fn reset(&self, desk: &Desk, call: &Call, input: &ResetPassword) -> Result<()> {
        let tenant = call.actor.tenant;
        let mut fields = Fields::default();
        password::accept(&mut fields, "/password", &input.password);
        fields.finish()?;
        let kind = if secret::is_well_formed(prefix::INVITE, &input.token) {
            Some(SessionKind::Invite)
        } else {
            secret::is_well_formed(prefix::RESET, &input.token).then_some(SessionKind::Reset)
        };
        let code = secret::hash(&input.token);
        let person = match kind {
            Some(kind) => {
                let session = desk.reader().await?.find_session(kind, &code).await?;
                let session = session.filter(|session| session.tenant == tenant && session.is_live(desk.now()));
                session.and_then(|session| session.person)
            }
            None => None,
        };
        // Only a good code is worth the work of a hash.
        let (Some(kind), Some(person)) = (kind, person) else {
            return Err(desk.wrong_secret(tenant, call.address, Error::NotFound).await);
        };
        let hash = self.hasher.hash(&input.password, desk.entropy()).await?;
        self.set_password(desk, call, person, hash, Proof::Code(kind, code)).await?;
        Ok(())
    }
}
