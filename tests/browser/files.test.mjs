// A visitor sends a picture and the desk sees it; the desk sends a file back; the portal takes one without a script; and whatever a
// file holds, none of it runs.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { axe, launch, picture, signIn, startDesk, watch } from './harness.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

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

/** A PNG of one colour. */
function png(width, height) {
  const part = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from([214, 120, 60]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), part('IHDR', head), part('IDAT', pixels), part('IEND', Buffer.alloc(0))]);
}

const cat = { name: 'My cat.png', mimeType: 'image/png', buffer: png(900, 600) };
const bill = { name: 'Bill 7.txt', mimeType: 'text/plain', buffer: Buffer.from('Nine coffees') };

async function look(page, name, options) {
  assert.deepEqual(await axe(page, options), [], name);
  await picture(page, name);
}

test('a visitor sends a picture, the desk sees it and sends a file back', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const shop = await context.newPage();
  await shop.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function attachShadow(options) { return attach.call(this, { ...options, mode: 'open' }); };
  });
  const seen = watch(shop, 'shop');
  await shop.goto(desk.shop);
  await shop.waitForFunction(() => window.SupportWidget?.state().ready);
  await shop.locator('support-widget button').click();
  const panel = await (await shop.locator('support-widget iframe').elementHandle()).contentFrame();
  await Promise.all([
    shop.waitForResponse((answer) => answer.url().endsWith('/w/api/v1/messages') || /tickets\/[^/]+\/messages/.test(answer.url())),
    panel.locator('.write-attach input').setInputFiles(cat),
  ]);
  const sent = panel.locator('.message-file img');
  await sent.waitFor();
  assert.ok(await sent.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)), 'the visitor sees it');
  await look(shop, 'files-widget', { include: 'support-widget' });

  const { page } = await signIn(browser, desk, 'admin');
  const errors = watch(page, 'admin');
  await page.getByText('My cat.png').first().click();
  const shown = page.locator('.file-picture');
  await shown.first().waitFor();
  assert.ok(await shown.first().evaluate((image) => image.decode().then(() => image.naturalWidth === 640)), 'the small one');
  await page.locator('.composer-attach input').setInputFiles([bill, { ...bill, name: 'empty.txt', buffer: Buffer.alloc(0) }]);
  await page.getByRole('alert').filter({ hasText: 'It is empty.' }).waitFor();
  await page.getByRole('button', { name: 'Remove empty.txt' }).click();
  await page.getByRole('button', { name: 'Remove Bill 7.txt' }).waitFor();
  await look(page, 'files-composer');
  await page.locator('#composer-text').fill('And here is your bill.');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.locator('.message .file-name', { hasText: 'Bill 7.txt' }).waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await look(page, `files-thread-${colorScheme}`);
  }

  const link = panel.locator('.message-file', { hasText: 'Bill 7.txt' });
  const [download] = await Promise.all([shop.waitForEvent('download'), link.click()]);
  assert.equal(download.suggestedFilename(), 'Bill 7.txt');
  assert.equal(await readFile(await download.path(), 'utf8'), 'Nine coffees');
  assert.deepEqual([...seen, ...errors], []);
});

test('files are pasted and dropped into the composer', async () => {
  const { page } = await signIn(browser, desk, 'admin');
  const errors = watch(page, 'admin');
  await page.locator('.ticket-row, .ticket-list a').first().click();
  await page.locator('#composer-text').waitFor();
  for (const type of ['paste', 'drop']) {
    await page.locator('#composer-text').evaluate((field, type) => {
      const data = new DataTransfer();
      data.items.add(new File(['words'], `${type}.txt`, { type: 'text/plain' }));
      const init = { bubbles: true, cancelable: true };
      const event = type === 'paste' ? new ClipboardEvent(type, { ...init, clipboardData: data }) : new DragEvent(type, { ...init, dataTransfer: data });
      field.dispatchEvent(event);
    }, type);
    await page.getByRole('button', { name: `Remove ${type}.txt` }).waitFor();
  }
  assert.deepEqual(errors, []);
});

test('the portal takes files without a script, on a phone', async () => {
  const { page: admin } = await signIn(browser, desk, 'admin');
  const url = await admin.evaluate(async () => {
    const call = async (method, path, body) => {
      const answer = await fetch(`/api/v1/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      return answer.json();
    };
    const { data } = await call('GET', 'tickets?status=open&limit=1');
    return (await call('POST', 'tokens', { scope: { ticket: data[0].id } })).url;
  });
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
  const portal = await context.newPage();
  const errors = watch(portal, 'portal');
  await portal.goto(`${desk.origin}/portal`);
  await portal.getByRole('textbox').fill(url);
  await portal.getByRole('button').first().click();
  await portal.locator('#body').fill('Here is my cat');
  await portal.locator('#files').setInputFiles([cat, bill]);
  await portal.getByRole('button', { name: 'Send' }).click();
  await portal.locator('.letter .file-name', { hasText: 'Bill 7.txt' }).waitFor();
  assert.equal(await portal.locator('.letter .file-picture').count(), 1);
  await picture(portal, 'files-portal-phone');
  assert.deepEqual(errors, []);
});

// SEC: F-03
test('whatever a file holds, none of it runs in our origin', async () => {
  const { context, page } = await signIn(browser, desk, 'admin');
  const script = '<script>opener?.document.write("run"); document.title = "run"; localStorage.setItem("run", "1");</script>';
  const files = {
    'x.svg': `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
    'x.html': `<!doctype html>${script}`,
    'x.xhtml': `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>${script}</body></html>`,
    'x.xml': `<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?><a>${script}</a>`,
    'x.mhtml': `MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${script}`,
    'x.ics': `BEGIN:VCALENDAR\r\nDESCRIPTION:${script}\r\nEND:VCALENDAR\r\n`,
    'x.pdf': '%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n',
    'x.png': `\x89PNG\r\n\x1a\n${script}`,
  };
  for (const [name, content] of Object.entries(files)) {
    const url = await page.evaluate(async ([name, content]) => {
      const form = new FormData();
      form.append('file', new File([Uint8Array.from(content, (letter) => letter.charCodeAt(0))], name));
      const answer = await (await fetch('/api/v1/attachments', { method: 'POST', body: form })).json();
      return `/api/v1/${answer.url}`;
    }, [name, content]);
    const opened = await context.newPage();
    let dialogs = 0;
    opened.on('dialog', (dialog) => { dialogs += 1; return dialog.dismiss(); });
    // A download is no page: the browser says so by an error.
    await opened.goto(desk.origin + url).catch(() => {});
    assert.deepEqual([await opened.title(), dialogs], ['', 0], name);
    await opened.close();
    assert.equal(await page.evaluate(() => localStorage.getItem('run')), null, name);
  }
});
