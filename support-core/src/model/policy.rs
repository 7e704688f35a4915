//! Who may do what. What is not allowed here is denied.

use super::{
    ActorKind, AuthorKind, Channel, Permission, Permissions, PersonId, Role, TenantId, TicketId, TicketRecord, TokenId,
};
use crate::protocol::{Link, TokenAbility};

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
    /// The role of the account.
    pub role: Role,
    /// What staff and programs may do; empty for customers, whose reach is their [`scope`](Self::scope).
    pub permissions: Permissions,
    /// Which tickets can be found at all.
    pub scope: Scope,
    /// What a portal link may do; unused for others.
    pub can: Vec<TokenAbility>,
    /// The record of the host that a portal link is about, with [`Scope::Link`].
    pub link: Option<Link>,
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
    /// Those that carry the link to a record of the host which this token opens.
    Link(TokenId),
    /// None: staff who may not read tickets.
    Nothing,
}

/// What somebody wants to do with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See it and its thread.
    Read,
    /// Say that one's side of the desk has read it. Staff who only watch leave the desk's shared counter alone.
    MarkRead,
    /// Write a public message.
    Reply,
    /// Write an internal note.
    Note,
    /// Choose who looks after it.
    Assign,
    /// Resolve, reopen, snooze or otherwise change its status.
    ChangeStatus,
    /// End it.
    Close,
    /// Put it into another ticket, which ends it, or take it out again.
    Merge,
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
            permissions: Permissions::ALL,
            scope: Scope::Desk,
            can: Vec::new(),
            link: None,
        }
    }

    /// Whether the caller sees what customers must not.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        self.kind.is_staff()
    }

    /// Whether the caller sits at the desk and may do this.
    #[must_use]
    pub const fn may(&self, permission: Permission) -> bool {
        self.is_staff() && self.permissions.has(permission)
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

/// A host's own say in who may do what with a ticket: it may widen or narrow the verdict of the built-in rules.
///
/// It is asked after them, for a ticket that the caller has already found within its [`Scope`]; a ticket outside of that stays not
/// found, and what an audience sees of a ticket is not decided here. It runs inside a transaction, so it must answer at once, from
/// what it is given or has in memory.
///
/// ```
/// use support_core::model::{Action, Actor, Policy, TicketRecord, Verdict};
///
/// /// Tickets about money are closed by admins only; everything else as usual.
/// struct MoneyIsForAdmins;
///
/// impl Policy for MoneyIsForAdmins {
///     fn verdict(&self, actor: &Actor, action: Action, ticket: &TicketRecord, usual: Verdict) -> Verdict {
///         let is_money = ticket.category.as_deref() == Some("money");
///         if is_money && action == Action::ChangeStatus && actor.role != support_core::model::Role::Admin {
///             return Verdict::Forbid;
///         }
///         usual
///     }
/// }
/// # let _: Box<dyn Policy> = Box::new(MoneyIsForAdmins);
/// ```
pub trait Policy: Send + Sync + 'static {
    /// The verdict that holds, given the one of the built-in rules.
    fn verdict(&self, actor: &Actor, action: Action, ticket: &TicketRecord, usual: Verdict) -> Verdict;
}

/// The built-in rules, for a ticket that the caller has already found within its [`Scope`]. Verbs ask
/// [`Desk::can`](crate::desk::Desk::can), which also asks the host.
///
/// Status and assignment: the assignee, who may override, or any agent while nobody has it (support-module, "Permissions").
#[must_use]
pub fn can(actor: &Actor, action: Action, ticket: &TicketRecord) -> Verdict {
    let allowed = match actor.kind {
        ActorKind::System => true,
        ActorKind::Agent | ActorKind::Service => {
            let free = ticket.assignee.as_ref().is_none_or(|assignee| Some(assignee.id) == actor.person);
            actor.may(needed(action))
                && (free
                    || !matches!(action, Action::Assign | Action::ChangeStatus | Action::Close | Action::Merge)
                    || actor.may(Permission::TicketsOverride))
        }
        ActorKind::Customer | ActorKind::Visitor => {
            matches!(action, Action::Read | Action::MarkRead | Action::Reply)
        }
        ActorKind::Portal => match action {
            Action::Read | Action::MarkRead => actor.can.contains(&TokenAbility::Read),
            Action::Reply => actor.can.contains(&TokenAbility::Reply),
            Action::Close => actor.can.contains(&TokenAbility::Close),
            Action::Note
            | Action::Assign
            | Action::ChangeStatus
            | Action::ChangeFields
            | Action::MintToken
            | Action::Merge => false,
        },
    };
    if allowed { Verdict::Allow } else { Verdict::Forbid }
}

/// What staff need for it.
const fn needed(action: Action) -> Permission {
    match action {
        Action::Read => Permission::TicketsRead,
        Action::MarkRead | Action::Reply => Permission::TicketsReply,
        Action::Note => Permission::TicketsNote,
        Action::Assign => Permission::TicketsAssign,
        Action::ChangeStatus | Action::Close => Permission::TicketsStatus,
        Action::Merge => Permission::TicketsMerge,
        Action::ChangeFields => Permission::TicketsChange,
        Action::MintToken => Permission::TokensManage,
    }
}

/// Whether the caller may bring files: whoever may write anything that has some.
#[must_use]
pub fn can_attach(actor: &Actor) -> Verdict {
    let allowed = match actor.kind {
        ActorKind::Portal => {
            [TokenAbility::Create, TokenAbility::Reply].iter().any(|ability| actor.can.contains(ability))
        }
        ActorKind::Agent | ActorKind::Service => {
            actor.may(Permission::TicketsReply) || actor.may(Permission::TicketsNote)
        }
        ActorKind::Customer | ActorKind::Visitor | ActorKind::System => true,
    };
    if allowed { Verdict::Allow } else { Verdict::Forbid }
}

/// Whether the caller may open tickets at all.
#[must_use]
pub fn can_open(actor: &Actor) -> Verdict {
    let allowed = match actor.kind {
        ActorKind::Portal => actor.can.contains(&TokenAbility::Create),
        ActorKind::Agent | ActorKind::Service => actor.may(Permission::TicketsReply),
        ActorKind::Customer | ActorKind::Visitor | ActorKind::System => true,
    };
    if allowed { Verdict::Allow } else { Verdict::Forbid }
}
