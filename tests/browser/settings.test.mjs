// What admins set up, with the keyboard alone; and a promise that runs out in front of an agent.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { axe, databases, launch, picture, signIn, startDesk, watch } from './harness.mjs';

/** More stops than the longest form has. */
const STOPS = 150;

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function admin(desk, options) {
  const { context, page } = await signIn(browser, desk, 'admin', options);
  const seen = watch(page, 'admin');
  await context.exposeBinding('reportedByPolicy', (_, line) => seen.push(line));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => window.reportedByPolicy(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return { context, page, seen };
}

async function call(page, method, path, body) {
  return page.evaluate(async ([method, path, body]) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }, [method, path, body]);
}

/** Goes there by the Tab key, as somebody without a mouse does. */
async function reach(page, target) {
  await target.waitFor({ state: 'attached' });
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no key leads to ${target}`);
}

async function press(page, target, key = 'Enter') {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** Presses what leads to another page, and waits for it. */
async function follow(page, target, url) {
  await reach(page, target);
  await Promise.all([page.waitForURL(url), page.keyboard.press('Enter')]);
}

async function type(page, label, text) {
  await reach(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

const done = (page, sentence) => page.locator('.callout.is-good', { hasText: sentence }).waitFor();
const said = (page, sentence) => page.locator('.callout.is-bad', { hasText: sentence }).waitFor();
const section = (page, name) => page.locator('nav.views').getByRole('link', { name, exact: true });
const fresh = (page, one) => page.getByRole('link', { name: `New ${one}` });
const rowOf = (page, name) => page.locator('tbody tr', { has: page.locator('.table-name', { hasText: name }) });

async function enter(page, name) {
  await follow(page, section(page, name), /\/admin\/(settings|statistics|audit)/);
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** Fills the form of a new thing and sends it. */
async function create(page, one, fill) {
  await follow(page, fresh(page, one), /\/new$/);
  await fill();
  await press(page, page.getByRole('button', { name: `Create ${one}` }));
}

/** Removes what is open, by the question that asks again. */
async function remove(page, one, verb = 'Delete') {
  await press(page, page.locator('summary', { hasText: `${verb}…` }));
  await press(page, page.getByRole('button', { name: `${verb} this ${one}` }));
}

for (const database of databases()) {
  describe(`on ${database}`, () => {
    let desk;
    before(async () => { desk = await startDesk({ database }); });
    after(async () => { await desk?.stop(); });

    test(`every setting is made, changed and removed with the keyboard alone, on ${database}`, { timeout: 240_000 }, async () => {
      const { context, page, seen } = await admin(desk);
      const shot = (name) => picture(page, `settings-${database}-${name}`);
      await page.waitForFunction(() => document.querySelector('[data-feed="live"]'));
      await page.keyboard.press('g');
      await Promise.all([page.waitForURL(/\/admin\/settings$/), page.keyboard.press('c')]);
      await shot('overview');

      await enter(page, 'Roles');
      await create(page, 'role', async () => {
        await type(page, 'Name', 'Second line');
        await type(page, 'Description', 'For what the first line hands on.');
        await press(page, page.getByRole('checkbox', { name: /^Merge/ }), 'Space');
      });
      await done(page, 'The role was created.');
      await shot('roles');
      const role = (await call(page, 'GET', '/roles')).data.find((role) => role.name === 'Second line');
      assert.ok(role.permissions.length > 0);

      await enter(page, 'Users');
      await create(page, 'user', async () => {
        await type(page, 'First name', 'Vera');
        await type(page, 'Last name', 'Holm');
        await type(page, 'Email', 'vera.holm@example.com');
        await reach(page, page.getByLabel('Role', { exact: true }));
        await page.keyboard.type('Second');
        assert.equal(await page.getByLabel('Role', { exact: true }).inputValue(), `role:${role.id}`);
      });
      await done(page, 'The user was created.');
      await rowOf(page, 'Vera Holm').getByText('Invited').waitFor();
      await shot('users');
      await follow(page, rowOf(page, 'Vera Holm').getByRole('link'), /\/users\/[0-9a-f-]{36}$/);
      await press(page, page.getByRole('checkbox', { name: /^May sign in/ }), 'Space');
      await press(page, page.getByRole('button', { name: 'Save', exact: true }));
      await done(page, 'The user was saved.');
      await rowOf(page, 'Vera Holm').getByText('Disabled').waitFor();

      await enter(page, 'Teams');
      await create(page, 'team', async () => {
        await type(page, 'Name', 'Billing');
        await press(page, page.getByRole('checkbox', { name: /^Ines Duarte/ }), 'Space');
      });
      await done(page, 'The team was created.');
      assert.match(await rowOf(page, 'Billing').innerText(), /Ines Duarte/);
      await shot('teams');

      await enter(page, 'Tags');
      await create(page, 'tag', async () => { await type(page, 'Name', 'wholesale'); });
      await done(page, 'The tag was created.');
      await follow(page, rowOf(page, 'wholesale').getByRole('link'), /\/tags\/[0-9a-f-]{36}$/);
      await remove(page, 'tag');
      await done(page, 'The tag was deleted.');
      assert.equal(await rowOf(page, 'wholesale').count(), 0);

      await enter(page, 'Custom fields');
      await create(page, 'field', async () => {
        await type(page, 'Label', 'Roast');
        await type(page, 'Key', 'Not a key');
        await reach(page, page.getByLabel('Type', { exact: true }));
        await page.keyboard.type('Choice');
        await type(page, 'Choices', 'Light');
        await page.keyboard.press('Enter');
        await page.keyboard.type('Dark');
      });
      // The form comes back with everything that was typed, and says what is wrong where it is wrong.
      await page.locator('#key[aria-invalid=true]').waitFor();
      assert.equal(await page.getByLabel('Choices', { exact: true }).inputValue(), 'Light\nDark');
      await shot('field-refused');
      assert.deepEqual(await axe(page), []);
      // It answers 422, which the browser writes down.
      assert.match(seen.splice(0).join('\n'), /^admin: console Failed to load resource: \D+422 \D+:\d+\/admin\/settings\/fields$/);
      await type(page, 'Key', 'roast');
      await press(page, page.getByRole('button', { name: 'Create field' }));
      await done(page, 'The field was created.');

      await enter(page, 'Business hours');
      await create(page, 'calendar', async () => {
        await type(page, 'Name', 'Roastery');
        await type(page, 'Time zone', 'Europe/Lisbon');
        await type(page, 'Monday', '09:00-12:00, 13:00-17:00');
        await type(page, 'Holidays', '12-25 Christmas');
      });
      await done(page, 'The calendar was created.');
      await shot('calendars');

      await enter(page, 'SLA policies');
      await create(page, 'policy', async () => {
        await type(page, 'Name', 'Roastery tickets');
        await type(page, 'Order', '5');
        await type(page, 'Urgent: First response', '15m');
        await reach(page, page.getByLabel('Business hours', { exact: true }));
        await page.keyboard.type('Roastery');
      });
      await done(page, 'The policy was created.');
      assert.match(await rowOf(page, 'Roastery tickets').innerText(), /Roastery[\s\S]*15m/);
      await shot('policies');

      await enter(page, 'Configuration');
      await type(page, 'Reply time', 'We answer before the coffee is cold.');
      await press(page, page.getByRole('button', { name: 'Save', exact: true }));
      await done(page, 'The configuration was saved.');
      await shot('configuration');
      await press(page, page.getByRole('button', { name: /^Reset Reply time/ }));
      await done(page, 'The configuration was saved.');

      await enter(page, 'Portal links');
      const [ticket] = (await call(page, 'GET', '/tickets?status=open&limit=1')).data;
      await create(page, 'link', async () => {
        await type(page, 'Of', ticket.id);
        await type(page, 'Note', 'By hand');
      });
      const link = await page.locator('#secret').innerText();
      assert.match(link, /\/portal/);
      await shot('link-once');
      await press(page, page.getByRole('link', { name: 'Done' }));
      const made = rowOf(page, 'By hand');
      await press(page, made.locator('summary'));
      await press(page, made.getByRole('button', { name: 'Revoke this link' }));
      await done(page, 'The link was revoked.');
      await made.getByText('Revoked').waitFor();

      await enter(page, 'API keys');
      await create(page, 'key', async () => { await type(page, 'Name', 'Warehouse'); });
      const key = await page.locator('#secret').innerText();
      const asked = () => context.request.get(`${desk.origin}/api/v1/tickets?limit=1`, { headers: { 'x-api-key': key, cookie: '' } });
      assert.equal((await asked()).status(), 200);
      assert.deepEqual(await axe(page), []);
      await shot('api-key-once');
      await press(page, page.getByRole('link', { name: 'Done' }));
      await rowOf(page, 'Warehouse').waitFor();
      await page.waitForLoadState();
      assert.ok(!(await page.content()).includes(key));

      await enter(page, 'Statistics');
      const table = page.getByRole('table').first();
      if (!await table.isVisible()) await press(page, page.locator('summary').first());
      await table.waitFor();
      await shot('statistics');
      const download = async () => {
        const [file] = await Promise.all([page.waitForEvent('download'), press(page, page.getByRole('link', { name: 'CSV' }))]);
        return readFile(await file.path(), 'utf8');
      };
      assert.match(await download(), /^number,of,value\r\n[^]*\ncreated,\d{4}-\d\d-\d\d,\d+/);

      await enter(page, 'Audit log');
      await reach(page, page.getByLabel('What', { exact: true }));
      await page.keyboard.type('API key: cr');
      await press(page, page.getByRole('button', { name: 'Filter' }));
      await page.waitForURL(/action=api_key\.created/);
      assert.equal(await page.locator('tbody tr').count(), 1);
      await shot('audit');
      const lines = (await download()).trim().split('\n');
      assert.equal(lines.length, 2, 'the head, and what the filter shows');
      assert.ok(lines[1].includes('api_key.created') && !lines[1].includes(key));

      assert.deepEqual(seen, []);
      await context.close();
    });

    test(`a promise of one minute runs out while an agent looks, on ${database}`, { timeout: 180_000 }, async (t) => {
      const { context, page, seen } = await admin(desk);
      const promise = { first_response_minutes: 1 };
      await call(page, 'POST', '/sla-policies', {
        name: 'Within a minute', position: -1, categories: ['Clocks'], warn_before_percent: 50,
        targets: { urgent: promise, high: promise, medium: promise, low: promise },
      });
      await page.goto(`${desk.origin}/admin/v/open?category=Clocks`);
      await page.waitForFunction(() => document.querySelector('[data-feed="live"]'));
      await page.evaluate(() => { window.untouched = true; });
      const ticket = await call(page, 'POST', '/tickets', {
        subject: 'The clock in the shop stands still', category: 'Clocks', description: 'Is it the battery?',
        requester: { name: 'Mira Sand', email: 'mira.sand@example.com' },
      });
      const due = Date.parse(ticket.sla_due_at);
      assert.equal(due - Date.parse(ticket.created_at), 60_000, JSON.stringify(ticket.sla));
      const row = page.locator('.ticket-row', { has: page.locator(`#ticket-${ticket.id}`) });
      await row.getByText('Due in').waitFor();
      assert.equal(await row.evaluate((row) => row.classList.contains('is-late')), false);
      await page.locator(`#ticket-${ticket.id}`).focus();
      await page.keyboard.press('Enter');
      await page.waitForSelector('.thread-subject >> text=The clock in the shop');
      await picture(page, `sla-${database}-running`);
      assert.equal((await call(page, 'GET', `/tickets/${ticket.id}`)).sla_overdue, false);

      // The event is the desk's word; the row could tell by its own clock.
      const breach = page.locator('.thread').getByText('the first response is late');
      await breach.waitFor({ timeout: 90_000 });
      t.diagnostic(`told ${Date.now() - due} ms after the deadline`);
      await page.locator(`.ticket-row.is-late:has(#ticket-${ticket.id})`).waitFor();
      assert.equal((await call(page, 'GET', `/tickets/${ticket.id}`)).sla_overdue, true);
      assert.ok(await page.evaluate(() => window.untouched), 'the page was not loaded again');
      assert.deepEqual(await axe(page), []);
      await picture(page, `sla-${database}-late`);
      assert.deepEqual(seen, []);
      await context.close();
    });
  });
}
