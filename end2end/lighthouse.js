// Lighthouse on the sign-in page and the users list, phone and desktop: 100 for performance, accessibility, best practices.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { enter } from './support/acts.js';
import { CHROMIUM } from './support/browser.js';
import { freePort, Keyholder } from './support/server.js';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const RUNS = 3;

const server = await Keyholder.demo(['--people', '1000']);
const port = await freePort();
const profile = mkdtempSync(path.join(os.tmpdir(), 'keyholder-lighthouse-'));
// Lighthouse opens its own tab in the browser's first profile, so the sign-in has to be there too.
const context = await chromium.launchPersistentContext(profile, {
  ...CHROMIUM,
  args: [...CHROMIUM.args, `--remote-debugging-port=${port}`],
  baseURL: server.url,
});

/** The median score of each category over some runs, and what the worst run found. */
async function examine(address, config) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const options = { port, onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error', output: 'json' };
    const { lhr } = await lighthouse(server.url + address, options, config);
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    if (new URL(lhr.finalDisplayedUrl).pathname !== address) throw new Error(`${address} led to ${lhr.finalDisplayedUrl}`);
    runs.push(lhr);
  }
  return CATEGORIES.map((id) => {
    const sorted = runs.map((lhr) => lhr.categories[id]).sort((a, b) => a.score - b.score);
    const faults = sorted[0].auditRefs
      .map((ref) => runs[0].audits[ref.id])
      .filter((audit) => audit.score !== null && audit.score < 1)
      .map((audit) => `${audit.id} ${audit.displayValue ?? ''}`.trim());
    return { id, score: Math.round(sorted[RUNS >> 1].score * 100), faults };
  });
}

let failed = false;
try {
  for (const address of ['/sign-in', '/settings/users']) {
    if (address !== '/sign-in') await enter(context.pages()[0], server.member('Super Admin'));
    for (const [device, config] of [['phone', undefined], ['desktop', desktopConfig]]) {
      const scores = await examine(address, config);
      console.log(`${address}, ${device}: ${scores.map(({ id, score }) => `${id} ${score}`).join(', ')}`);
      for (const { id, score, faults } of scores) {
        if (score < 100) {
          failed = true;
          console.log(`  ${id}: ${faults.join('; ')}`);
        }
      }
    }
  }
} finally {
  await context.close();
  await server.remove();
  rmSync(profile, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
