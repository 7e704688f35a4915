// Every page without hydration, as people have it: wide and on a phone, light and dark, with and without rights.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

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

async function call(page, method, path, body) {
  return page.evaluate(async ([method, path, body]) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }, [method, path, body]);
}

/** Notes console errors and what the content policy refuses. */
async function watched(context, page, name, expected) {
  const seen = watch(page, name, expected);
  await context.exposeBinding('reportedByPolicy', (_, line) => seen.push(line));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => window.reportedByPolicy(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return seen;
}

async function look(page, path, name, status = 200) {
  const answer = await page.goto(`${desk.origin}${path}`);
  assert.equal(answer.status(), status, path);
  await picture(page, `page-${name}`);
  assert.deepEqual(await axe(page), [], path);
  assert.equal(await page.locator('h1').count(), 1, `${path} has one main heading`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than the screen`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, options] of Object.entries(SIZES)) {
    const named = (path) => `${size}-${colorScheme}-${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'edit').replace(/\W+/g, '-')}`;

    test(`settings, statistics and audit, ${size}, ${colorScheme}`, async () => {
      const { context, page } = await signIn(browser, desk, 'admin', { ...options, colorScheme });
      const seen = await watched(context, page, 'admin');
      const kinds = ['users', 'roles', 'teams', 'tags', 'fields', 'sla-policies', 'calendars', 'tokens', 'api-keys'];
      const paths = ['settings', 'statistics', 'audit', 'settings/inboxes', 'settings/configuration'];
      for (const kind of kinds) {
        paths.push(`settings/${kind}`, `settings/${kind}/new`);
        const [one] = kind === 'tokens' ? [] : (await call(page, 'GET', `/${kind}`)).data;
        if (one) paths.push(`settings/${kind}/${one.id}`);
      }
      for (const path of paths) await look(page, `/admin/${path}`, named(path));
      assert.deepEqual(seen, []);
      await context.close();
    });

    test(`sign-in, forgotten passwords and invitations, ${size}, ${colorScheme}`, async () => {
      const context = await browser.newContext({ ...options, colorScheme });
      const page = await context.newPage();
      const seen = await watched(context, page, 'stranger');
      for (const path of ['admin/sign-in', 'forgot', 'reset', 'invite', 'demo', 'demo/mail', 'portal/links']) await look(page, `/${path}`, named(path));
      assert.deepEqual(seen, []);
      await context.close();
    });

    test(`a customer’s portal, ${size}, ${colorScheme}`, async () => {
      const { context, page } = await signIn(browser, desk, 'customer', { ...options, colorScheme });
      const seen = await watched(context, page, 'customer');
      await look(page, '/portal', named('portal'));
      const ticket = await page.locator('a[href*="/portal/t/"]').first().getAttribute('href');
      await look(page, ticket, named('portal-ticket'));
      await look(page, '/portal/new', named('portal-new'));
      assert.deepEqual(seen, []);
      await context.close();
    });
  }
}
