// The dashboard, by keyboard and by hand: live, optimistic, never losing a text, readable without a script.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, cuttable, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

let browser;
let desk;

before(async () => {
  browser = await launch();
  desk = await startDesk();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
});

/** Waits until the browser has taken over the page that the server rendered, and the feed is live. */
async function live(page) {
  await page.waitForFunction(() => document.querySelector('[data-feed="live"]'));
}

async function agent(who, options) {
  const { context, page } = await signIn(browser, desk, who, options);
  const seen = watch(page, who);
  await live(page);
  return { context, page, seen };
}

/** The first ticket of a view, as the API tells it. */
async function tickets(page, query = 'status=open') {
  return page.evaluate(async (query) => (await (await fetch(`/api/v1/tickets?${query}`)).json()).data, query);
}

async function openTicket(page, id) {
  await page.goto(`${desk.origin}/admin/v/open/t/${id}`);
  await live(page);
}

/** The customer of a ticket, behind a portal link. */
async function customerOf(page, id) {
  const { token } = await page.evaluate(async (id) => {
    const body = JSON.stringify({ scope: { ticket: id } });
    return (await fetch('/api/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
  }, id);
  const context = await browser.newContext();
  const session = await context.request.post(`${desk.origin}/portal/api/v1/session`, { headers: SAME_ORIGIN, data: { token } });
  assert.equal(session.status(), 200);
  return {
    async write(body) {
      const path = `${desk.origin}/portal/api/v1/tickets/${id}/messages`;
      const answer = await context.request.post(path, { headers: SAME_ORIGIN, data: { body } });
      assert.equal(answer.status(), 201, await answer.text());
    },
    end: () => context.close(),
  };
}

const bodies = (page) => page.locator('.message-body').allInnerTexts();

describe('by keyboard alone', () => {
  test('a ticket is opened, answered and resolved, and resolving is undone', async () => {
    const { context, page, seen } = await agent('agent');
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.waitForURL(/\/v\/unassigned$/);
    await page.waitForSelector('.ticket-link');
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    await page.keyboard.press('i');
    await page.waitForSelector('#assign >> text=Tomas Berg');
    // It is Tomas's now, so it has left this list, and stays open.
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL(/\/v\/mine$/);
    await page.waitForSelector('.ticket-link');
    await page.keyboard.press('j');
    await page.waitForSelector('#assign >> text=Tomas Berg');
    await page.keyboard.press('r');
    await page.keyboard.type('On its way.');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.message.is-outbound:not(.is-sending) >> text=On its way.');
    assert.equal(await page.locator('.composer-text').inputValue(), '');
    await page.keyboard.press('Escape');
    const { mine } = await page.evaluate(async () => (await fetch('/api/v1/tickets/stats')).json());
    const counted = (count) => page.waitForFunction(
      (count) => document.querySelector('.list-head .count').textContent === String(count), count,
    );
    await counted(mine);
    await page.keyboard.press('e');
    await page.waitForSelector('.toast >> text=Resolved');
    await counted(mine - 1);
    await page.keyboard.press('z');
    await counted(mine);
    assert.match(await page.locator('.thread-facts').innerText(), /Open/);
    assert.deepEqual(seen, []);
    await context.close();
  });

  test('keys typed into a text are text', async () => {
    const { context, page } = await agent('agent');
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    const address = page.url();
    await page.keyboard.press('r');
    await page.keyboard.type('jkeai?rng');
    assert.equal(await page.locator('.composer-text').inputValue(), 'jkeai?rng');
    assert.equal(page.url(), address);
    assert.equal(await page.locator('dialog[open], .toast').count(), 0);
    await context.close();
  });

  test('the assignee is picked by name, and the focus comes back', async () => {
    const { context, page } = await agent('admin');
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    await page.keyboard.press('a');
    await page.locator('.palette-field').pressSequentially('ines');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#assign >> text=Ines Duarte');
    assert.match(await page.evaluate(() => document.activeElement.id), /^ticket-/);
    await context.close();
  });

  test('the sheet shows every shortcut and closes by Escape', async () => {
    const { context, page } = await agent('agent');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    assert.ok((await page.locator('.shortcut').count()) > 15);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await context.close();
  });
});

describe('two at the desk', () => {
  test('see each other viewing and writing, and each message within a second', async () => {
    const first = await agent('admin');
    const second = await agent('agent');
    const [ticket] = await tickets(first.page);
    await openTicket(first.page, ticket.id);
    await openTicket(second.page, ticket.id);
    await first.page.waitForSelector('.thread-presence >> text=Tomas Berg is viewing');
    await second.page.keyboard.press('r');
    await second.page.keyboard.type('Shall we');
    await first.page.waitForSelector('.thread-presence >> text=Tomas Berg is replying');
    await second.page.keyboard.type(' send a new one?');
    const sent = Date.now();
    await second.page.keyboard.press('Control+Enter');
    await first.page.waitForSelector('.message-body >> text=Shall we send a new one?');
    assert.ok(Date.now() - sent < 1_000, `took ${Date.now() - sent} ms`);
    assert.deepEqual([...first.seen, ...second.seen], []);
    await first.context.close();
    await second.context.close();
  });

  test('a customer’s message moves its row to the top and marks it unread', async () => {
    const { context, page, seen } = await agent('admin');
    const last = (await tickets(page, 'status=open&limit=20')).at(-1);
    const customer = await customerOf(page, last.id);
    await customer.write('Is anybody there?');
    await page.waitForFunction((id) => document.querySelector('.ticket-link').id === `ticket-${id}`, last.id);
    assert.ok(await page.locator('.ticket-row').first().evaluate((row) => row.classList.contains('is-unread')));
    assert.match(await page.locator('.ticket-row').first().innerText(), /Is anybody there\?/);
    assert.match(await page.title(), /^\(\d+\) /);
    await page.locator('.ticket-link').first().click();
    await page.waitForSelector('.message-body >> text=Is anybody there?');
    await page.waitForFunction(() => !document.querySelector('.ticket-row').classList.contains('is-unread'));
    assert.deepEqual(seen, []);
    await customer.end();
    await context.close();
  });

  test('who has not seen the newest message is asked before theirs goes out', async () => {
    const { context, page } = await signIn(browser, desk, 'admin');
    // A feed that is open and silent: the newer message cannot have been seen.
    await page.routeWebSocket(/\/api\/v1\/ws/, () => {});
    const [ticket] = await tickets(page);
    await page.goto(`${desk.origin}/admin/v/open/t/${ticket.id}`);
    await page.waitForSelector('[data-feed]');
    const customer = await customerOf(page, ticket.id);
    await customer.write('Never mind, it has arrived!');
    await page.keyboard.press('r');
    await page.keyboard.type('We send a new one.');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.callout >> text=Never mind, it has arrived!');
    assert.equal(await page.locator('.composer-text').inputValue(), 'We send a new one.');
    assert.ok(!(await bodies(page)).includes('We send a new one.'));
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.waitForSelector('.message.is-outbound:not(.is-sending) >> text=We send a new one.');
    assert.equal(await page.locator('.callout').count(), 0);
    await customer.end();
    await context.close();
  });
});

describe('nothing is lost', () => {
  test('a text that was not sent comes back with its reason and goes out once', async () => {
    const { context, page } = await signIn(browser, desk, 'admin');
    await live(page);
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    await page.route('**/messages', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
    await page.keyboard.press('r');
    await page.keyboard.type('Through thick and thin');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer-error >> text=can\'t be reached');
    assert.equal(await page.locator('.composer-text').inputValue(), 'Through thick and thin');
    await page.unroute('**/messages');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.message:not(.is-sending) >> text=Through thick and thin');
    assert.equal((await bodies(page)).filter((body) => body === 'Through thick and thin').length, 1);
    assert.equal(await page.locator('.composer-error').count(), 0);
    await context.close();
  });

  test('drafts are kept per ticket and kind, over a reload too', async () => {
    const { context, page } = await agent('agent');
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    await page.keyboard.press('n');
    await page.keyboard.type('for the team');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.keyboard.type('for the customer');
    await page.reload();
    await live(page);
    assert.equal(await page.locator('.composer-text').inputValue(), 'for the customer');
    await page.keyboard.press('n');
    assert.equal(await page.locator('.composer-text').inputValue(), 'for the team');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.waitForFunction(() => document.querySelector('.composer-text')?.value === '');
    await context.close();
  });

  test('a feed that cannot go on where it broke off makes the page read anew', async () => {
    const writer = await agent('admin');
    const [ticket] = await tickets(writer.page);
    const { context, page } = await signIn(browser, desk, 'agent');
    let down;
    await page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
      const server = socket.connectToServer();
      down = socket;
      // Only the first frame comes through: what follows is lost, as if the log had been cut.
      server.onMessage((frame) => { if (JSON.parse(frame).type === 'ready') socket.send(frame); });
    });
    await page.goto(`${desk.origin}/admin/v/open/t/${ticket.id}`);
    await live(page);
    const text = 'Written into the gap';
    await writer.page.evaluate(async ({ id, body }) => {
      const headers = { 'content-type': 'application/json' };
      await fetch(`/api/v1/tickets/${id}/messages`, { method: 'POST', headers, body: JSON.stringify({ body }) });
    }, { id: ticket.id, body: text });
    const { cursor } = await writer.page.evaluate(async () => (await fetch('/api/v1/auth/me')).json());
    assert.equal(await page.locator('.message-body', { hasText: text }).count(), 0);
    down.send(JSON.stringify({ type: 'reset', seq: cursor, data: {} }));
    await page.waitForSelector(`.message-body >> text=${text}`);
    await page.waitForSelector(`.ticket-row:first-child >> text=${text}`);
    await context.close();
    await writer.context.close();
  });

  test('a lost connection is told, and what was written meanwhile arrives once and in order', async () => {
    const proxy = await cuttable(desk.port);
    const writer = await agent('admin');
    const [ticket] = await tickets(writer.page);
    const { context, page } = await signIn(browser, { ...desk, origin: `http://localhost:${proxy.port}` }, 'agent');
    await page.goto(`http://localhost:${proxy.port}/admin/v/open/t/${ticket.id}`);
    await live(page);
    proxy.cut();
    await page.waitForSelector('.notice >> text=No connection');
    const words = Array.from({ length: 10 }, (_, number) => `While you were away, ${number}`);
    for (const body of words) {
      const status = await writer.page.evaluate(async ({ id, body }) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`/api/v1/tickets/${id}/messages`, { method: 'POST', headers, body: JSON.stringify({ body }) })).status;
      }, { id: ticket.id, body });
      assert.equal(status, 201);
    }
    proxy.mend();
    await page.waitForSelector('.notice', { state: 'detached', timeout: 30_000 });
    await page.waitForSelector(`.message-body >> text=${words.at(-1)}`);
    assert.deepEqual((await bodies(page)).filter((body) => words.includes(body)), words);
    await context.close();
    await writer.context.close();
    proxy.close();
  });
});

describe('long threads', () => {
  test('older messages come when somebody scrolls up, and the place in the text stays', async () => {
    const { context, page, seen } = await agent('admin');
    const [ticket] = await tickets(page);
    await page.evaluate(async (id) => {
      for (let number = 0; number < 120; number += 1) {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ body: `Line ${number}` });
        const answer = await fetch(`/api/v1/tickets/${id}/messages`, { method: 'POST', headers, body });
        if (answer.status !== 201) throw new Error(`status ${answer.status}`);
      }
    }, ticket.id);
    await openTicket(page, ticket.id);
    const last = page.locator('.message-body', { hasText: /^Line 119$/ });
    assert.ok(await last.evaluate((body) => {
      const pane = document.querySelector('.thread-body').getBoundingClientRect();
      return body.getBoundingClientRect().bottom <= pane.bottom;
    }), 'the newest message is in sight');
    assert.equal(await page.locator('.message-body', { hasText: /^Line 20$/ }).count(), 0);
    await page.locator('.thread-body').hover();
    for (let turn = 0; turn < 60 && (await page.locator('.message-body', { hasText: /^Line 0$/ }).count()) === 0; turn += 1) {
      await page.mouse.wheel(0, -1_500);
      await page.waitForFunction(() => !document.querySelector('.thread-messages').textContent.includes('Loading older'));
    }
    const lines = (await bodies(page)).filter((body) => body.startsWith('Line '));
    assert.deepEqual(lines, Array.from({ length: 120 }, (_, number) => `Line ${number}`));
    assert.deepEqual(seen, []);
    await context.close();
  });
});

describe('the page as the server renders it', () => {
  test('is readable and answers without a script', async () => {
    const { page: scripted, context: other } = await agent('admin');
    const [ticket] = await tickets(scripted);
    await other.close();
    const { context, page } = await signIn(browser, desk, 'agent', { javaScriptEnabled: false });
    await page.goto(`${desk.origin}/admin/v/open/t/${ticket.id}`);
    assert.equal(await page.locator('.thread-subject').innerText(), ticket.subject);
    assert.ok((await page.locator('.ticket-row').count()) > 10);
    await page.locator('.composer-text').fill('Written without a script');
    await page.getByRole('button', { name: 'Send reply' }).click();
    await page.waitForURL(new RegExp(`/t/${ticket.id}$`));
    assert.ok((await bodies(page)).includes('Written without a script'));
    await page.locator('label.segment', { hasText: 'Note' }).click();
    await page.locator('.composer-text').fill('<b>Only</b> for us');
    await page.getByRole('button', { name: 'Add note' }).click();
    assert.ok((await page.locator('.message.is-internal .message-body').allInnerTexts()).includes('<b>Only</b> for us'));
    await page.locator('.account').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await context.close();
  });

  test('does not move when the browser takes over', async () => {
    const { context, page, seen } = await agent('admin');
    const [ticket] = await tickets(page);
    await page.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
        .observe({ type: 'layout-shift', buffered: true });
    });
    await openTicket(page, ticket.id);
    assert.ok((await page.evaluate(() => window.shift)) < 0.01);
    assert.deepEqual(seen, []);
    await context.close();
  });

  test('says 404 for what is not there, and sends strangers to the sign-in and back', async () => {
    const { context, page } = await signIn(browser, desk, 'agent');
    assert.equal((await page.goto(`${desk.origin}/admin/nothing`)).status(), 404);
    const missing = await page.goto(`${desk.origin}/admin/v/open/t/01890a5d-ac96-774b-bcce-b302099a8057`);
    assert.equal(missing.status(), 404);
    await page.waitForSelector('text=This ticket does not exist');
    await context.clearCookies();
    await page.goto(`${desk.origin}/admin/v/mine`);
    assert.match(page.url(), /\/admin\/sign-in\?next=%2Fadmin%2Fv%2Fmine$/);
    await page.getByLabel('Email').fill('nora@juniper.example');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForSelector('text=do not match');
    await context.close();
  });
});

test('a mail that failed for good is shown with its reason and tried again on request', async () => {
  const { context, page, seen } = await agent('admin');
  const dead = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057', handler: 'email', event_type: 'message.created', ticket: null, ticket_number: null,
    recipient: 'gone@example.com', state: 'dead', attempts: 9, next_attempt_at: null, last_error: '550 no such mailbox',
    created_at: '2026-01-05T10:00:00Z', finished_at: '2026-01-07T10:00:00Z',
  };
  // A real one takes days of tries; that the server makes them is shown by its own tests.
  const asked = [];
  await page.route('**/api/v1/deliveries?*', (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('state'));
    return route.fulfill({ json: { data: [dead], next: null, previous: null } });
  });
  await page.route('**/api/v1/deliveries/*/retry', (route) => route.fulfill({ json: { ...dead, state: 'pending', last_error: null } }));
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.getByRole('link', { name: 'Failed' }).click();
  await page.waitForURL(/\/admin\/deliveries\/dead$/);
  const row = page.locator('.table tbody tr');
  await row.getByText('550 no such mailbox').waitFor();
  assert.equal(asked.at(-1), 'dead');
  await row.getByRole('button', { name: 'Retry' }).click();
  await row.getByText('Waiting').waitFor();
  assert.equal(await row.getByRole('button').count(), 0);
  await page.waitForSelector('.toast >> text=gone@example.com');
  assert.deepEqual(seen, []);
  await context.close();
});

test('the theme is kept, painted by the server, and leaves forms valid', async () => {
  const { context, page, seen } = await agent('agent', { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.locator('.account').click();
  await page.getByRole('button', { name: 'Dark' }).click();
  const dark = await background();
  assert.notEqual(dark, light);
  const html = await (await page.request.get(page.url())).text();
  assert.match(html, /<html[^>]* data-theme="dark"/);
  await page.locator('.account').click();
  assert.equal(await page.locator('.views .popover').isVisible(), false);
  await page.locator('.account').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/sign-in/);
  assert.equal(await background(), dark);
  assert.deepEqual(seen, []);
  await context.close();
});

test('a phone shows one pane at a time, and each has its way back', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { context, page, seen } = await agent('agent', phone);
  const panes = () => page.evaluate(() => ['.views', '.list', '.thread', '.customer'].filter((pane) => document.querySelector(pane)?.checkVisibility()));
  assert.deepEqual(await panes(), ['.list']);
  await page.locator('.ticket-link').first().tap();
  await page.waitForSelector('.thread-subject');
  assert.deepEqual(await panes(), ['.thread']);
  assert.deepEqual(await axe(page), []);
  await page.locator('.customer-open').tap();
  assert.deepEqual(await panes(), ['.customer']);
  await page.locator('.customer .back-button').tap();
  await page.locator('.thread .back-button').tap();
  await page.waitForFunction(() => document.querySelector('.list').checkVisibility());
  await page.locator('.list .back-button').tap();
  assert.deepEqual(await panes(), ['.views']);
  await page.locator('.view', { hasText: 'Mine' }).tap();
  await page.waitForURL(/\/v\/mine$/);
  assert.deepEqual(await panes(), ['.list']);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual(seen, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing grave, ${colorScheme}`, async () => {
    const { context, page, seen } = await agent('admin', { colorScheme });
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('j');
    await page.waitForSelector('.thread-subject');
    assert.deepEqual(await axe(page), []);
    await picture(page, `dashboard-${colorScheme}`);
    await page.keyboard.press('n');
    await page.keyboard.type('x');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('a');
    await page.waitForSelector('.palette[open]');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.goto(`${desk.origin}/admin/deliveries`);
    await live(page);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(seen, []);
    await context.close();
  });
}
