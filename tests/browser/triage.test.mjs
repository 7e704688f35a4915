// Triage: many tickets, few hands. By keyboard, in bulk, by saved views, and never without a way back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { axe, databases, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let browser;
let desk;

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function agent(who, options) {
  const { context, page } = await signIn(browser, desk, who, options);
  const seen = watch(page, who);
  await live(page);
  return { context, page, seen };
}

async function live(page) {
  await page.waitForFunction(() => document.querySelector('[data-feed="live"]'));
}

async function call(page, method, path, body) {
  return page.evaluate(async ({ method, path, body }) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }, { method, path, body });
}

async function tickets(page, query) {
  return (await call(page, 'GET', `tickets?${query}`)).body.data;
}

/** What a change that is shown at once comes to on the server, which is told meanwhile. */
async function comesTo(read, expected) {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if (isDeepStrictEqual(await read(), expected)) return;
  }
  assert.deepEqual(await read(), expected);
}

const palette = (page) => page.locator('.palette[open]');
const rows = (page) => page.locator('.ticket-row:has(.ticket-link)');

async function pick(page, key, words) {
  await page.keyboard.press(key);
  await palette(page).waitFor();
  await page.keyboard.type(words);
  await page.waitForFunction(() => document.querySelector('.palette .option.is-active'));
  await page.keyboard.press('Enter');
  await palette(page).waitFor({ state: 'detached' });
}

for (const database of databases()) {
  describe(`on ${database}`, () => {
    before(async () => { desk = await startDesk({ database }); });
    after(async () => { await desk?.stop(); });

    describe('by keyboard alone', () => {
      test('a ticket gets its agent, priority and tag, is snoozed and comes back by undo', async () => {
        const { context, page, seen } = await agent('admin');
        await call(page, 'POST', 'tags', { name: 'refund' });
        await page.reload();
        await live(page);
        await page.keyboard.press('g');
        await page.keyboard.press('u');
        await page.waitForURL(/\/v\/unassigned$/);
        await page.waitForSelector('.ticket-link');
        await page.keyboard.press('j');
        await page.waitForSelector('.thread-subject');
        const id = /\/t\/([^/?]+)/.exec(page.url())[1];
        const ticket = async () => (await call(page, 'GET', `tickets/${id}`)).body;
        await pick(page, 'p', 'urg');
        await page.waitForSelector('.thread-facts .priority.is-urgent');
        await page.keyboard.press('l');
        await palette(page).waitFor();
        await page.keyboard.type('refund');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Escape');
        await page.waitForSelector('.customer .chips >> text=refund');
        await pick(page, 'a', 'ines');
        await page.waitForSelector('#assign >> text=Ines Duarte');
        await page.waitForSelector('.toast >> text=Assigned');
        assert.deepEqual([(await ticket()).priority, (await ticket()).tags], ['urgent', ['refund']]);
        await page.keyboard.press('h');
        await palette(page).waitFor();
        await picture(page, 'triage-snooze');
        await page.keyboard.type('tomorrow');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.thread-facts >> text=Snoozed until');
        await page.waitForSelector('.toast >> text=Snoozed');
        assert.equal((await ticket()).status, 'snoozed');
        await page.keyboard.press('z');
        await page.waitForFunction(() => !document.querySelector('.thread-facts').textContent.includes('Snoozed'));
        await comesTo(async () => (await ticket()).status, 'open');
        assert.deepEqual(seen, []);
        await context.close();
      });

      test('the palette finds commands, people and tickets, goes back up by Backspace, and remembers', async () => {
        const { context, page, seen } = await agent('admin');
        const [ticket] = await tickets(page, 'status=open');
        await page.keyboard.press('j');
        await page.waitForSelector('.thread-subject');
        await page.keyboard.press('Control+k');
        await palette(page).waitFor();
        await page.keyboard.type('assign to tomas');
        assert.match(await page.locator('.palette .option.is-active').innerText(), /Assign to Tomas Berg/);
        assert.deepEqual(await axe(page), []);
        await picture(page, 'triage-palette');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#assign >> text=Tomas Berg');
        await page.keyboard.press('Control+k');
        await palette(page).waitFor();
        await page.keyboard.type('priority');
        await page.keyboard.press('Enter');
        assert.equal(await page.locator('.palette-field').getAttribute('placeholder'), 'Priority');
        await page.keyboard.press('Backspace');
        assert.match(await page.locator('.palette-field').getAttribute('placeholder'), /What to do/);
        assert.match(await page.locator('.palette .option').first().innerText(), /Assign to Tomas Berg|Priority/);
        await page.keyboard.type(ticket.subject.slice(0, 12));
        await page.locator('.palette .option', { hasText: `#${ticket.number}` }).waitFor();
        await page.keyboard.press('Escape');
        await palette(page).waitFor({ state: 'detached' });
        assert.deepEqual(seen, []);
        await context.close();
      });
    });

    describe('many at once', () => {
      test('rows are marked by x and a range, resolved in one go, and all come back by one undo', async () => {
        const { context, page, seen } = await agent('admin');
        const before = await tickets(page, 'status=open,pending,snoozed&limit=6');
        await page.goto(`${desk.origin}/admin/v/open`);
        await live(page);
        await page.locator('.ticket-link').nth(1).focus();
        await page.keyboard.press('x');
        await page.locator('.ticket-link').nth(4).focus();
        await page.keyboard.press('Shift+X');
        await page.waitForSelector('.bulk >> text=4 marked');
        assert.deepEqual(await axe(page), []);
        await picture(page, 'triage-bulk');
        const { open } = (await call(page, 'GET', 'tickets/stats')).body;
        await page.keyboard.press('e');
        await page.waitForSelector('.toast >> text=Resolved 4 tickets');
        const status = async () => Promise.all(before.slice(1, 5).map(async ({ id }) => (await call(page, 'GET', `tickets/${id}`)).body.status));
        assert.deepEqual(await status(), ['resolved', 'resolved', 'resolved', 'resolved']);
        assert.equal((await call(page, 'GET', 'tickets/stats')).body.open, open - 4);
        await page.keyboard.press('z');
        await page.waitForFunction((id) => document.getElementById(`ticket-${id}`), before[1].id);
        await comesTo(status, before.slice(1, 5).map((ticket) => ticket.status));
        assert.deepEqual(seen, []);
        await context.close();
      });

      test('what one ticket refuses is told, and the others are changed all the same', async () => {
        const { context, page } = await agent('admin');
        const [one, two] = await tickets(page, 'status=open&limit=2');
        await page.route('**/api/v1/tickets/bulk', async (route) => {
          const answer = await route.fetch();
          const body = await answer.json();
          const item = body.data.find((item) => item.id === two.id);
          Object.assign(item, { ticket: null, problem: { type: 'about:blank', title: 'Conflict', status: 409, code: 'guarded', detail: 'The host said no.', request_id: 'r', errors: [] } });
          await route.fulfill({ response: answer, json: body });
        });
        await page.goto(`${desk.origin}/admin/v/open`);
        await live(page);
        for (const { id } of [one, two]) {
          await page.locator(`#ticket-${id}`).focus();
          await page.keyboard.press('x');
        }
        await page.waitForSelector('.bulk >> text=2 marked');
        await pick(page, 'p', 'low');
        await page.waitForSelector('.toast.is-bad >> text=The host said no.');
        await context.close();
      });
    });

    describe('filters and views', () => {
      test('a filter stands in the address, goes back by the browser, and becomes a view', async () => {
        const { context, page, seen } = await agent('admin');
        await page.goto(`${desk.origin}/admin/v/open`);
        await live(page);
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.locator('.filter-panel').waitFor();
        await page.locator('.filter-panel').getByRole('button', { name: 'High' }).click();
        await page.waitForURL(/priority=high/);
        await page.locator('.filter-panel input[type=date]').first().fill('2020-01-01');
        await page.waitForURL(/created_at_after=2020-01-01/);
        assert.deepEqual(await axe(page), []);
        await picture(page, 'triage-filter');
        await page.keyboard.press('Escape');
        await page.locator('.filter-chip', { hasText: 'Opened since 2020-01-01' }).click();
        await page.waitForURL((url) => !url.search.includes('created_at_after'));
        const shown = await tickets(page, 'status=open,pending,snoozed&priority=high');
        await page.waitForFunction((count) => document.querySelectorAll('.ticket-link').length === count, shown.length);
        await page.goBack();
        await page.waitForURL(/created_at_after=2020-01-01/);
        await page.goForward();
        await page.waitForURL((url) => !url.search.includes('created_at_after'));
        await page.reload();
        await live(page);
        assert.equal(await rows(page).count(), shown.length);
        await page.keyboard.press('v');
        await page.getByLabel('Name').fill('High and open');
        assert.deepEqual(await axe(page), []);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.locator('.view-saved', { hasText: 'High and open' }).waitFor();
        await page.waitForURL(/\/v\/[0-9a-f-]{36}$/);
        await page.waitForFunction((count) => document.querySelector('.view-saved .count').textContent === String(count), shown.length);
        assert.equal(await rows(page).count(), shown.length);
        await picture(page, 'triage-view');
        // It is private: nobody else sees it.
        const other = await agent('agent');
        assert.equal(await other.page.locator('.view-saved').count(), 0);
        assert.equal((await other.page.goto(page.url())).status(), 404);
        await other.context.close();
        await page.getByRole('button', { name: 'Change the view High and open' }).click();
        await page.getByRole('button', { name: 'Delete' }).click();
        await page.locator('.view-saved').waitFor({ state: 'detached' });
        assert.deepEqual(seen, []);
        await context.close();
      });

      test('a search narrows the list, by words and operators, and the order is switched', async () => {
        const { context, page, seen } = await agent('admin');
        const [ticket] = await tickets(page, 'status=open');
        await page.goto(`${desk.origin}/admin/v/open`);
        await live(page);
        await page.keyboard.press('/');
        await page.keyboard.type(`from:${ticket.requester.email ?? ticket.requester.name.split(' ')[0]}`);
        await page.keyboard.press('Enter');
        await page.waitForURL(/search=from/);
        await page.locator(`#ticket-${ticket.id}`).waitFor();
        await page.getByRole('button', { name: 'Clear' }).click();
        await page.waitForURL(/\/v\/open$/);
        await page.getByLabel('Order', { exact: true }).selectOption('created_at');
        await page.waitForURL(/ordering=created_at/);
        const [oldest] = await tickets(page, 'status=open,pending,snoozed&ordering=created_at');
        await page.waitForFunction((id) => document.querySelector('.ticket-link')?.id === `ticket-${id}`, oldest.id);
        assert.deepEqual(seen, []);
        await context.close();
      });
    });

    test('a ticket becomes a part of another one, and is taken out again', async () => {
      const { context, page, seen } = await agent('admin');
      // Only a customer's own tickets become one.
      const all = await tickets(page, 'status=open&limit=100');
      const one = all.find((ticket) => all.some((other) => other.id !== ticket.id && other.requester.id === ticket.requester.id));
      const two = all.find((other) => other.id !== one.id && other.requester.id === one.requester.id);
      await page.goto(`${desk.origin}/admin/v/open/t/${one.id}`);
      await live(page);
      await page.keyboard.press('Shift+M');
      await palette(page).waitFor();
      await page.keyboard.type(`#${two.number}`);
      await page.locator('.palette .option', { hasText: `#${two.number} ` }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`/t/${two.id}`));
      await page.waitForSelector(`.toast >> text=Merged #${one.number} into #${two.number}`);
      await page.keyboard.press('z');
      await page.waitForURL(new RegExp(`/t/${one.id}`));
      assert.equal((await call(page, 'GET', `tickets/${one.id}`)).body.merged_into, null);
      assert.deepEqual(seen, []);
      await context.close();
    });

    test('a promise that was broken is seen in the row, in the thread and in the view of what is due', async () => {
      const { context, page, seen } = await agent('admin');
      const [ticket] = await tickets(page, 'status=open');
      const past = new Date(Date.now() - 90 * 60_000).toISOString();
      assert.equal((await call(page, 'PATCH', `tickets/${ticket.id}`, { sla_due_at: past })).status, 200);
      await page.goto(`${desk.origin}/admin/v/risk/t/${ticket.id}`);
      await live(page);
      await page.locator(`.ticket-row.is-late:has(#ticket-${ticket.id})`).waitFor();
      assert.match(await page.locator('.thread-facts .due').innerText(), /1h late/);
      assert.deepEqual(await axe(page), []);
      await picture(page, 'triage-late');
      assert.deepEqual(seen, []);
      await context.close();
    });

    test('a portal link is made, opens the ticket, and is worth nothing once revoked', async () => {
      const { context, page, seen } = await agent('admin');
      await page.keyboard.press('j');
      await page.waitForSelector('.thread-subject');
      const subject = await page.locator('.thread-subject').innerText();
      await page.keyboard.press('Shift+L');
      const url = await page.locator('.snippet-code').innerText();
      const customer = await browser.newContext();
      const portal = await customer.newPage();
      await portal.goto(url);
      await portal.getByRole('heading', { name: subject }).waitFor();
      const [token] = (await call(page, 'GET', 'tokens')).body.data;
      assert.equal((await call(page, 'POST', `tokens/${token.id}/revoke`)).status, 200);
      const stranger = await (await browser.newContext()).newPage();
      await stranger.goto(url);
      await stranger.waitForLoadState('networkidle');
      assert.equal(await stranger.getByRole('heading', { name: subject }).count(), 0);
      assert.deepEqual(seen, []);
      await stranger.context().close();
      await customer.close();
      await context.close();
    });

    test('a reply that waits for its delay is taken back, and its text returns', async () => {
      const { context, page, seen } = await agent('agent');
      await page.locator('.account').click();
      await page.getByRole('button', { name: '10 s' }).click();
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.waitForSelector('.thread-subject');
      await page.keyboard.press('r');
      await page.keyboard.type('Too early');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.message.is-sending >> text=Too early');
      await page.keyboard.press('Escape');
      await page.keyboard.press('z');
      await page.waitForFunction(() => document.querySelector('.composer-text').value === 'Too early');
      assert.equal(await page.locator('.message', { hasText: 'Too early' }).count(), 0);
      assert.deepEqual(seen, []);
      await context.close();
    });

    test('the desk’s own fields are set beside the thread, each by its control, and taken back by undo', async () => {
      const { context, page, seen } = await agent('admin');
      const fields = [
        { key: 'roast', label: 'Roast', type: 'select', options: ['Light', 'Dark'], position: 1 },
        { key: 'bags', label: 'Bags', type: 'number', position: 2 },
        { key: 'gift', label: 'Is a gift', type: 'checkbox', position: 3 },
        { key: 'wanted', label: 'Wanted on', type: 'date', position: 4 },
        { key: 'cup', label: 'Cup', type: 'text', position: 5 },
      ];
      for (const field of fields) assert.equal((await call(page, 'POST', 'fields', field)).status, 201);
      const [ticket] = await tickets(page, 'status=open');
      const kept = async () => (await call(page, 'GET', `tickets/${ticket.id}`)).body.custom_fields;
      const until = (expected) => comesTo(kept, expected);
      await page.goto(`${desk.origin}/admin/v/open/t/${ticket.id}`);
      await live(page);
      await page.getByLabel('Roast').focus();
      await page.keyboard.type('Dark');
      await page.keyboard.press('Tab');
      await until({ roast: 'Dark' });
      await page.keyboard.type('2.5');
      await page.keyboard.press('Tab');
      await until({ bags: 2.5, roast: 'Dark' });
      await page.keyboard.press('Space');
      await until({ bags: 2.5, gift: true, roast: 'Dark' });
      await page.getByLabel('Wanted on').fill('2026-12-24');
      await page.getByLabel('Cup').fill('The blue one');
      await page.getByLabel('Cup').blur();
      await until({ bags: 2.5, cup: 'The blue one', gift: true, roast: 'Dark', wanted: '2026-12-24' });
      assert.deepEqual(await axe(page), []);
      await picture(page, 'triage-fields');
      await page.locator('.thread-subject').click();
      await page.keyboard.press('z');
      await until({ bags: 2.5, gift: true, roast: 'Dark', wanted: '2026-12-24' });
      assert.equal(await page.getByLabel('Cup').inputValue(), '');
      await page.locator('.event-line', { hasText: 'set cup to The blue one' }).waitFor();
      // What another agent sets is seen at once, also while this one looks.
      assert.equal((await call(page, 'PATCH', `tickets/${ticket.id}`, { custom_fields: { roast: 'Light' } })).status, 200);
      await page.waitForFunction(() => document.getElementById('field-roast').value === 'Light');
      for (const { id } of (await call(page, 'GET', 'fields')).body.data) await call(page, 'DELETE', `fields/${id}`);
      assert.deepEqual(seen, []);
      await context.close();
    });

    test('a view is shared with a team, and a search shows its words in the list', async () => {
      const { context, page, seen } = await agent('admin');
      const me = (await call(page, 'GET', 'auth/me')).body.id;
      const team = (await call(page, 'POST', 'teams', { name: 'Roasters', members: [me] })).body;
      await page.goto(`${desk.origin}/admin/v/open?priority=high`);
      await live(page);
      await page.keyboard.press('v');
      await page.getByLabel('Name').fill('Hot');
      await page.getByRole('radio', { name: 'The team Roasters' }).check();
      assert.deepEqual(await axe(page), []);
      await picture(page, 'triage-view-team');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.locator('.view-saved', { hasText: 'Hot' }).waitFor();
      const view = (await call(page, 'GET', 'views')).body.data.find((view) => view.name === 'Hot');
      assert.deepEqual([view.visibility, view.team], ['team', team.id]);
      const outsider = await agent('agent');
      assert.equal(await outsider.page.locator('.view-saved').count(), 0);
      await outsider.context.close();

      await page.goto(`${desk.origin}/admin/v/open`);
      await live(page);
      await page.keyboard.press('/');
      await page.keyboard.type('coffee');
      await page.keyboard.press('Enter');
      await page.locator('.ticket-snippet mark').first().waitFor();
      assert.match((await page.locator('.ticket-row mark').first().innerText()).toLowerCase(), /coffee/);
      assert.deepEqual(await axe(page), []);
      await picture(page, 'triage-highlights');
      assert.equal((await call(page, 'DELETE', `views/${view.id}`)).status, 204);
      assert.equal((await call(page, 'DELETE', `teams/${team.id}`)).status, 204);
      assert.deepEqual(seen, []);
      await context.close();
    });

    test('a ticket tells what it is about, and its story tells times as people do', async () => {
      const { context, page, seen } = await agent('admin', { timezoneId: 'Asia/Kolkata' });
      const made = await call(page, 'POST', 'tickets', {
        subject: 'A phone call', description: 'He asked for\nthe dark roast.', requester: { name: 'Sami Noor', email: 'sami.noor@example.com' },
      });
      assert.equal(made.status, 201);
      const { id } = made.body;
      await page.goto(`${desk.origin}/admin/v/open/t/${id}`);
      await live(page);
      assert.equal(await page.locator('.is-description .message-body').innerText(), 'He asked for\nthe dark roast.');
      const until = `${new Date().getUTCFullYear() + 1}-03-04T05:06:00Z`;
      assert.equal((await call(page, 'POST', `tickets/${id}/snooze`, { until })).status, 200);
      const line = page.locator('.event-line', { hasText: 'snoozed this until' });
      await line.waitFor();
      assert.match(await line.innerText(), /snoozed this until 4 Mar \d{4}, 10:36 ·/);
      assert.ok(!(await page.locator('.thread').innerText()).includes('T05:06'));
      assert.deepEqual(await axe(page), []);
      await picture(page, 'triage-description');
      assert.deepEqual(seen, []);
      await context.close();
    });
  });
}

describe('in the browser alone', () => {
  before(async () => { desk = await startDesk(); });
  after(async () => { await desk?.stop(); });

  test('ten thousand rows scroll, and only a few of them stand in the document', async (t) => {
    const { context, page, seen } = await agent('admin');
    const [row] = await tickets(page, 'status=open');
    const total = 10_000;
    const made = (place) => ({
      ...row, id: `01890a5d-0000-7000-8000-${String(place).padStart(12, '0')}`, number: total - place, subject: `Row ${place}`,
      last_message_at: new Date(Date.UTC(2026, 0, 1) - place * 1_000).toISOString(),
    });
    await page.route('**/api/v1/tickets?*', (route) => {
      const url = new URL(route.request().url());
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const to = Math.min(from + 2_500, total);
      return route.fulfill({ json: { data: Array.from({ length: to - from }, (_, index) => made(from + index)), next: to < total ? String(to) : null, previous: null } });
    });
    await page.evaluate(() => {
      window.longest = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration); })
        .observe({ type: 'longtask' });
    });
    await page.locator('.view', { hasText: 'Resolved' }).click();
    await page.locator('.view', { hasText: 'All open' }).click();
    await page.waitForSelector('.ticket-link >> text=Row 0');
    await page.locator('.list-body').hover();
    for (let loads = 0; loads < 4_000; loads += 1) {
      await page.evaluate(() => { const list = document.querySelector('.list-body'); list.scrollTop = list.scrollHeight; });
      if (await page.locator('.ticket-link', { hasText: `Row ${total - 1}` }).count()) break;
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await page.waitForSelector(`.ticket-link >> text=Row ${total - 1}`);
    await page.evaluate(() => { window.longest = 0; document.querySelector('.list-body').scrollTop = 0; });
    await page.waitForSelector('.ticket-link >> text=Row 0');
    const frames = await page.evaluate(() => new Promise((resolve) => {
      const list = document.querySelector('.list-body');
      const started = performance.now();
      let frames = 0;
      const step = () => {
        list.scrollTop += 400;
        frames += 1;
        if (frames < 180) requestAnimationFrame(step);
        else resolve({ frames, seconds: (performance.now() - started) / 1_000, longest: window.longest });
      };
      requestAnimationFrame(step);
    }));
    t.diagnostic(`10,000 rows: ${(frames.frames / frames.seconds).toFixed(0)} frames a second, longest task ${frames.longest.toFixed(0)} ms`);
    assert.ok((await rows(page).count()) < 60);
    assert.deepEqual(seen, []);
    await context.close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`a phone has it all, ${colorScheme}`, async () => {
      const { context, page, seen } = await agent('admin', { ...PHONE, colorScheme });
      await picture(page, `triage-phone-list-${colorScheme}`);
      assert.deepEqual(await axe(page), []);
      await page.getByRole('button', { name: 'Filter' }).tap();
      await page.locator('.filter-panel').waitFor();
      await picture(page, `triage-phone-filter-${colorScheme}`);
      assert.deepEqual(await axe(page), []);
      await page.getByRole('button', { name: 'Done' }).tap();
      await page.locator('.ticket-link').first().tap();
      await page.waitForSelector('.thread-subject');
      await page.getByRole('button', { name: 'More' }).tap();
      await palette(page).waitFor();
      await picture(page, `triage-phone-palette-${colorScheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.deepEqual(seen, []);
      await context.close();
    });
  }
});
