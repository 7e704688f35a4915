// A webhook fails, somebody sees it, repairs it, and sends again what was missed. With and without a script, on a phone, in the dark.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { axe, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let browser;
let desk;
let receiver;

/** A receiver on loopback that answers what it was told to. */
async function startReceiver() {
  const state = { status: 200, answer: 'thanks', heard: [] };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => { body += data; });
    request.on('end', () => {
      state.heard.push({ headers: request.headers, body });
      response.writeHead(state.status, { 'content-type': 'text/plain' }).end(state.answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { ...state, state, url: `http://127.0.0.1:${server.address().port}/hooks`, stop: () => server.close() };
}

before(async () => {
  browser = await launch();
  receiver = await startReceiver();
  desk = await startDesk({ env: { SUPPORT_WEBHOOKS_ALLOW: '127.0.0.0/8' } });
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  receiver?.stop();
});

async function call(page, method, path, body) {
  return page.evaluate(async ({ method, path, body }) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }, { method, path, body });
}

async function look(page, name) {
  assert.deepEqual(await axe(page), [], name);
  await picture(page, name);
}

function isGenuine(secret, { headers, body }) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return headers['webhook-signature'].split(' ').includes(expected);
}

test('a webhook fails, is seen, repaired, and what it missed is sent again', async () => {
  const { context, page } = await signIn(browser, desk, 'admin');
  const seen = watch(page, 'admin', [/status of 422/]);
  const { state } = receiver;
  await page.goto(`${desk.origin}/admin/settings/webhooks`);
  await look(page, 'webhooks-empty');
  await page.getByRole('link', { name: 'New webhook' }).click();
  await page.getByLabel('Address').fill('http://10.1.2.3/hooks');
  await page.getByLabel('Description').fill('The shop');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByText('private or reserved network').waitFor();
  await look(page, 'webhooks-refused');
  assert.equal(await page.getByLabel('Description').inputValue(), 'The shop', 'what was typed stays');
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByRole('button', { name: 'Create webhook' }).click();
  const secret = await page.locator('#secret').innerText();
  assert.match(secret.trim(), /^whsec_[A-Za-z0-9+/]{43}=$/);
  await look(page, 'webhooks-secret');
  await page.getByRole('link', { name: 'Done' }).click();
  await look(page, 'webhooks-list');
  await page.getByRole('link', { name: 'The shop' }).click();
  await page.getByText('Nothing here yet').waitFor();
  assert.equal(await page.getByText('whsec_').count(), 0, 'the secret is shown once');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test was delivered: the answer was 200').waitFor();
  await look(page, 'webhooks-tested');
  assert.ok(isGenuine(secret.trim(), state.heard[0]));

  // The receiver breaks.
  [state.status, state.answer] = [500, 'out of <b>memory</b>'];
  const address = page.url().replace(/\/test$/, '');
  assert.equal((await call(page, 'POST', 'tickets', { subject: 'Missed by the shop' })).status, 201);
  await page.goto(address);
  const failed = page.getByText('answered 500').first();
  for (let tries = 0; tries < 100 && !(await failed.isVisible()); tries += 1) {
    await page.reload();
  }
  await page.getByText('The last tries failed').waitFor();
  await page.locator('details.tries summary').first().click();
  await page.getByText('out of <b>memory</b>').first().waitFor();
  await look(page, 'webhooks-failing');
  await page.goto(`${desk.origin}/admin/settings/webhooks`);
  await page.locator('.chip', { hasText: 'Failing' }).waitFor();

  // It says that it is gone, and is taken out of service.
  [state.status, state.answer] = [410, 'gone'];
  assert.equal((await call(page, 'POST', 'tickets', { subject: 'The last one' })).status, 201);
  const gone = page.locator('.chip', { hasText: 'Out of service' });
  for (let tries = 0; tries < 100 && !(await gone.isVisible()); tries += 1) {
    await page.reload();
  }
  await page.goto(address);
  await page.getByText('The address answered 410 Gone').waitFor();
  await look(page, 'webhooks-disabled');

  // Repaired: back into service, and what was missed is sent again.
  [state.status, state.answer] = [200, 'thanks'];
  await page.getByRole('button', { name: 'Take back into service' }).click();
  await page.getByText('The webhook is back in service.').waitFor();
  const known = new Set(state.heard.map((heard) => heard.headers['webhook-id']));
  const before = state.heard.length;
  const at = (ms) => new Date(Date.now() + ms).toISOString().slice(0, 16);
  await page.getByLabel('From (UTC)').fill(at(-600_000));
  await page.getByLabel('To (UTC)').fill(at(120_000));
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText(/being sent again\./).waitFor();
  const missed = () => state.heard.slice(before).filter((heard) => heard.body.includes('Missed by the shop') || heard.body.includes('The last one'));
  for (let tries = 0; tries < 100 && missed().length < 2; tries += 1) {
    await page.reload();
  }
  assert.ok(missed().length >= 2);
  assert.ok(missed().every((heard) => isGenuine(secret.trim(), heard) && known.has(heard.headers['webhook-id'])), 'under the ids that they had');
  await page.goto(address);
  await page.locator('.chip', { hasText: 'Delivered' }).first().waitFor();
  await look(page, 'webhooks-repaired');

  // Another secret, then away with it.
  await page.getByText('New secret…').click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  assert.notEqual((await page.locator('#secret').innerText()).trim(), secret.trim());
  await page.goto(address);
  await page.getByText('The former secret signs too until').waitFor();
  await page.getByText('Delete…').click();
  await page.getByRole('button', { name: 'Delete this webhook' }).click();
  await page.getByText('The webhook was deleted.').waitFor();
  assert.deepEqual(seen, []);
  await context.close();
});

test('its pages hold on a phone, in the dark and without a script; an agent finds none of it', async () => {
  const options = { ...PHONE, colorScheme: 'dark' };
  const { context, page } = await signIn(browser, desk, 'admin', options);
  const seen = watch(page, 'phone');
  receiver.state.status = 503;
  const made = await call(page, 'POST', 'webhooks', { url: receiver.url, events: ['ticket.created'], description: 'Dark shop' });
  await call(page, 'POST', 'tickets', { subject: 'By phone' });
  const address = `${desk.origin}/admin/settings/webhooks/${made.body.id}`;
  await page.goto(address);
  const failed = page.getByText('answered 503').first();
  for (let tries = 0; tries < 100 && !(await failed.isVisible()); tries += 1) {
    await page.reload();
  }
  await look(page, 'webhooks-phone-dark');
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(wider, false, 'nothing sticks out');
  const state = await context.storageState();
  const plain = await browser.newContext({ storageState: state, javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const bare = await plain.newPage();
  await bare.goto(address);
  await bare.getByRole('button', { name: 'Take out of service' }).click();
  await bare.getByText('Somebody took it out of service.').waitFor();
  await picture(bare, 'webhooks-bare');
  await plain.close();
  const { context: other, page: agent } = await signIn(browser, desk, 'agent');
  const answer = await agent.goto(address);
  assert.equal(answer.status(), 403);
  assert.deepEqual(seen, []);
  await other.close();
  await context.close();
});
