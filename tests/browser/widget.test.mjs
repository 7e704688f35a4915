// The widget in a stranger's page: what it asks for and when, what survives, and whether everybody can use it.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { axe, cuttable, launch, launchOrdinary, picture, signIn, startDesk, watch } from './harness.mjs';

/** A cut connection is an error to the browser, not to us. */
const CUT = [/net::ERR_/, /WebSocket connection/];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let browser;
let desk;
let proxy;
let agent;

// One desk for the file; browsers reach it through a connection that tests can cut, agents directly.
before(async () => {
  const args = ['--demo'];
  desk = await startDesk({ args });
  proxy = await cuttable(desk.port);
  args.push('--public-url', `http://localhost:${proxy.port}`);
  await desk.kill('SIGTERM');
  await desk.start();
  browser = await launch();
  agent = (await signIn(browser, desk, 'admin')).page;
});

after(async () => {
  await browser?.close();
  proxy?.close();
  await desk?.stop();
});

/** A new visitor on the shop page. `page.asked` are the requests to us, `page.reports` what a policy refused. */
async function visit(t, { expected = [], context: given, ...options } = {}) {
  const context = given ?? await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  t.after(() => context.close());
  const reports = [];
  await context.exposeBinding('reportedByPolicy', (_, line) => reports.push(line));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => window.reportedByPolicy(`${event.violatedDirective} ${event.blockedURI}`));
    // The launcher's shadow root is closed to the page; tests look into it.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function attachShadow(options) { return attach.call(this, { ...options, mode: 'open' }); };
  });
  const page = await context.newPage();
  const errors = watch(page, 'shop', expected);
  t.after(() => { assert.deepEqual([...reports, ...errors], []); });
  const asked = [];
  const ours = `http://localhost:${proxy.port}`;
  page.on('request', (request) => { if (request.url().startsWith(ours)) asked.push(new URL(request.url()).pathname); });
  await load(page);
  return Object.assign(page, { asked, launcher: page.locator('support-widget button') });
}

async function load(page) {
  await page.goto(desk.shop, { waitUntil: 'load' });
  await page.waitForFunction(() => window.SupportWidget?.state().ready);
}

async function panelOf(page) {
  const frame = await page.locator('support-widget iframe').elementHandle();
  const panel = await frame.contentFrame();
  await panel.locator('textarea').waitFor({ state: 'attached' });
  return panel;
}

async function openPanel(page) {
  await page.launcher.click();
  const panel = await panelOf(page);
  await panel.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  return panel;
}

/** The session stands and the conversations are known. */
const settled = (page) => page.waitForResponse((response) => response.url().includes('/w/api/v1/tickets?'));

async function write(panel, text) {
  await panel.locator('textarea').fill(text);
  await panel.locator('textarea').press('Enter');
}

/** Calls the desk's API as the signed-in admin. */
function call(method, path, body) {
  return agent.evaluate(async ([method, path, body]) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }, [method, path, body]);
}

/** The ticket whose latest message is this one. */
async function ticketOf(text) {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const { data } = await call('GET', '/tickets?ordering=-last_message_at&limit=25');
    const ticket = data.find((ticket) => ticket.preview.includes(text));
    if (ticket) return ticket.id;
    await pass(50);
  }
  throw new Error(`no ticket with ${text}`);
}

const answer = (ticket, body) => call('POST', `/tickets/${ticket}/messages`, { body });
const bodies = (panel) => panel.locator('.message-body').allTextContents();
const message = (panel, text) => panel.locator('.message-body').filter({ hasText: text });
/** The keys of what the panel has written down, wherever it was allowed to. */
const unsent = (panel) => panel.evaluate(() => {
  const cookies = document.cookie.split('; ').filter(Boolean);
  try { return [...Object.keys(localStorage), ...cookies]; } catch { return cookies; }
});
const storage = (page) => page.evaluate(() => ({ ...localStorage }));

test('pointing at the launcher loads the panel and leaves nothing behind; opening it starts the session', async (t) => {
  const page = await visit(t);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(page.asked, ['/w/pk_demo.js']);
  await page.launcher.hover();
  await panelOf(page);
  await page.waitForLoadState('networkidle');
  const files = page.asked.map((path) => path.split('/').at(-1));
  assert.deepEqual(files, ['pk_demo.js', 'frame', 'panel.css', 'panel.js', 'panel_bg.wasm']);
  assert.deepEqual([await page.context().cookies(), await storage(page)], [[], {}]);

  const [panel] = await Promise.all([openPanel(page), settled(page)]);
  assert.ok(page.asked.includes('/w/api/v1/session'));
  const cookies = await page.context().cookies();
  assert.equal(cookies.length, 1);
  assert.deepEqual([cookies[0].httpOnly, cookies[0].secure, cookies[0].sameSite], [true, true, 'None']);
  assert.deepEqual(await storage(page), {}, 'nothing in the host page before the first message');
  await write(panel, 'Do you ship to Norway?');
  await panel.getByText(/^(Sent|Delivered|Read)$/).waitFor();
  assert.deepEqual(await storage(page), { 'support:pk_demo': '1' }, 'a flag without a secret');
});

test('an unread answer shows on the launcher, in the title and in other tabs, and goes when it is read', async (t) => {
  const page = await visit(t);
  const panel = await openPanel(page);
  await write(panel, 'Is the blue one in stock again?');
  const ticket = await ticketOf('blue one');
  await page.launcher.click();

  const title = await page.title();
  const other = await page.context().newPage();
  await load(other);
  for (const body of ['Yes!', 'Since Monday.']) await answer(ticket, body);
  for (const tab of [page, other]) {
    await tab.waitForFunction(() => window.SupportWidget.state().unread === 2);
    assert.equal(await tab.title(), `(2) ${title}`);
    assert.match(await tab.locator('support-widget button').getAttribute('aria-label'), /2 unread/);
  }
  await other.bringToFront();
  await other.locator('support-widget button').click();
  await message(await panelOf(other), 'Since Monday.').waitFor();
  for (const tab of [page, other]) {
    await tab.waitForFunction(() => window.SupportWidget.state().unread === 0);
    assert.equal(await tab.title(), title);
  }
});

// A private window refuses the frame local storage, so both ways to keep what is unsent are walked.
for (const kind of ['a private window', 'an ordinary window']) {
  test(`three messages written offline in ${kind} survive a reload and arrive once, in order`, { timeout: 90_000 }, async (t) => {
    const options = { expected: CUT };
    if (kind === 'an ordinary window') {
      const folder = await mkdtemp(join(tmpdir(), 'support-profile-'));
      options.context = await launchOrdinary(folder);
      // A browser writes into its profile until it has closed.
      t.after(async () => {
        await options.context.close();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      });
    }
    const page = await visit(t, options);
    const [panel] = await Promise.all([openPanel(page), settled(page)]);
    await page.context().setOffline(true);
    const texts = ['one', 'two', 'three'].map((number) => `Offline ${number}, ${kind}`);
    for (const text of texts) await write(panel, text);
    assert.equal(await panel.getByText('Waiting to be sent').count(), 3);
    await panel.getByText('You are offline').waitFor();
    assert.equal((await unsent(panel)).length, 3);

    // The shop answers again, we do not: the widget comes out of the cache.
    proxy.cut();
    t.after(() => proxy.mend());
    await page.context().setOffline(false);
    await load(page);
    const again = await openPanel(page);
    await message(again, texts[2]).waitFor();
    assert.deepEqual(await bodies(again), texts);

    proxy.mend();
    const ticket = await ticketOf(texts[2]);
    const { data } = await call('GET', `/tickets/${ticket}/messages`);
    assert.deepEqual(data.map((message) => message.body), texts);
    await again.getByText(/^(Sent|Delivered)$/).first().waitFor();
    assert.deepEqual(await bodies(again), texts);
    assert.deepEqual(await unsent(again), []);
  });
}

test('ten answers written while the stream is cut for 30 s all arrive, once each', { timeout: 150_000 }, async (t) => {
  const page = await visit(t, { expected: CUT });
  const panel = await openPanel(page);
  await write(panel, 'I will be in a tunnel now.');
  const ticket = await ticketOf('tunnel');
  await panel.getByText(/^(Sent|Delivered)$/).waitFor();
  proxy.cut();
  t.after(() => proxy.mend());
  await panel.getByText('No connection').waitFor({ timeout: 5_000 });
  for (let number = 0; number < 10; number += 1) {
    await answer(ticket, `Answer ${number}`);
    // The outage is to last: time itself is what passes here.
    await pass(3_000);
  }
  proxy.mend();
  const expected = ['I will be in a tunnel now.', ...Array.from({ length: 10 }, (_, number) => `Answer ${number}`)];
  await message(panel, 'Answer 9').waitFor({ timeout: 45_000 });
  assert.deepEqual(await bodies(panel), expected);
  await panel.getByText('No connection').waitFor({ state: 'hidden' });
});

test('a chat with the keyboard alone', async (t) => {
  const page = await visit(t);
  const onLauncher = () => page.evaluate(() => document.activeElement?.localName === 'support-widget');
  for (let tries = 0; tries < 60 && !(await onLauncher()); tries += 1) await page.keyboard.press('Tab');
  assert.deepEqual(
    [await page.launcher.getAttribute('aria-expanded'), await page.launcher.getAttribute('aria-haspopup')],
    ['false', 'dialog'],
  );
  await page.keyboard.press('Enter');
  const panel = await panelOf(page);
  await panel.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  assert.equal(await page.launcher.getAttribute('aria-expanded'), 'true');
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  const ticket = await ticketOf('second line');
  assert.deepEqual(await bodies(panel), ['First line\nsecond line']);

  await answer(ticket, 'Thank you, I see.');
  const announced = panel.locator('[aria-live=polite]').filter({ hasText: 'Thank you, I see.' });
  await announced.waitFor({ state: 'attached' });
  assert.equal(await panel.evaluate(() => document.activeElement?.tagName), 'TEXTAREA', 'an answer does not take the focus');

  // Back to the address for answers: a slip is explained where it happened.
  const focused = () => panel.evaluate(() => document.activeElement?.getAttribute('type') ?? document.activeElement?.tagName);
  for (let tries = 0; tries < 10 && (await focused()) !== 'email'; tries += 1) await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('mia@');
  await page.keyboard.press('Enter');
  const field = panel.getByRole('textbox', { name: 'Email address' });
  await panel.locator('#ask-error').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.match(await field.getAttribute('aria-describedby'), /ask-error/);
  await page.keyboard.type('example.com');
  await page.keyboard.press('Enter');
  await panel.getByText('Answers also go to mia@example.com.').first().waitFor();

  await panel.locator('textarea').focus();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !window.SupportWidget.state().open);
  assert.ok(await onLauncher(), 'the focus is back on the launcher');
});

test('on a phone the panel fills the screen, holds the page still and keeps the focus', async (t) => {
  const page = await visit(t, PHONE);
  await page.evaluate(() => scrollTo(0, 300));
  const scrolled = await page.evaluate(() => scrollY);
  assert.ok(scrolled > 0, 'the shop page is long enough to scroll');
  await page.launcher.tap();
  const panel = await panelOf(page);
  await panel.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  const box = await page.locator('support-widget iframe').boundingBox();
  assert.deepEqual(box, { x: 0, y: 0, width: 390, height: 844 });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'hidden');
  assert.equal(await panel.locator('#panel').getAttribute('aria-modal'), 'true');
  assert.ok(await panel.evaluate(() => parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize) >= 16));
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    assert.ok(await panel.evaluate(() => document.hasFocus() && document.activeElement !== document.body));
  }
  await panel.getByRole('button', { name: 'Close chat' }).press('Enter');
  await page.waitForFunction(() => !window.SupportWidget.state().open);
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'hidden');
  assert.equal(await page.evaluate(() => scrollY), scrolled);
});

for (const colorScheme of ['light', 'dark']) {
  for (const [dir, locale] of [['ltr', 'en'], ['rtl', 'ar']]) {
    test(`no accessibility finding in ${colorScheme} ${dir}, down to 320 px`, async (t) => {
      const page = await visit(t, { colorScheme });
      await page.evaluate(([dir, locale]) => {
        document.documentElement.dir = dir;
        document.documentElement.lang = locale;
        window.SupportWidget.boot({ locale });
      }, [dir, locale]);
      assert.deepEqual(await axe(page, { include: 'support-widget' }), [], 'launcher');
      const panel = await openPanel(page);
      assert.equal(await panel.evaluate(() => document.documentElement.dir), dir);
      const body = `Look at https://example.com/${colorScheme}/${dir} please`;
      await write(panel, body);
      const ticket = await ticketOf(`${colorScheme}/${dir}`);
      await answer(ticket, 'مرحبا! Thank you, I am looking at it.');
      await call('POST', `/tickets/${ticket}/resolve`, {});
      await panel.locator('.resolved').waitFor();
      const link = panel.locator('.message-body a').first();
      assert.deepEqual(
        [await link.getAttribute('href'), await link.getAttribute('rel')],
        [`https://example.com/${colorScheme}/${dir}`, 'noopener noreferrer nofollow'],
      );
      await panel.locator('.ask input').fill('nobody');
      await panel.locator('.ask input').press('Enter');
      await panel.locator('.ask-error').waitFor();
      assert.deepEqual(await axe(page), [], 'page, launcher and panel');
      await picture(page, `widget-${colorScheme}-${dir}`);
      await page.setViewportSize({ width: 320, height: 640 });
      const overflow = await panel.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, 'nothing to scroll sideways at 320 px');
      await picture(page, `widget-${colorScheme}-${dir}-320`);
    });
  }
}

test('the page may call before and after loading, hears events without message bodies, and a wrong word only warns', async (t) => {
  const page = await visit(t);
  const warnings = [];
  page.on('console', (message) => { if (message.type() === 'warning') warnings.push(message.text()); });
  await page.evaluate(() => {
    window.heard = [];
    for (const name of ['open', 'close', 'unread', 'message:sent', 'message:received', 'conversation:started']) {
      window.SupportWidget.on(name, (event) => window.heard.push(event));
      addEventListener(`support:${name}`, (event) => window.heard.push({ ...event.detail, custom: true }));
    }
    window.SupportWidget('open');
    window.SupportWidget('dance');
    window.SupportWidget('__proto__');
  });
  const panel = await panelOf(page);
  await write(panel, 'The secret words');
  const ticket = await ticketOf('secret words');
  await answer(ticket, 'More secret words');
  await panel.getByText('More secret words').first().waitFor();
  await page.evaluate(() => window.SupportWidget.close());
  const heard = await page.evaluate(() => window.heard);
  const own = heard.filter((event) => !event.custom).map((event) => event.type);
  assert.deepEqual(own, ['open', 'conversation:started', 'message:sent', 'message:received', 'close']);
  assert.deepEqual(heard.filter((event) => event.custom).map((event) => event.type), own);
  assert.ok(!JSON.stringify(heard).includes('secret words'));
  const state = await page.evaluate(() => window.SupportWidget.state());
  assert.deepEqual([state.open, state.online, state.conversationId], [false, true, ticket]);
  assert.deepEqual(warnings, ['[support] unknown command: dance', '[support] unknown command: __proto__']);
});

test('a message from elsewhere in the page reaches neither the panel nor the loader', async (t) => {
  const page = await visit(t);
  const panel = await openPanel(page);
  await page.evaluate(() => {
    for (const message of [{ type: 'unread', count: 7 }, { type: 'close' }, { support: 1, type: 'connect', open: true }]) {
      window.postMessage(message, '*');
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.stolen = true; };
      document.querySelector('support-widget').shadowRoot.querySelector('iframe').contentWindow.postMessage(message, '*', [port2]);
    }
  });
  await write(panel, 'Still the old channel?');
  await ticketOf('old channel');
  const state = await page.evaluate(() => [window.SupportWidget.state().open, window.SupportWidget.state().unread, window.stolen]);
  assert.deepEqual(state, [true, 0, undefined]);
});

test('logging out forgets the conversation, and removing the widget leaves no trace', async (t) => {
  const page = await visit(t);
  const panel = await openPanel(page);
  await write(panel, 'Forget me');
  await ticketOf('Forget me');
  await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/session/end')),
    page.evaluate(() => window.SupportWidget.logout()),
  ]);
  await panel.waitForFunction(() => document.querySelectorAll('.message-body').length === 0);
  assert.deepEqual([await storage(page), await page.context().cookies()], [{}, []]);
  await Promise.all([openPanel(page), settled(page)]);
  assert.deepEqual(await bodies(panel), [], 'the next visitor of this browser sees nothing');
  await page.evaluate(() => window.SupportWidget.destroy());
  assert.deepEqual(await page.evaluate(() => [document.querySelector('support-widget'), window.SupportWidget]), [null, undefined]);
});
