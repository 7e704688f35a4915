//! Finding tickets by words: which way is fast depends on how common the words are, and every way is exact.
//!
//! *Rare*: the index names all tickets that have the rarest word, and the list is read among these. *Common*: the list is read in its
//! own order and each ticket is looked up in the index, which soon fills a page. SQLite can also read the index itself from the newest
//! ticket backwards, which is fast for both.

use std::fmt::Write as _;

use super::document::{NUMBER_BITS, SEQ_BITS};
use crate::{
    model::{TenantId, TicketRecord, search::Term},
    storage::{
        Result, Search, TicketSort,
        sql::{
            Dialect, Executor, args,
            list::{Forwards, Selection, select},
            rows::{self, ticket_select},
            tickets::Conditions,
        },
    },
};

/// From so many documents on, SQLite takes a word as common, and does not look for longer words that begin with it: gathering them all
/// takes FTS5 longer the more there are.
#[cfg(feature = "sqlite")]
const COMMON: i64 = 2_000;
/// PostgreSQL cannot count without reading: it looks how many of its newest documents have the word.
#[cfg(feature = "postgres")]
const SAMPLE: u32 = 1_000;
#[cfg(feature = "postgres")]
const COMMON_IN_SAMPLE: i64 = 5;
/// Tickets that are looked up one by one before another way is taken: first few, since a common word fills a page at once.
const WALKS: [u32; 3] = [60, 400, 2_000];
/// Documents that SQLite reads backwards at once.
#[cfg(feature = "sqlite")]
const PORTIONS: [u32; 3] = [100, 800, 3_200];
/// Of two common words the rarer one is that whose newest documents reach farther back: so many are looked at.
#[cfg(feature = "sqlite")]
const REACH: u32 = 200;

/// A tenant's tickets by words.
pub(super) struct Finder<'s> {
    pub(super) dialect: Dialect,
    pub(super) search: &'s Search,
}

/// How a list is narrowed down to the tickets that have a term.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Each ticket is looked up.
    Each,
    /// The index names all tickets at once.
    All,
}

impl Finder<'_> {
    /// A term in the engine's own syntax. Words hold letters, digits and marks only, and stand in quotation marks.
    pub(super) fn query(&self, term: &Term) -> String {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let columns = match (term.requester_only, self.search.public_only) {
                    (true, _) => "requester : ",
                    (false, true) => "{subject requester body} : ",
                    (false, false) => "",
                };
                format!("{columns}\"{}\"{}", term.words.join(" "), if term.is_prefix { " *" } else { "" })
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let label = if term.requester_only { "B" } else { "" };
                let last = term.words.len() - 1;
                let mut query = String::new();
                for (index, word) in term.words.iter().enumerate() {
                    let star = if index == last && term.is_prefix { "*" } else { "" };
                    let colon = if star.is_empty() && label.is_empty() { "" } else { ":" };
                    let _ = write!(query, "{}'{word}'{colon}{star}{label}", if index > 0 { " <-> " } else { "" });
                }
                query
            }
        }
    }

    /// Documents `d` that match the query at `$place`, of the tenant at `$1`.
    pub(super) fn matching(&self, place: &str) -> String {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                format!("support_search MATCH {place} AND rowid BETWEEN {BASE} AND {BASE} | {LAST_OF_TENANT}")
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                format!("d.words @@ {place}::text::tsquery AND d.tenant_id = $1{}", self.without_notes())
            }
        }
    }

    #[cfg(feature = "postgres")]
    const fn without_notes(&self) -> &'static str {
        if self.search.public_only { " AND NOT d.is_note" } else { "" }
    }

    /// Whether the ticket `c` has a document that matches.
    fn probe(&self, place: &str) -> String {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => format!(
                "EXISTS (SELECT 1 FROM support_search WHERE support_search MATCH {place} \
                 AND rowid BETWEEN {BASE} | (c.number << {SEQ_BITS}) AND {BASE} | (c.number << {SEQ_BITS}) | {LAST_OF_TICKET})"
            ),
            // A function in place of the operator, which the planner would take to the GIN index, and a subquery that it cannot turn
            // into a join with everything that matches.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => format!(
                "(SELECT 1 FROM support_search d WHERE d.tenant_id = c.tenant_id AND d.number = c.number \
                 AND ts_match_vq(d.words, {place}::text::tsquery){} LIMIT 1) IS NOT NULL",
                self.without_notes()
            ),
        }
    }

    /// The newest messages of the ticket `c` that match, as `seq`.
    pub(super) fn messages_of_ticket(&self, place: &str, limit: u32) -> String {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => format!(
                "SELECT rowid & {LAST_OF_TICKET} FROM support_search WHERE support_search MATCH {place} \
                 AND rowid BETWEEN ({BASE} | (c.number << {SEQ_BITS})) + 1 AND {BASE} | (c.number << {SEQ_BITS}) | {LAST_OF_TICKET} \
                 ORDER BY rowid DESC LIMIT {limit}"
            ),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => format!(
                "SELECT d.seq FROM support_search d WHERE d.tenant_id = $1 AND d.number = c.number AND d.seq > 0 \
                 AND ts_match_vq(d.words, {place}::text::tsquery){} ORDER BY d.seq DESC LIMIT {limit}",
                self.without_notes()
            ),
        }
    }

    /// Narrows a selection down to these tickets.
    pub(super) fn among(&self, conditions: &mut Conditions, numbers: &[i64]) {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let sql = match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let place = conditions.bind(format!("[{}]", numbers.join(",")));
                format!("c.number IN (SELECT value FROM json_each({place}))")
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let place = conditions.bind(format!("{{{}}}", numbers.join(",")));
                format!("c.number = ANY ({place}::text::bigint[])")
            }
        };
        conditions.and(&sql);
    }

    /// Leaves a selection nothing to look at but these tickets.
    #[cfg(feature = "sqlite")]
    fn name_numbers(&self, selection: &mut Selection, numbers: &[i64]) {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let place = selection.conditions.bind(format!("[{}]", numbers.join(",")));
        selection.name(format!("(c.tenant_id, c.number) IN (SELECT $1, value FROM json_each({place}))"));
    }

    fn narrow(&self, conditions: &mut Conditions, term: &Term, way: Way) {
        let place = conditions.bind(self.query(term));
        let sql = match way {
            Way::Each => self.probe(&place),
            Way::All => self.dialect.is_among(&self.dialect.hidden("c.number"), &self.numbers(&place)),
        };
        if term.excluded { conditions.and(&format!("NOT ({sql})")) } else { conditions.and(&sql) }
    }

    /// The tickets' numbers that have documents that match.
    fn numbers(&self, place: &str) -> String {
        let matching = self.matching(place);
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => format!("SELECT {NUMBER} FROM support_search WHERE {matching}"),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => format!("SELECT d.number FROM support_search d WHERE {matching}"),
        }
    }

    /// Leaves a selection nothing to look at but the tickets that have the term.
    fn name(&self, selection: &mut Selection, term: &Term) {
        let place = selection.conditions.bind(self.query(term));
        let numbers = self.numbers(&place);
        selection.name(match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let numbers = numbers.replacen("SELECT ", "SELECT $1, ", 1);
                format!("(c.tenant_id, c.number) IN ({numbers})")
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.dialect.is_among("c.number", &numbers),
        });
    }
}

#[cfg(feature = "sqlite")]
const BASE: &str = "(SELECT base FROM support_search_tenants WHERE tenant_id = $1)";
#[cfg(feature = "sqlite")]
const LAST_OF_TENANT: i64 = (1 << (NUMBER_BITS + SEQ_BITS)) - 1;
#[cfg(feature = "sqlite")]
const LAST_OF_TICKET: i64 = (1 << SEQ_BITS) - 1;
/// The ticket's number in a rowid: `(rowid >> SEQ_BITS) & ((1 << NUMBER_BITS) - 1)`.
#[cfg(feature = "sqlite")]
pub(super) const NUMBER: &str = "((rowid >> 20) & 67108863)";
#[cfg(feature = "sqlite")]
const _: () = assert!(SEQ_BITS == 20 && (1 << NUMBER_BITS) - 1 == 67_108_863, "NUMBER says it in SQL");

/// The page of tickets in a selection that have all terms.
pub(in crate::storage::sql) async fn list<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    mut selection: Selection,
    search: &Search,
    page: Forwards,
) -> Result<Vec<TicketRecord>> {
    let finder = Finder { dialect: executor.dialect(), search };
    let mut wanted: Vec<Term> = Vec::new();
    for term in &search.terms {
        // What must not be there narrows nothing down.
        if term.excluded {
            finder.narrow(&mut selection.conditions, term, Way::Each);
        } else {
            wanted.push(term.clone());
        }
    }
    let common = commonness(executor, tenant, &finder, &mut wanted).await?;
    let Some(rarest) = (0..wanted.len()).min_by_key(|index| common[*index]) else {
        return select(executor, selection, page).await;
    };
    let (rarest, common) = (wanted.swap_remove(rarest), common[rarest]);
    for term in &wanted {
        // SQLite gathers all that begins with a word anew each time it is asked: once is enough.
        let way = if term.is_prefix { Way::All } else { Way::Each };
        finder.narrow(&mut selection.conditions, term, way);
    }
    match executor.dialect() {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite if page.sort == TicketSort::Number && !selection.is_named() => {
            if let Some(tickets) = newest(executor, tenant, &finder, &selection, &rarest, page).await? {
                return Ok(tickets);
            }
        }
        _ => {}
    }
    if (selection.is_named() || common.is_common())
        && let Some(tickets) = walk(executor, &finder, &selection, &rarest, page).await?
    {
        return Ok(tickets);
    }
    finder.name(&mut selection, &rarest);
    select(executor, selection, page).await
}

/// Narrows a selection down to the tickets that have all terms.
pub(in crate::storage::sql) fn narrow_all(dialect: Dialect, selection: &mut Selection, search: &Search) {
    let finder = Finder { dialect, search };
    for term in &search.terms {
        match term.excluded {
            true => finder.narrow(&mut selection.conditions, term, Way::Each),
            false if selection.is_named() => finder.narrow(&mut selection.conditions, term, Way::All),
            false => finder.name(selection, term),
        }
    }
}

/// How many documents have a term, as far as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    documents: i64,
    common: i64,
    /// The oldest of the newest documents that have it, where what was counted did not tell two terms apart.
    reach: i64,
}

impl Count {
    const fn is_common(self) -> bool {
        self.documents >= self.common
    }
}

/// Counts, as far as it is cheap, and on SQLite takes a word that is common for a whole one.
async fn commonness<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    finder: &Finder<'_>,
    terms: &mut [Term],
) -> Result<Vec<Count>> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Conditions::new("", args![tenant]);
    let mut columns = Vec::new();
    for (index, term) in terms.iter().enumerate() {
        let whole = Term { is_prefix: false, ..term.clone() };
        columns.push(match finder.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let place = query.bind(finder.query(&whole));
                let matching = finder.matching(&place);
                format!(
                    "(SELECT COUNT(*) FROM (SELECT 1 FROM support_search WHERE {matching} LIMIT {COMMON})) AS n{index}"
                )
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let place = query.bind(finder.query(if term.is_prefix { term } else { &whole }));
                format!("COUNT(*) FILTER (WHERE ts_match_vq(d.words, {place}::text::tsquery)) AS n{index}")
            }
        });
    }
    let columns = columns.join(", ");
    let (sql, common) = match finder.dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => (format!("SELECT {columns}"), COMMON),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let newest = format!(
                "SELECT d.words FROM support_search d WHERE d.tenant_id = $1{} ORDER BY d.number DESC, d.seq DESC LIMIT {SAMPLE}",
                finder.without_notes()
            );
            (format!("SELECT {columns} FROM ({newest}) d"), COMMON_IN_SAMPLE)
        }
    };
    let row = executor.fetch_one(sql.into(), query.args).await?;
    let mut counts = Vec::new();
    for (index, term) in terms.iter_mut().enumerate() {
        let mut count = Count { documents: row.int(&format!("n{index}"))?, common, reach: 0 };
        #[cfg(feature = "sqlite")]
        if term.is_prefix && finder.dialect == Dialect::Sqlite {
            // Not counted with what begins with it: then it is the last to be taken for rare.
            term.is_prefix = !count.is_common();
            count.documents = count.documents.max(COMMON - 1);
        }
        counts.push(count);
    }
    #[cfg(feature = "sqlite")]
    if finder.dialect == Dialect::Sqlite && counts.iter().filter(|count| count.is_common()).count() > 1 {
        reach(executor, tenant, finder, terms, &mut counts).await?;
    }
    Ok(counts)
}

/// Tells common words apart, all of which were counted to the same bound.
#[cfg(feature = "sqlite")]
async fn reach<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    finder: &Finder<'_>,
    terms: &[Term],
    counts: &mut [Count],
) -> Result<()> {
    let mut query = Conditions::new("", args![tenant]);
    let mut columns = Vec::new();
    for (index, (term, _)) in terms.iter().zip(&*counts).enumerate().filter(|(_, (_, count))| count.is_common()) {
        let place = query.bind(finder.query(term));
        let matching = finder.matching(&place);
        let newest =
            format!("SELECT rowid AS r FROM support_search WHERE {matching} ORDER BY rowid DESC LIMIT {REACH}");
        columns.push(format!("(SELECT MIN(r) FROM ({newest})) AS n{index}"));
    }
    let row = executor.fetch_one(format!("SELECT {}", columns.join(", ")).into(), query.args).await?;
    for (index, count) in counts.iter_mut().enumerate().filter(|(_, count)| count.is_common()) {
        count.reach = row.int(&format!("n{index}"))?;
    }
    Ok(())
}

/// Reads the list in its order and looks each ticket up. None when that does not fill a page in reasonable time.
async fn walk<E: Executor>(
    executor: &mut E,
    finder: &Finder<'_>,
    selection: &Selection,
    term: &Term,
    page: Forwards,
) -> Result<Option<Vec<TicketRecord>>> {
    let mut selection = selection.clone();
    let place = selection.conditions.bind(finder.query(term));
    let select = ticket_select!().replacen("SELECT ", &format!("SELECT {} AS is_found, ", finder.probe(&place)), 1);
    let mut tickets = Vec::new();
    let mut after = page.after;
    for portion in WALKS {
        let (sql, args) = Forwards { after, limit: portion, ..page }.of(finder.dialect, selection.clone());
        let rows = executor.fetch(format!("{select}WHERE {sql}").into(), args).await?;
        for row in &rows {
            if row.bool("is_found")? {
                tickets.push(rows::ticket(row)?);
            }
        }
        tickets.truncate(page.limit as usize);
        let Some(last) = rows.last() else { return Ok(Some(tickets)) };
        if tickets.len() == page.limit as usize || rows.len() < portion as usize {
            return Ok(Some(tickets));
        }
        after = Some(page.sort.key(&rows::ticket(last)?));
    }
    Ok(None)
}

/// Reads the index from the newest ticket backwards, or from the oldest on. None when the conditions let so little of it through that
/// this takes too long.
#[cfg(feature = "sqlite")]
async fn newest<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    finder: &Finder<'_>,
    selection: &Selection,
    term: &Term,
    page: Forwards,
) -> Result<Option<Vec<TicketRecord>>> {
    let mut tickets: Vec<TicketRecord> = Vec::new();
    let mut after = page.after.map(|key| key.value);
    for portion in PORTIONS {
        let mut query = Conditions::new("", args![tenant]);
        let place = query.bind(finder.query(term));
        let mut matching = finder.matching(&place);
        if let Some(number) = after {
            let number = query.bind(number);
            let _ = if page.descending {
                write!(matching, " AND rowid < {BASE} | ({number} << {SEQ_BITS})")
            } else {
                write!(matching, " AND rowid > {BASE} | ({number} << {SEQ_BITS}) | {LAST_OF_TICKET}")
            };
        }
        let (order, limit) = (if page.descending { "DESC" } else { "ASC" }, query.bind(portion));
        let sql = format!(
            "SELECT {NUMBER} AS number FROM support_search WHERE {matching} ORDER BY rowid {order} LIMIT +{limit}"
        );
        let rows = executor.fetch(sql.into(), query.args).await?;
        let mut numbers = rows.iter().map(|row| row.int("number")).collect::<Result<Vec<_>>>()?;
        let Some(last) = numbers.last().copied() else { return Ok(Some(tickets)) };
        let read = numbers.len();
        numbers.dedup();
        let mut among = selection.clone();
        finder.name_numbers(&mut among, &numbers);
        let missing = page.limit - u32::try_from(tickets.len()).unwrap_or(page.limit);
        tickets.extend(select(executor, among, Forwards { after: None, limit: missing, ..page }).await?);
        if tickets.len() == page.limit as usize || read < portion as usize {
            return Ok(Some(tickets));
        }
        after = Some(last);
    }
    Ok(None)
}
