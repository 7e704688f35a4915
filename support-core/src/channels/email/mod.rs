//! Mail out: to the team about what customers write, to customers about what the desk answers.
//!
//! Mail leaves through the outbox: a dead SMTP server delays it and loses none. Every try of a mail carries the same `Message-ID`.

mod account_letter;
mod letter;
mod links_letter;
mod notification_letter;
mod transport;

use async_trait::async_trait;
use chrono::TimeDelta;

use self::letter::Letter;
pub use self::transport::{Capture, CapturedMail, Mailer, Message, SendError, Smtp, SmtpOptions, SmtpSecurity};
use crate::{
    desk::{Call, config::keys},
    model::{
        Actor, ActorKind, AuthorKind, Channel, Direction, EventType, NewEvent, NotificationWay, PersonRecord,
        TicketRecord,
    },
    plugin::{EventHandler, Failure, Handled, Handling, Occasion, Plugin, Registrar, Target},
    protocol::{CreateToken, TokenScope},
};

/// The name in the delivery log.
pub const HANDLER: &str = "email";

const TEAM_TICKET: &str = "team_new_ticket";
const TEAM_MESSAGE: &str = "team_message";
const CUSTOMER_REPLY: &str = "customer_reply";
const CUSTOMER_STATUS: &str = "customer_status";

const CUSTOMER_LINKS: &str = "customer_links";

const NOTIFICATION: &str = "notification";

const ACCOUNT_INVITE: &str = "account_invite";
const ACCOUNT_PASSWORD: &str = "account_password";

/// How mail is sent and to whom.
#[derive(Debug, Clone)]
pub struct EmailOptions {
    /// `Support <support@example.com>` or a bare address: who the mail is from.
    pub from: String,
    /// Where the team reads mail unless an admin says otherwise; none: the team gets none.
    pub team: Option<String>,
    /// How long an answer to a chat waits for being read in the widget before it goes out as mail, unless an admin says otherwise.
    pub chat_delay: TimeDelta,
}

/// Mail out, as a plugin.
pub struct Email {
    options: EmailOptions,
    mailer: std::sync::Arc<dyn Mailer>,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Email {
    /// Sends through `mailer`.
    pub fn new(options: EmailOptions, mailer: impl Mailer) -> Self {
        Self { options, mailer: std::sync::Arc::new(mailer) }
    }
}

impl Plugin for Email {
    fn id(&self) -> &'static str {
        HANDLER
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        letter::mailbox(&self.options.from).map_err(|error| format!("the sender `{}`: {error}", self.options.from))?;
        if let Some(team) = &self.options.team {
            let preset = registrar.preset(keys::OPS_SUPPORT_EMAIL, team.as_str());
            preset.map_err(|_| format!("the team's address `{team}` is no email address"))?;
        }
        registrar.preset(keys::CHAT_MAIL_DELAY, self.options.chat_delay.num_seconds())?;
        registrar.event_handler(Handler { options: self.options.clone(), mailer: std::sync::Arc::clone(&self.mailer) });
        Ok(())
    }
}

struct Handler {
    options: EmailOptions,
    mailer: std::sync::Arc<dyn Mailer>,
}

#[async_trait]
impl EventHandler for Handler {
    fn id(&self) -> &'static str {
        HANDLER
    }

    fn targets(&self, occasion: &Occasion<'_>) -> Vec<Target> {
        let Occasion { event, ticket: Some(ticket), message, config, .. } = *occasion else { return Vec::new() };
        let now = |purpose: &str, recipient: &str| Target {
            purpose: purpose.to_owned(),
            recipient: recipient.to_owned(),
            lane: None,
            delay: TimeDelta::zero(),
        };
        let team = |purpose| match config.text(keys::OPS_SUPPORT_EMAIL) {
            "" => Vec::new(),
            team => vec![now(purpose, team)],
        };
        let by_customer = matches!(event.actor_kind, ActorKind::Customer | ActorKind::Visitor | ActorKind::Portal);
        match event.kind {
            EventType::TicketCreated => team(TEAM_TICKET),
            EventType::MessageCreated => match message {
                // The first message of a new ticket is in the mail about the ticket.
                Some(message) if message.direction == Direction::Inbound && ticket.version > 1 => team(TEAM_MESSAGE),
                Some(message) if message.author_kind == AuthorKind::Agent => {
                    let chat = ticket.channel == Channel::CHAT;
                    let wait = TimeDelta::seconds(config.number(keys::CHAT_MAIL_DELAY));
                    let delay = if chat { wait } else { TimeDelta::zero() };
                    // A visitor may leave an address while the answer waits: whether there is one is asked when it is due.
                    let recipient = ticket.requester.email.as_deref().unwrap_or_default();
                    if recipient.is_empty() && !chat {
                        return Vec::new();
                    }
                    vec![Target { delay, ..now(CUSTOMER_REPLY, recipient) }]
                }
                Some(_) | None => Vec::new(),
            },
            // What customers do themselves is no news to them.
            EventType::TicketResolved
            | EventType::TicketClosed
            | EventType::TicketReopened
            | EventType::TicketUpdated
                if !by_customer && event.changes.contains_key("status") =>
            {
                ticket.requester.email.iter().map(|email| now(CUSTOMER_STATUS, email)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn account_targets(&self, event: &NewEvent, person: &PersonRecord) -> Vec<Target> {
        let purpose = if event.kind == EventType::UserInvited { ACCOUNT_INVITE } else { ACCOUNT_PASSWORD };
        let target = |email: &String| Target {
            purpose: purpose.to_owned(),
            recipient: email.clone(),
            lane: None,
            delay: TimeDelta::zero(),
        };
        person.email.iter().map(target).collect()
    }

    fn links_purpose(&self) -> Option<&'static str> {
        Some(CUSTOMER_LINKS)
    }

    fn notifies(&self) -> Option<(NotificationWay, &'static str)> {
        Some((NotificationWay::Mail, NOTIFICATION))
    }

    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let delivery = handling.delivery;
        if delivery.purpose == NOTIFICATION {
            return self.handle_notification(handling).await;
        }
        if delivery.purpose == CUSTOMER_LINKS {
            return self.handle_links(handling).await;
        }
        if matches!(delivery.purpose.as_str(), ACCOUNT_INVITE | ACCOUNT_PASSWORD) {
            return self.handle_account(handling).await;
        }
        let Some(ticket) = &handling.entry.ticket else { return Ok(Handled::Skipped("the ticket is gone".into())) };
        let to_customer = matches!(delivery.purpose.as_str(), CUSTOMER_REPLY | CUSTOMER_STATUS);
        let message = handling.entry.message.as_ref();
        if message.is_some_and(|message| message.deleted_at.is_some()) {
            return Ok(Handled::Skipped("the message was deleted".into()));
        }
        if message.is_some_and(|message| message.is_internal) {
            return Err(Failure::Never("a note never leaves the desk".into()));
        }
        if let (CUSTOMER_REPLY, Some(message)) = (delivery.purpose.as_str(), message)
            && ticket.channel == Channel::CHAT
            && ticket.customer_read_seq >= message.seq
        {
            return Ok(Handled::Skipped("read in the chat".into()));
        }
        if to_customer && !may_still_read(handling, ticket).await? {
            return Ok(Handled::Skipped("the customer may no longer read it".into()));
        }
        let recipient = if to_customer { ticket.requester.email.clone() } else { Some(delivery.recipient.clone()) };
        let Some(recipient) = recipient.filter(|recipient| !recipient.is_empty()) else {
            return Ok(Handled::Skipped("the customer left no address".into()));
        };
        let link = if to_customer {
            let call = Call::new(Actor::system(delivery.tenant), format!("delivery-{}", delivery.id));
            let scope = TokenScope::Ticket(ticket.id);
            let wish = CreateToken { note: Some("sent by mail".into()), ..CreateToken::of(scope) };
            let minted = handling.desk.mint_token(&call, wish).await;
            minted.map_err(|error| Failure::Later(format!("no portal link: {}", error.code())))?.url
        } else {
            format!("{}/admin/v/open/t/{}", handling.desk.public_url(), ticket.id)
        };
        let letter = Letter {
            id: &delivery.id.to_string(),
            from: &self.options.from,
            to: &recipient,
            purpose: &delivery.purpose,
            ticket,
            message,
            link: &link,
            public_url: handling.desk.public_url(),
        };
        let mail = letter.build().map_err(|error| Failure::Never(format!("the mail could not be written: {error}")))?;
        self.send(mail).await
    }
}

impl Handler {
    async fn handle_account(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let link = handling.desk.account_link(&handling.entry.event).await;
        let link = link.map_err(|error| Failure::Later(format!("no link: {}", error.code())))?;
        let Some(link) = link else { return Ok(Handled::Skipped("not needed any more".into())) };
        let (id, desk) = (handling.delivery.id.to_string(), handling.desk);
        let mail = account_letter::build(&id, &self.options.from, &handling.delivery.purpose, &link, desk.public_url());
        self.send(mail.map_err(|error| Failure::Never(format!("the mail could not be written: {error}")))?).await
    }

    async fn handle_links(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let (delivery, desk) = (handling.delivery, handling.desk);
        let links = desk.fresh_links(delivery.tenant, &delivery.recipient).await;
        let links = links.map_err(|error| Failure::Later(format!("no portal link: {}", error.code())))?;
        let Some(links) = links else { return Ok(Handled::Skipped("nobody wrote from this address".into())) };
        let mail = links_letter::build(&delivery.id.to_string(), &self.options.from, &links, desk.public_url());
        self.send(mail.map_err(|error| Failure::Never(format!("the mail could not be written: {error}")))?).await
    }

    async fn handle_notification(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let (delivery, desk) = (handling.delivery, handling.desk);
        let letter = desk.notification_letter(delivery).await;
        let letter = letter.map_err(|error| Failure::Later(format!("nothing to say yet: {}", error.code())))?;
        let Some(letter) = letter else { return Ok(Handled::Skipped("seen meanwhile, or out of reach".into())) };
        let mail = notification_letter::build(&delivery.id.to_string(), &self.options.from, &letter, desk.public_url());
        self.send(mail.map_err(|error| Failure::Never(format!("the mail could not be written: {error}")))?).await
    }

    async fn send(&self, mail: Message) -> Result<Handled, Failure> {
        match self.mailer.send(mail).await {
            Ok(()) => Ok(Handled::Done),
            Err(SendError::Refused(why)) => Err(Failure::Never(why)),
            Err(SendError::Unreachable(why)) => Err(Failure::Later(why)),
        }
    }
}

/// Whether the customer is somebody still; asked when the mail leaves, which may be long after it was decided.
async fn may_still_read(handling: &Handling<'_>, ticket: &TicketRecord) -> Result<bool, Failure> {
    let look = async {
        let mut tx = handling.desk.reader().await?;
        Ok::<_, crate::error::Error>(tx.find_person(handling.delivery.tenant, ticket.requester.id).await?)
    };
    let person = look.await.map_err(|error| Failure::Later(format!("the customer is not known: {}", error.code())))?;
    Ok(person.is_some_and(|person| person.is_active))
}
