// The main job, end to end, on every database: a visitor's message reaches an agent and the answer comes back,
// by chat while the visitor is there and by mail with a portal link when not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, databases, launch, picture, signIn, startDesk, watch } from './harness.mjs';

/** Collects what the page's policy refused, from the first script on. */
async function policyReports(context) {
  const reports = [];
  await context.exposeBinding('reportedByPolicy', (_, line) => reports.push(line));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => window.reportedByPolicy(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return reports;
}

const LOOKS = [{ colorScheme: 'light' }, { colorScheme: 'dark' }];

for (const database of databases()) {
  test(`a message goes round on ${database}`, { timeout: 180_000 }, async (t) => {
    const desk = await startDesk({ database, env: { SUPPORT_CHAT_MAIL_DELAY: '2' } });
    const browser = await launch();
    t.after(async () => { await browser.close(); await desk.stop(); });

    const agent = await signIn(browser, desk, 'agent');
    const agentErrors = watch(agent.page, 'dashboard');
    await agent.page.getByRole('link', { name: /Unassigned/ }).first().click();
    await agent.page.waitForURL(/\/admin\/v\/unassigned/);

    const visitor = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const reports = await policyReports(visitor);
    const shop = await visitor.newPage();
    const shopErrors = watch(shop, 'shop');
    await shop.goto(desk.shop);
    await shop.evaluate(() => window.SupportWidget.ready);
    const framed = shop.waitForEvent('framenavigated', { predicate: (frame) => frame.url().includes('/frame') });
    await shop.evaluate(() => { window.SupportWidget.open(); });
    const panel = await framed;
    const write = panel.getByRole('textbox', { name: /message/i });
    await write.fill('My parcel J-30000 is late. Where is it?');
    await write.press('Enter');

    // Without a reload, within a second of the click that sent it.
    const row = agent.page.getByText('J-30000').first();
    const sentAt = Date.now();
    await row.waitFor({ timeout: 5_000 });
    const seenAfter = Date.now() - sentAt;
    t.diagnostic(`the message was at the desk after ${seenAfter} ms`);
    assert.ok(seenAfter < 1_000, `seen after ${seenAfter} ms`);
    await row.click();
    await agent.page.waitForURL(/\/t\//);

    const composer = agent.page.getByRole('textbox', { name: /reply/i });
    await composer.fill('Let me look it up for you.');
    await composer.press('Control+Enter');
    await panel.getByText('Let me look it up').first().waitFor({ timeout: 5_000 });
    await panel.getByText('Read', { exact: false }).first().waitFor({ timeout: 5_000 });

    for (const look of LOOKS) {
      await shop.emulateMedia(look);
      await agent.page.emulateMedia(look);
      assert.deepEqual(await axe(agent.page), [], `dashboard, ${look.colorScheme}`);
      assert.deepEqual(await axe(shop), [], `shop and widget, ${look.colorScheme}`);
      await picture(agent.page, `journey-${database}-desk-${look.colorScheme}`);
      await picture(shop, `journey-${database}-widget-${look.colorScheme}`);
    }

    await panel.getByRole('textbox', { name: /email/i }).fill('visitor@example.com');
    await panel.getByRole('button', { name: /save/i }).click();
    await panel.getByRole('textbox', { name: /email/i }).waitFor({ state: 'detached', timeout: 5_000 });
    await visitor.close();

    await composer.fill('Found it: it arrives tomorrow before noon.');
    await composer.press('Control+Enter');
    const link = await portalLink(browser, desk);

    const customer = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const portalReports = await policyReports(customer);
    const portal = await customer.newPage();
    const portalErrors = watch(portal, 'portal');
    await portal.goto(link);
    await portal.waitForURL((url) => url.pathname.includes('/portal') && !url.hash.includes('spt_'));
    await portal.getByText('arrives tomorrow').first().waitFor({ timeout: 10_000 });
    for (const look of LOOKS) {
      await portal.emulateMedia(look);
      assert.deepEqual(await axe(portal), [], `portal, ${look.colorScheme}`);
      await picture(portal, `journey-${database}-portal-${look.colorScheme}`);
    }
    await portal.locator('textarea').first().fill('Thank you, I will be at home.');
    await portal.getByRole('button', { name: /send|reply/i }).first().click();
    await portal.getByText('I will be at home').first().waitFor({ timeout: 10_000 });
    await agent.page.locator('.thread-messages').getByText('I will be at home').first().waitFor({ timeout: 5_000 });

    assert.deepEqual(reports, [], 'policy reports on the shop page and in the widget');
    assert.deepEqual(portalReports, [], 'policy reports in the portal');
    assert.deepEqual([...agentErrors, ...shopErrors, ...portalErrors], []);
  });
}

/** The link in the mail to the visitor, read as a person would in the captured mail. */
async function portalLink(browser, desk) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    await page.goto(`${desk.origin}/demo/mail`);
    const letter = page.getByRole('link').filter({ hasText: 'visitor@example.com' }).first();
    if (await letter.count()) {
      await letter.click();
      await page.waitForURL(/\/demo\/mail\/\d+/);
      const html = await (await page.request.get(`${page.url()}/html`)).text();
      const found = /href="([^"]*\/portal#[^"]+)"/.exec(html);
      assert.ok(found, 'the mail carries a portal link');
      await context.close();
      return found[1].replaceAll('&amp;', '&');
    }
  }
  throw new Error('no mail to the visitor arrived');
}

test('a cold view of the shop asks for one file and leaves nothing behind', { timeout: 60_000 }, async (t) => {
  const desk = await startDesk();
  const browser = await launch();
  t.after(async () => { await browser.close(); await desk.stop(); });
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => { if (request.url().startsWith(desk.origin)) asked.push(request.url()); });
  await page.goto(desk.shop, { waitUntil: 'networkidle' });
  assert.deepEqual(asked.map((url) => new URL(url).pathname), ['/w/pk_demo.js']);
  assert.deepEqual(await context.cookies(), []);
  const kept = await page.evaluate(async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(window.indexedDB?.databases ? await indexedDB.databases() : []).map((database) => database.name),
  ]);
  assert.deepEqual(kept, []);
});
