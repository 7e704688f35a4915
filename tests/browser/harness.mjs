// A real server, a real browser, and what every journey checks: no console error, no refused resource, no axe finding.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const CHROMIUM_FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const START_MS = 60_000;

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: CHROMIUM_FLAGS });
}

/** An ordinary window with a profile of its own; the contexts of `launch` are private windows. */
export async function launchOrdinary(folder) {
  return chromium.launchPersistentContext(folder, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: CHROMIUM_FLAGS });
}

/** The databases that this run can test: SQLite always, PostgreSQL where `cargo xtask test` has started one. */
export function databases() {
  const postgres = process.env.SUPPORT_TEST_POSTGRES;
  if (!postgres && process.env.CI) throw new Error('CI must test PostgreSQL: SUPPORT_TEST_POSTGRES is not set');
  if (!postgres) console.warn('SUPPORT_TEST_POSTGRES is not set: PostgreSQL is NOT tested');
  return postgres ? ['sqlite', 'postgres'] : ['sqlite'];
}

/** A free port on loopback. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function psql(sql) {
  const child = spawn('psql', [process.env.SUPPORT_TEST_POSTGRES, '--quiet', '--command', sql], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => { errors += data; });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`psql: ${errors}`);
}

/** A demo desk on a fresh database. `stop()` ends it and removes everything. */
export async function startDesk({ database = 'sqlite', env = {}, args = ['--demo'] } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'support-journey-'));
  const port = await freePort();
  const settings = { ...process.env, ...env, SUPPORT_DATA: data, SUPPORT_LOG: process.env.SUPPORT_LOG ?? 'warn' };
  delete settings.DATABASE_URL;
  let name;
  if (database === 'postgres') {
    name = `journey_${process.pid}_${port}`;
    await psql(`CREATE DATABASE ${name}`);
    const url = new URL(process.env.SUPPORT_TEST_POSTGRES);
    url.pathname = `/${name}`;
    settings.DATABASE_URL = url.href;
  }
  let child;
  let printed = '';
  const desk = {
    origin: `http://localhost:${port}`, port, data, shop: undefined,
    /** Starts the program, or starts it again on the same data. */
    async start() {
      printed = '';
      child = spawn(process.env.SUPPORT_BIN, ['serve', '--listen', `127.0.0.1:${port}`, ...args], {
        env: settings, stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ready = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the server did not start: ${printed}`)), START_MS);
        child.stdout.on('data', (data) => {
          printed += data;
          // The last line that it prints: the ones before it may come in an earlier piece.
          if (/API +\S+\n/.test(printed) || (!args.includes('--demo') && /(Dashboard |\/setup).*\n/.test(printed))) {
            clearTimeout(timer);
            resolve();
          }
        });
        child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${printed}`)); });
      });
      await ready;
      desk.shop = /Shop\s+(\S+)/.exec(printed)?.[1];
      desk.printed = printed;
    },
    async kill(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
    async stop() {
      await desk.kill('SIGTERM');
      await rm(data, { recursive: true, force: true });
      if (name) await psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
  await desk.start();
  return desk;
}

/** Notes what no journey may see. `expected` matches lines that the journey provokes on purpose. */
export function watch(page, name, expected = []) {
  const seen = [];
  const note = (line) => { if (!expected.some((pattern) => pattern.test(line))) seen.push(`${name}: ${line}`); };
  page.on('console', (message) => { if (message.type() === 'error') note(`console ${message.text()} ${message.location().url}`); });
  page.on('pageerror', (error) => note(`error ${error.message}`));
  return seen;
}

/** Waits until nothing moves any more: colours in the middle of a transition are nobody's design. */
export async function settled(page) {
  const still = () => Promise.all(document.getAnimations()
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => {})));
  await Promise.all(page.frames().map((frame) => frame.evaluate(`(${still})().then(() => null)`)));
}

/** Serious and critical findings of axe, one line each. */
export async function axe(page, { include, exclude = [] } = {}) {
  await settled(page);
  let builder = new AxeBuilder({ page });
  if (include) builder = builder.include(include);
  for (const selector of exclude) builder = builder.exclude(selector);
  const { violations } = await builder.analyze();
  const grave = violations.filter((violation) => ['serious', 'critical'].includes(violation.impact));
  return grave.flatMap((violation) => violation.nodes.map((node) => `${violation.id} ${node.target.join(' ')}: ${node.failureSummary}`));
}

/** Keeps a picture under the target folder, for people to look at. */
export async function picture(page, name) {
  const folder = process.env.SUPPORT_PICTURES ?? join(tmpdir(), 'support-pictures');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Signs a new browser context in to the dashboard by the demo's one click. */
export async function signIn(browser, desk, who, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  await page.goto(`${desk.origin}/demo`);
  await page.locator(`form[action$="/demo/sign-in/${who}"] button`).click();
  await page.waitForURL(/\/(admin|portal)/);
  return { context, page };
}

/** A TCP proxy that can be cut: what is open is reset, what comes is refused, until it is mended. */
export async function cuttable(target) {
  const sockets = new Set();
  let cut = false;
  const server = createServer((inner) => {
    if (cut) { inner.resetAndDestroy(); return; }
    const outer = connect(target, '127.0.0.1');
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('close', () => { sockets.delete(socket); inner.destroy(); outer.destroy(); });
      socket.on('error', () => {});
    }
    inner.pipe(outer).pipe(inner);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    cut() { cut = true; for (const socket of sockets) socket.resetAndDestroy(); },
    mend() { cut = false; },
    close() { this.cut(); server.close(); },
  };
}
