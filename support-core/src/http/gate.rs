//! Who is let in. A handler takes an extractor with a gate, so it cannot be reached by anybody else.

use std::marker::PhantomData;

use crate::model::{Actor, ActorKind, Permission};

/// Admits or refuses a caller before the handler runs; whom it refuses gets 403.
pub(crate) trait Gate: Send + Sync + 'static {
    fn admit(actor: &Actor) -> bool;
}

/// Anybody who is authenticated. What they may do is decided by the handler's verb and by their scope.
#[derive(Debug)]
pub(crate) struct Anyone;

/// Staff and programs; which of them, the verb decides, because it depends on what is asked for.
#[derive(Debug)]
pub(crate) struct Staff;

/// Agents, who alone have conversations among themselves. Programs have tickets.
#[derive(Debug)]
pub(crate) struct Colleague;

/// Who has a thread to look at: customers within their scope, agents, and programs that may read tickets.
#[derive(Debug)]
pub(crate) struct Correspondent;

/// Staff and programs who hold the permission. Closed to customers.
#[derive(Debug)]
pub(crate) struct May<P>(PhantomData<P>);

/// Customers, visitors and holders of links, each within their scope; of staff, who holds the permission.
#[derive(Debug)]
pub(crate) struct CustomerOr<P>(PhantomData<P>);

/// Stands for one permission in [`May`] and [`CustomerOr`].
pub(crate) trait Needs: Send + Sync + 'static {
    const PERMISSION: Permission;
}

impl Gate for Anyone {
    fn admit(_: &Actor) -> bool {
        true
    }
}

impl Gate for Staff {
    fn admit(actor: &Actor) -> bool {
        actor.is_staff()
    }
}

impl Gate for Colleague {
    fn admit(actor: &Actor) -> bool {
        actor.kind == ActorKind::Agent
    }
}

impl Gate for Correspondent {
    fn admit(actor: &Actor) -> bool {
        Colleague::admit(actor) || CustomerOr::<TicketsRead>::admit(actor)
    }
}

impl<P: Needs> Gate for May<P> {
    fn admit(actor: &Actor) -> bool {
        actor.may(P::PERMISSION)
    }
}

impl<P: Needs> Gate for CustomerOr<P> {
    fn admit(actor: &Actor) -> bool {
        !actor.is_staff() || actor.may(P::PERMISSION)
    }
}

/// Declares the types that stand for permissions: those that some route asks for.
macro_rules! needs {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Needs for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

needs!(
    ApiKeysManage,
    AuditRead,
    ConfigManage,
    ContactsRead,
    DeliveriesManage,
    SettingsManage,
    SettingsRead,
    StatsRead,
    TicketsAssign,
    TicketsBulk,
    TicketsMerge,
    TicketsRead,
    TicketsStatus,
    TokensManage,
    UsersManage,
    UsersRead,
    WebhooksManage,
);
