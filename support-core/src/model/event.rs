//! The names of the facts in the event log.

use super::choice::choice;

choice!(
    /// What happened. `noun.verb`, as webhooks and timelines name it.
    EventType {
        /// A ticket was opened.
        TicketCreated = "ticket.created",
        /// Fields of a ticket changed.
        TicketUpdated = "ticket.updated",
        /// The assignee changed.
        TicketAssigned = "ticket.assigned",
        /// A ticket was resolved.
        TicketResolved = "ticket.resolved",
        /// A ticket was closed.
        TicketClosed = "ticket.closed",
        /// A done ticket is open again.
        TicketReopened = "ticket.reopened",
        /// A ticket was put aside until a time.
        TicketSnoozed = "ticket.snoozed",
        /// A ticket became a part of another, or was taken out of it again.
        TicketMerged = "ticket.merged",
        /// A promise will fall due soon.
        SlaWarning = "sla.warning",
        /// A promise is broken.
        SlaBreached = "sla.breached",
        /// A customer rated the answer.
        SatisfactionSubmitted = "satisfaction.submitted",
        /// A public message was written.
        MessageCreated = "message.created",
        /// The text of a message changed, or what others make of it.
        MessageUpdated = "message.updated",
        /// The text of a message was taken away.
        MessageDeleted = "message.deleted",
        /// Somebody read up to a message.
        MessageRead = "message.read",
        /// An internal note was written.
        NoteCreated = "note.created",
        /// A direct or group conversation was started.
        ConversationCreated = "conversation.created",
        /// The title of a conversation changed, or who takes part in it.
        ConversationUpdated = "conversation.updated",
        /// A contact's details changed.
        ContactUpdated = "contact.updated",
        /// Somebody got an account.
        UserCreated = "user.created",
        /// Somebody was invited to get an account.
        UserInvited = "user.invited",
        /// An account or its person changed.
        UserUpdated = "user.updated",
        /// An account is gone.
        UserDeleted = "user.deleted",
        /// Somebody signed in.
        UserSignedIn = "user.signed_in",
        /// Somebody signed out.
        UserSignedOut = "user.signed_out",
        /// Somebody tried to sign in and could not.
        UserSignInFailed = "user.sign_in_failed",
        /// A password was changed.
        UserPasswordChanged = "user.password_changed",
        /// Somebody asked for a link to a new password.
        UserPasswordResetAsked = "user.password_reset_asked",
        /// A portal link was minted.
        TokenCreated = "token.created",
        /// Somebody asked for fresh portal links by mail.
        TokenAsked = "token.asked",
        /// A portal link was revoked.
        TokenRevoked = "token.revoked",
        /// An API key was made.
        ApiKeyCreated = "api_key.created",
        /// An API key changed.
        ApiKeyUpdated = "api_key.updated",
        /// An API key was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// A tag, view, team or the like was made.
        SettingCreated = "setting.created",
        /// A tag, view, team or the like changed.
        SettingUpdated = "setting.updated",
        /// A tag, view, team or the like is gone.
        SettingDeleted = "setting.deleted",
        /// A value of the configuration changed.
        ConfigUpdated = "config.updated",
        /// An inbox was made.
        InboxCreated = "inbox.created",
        /// An inbox changed.
        InboxUpdated = "inbox.updated",
        /// A delivery was put back into the outbox.
        DeliveryRetried = "delivery.retried",
        /// A webhook was made.
        WebhookCreated = "webhook.created",
        /// A webhook changed.
        WebhookUpdated = "webhook.updated",
        /// A webhook got another secret.
        WebhookSecretChanged = "webhook.secret_changed",
        /// A webhook was taken out of service because of what its receiver did.
        WebhookDisabled = "webhook.disabled",
        /// Events were sent to a webhook again.
        WebhookReplayed = "webhook.replayed",
        /// A webhook is gone.
        WebhookDeleted = "webhook.deleted",
        /// Somebody brought a file.
        AttachmentUploaded = "attachment.uploaded",
        /// Somebody of the desk took a file.
        AttachmentDownloaded = "attachment.downloaded",
        /// Somebody threw away a file that was at no message.
        AttachmentRemoved = "attachment.removed",
        /// A browser agreed to be told of things while the dashboard is closed.
        PushSubscriptionCreated = "push_subscription.created",
        /// A browser is told of nothing any more.
        PushSubscriptionDeleted = "push_subscription.deleted",
        /// People were told of something: a wake-up for their own streams.
        NotificationCreated = "notification.created",
        /// Somebody has seen what they were told of: a wake-up for their own streams.
        NotificationRead = "notification.read",
        /// Something was exported.
        ExportCreated = "export.created",
    }
);

impl EventType {
    /// Whether only the desk may ever learn of it, whatever ticket it belongs to.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        self.is_audit()
            || self.is_personal()
            || matches!(
                self,
                Self::NoteCreated
                    | Self::TicketAssigned
                    | Self::TicketSnoozed
                    | Self::SlaWarning
                    | Self::SlaBreached
                    | Self::ContactUpdated
                    | Self::ConversationCreated
                    | Self::ConversationUpdated
            )
    }

    /// Whether it is about what colleagues have among themselves: nobody outside is told.
    #[must_use]
    pub const fn is_among_colleagues(self) -> bool {
        matches!(self, Self::ConversationCreated | Self::ConversationUpdated)
    }

    /// Whether it is about the desk's own management: kept for the audit, in no timeline and in no live feed.
    #[must_use]
    pub const fn is_audit(self) -> bool {
        matches!(
            self,
            Self::UserCreated
                | Self::UserInvited
                | Self::UserUpdated
                | Self::UserDeleted
                | Self::UserSignedIn
                | Self::UserSignedOut
                | Self::UserSignInFailed
                | Self::UserPasswordChanged
                | Self::UserPasswordResetAsked
                | Self::TokenCreated
                | Self::TokenAsked
                | Self::TokenRevoked
                | Self::ApiKeyCreated
                | Self::ApiKeyUpdated
                | Self::ApiKeyRevoked
                | Self::SettingCreated
                | Self::SettingUpdated
                | Self::SettingDeleted
                | Self::ConfigUpdated
                | Self::InboxCreated
                | Self::InboxUpdated
                | Self::DeliveryRetried
                | Self::WebhookCreated
                | Self::WebhookUpdated
                | Self::WebhookSecretChanged
                | Self::WebhookDisabled
                | Self::WebhookReplayed
                | Self::AttachmentUploaded
                | Self::AttachmentDownloaded
                | Self::AttachmentRemoved
                | Self::WebhookDeleted
                | Self::PushSubscriptionCreated
                | Self::PushSubscriptionDeleted
                | Self::ExportCreated
        )
    }

    /// Whether webhooks can be told of it.
    #[must_use]
    pub const fn is_for_webhooks(self) -> bool {
        !self.is_audit() && !self.is_personal() && !self.is_among_colleagues()
    }

    /// Whether it is a wake-up for the streams of those whom it names: of no interest to anybody else, nor to the audit.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::NotificationCreated | Self::NotificationRead)
    }
}
