import { readFileSync } from 'node:fs';
import path from 'node:path';
import { account, enter, heading, onlyByTouch, picker, settled, setUp, signOut, takenInPlace, visit } from '../support/acts.js';
import { accessible, look } from '../support/axe.js';
import { ROOT } from '../support/server.js';
import { expect, test } from '../support/test.js';

const MODULES = ['/', '/customers', '/quotes', '/jobs', '/invoices', '/inventory'];
const SETTINGS = [
  '/settings/users',
  '/settings/users/new',
  '/settings/users/import',
  '/settings/users?q=zzzzqqqq',
  '/settings/who-can',
  '/settings/groups',
  '/settings/groups/new',
  '/settings/sessions',
  '/settings/audit',
  '/settings/stores',
  '/settings/stores/new',
  '/settings/security',
  '/settings/business',
  '/profile',
  '/profile/password',
  '/profile/sessions',
];
const TABS = ['', '/access', '/security', '/activity'].map((tab) => `/settings/users/{id}${tab}`);
/** One of a list each. */
const RECORDS = [['/settings/groups', 'Sales'], ['/settings/stores', 'Bath']];
/** Pages that are looked at where a journey has them open: in which file, and what it calls them. */
const IN_JOURNEYS = {
  '/setup/{token}': ['pages', 'set-up'],
  '/sign-in': ['pages', 'sign-in'],
  '/sign-in/second-factor': ['two-factor', 'second step'],
  '/sign-in/new-password': ['two-factor', 'a longer password'],
  '/profile/two-factor': ['two-factor', 'two-factor, before it'],
  '/forgot-password': ['reset', 'forgot password'],
  '/reset-password/{token}': ['reset', 'reset password'],
  '/confirm-email/{token}': ['profile', 'the page of the link'],
  '/accept-invite/{token}': ['invites', 'an invite'],
};

test('every page that docs/permissions.md names is looked at', () => {
  const document = readFileSync(path.join(ROOT, 'docs/permissions.md'), 'utf8');
  const pages = [...document.matchAll(/^\| `page\.\w+` \| `([^`]+)`/gm)].map(([, address]) => address);
  expect(pages.length).toBeGreaterThan(30);
  const records = RECORDS.map(([list]) => `${list}/{id}`);
  const looked = new Set([...MODULES, ...SETTINGS, ...TABS, ...records, ...Object.keys(IN_JOURNEYS)]);
  expect(pages.filter((address) => !looked.has(address))).toEqual([]);
  for (const [file, words] of Object.values(IN_JOURNEYS)) {
    const journeys = readFileSync(path.join(ROOT, 'end2end/tests', `${file}.spec.js`), 'utf8');
    expect(journeys, `${file}.spec.js`).toMatch(new RegExp(`\\blook(AtBothWidths)?\\(\\w+, '${words}'\\)`));
  }
});

for (const address of [...MODULES, ...SETTINGS]) {
  test(`${address} has no fault that axe knows, and no sideways scroll @phone`, async ({ demo, person }) => {
    const page = await person(demo);
    await enter(page, demo.member('Super Admin'));
    expect(await visit(page, address)).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await look(page, address);
  });
}

test('a person’s page has no fault on any tab @phone', async ({ demo, person }) => {
  const page = await person(demo);
  const crew = demo.member('Crew');
  await enter(page, demo.member('Super Admin'));
  await visit(page, `/settings/users?q=${encodeURIComponent(crew.email)}`);
  await page.getByRole('link', { name: crew.name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: crew.name })).toBeVisible();
  const tabs = await page.getByRole('navigation', { name: crew.name }).getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(tabs.map((tab) => tab.replace(/[0-9a-f-]{36}/, '{id}'))).toEqual(TABS);
  for (const tab of tabs) {
    await visit(page, new URL(tab, page.url()).href);
    await look(page, tab);
  }
});

for (const [list, name] of RECORDS) {
  test(`${name} of ${list} has no fault @phone`, async ({ demo, person }) => {
    const page = await person(demo);
    await enter(page, demo.member('Super Admin'));
    await visit(page, list);
    await page.getByRole('main').getByRole('link', { name, exact: true }).click();
    await expect(heading(page, name)).toBeVisible();
    await settled(page);
    await look(page, `${list}, ${name}`);
  });
}

test('nothing moves when script takes a page over, so no press misses @phone', async ({ demo, person }) => {
  test.slow();
  const page = await person(demo);
  await onlyByTouch(page);
  for (const door of ['/sign-in', '/forgot-password']) await takenInPlace(page, door);
  await enter(page, demo.member('Super Admin'));
  const records = [];
  for (const list of ['/settings/users', ...RECORDS.map(([address]) => address)]) {
    await visit(page, list);
    const links = await page.getByRole('main').getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    records.push(links.find((link) => /[0-9a-f-]{36}/.test(link)).split('?')[0]);
  }
  const tabs = TABS.map((tab) => tab.replace('/settings/users/{id}', records[0]));
  for (const address of [...MODULES, ...SETTINGS, ...tabs, ...records]) await takenInPlace(page, address);
});

test('what opens is as accessible as what lies under it @phone', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  await picker(page).click();
  await look(page, 'the store picker');
  await page.keyboard.press('Escape');
  await account(page);
  await look(page, 'the account menu');
  await page.keyboard.press('Escape');
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  if (await menu.isVisible()) {
    await menu.click();
    await accessible(page, 'the phone menu');
  }
});

test('refusals have no fault @phone', async ({ demo, person, guard }) => {
  guard.expectStatus(403, 404);
  const page = await person(demo);
  await enter(page, demo.member('Crew'));
  for (const [address, status] of [['/settings/users', 403], ['/invoices', 403], ['/nowhere', 404]]) {
    expect(await visit(page, address)).toBe(status);
    await look(page, address);
  }
});

test('the doors have no fault @phone', async ({ server, person, guard }) => {
  guard.expectStatus(401, 403, 422);
  const page = await person(server);
  await visit(page, await server.setupLink());
  await look(page, 'set-up');
  await setUp(page, server);
  await signOut(page);
  await look(page, 'sign-in');
  await page.getByLabel('Email').fill('nobody@marlowfinch.example');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveTitle(/^Problem:/);
  await look(page, 'sign-in, refused');
});
