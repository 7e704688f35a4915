// temporary look
import { launch, startDesk, signIn, axe } from './harness.mjs';
const pages = process.argv.slice(2);
const browser = await launch(); const desk = await startDesk();
try {
  const { context, page } = await signIn(browser, desk, process.env.WHO ?? 'admin');
  for (const p of pages) {
    const [path, name] = p.split('=');
    for (const scheme of (process.env.SCHEMES ?? 'light,dark').split(',')) for (const width of (process.env.WIDTHS ?? '1440,390').split(',').map(Number)) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: width > 500 ? 900 : 844 });
      const r = await page.goto(desk.origin + path);
      if (process.env.OPEN) await page.evaluate((s) => document.querySelectorAll(s).forEach((d) => d.open = true), process.env.OPEN);
      await page.screenshot({ path: `/tmp/shots/${name}-${scheme}-${width}.png` });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      const a = await axe(page);
      console.log(r.status(), path, scheme, width, wide ? 'OVERFLOW' : '', a.length ? a : 'axe ok');
    }
  }
} finally { await browser.close(); await desk.stop(); }
