//! Who may do what. What is not allowed here is denied.

use super::{ActorKind, AuthorKind, Channel, PersonId, Role, TenantId, TicketId, TicketRecord};
use crate::protocol::TokenAbility;

/// Who asks, after authentication.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What kind of caller.
    pub kind: ActorKind,
    /// The person; none for the engine itself.
    pub person: Option<PersonId>,
    /// The name to show.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// What the person may do.
    pub role: Role,
    /// Which tickets can be found at all.
    pub scope: Scope,
    /// What a portal link may do; unused for others.
    pub can: Vec<TokenAbility>,
}

/// Which tickets a caller can find. Storage queries take it, so a foreign ticket cannot even be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of the tenant's.
    Desk,
    /// Those of one customer.
    Requester(PersonId),
    /// One ticket.
    Ticket(TicketId),
}

/// What somebody wants to do with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See it and its thread.
    Read,
    /// Write a public message.
    Reply,
    /// Write an internal note.
    Note,
    /// Choose who looks after it.
    Assign,
    /// Resolve, close, reopen or otherwise change its status.
    ChangeStatus,
    /// Change subject, priority, category and the like.
    ChangeFields,
    /// Hand out a link to it.
    MintToken,
}

/// The answer to a question of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// The caller may know that it exists, and may not do this.
    Forbid,
}

impl Actor {
    /// The engine itself, inside one tenant.
    #[must_use]
    pub fn system(tenant: TenantId) -> Self {
        Self {
            tenant,
            kind: ActorKind::System,
            person: None,
            name: String::new(),
            email: None,
            role: Role::Admin,
            scope: Scope::Desk,
            can: Vec::new(),
        }
    }

    /// Whether the caller sees what customers must not.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        self.kind.is_staff()
    }

    /// Whether the caller manages the desk.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.is_staff() && self.role == Role::Admin
    }

    /// The side of the desk that messages of this caller come from.
    #[must_use]
    pub const fn author_kind(&self) -> AuthorKind {
        match self.kind {
            ActorKind::Agent | ActorKind::Service => AuthorKind::Agent,
            ActorKind::Customer | ActorKind::Visitor | ActorKind::Portal => AuthorKind::Customer,
            ActorKind::System => AuthorKind::System,
        }
    }

    /// What this caller's messages come through, unless the door says otherwise.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self.kind {
            ActorKind::Visitor => Channel::CHAT,
            ActorKind::Portal => Channel::PORTAL,
            ActorKind::Agent | ActorKind::Customer | ActorKind::Service | ActorKind::System => Channel::API,
        }
    }
}

/// Decides for a ticket that the caller has already found within its [`Scope`].
///
/// Status and assignment: the assignee, an admin, or any agent while nobody has it (support-module, "Permissions").
#[must_use]
pub fn can(actor: &Actor, action: Action, ticket: &TicketRecord) -> Verdict {
    let allowed = match actor.kind {
        ActorKind::System | ActorKind::Service => true,
        ActorKind::Agent => match action {
            Action::Read | Action::Reply | Action::Note | Action::ChangeFields | Action::MintToken => true,
            Action::Assign | Action::ChangeStatus => {
                actor.role == Role::Admin
                    || ticket.assignee.as_ref().is_none_or(|assignee| Some(assignee.id) == actor.person)
            }
        },
        ActorKind::Customer | ActorKind::Visitor => matches!(action, Action::Read | Action::Reply),
        ActorKind::Portal => match action {
            Action::Read => actor.can.contains(&TokenAbility::Read),
            Action::Reply => actor.can.contains(&TokenAbility::Reply),
            Action::Note | Action::Assign | Action::ChangeStatus | Action::ChangeFields | Action::MintToken => false,
        },
    };
    if allowed { Verdict::Allow } else { Verdict::Forbid }
}

/// Whether the caller may open tickets at all.
#[must_use]
pub fn can_open(actor: &Actor) -> Verdict {
    match actor.kind {
        ActorKind::Portal if !actor.can.contains(&TokenAbility::Create) => Verdict::Forbid,
        ActorKind::Portal
        | ActorKind::Agent
        | ActorKind::Customer
        | ActorKind::Visitor
        | ActorKind::Service
        | ActorKind::System => Verdict::Allow,
    }
}
