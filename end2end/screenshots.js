// The pictures of the README, from a demo business.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { enter, picker, visit } from './support/acts.js';
import { CHROMIUM, DESKTOP, PHONE } from './support/browser.js';
import { Keyholder, ROOT } from './support/server.js';

const FOLDER = path.join(ROOT, 'docs', 'screenshots');
mkdirSync(FOLDER, { recursive: true });

const server = await Keyholder.demo();
const browser = await chromium.launch(CHROMIUM);

/** Takes pictures in a window of its own: `shots` is given the page and a function that saves what it shows. */
async function album(options, shots) {
  const context = await browser.newContext({ baseURL: server.url, viewport: DESKTOP, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await shots(page, async (name) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
    console.log(`docs/screenshots/${name}.png`);
  });
  await context.close();
}

/** Opens the page of somebody found by the search. */
async function openMember(page, { name, email }) {
  await visit(page, `/settings/users?q=${encodeURIComponent(email)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

try {
  await album({}, async (page, save) => {
    await visit(page, '/sign-in');
    await save('sign-in');
    await enter(page, server.member('Super Admin'));
    await save('home');
    await visit(page, '/settings/users');
    await save('users');
    await picker(page).click();
    await save('store-picker');
    await visit(page, '/settings/users/new');
    await save('new-user');
    await openMember(page, server.member('Sales'));
    await save('user');
  });
  await album({ colorScheme: 'dark' }, async (page, save) => {
    await enter(page, server.member('Super Admin'));
    await visit(page, '/settings/users');
    await save('users-dark');
  });
  await album({ viewport: PHONE, isMobile: true, hasTouch: true }, async (page, save) => {
    await enter(page, server.member('Crew'));
    await save('home-phone');
    await visit(page, '/settings/users');
    await save('not-allowed-phone');
  });
} finally {
  await browser.close();
  await server.remove();
}
