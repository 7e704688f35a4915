//! Opening a ticket.

use super::{
    Audience, Call, Desk, Done,
    attachments::{check_attachments, own_files},
    patch::links,
    reply::{check_client_id, client_id_taken, has_files, normal},
    settings::tag_names,
    ticket_view,
    work::Begun,
};
use crate::{
    error::{Error, Fields, Result},
    model::{
        ActorKind, Details, InboxId, PersonBrief, PersonId, PersonKind, PersonRecord, Priority, Role, Scope, Verdict,
        decide::{self, Opening, Posting},
        limits, policy, text,
    },
    plugin::Draft,
    protocol::{CreateTicket, Requester, Ticket},
    storage::{MessageRange, WriteTx},
};

impl Desk {
    /// Opens a ticket, with its first message if there is one. The same `client_id` of the same author gives the first ticket again.
    ///
    /// A customer opens for themselves; staff for `requester`, or for nobody but themselves when it is left out. Who holds a link to a
    /// record of the host may say who they are; what they open carries the link.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid`; `Conflict` when the client id stands for another ticket; what plugins refuse.
    pub async fn open(&self, call: &Call, inbox: Option<InboxId>, input: CreateTicket) -> Result<Done<Ticket>> {
        let actor = &call.actor;
        if policy::can_open(actor) != Verdict::Allow {
            return Err(Error::Forbidden);
        }
        let by_link = actor.link.is_some() && matches!(input.requester, Some(Requester::Address { .. }) | None);
        if input.requester.is_some() && !actor.is_staff() && !by_link {
            return Err(Error::field("/requester", "staff_only", "only the desk opens tickets for others"));
        }
        // Whoever holds a link to a record reads every ticket that carries it: what is put there has to come from somebody known.
        let is_known = match actor.kind {
            ActorKind::Agent | ActorKind::Service | ActorKind::System => true,
            ActorKind::Customer => !self.inner.has_accounts,
            ActorKind::Visitor | ActorKind::Portal => false,
        };
        if !input.links.is_empty() && !is_known {
            return Err(Error::field("/links", "staff_only", "only the desk and the host's users name records"));
        }
        if !input.tags.is_empty() && !actor.is_staff() {
            return Err(Error::field("/tags", "staff_only", "only the desk labels tickets"));
        }
        let requester = input.requester.clone();
        let client_id = input.client_id.clone();
        let named = !input.subject.trim().is_empty();
        let mut draft = Draft::Open(self.opening(call, inbox, &input)?);
        self.prepare(call, &mut draft).await?;
        let Draft::Open(mut opening) = draft else { return Err(Error::internal("a hook replaced the draft")) };

        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let audience = Audience::of(actor);
        // Drawing a number locks the tenant's counter: of two openings with one client id the second looks after the first's commit.
        opening.number = work.tx().next_ticket_number(actor.tenant).await?;
        if let (Some(author), Some(client_id)) = (actor.person, client_id.as_deref())
            && let Some(earlier) = work.tx().find_ticket_by_client_id(actor.tenant, author, client_id).await?
        {
            let first = work.tx().list_messages(actor.tenant, earlier.id, true, MessageRange::After(0), 1).await?;
            let same_message = match (&opening.message, first.first()) {
                (Some(posting), Some(message)) => {
                    posting.body == message.body && has_files(message, &posting.attachments)
                }
                (None, _) => true,
                (Some(_), None) => false,
            };
            // A subject that was made of the message is not the caller's: the desk may have put another one there meanwhile.
            let same_subject = !named || earlier.subject == opening.subject;
            if !same_subject || !same_message {
                return Err(client_id_taken());
            }
            return Ok(Done::again(ticket_view(&earlier, audience)));
        }
        opening.requester = match requester {
            Some(requester) => self.contact_for(call, work.tx(), &requester).await?,
            None => opening.requester,
        };
        opening.details.tags = work.known_tags(std::mem::take(&mut opening.details.tags)).await?;
        if let Some(link) = &actor.link
            && !opening.details.links.contains(link)
        {
            opening.details.links.push(link.clone());
        }
        if let Some(posting) = &mut opening.message {
            posting.files = own_files(work.tx(), call, &posting.attachments).await?;
            if let (true, Some(file)) = (opening.subject.is_empty(), posting.files.first()) {
                opening.subject.clone_from(&file.name);
            }
        }
        let mut change = self.decide(call, work.now, |around| decide::open(around, opening));
        work.apply(&mut change, client_id.as_deref()).await?;
        work.attach(&change.messages).await?;
        let ticket = ticket_view(change.ticket.ticket(), audience);
        work.commit(ticket).await
    }

    fn opening(&self, call: &Call, inbox: Option<InboxId>, input: &CreateTicket) -> Result<Opening> {
        let actor = &call.actor;
        let mut fields = Fields::default();
        let message = input.initial_message.as_deref();
        let message = message.filter(|body| !body.trim().is_empty() || input.attachments.is_empty());
        let message =
            message.and_then(|body| fields.check("/initial_message", text::block(&normal(body), limits::BODY_MAX)));
        // Who chats does not write subjects: the first words stand for one.
        let subject = match (&message, input.subject.trim()) {
            (Some(message), "") => Some(text::preview(message)),
            // The first file's name will do.
            (None, "") if !input.attachments.is_empty() => None,
            (_, subject) => fields.check("/subject", text::line(&normal(subject), limits::SUBJECT_MAX)),
        };
        let description = input.description.as_deref();
        let description = description
            .and_then(|text| fields.check("/description", text::block(&normal(text), limits::DESCRIPTION_MAX)));
        let category = input.category.as_deref();
        let category =
            category.and_then(|word| fields.check("/category", text::line(&normal(word), limits::LABEL_MAX)));
        check_attachments(&mut fields, &input.attachments);
        check_client_id(&mut fields, input.client_id.as_deref());
        let links = links(&mut fields, &input.links);
        let tags = tag_names(&mut fields, &input.tags);
        fields.finish()?;
        let requester = PersonBrief {
            id: actor.person.ok_or(Error::Forbidden)?,
            name: actor.name.clone(),
            email: actor.email.clone(),
        };
        let posting = |body| Posting {
            client_id: input.client_id.clone(),
            attachments: input.attachments.clone(),
            ..Posting::text(body, actor.channel())
        };
        // Files are a message's, so they make one.
        let message = message.or_else(|| (!input.attachments.is_empty()).then(String::new));
        Ok(Opening {
            subject: subject.unwrap_or_default(),
            description,
            priority: input.priority.unwrap_or(Priority::Medium),
            category,
            channel: actor.channel(),
            inbox,
            requester,
            message: message.map(posting),
            details: Details { links, tags, ..Details::default() },
            number: 0,
        })
    }

    /// The contact that staff name, made when nobody has the address.
    async fn contact_for(&self, call: &Call, tx: &mut dyn WriteTx, requester: &Requester) -> Result<PersonBrief> {
        let tenant = call.actor.tenant;
        let (email, name) = match requester {
            Requester::Id(id) => {
                let person = tx.find_person(tenant, PersonId(id.0)).await?;
                let person = person.filter(|person| person.kind == PersonKind::Contact);
                let person =
                    person.ok_or_else(|| Error::field("/requester", "unknown_contact", "there is no such contact"))?;
                return Ok((&person).into());
            }
            Requester::Address { email, name } => (email, name),
        };
        let mut fields = Fields::default();
        let email = fields.check("/requester/email", text::email(&normal(email))).unwrap_or_default();
        let name = match name.trim() {
            "" => String::new(),
            name => fields.check("/requester/name", text::line(&normal(name), limits::NAME_MAX)).unwrap_or_default(),
        };
        fields.finish()?;
        if let Scope::Link(token) = call.actor.scope {
            // Who holds a link says what they like: nobody's own contact is touched, and nothing of one is told.
            let subject = format!("token:{token}:{}", text::email_key(&email));
            return self.holder(call, tx, self.now(), subject, &name, Some(email)).await;
        }
        let subject = format!("email:{}", text::email_key(&email));
        if let Some(known) = tx.find_person_by_subject(tenant, PersonKind::Contact, &subject).await? {
            return Ok((&known).into());
        }
        let now = self.now();
        let contact = PersonRecord {
            id: PersonId(self.fresh_id(now)),
            tenant,
            kind: PersonKind::Contact,
            subject: Some(subject),
            name,
            email: Some(email),
            phone: None,
            verified: false,
            role: Role::Customer,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        Ok((&tx.upsert_person(&contact).await?).into())
    }

    /// Lets the plugins see, edit or refuse what is about to happen, before any transaction.
    pub(super) async fn prepare(&self, call: &Call, draft: &mut Draft) -> Result<()> {
        let context = crate::plugin::HookContext { actor: &call.actor, request_id: &call.request_id };
        for hook in &self.inner.hooks.interceptors {
            let before = draft.clone();
            match super::work::contain(hook.id(), hook.prepare(&context, draft)).await {
                // A customer's message is never lost to a broken plugin; what the desk sends out waits for a healthy one.
                Err(Error::Internal(_) | Error::Unavailable(_)) if !call.actor.is_staff() => {
                    tracing::warn!(plugin = hook.id(), "accepted in spite of a failing hook");
                    // It may have stopped in the middle of its edit.
                    *draft = before;
                }
                Err(Error::Internal(error)) => return Err(Error::Unavailable(error)),
                other => other?,
            }
        }
        Ok(())
    }
}
