//! Portal links: who can open what without a login.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::protocol::{Token, TokenScope};

use super::{
    super::{
        chip::secret_chip,
        moment::{Precision, moment},
        office::{Choice, Entries, Input, Kind, Section, Wrong, sieve_select},
    },
    Cell, Known, Resource, Row, Secret, SheetForm,
};

const ABILITIES: [(&str, &str, &str); 4] = [
    ("read", "Read", "See the conversation."),
    ("reply", "Reply", "Write into it."),
    ("create", "Create", "Open further tickets."),
    ("close", "Close", "Close a ticket."),
];

/// Links into the portal.
#[derive(Debug)]
pub struct Tokens;

impl Resource for Tokens {
    type Wire = Token;

    const SECTION: Section = Section::Tokens;
    const PATH: &'static str = "/tokens";
    const ONE: &'static str = "link";
    const EMPTY: &'static str = "Mails to customers carry one by themselves. Make one by hand to send it another way.";
    const REMOVE: &'static str = "Revoke";
    const REMOVED: &'static str = "revoked";
    const REMOVAL: &'static str = "/revoke";
    const HAS_PAGE: bool = false;
    const FILTERS: &'static [&'static str] = &["active"];

    fn row(token: &Token, known: &Known) -> Row {
        let is_live = token.revoked_at.is_none() && known.now.is_none_or(|now| token.expires_at > now);
        let last_used = match token.last_used_at {
            Some(at) => moment(at, Precision::Short).into_any(),
            None => "Never".into_any(),
        };
        let can: Vec<_> = token.can.iter().map(|can| can.word()).collect();
        Row {
            id: token.id.to_string(),
            name: token.note.clone().filter(|note| !note.is_empty()).unwrap_or_else(|| scope_word(&token.scope)),
            note: Some(can.join(", ")),
            cells: vec![
                Cell::new("State", secret_chip(token.revoked_at.is_some(), Some(token.expires_at), known.now)),
                Cell::number("Uses", token.use_count),
                Cell::new("Last used", last_used),
                Cell::new("Ends", moment(token.expires_at, Precision::Short)),
            ],
            farewell: is_live.then(|| Self::farewell(token)),
        }
    }

    fn sieve(entries: &Entries, _: &Known) -> Option<AnyView> {
        let states = vec![Choice::new("", "All"), Choice::new("true", "That work"), Choice::new("false", "That ended")];
        Some(sieve_select("active", "Links", states, entries))
    }

    fn fresh() -> Entries {
        Entries::default().with("kind", "ticket").with("expires_in_days", 7).with("can", "read").with("can", "reply")
    }

    fn entries(_: &Token) -> Entries {
        Entries::default()
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        let mut scope = Map::new();
        let (kind, id) = (entries.one("kind"), entries.one("id").trim());
        let of = match (kind, id.split_once(':')) {
            ("link", Some((kind, id))) => json!({ "kind": kind.trim(), "id": id.trim() }),
            ("link", None) => {
                let mut wrong = Wrong::default();
                wrong.add("/scope".to_owned(), "write kind and id with a colon, such as order:A-42");
                return Err(wrong);
            }
            _ => json!(id),
        };
        scope.insert(kind.to_owned(), of);
        Ok(json!({
            "scope": scope,
            "expires_in_days": entries.one("expires_in_days").parse::<u32>().ok(),
            "can": entries.all("can").collect::<Vec<_>>(),
            "note": entries.some("note"),
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let kinds = vec![
            Choice::new("ticket", "One ticket"),
            Choice::new("contact", "All tickets of a contact"),
            Choice::new("link", "All tickets about a record of yours"),
        ];
        let can = ABILITIES.map(|(word, name, hint)| Choice::new(word, name).with_hint(hint)).to_vec();
        view! {
            {form.select("kind", "Opens", "", kinds)}
            {form.input_at("scope", Input::new("id", "Of").required().hint("The id of the ticket or contact, as at the end of its address; or a record such as order:A-42."))}
            {form.checks("can", "May", "", can)}
            {form.input(Input::new("expires_in_days", "Days").kind(Kind::Number { min: 1, max: 30 }).required().hint("1 to 30."))}
            {form.input(Input::new("note", "Note").hint("For you and your colleagues: why it was made."))}
        }
        .into_any()
    }

    fn secret(answer: &Value) -> Option<Secret> {
        Some(Secret {
            title: "Portal link",
            text: "Send it to the customer. Whoever has it can do what it allows, until it ends or you revoke it.",
            value: answer.get("url")?.as_str()?.to_owned(),
        })
    }

    fn farewell(_: &Token) -> String {
        "The link stops working at once, and so does every page that it has opened.".to_owned()
    }
}

fn scope_word(scope: &TokenScope) -> String {
    match scope {
        TokenScope::Ticket(_) => "One ticket".to_owned(),
        TokenScope::Contact(_) => "A contact's tickets".to_owned(),
        TokenScope::Link(link) => format!("Tickets about {link}"),
    }
}
