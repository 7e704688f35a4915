// Team chat: two agents start a group, answer each other, see who has read what, and leave. On a desk, a phone, in the dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, databases, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let browser;

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function look(page, name) {
  assert.deepEqual(await axe(page), [], name);
  await picture(page, name);
}

for (const database of databases()) {
  test(`two agents talk in a group, on ${database}`, async () => {
    const desk = await startDesk({ database });
    try {
      const one = await signIn(browser, desk, 'admin');
      const other = await signIn(browser, desk, 'agent');
      const seen = [...[one, other].map(({ page }, index) => watch(page, `agent ${index}`))];
      const [ours, theirs] = [one.page, other.page];
      const name = (page) => page.evaluate(async () => (await (await fetch('/api/v1/auth/me')).json()).name);
      const [me, them] = [await name(ours), await name(theirs)];

      await theirs.goto(`${desk.origin}/admin/v/open`);
      await ours.goto(`${desk.origin}/admin/chat`);
      await ours.locator('.desk[data-feed="live"]').waitFor();
      await look(ours, 'chat-empty');
      await ours.getByRole('main').getByRole('button', { name: 'New conversation' }).first().click();
      await look(ours, 'chat-form');
      await ours.getByRole('button', { name: 'Start' }).click();
      await ours.getByText('Choose at least one colleague.').waitFor();
      await ours.getByLabel(them).check();
      await ours.getByLabel('Title of the group').fill('Late deliveries');
      await ours.getByRole('button', { name: 'Start' }).click();
      await ours.waitForURL(/\/admin\/chat\/[0-9a-f-]{36}$/);
      await ours.getByLabel('Message', { exact: true }).fill('Who looks at **order A-42**?');
      await ours.keyboard.press('Control+Enter');
      await ours.locator('.message-body strong', { hasText: 'order A-42' }).waitFor();

      // The colleague sees it wherever they are, without a reload.
      const badge = theirs.locator('a.view', { hasText: 'Team chat' });
      await badge.locator('.count', { hasText: '1' }).waitFor();
      await badge.click();
      await theirs.locator('.chat-row.is-unread', { hasText: 'Late deliveries' }).click();
      await theirs.locator('.message-body strong', { hasText: 'order A-42' }).waitFor();
      await ours.locator('.message-ticks.is-read').first().waitFor();
      await theirs.locator('.chat-row:not(.is-unread)').waitFor();

      // An answer to that message, a sign below it, a correction, a deletion.
      await theirs.locator('li.message').first().hover();
      await theirs.getByRole('button', { name: 'Answer this message' }).first().click();
      await theirs.getByLabel('Message', { exact: true }).fill('I do');
      await theirs.getByRole('button', { name: 'Send' }).click();
      await ours.locator('.message-quote', { hasText: me }).waitFor();
      await ours.locator('li.message', { hasText: 'I do' }).hover();
      await ours.locator('li.message', { hasText: 'I do' }).getByRole('button', { name: 'Agree' }).click();
      await theirs.locator('.message-sign', { hasText: '👍 1' }).waitFor();
      await theirs.locator('li.message', { hasText: 'I do' }).hover();
      await theirs.locator('li.message', { hasText: 'I do' }).getByRole('button', { name: 'Edit' }).click();
      await theirs.getByLabel('Message', { exact: true }).fill('I do, in the afternoon');
      await theirs.getByRole('button', { name: 'Save' }).click();
      await ours.locator('.message-body', { hasText: 'in the afternoon' }).waitFor();
      await ours.locator('.message-edited').waitFor();
      await look(ours, 'chat');

      // A third person is not told of it; on a phone and in the dark it looks as well.
      const phone = await signIn(browser, desk, 'admin', { ...PHONE, colorScheme: 'dark' });
      await phone.page.goto(`${desk.origin}/admin/chat`);
      await phone.page.locator('.desk[data-feed="live"]').waitFor();
      await look(phone.page, 'chat-phone-list');
      await phone.page.locator('.chat-link').first().click();
      await phone.page.locator('.message-body', { hasText: 'in the afternoon' }).waitFor();
      await look(phone.page, 'chat-phone');

      await theirs.getByRole('button', { name: 'Leave' }).click();
      await theirs.getByText('Nobody has said anything yet').waitFor();
      await theirs.goto(ours.url());
      await theirs.getByText('This conversation does not exist').waitFor();
      // The page that is not there answers 404, which the console tells.
      assert.deepEqual(seen.flat().filter((line) => !/status of 404/.test(line)), []);
      for (const { context } of [one, other, phone]) await context.close();
    } finally {
      await desk.stop();
    }
  });
}
