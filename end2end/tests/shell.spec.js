import {
  accept, account, addStore, chooseStore, enter, entries, heading, invite, onlyByTouch, picker, scripted, settled, setUp, sidebar, taken, told, visit, workInTwoStores,
  BUSINESS, DANA, OWNER,
} from '../support/acts.js';
import { expect, test } from '../support/test.js';

test('the store picker switches in place and keeps the choice @plain @phone', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/inventory');
  await picker(page).click();
  const stores = page.getByRole('list', { name: 'My stores' }).getByRole('button');
  await expect(stores.first()).toContainText('All my stores');
  await stores.filter({ hasText: 'Bath' }).click();
  await expect(picker(page)).toContainText('Bath');
  await expect(page).toHaveURL('/inventory');
  await visit(page, '/customers');
  await expect(picker(page), 'the choice is the session’s').toContainText('Bath');
});

test('the store picker works by keyboard and search, without a reload', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/inventory');
  await page.evaluate(() => (window.stillHere = true));
  const search = page.getByRole('searchbox', { name: 'Find a store' });
  const stores = page.getByRole('list', { name: 'My stores' }).getByRole('button');

  await picker(page).focus();
  await page.keyboard.press('Enter');
  await expect(search).toBeFocused();
  await page.keyboard.type('oxf');
  await expect(stores.filter({ visible: true })).toHaveText([/Oxford/]);
  await page.keyboard.press('ArrowDown');
  await expect(stores.filter({ hasText: 'Oxford' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(picker(page)).toContainText('Oxford');
  await expect(search, 'the picker closes').toBeHidden();
  expect(await page.evaluate(() => window.stillHere), 'the page was not reloaded').toBe(true);

  await picker(page).focus();
  await page.keyboard.press('Enter');
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('');
  await page.keyboard.press('ArrowDown');
  await expect(stores.first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(stores.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(stores.first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(search).toBeHidden();
  await expect(picker(page)).toBeFocused();
});

test('names of any language are found and shortened in the browser as on the server', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server, { owner: { ...OWNER, first: 'élodie', last: 'østergård' }, business: { ...BUSINESS, store: 'Évora' } });
  const mine = page.getByRole('button', { name: /^Account:/ });
  await addStore(page, { name: 'Straße', code: 'STR' });
  await expect(mine, 'of the page as the browser made it').toContainText('ÉØ');
  await visit(page, '/');
  await expect(mine, 'of the page as the server made it').toContainText('ÉØ');
  const search = page.getByRole('searchbox', { name: 'Find a store' });
  const shown = page.getByRole('list', { name: 'My stores' }).getByRole('button').filter({ visible: true });
  await picker(page).click();
  await search.fill('ÉVO');
  await expect(shown).toHaveText([/Évora/]);
  await search.fill('STRAß');
  await expect(shown).toHaveText([/Straße/]);
});

test('a person of several stores sees theirs and no other @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await addStore(owner, { name: 'Heathrow', code: 'LHR' });
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath', 'Oxford'] }), DANA);
  await picker(dana).click();
  const stores = dana.getByRole('list', { name: 'My stores' }).getByRole('button');
  await expect(stores).toHaveText([/All my stores/, /Bath/, /Oxford/]);
  await stores.filter({ hasText: 'Oxford' }).click();
  await expect(picker(dana)).toContainText('Oxford');
});

test('who has another group in each store sees sidebar and page follow the picker, in place @plain @phone', async ({ server, mailbox, person }) => {
  const [owner, dana] = [await person(server), await person(server)];
  await workInTwoStores(owner, dana, server, mailbox, DANA);
  await visit(dana, '/jobs');
  await dana.evaluate(() => (window.stillHere = true)).catch(() => {});
  await chooseStore(dana, 'Bath');
  await expect(dana.getByRole('main')).toContainText('Bath');
  await expect.poll(() => entries(dana)).toEqual(expect.arrayContaining(['Customers', 'Quotes', 'Jobs', 'Inventory']));
  await expect.poll(() => entries(dana)).not.toContain('Invoices');
  await chooseStore(dana, 'Oxford');
  await expect(dana.getByRole('main')).toContainText('Oxford');
  await expect.poll(() => entries(dana)).toEqual(expect.arrayContaining(['Customers', 'Quotes', 'Jobs', 'Invoices']));
  await expect.poll(() => entries(dana)).not.toContain('Inventory');
  await expect(dana).toHaveURL('/jobs');
  if (test.info().project.name !== 'plain') {
    expect(await dana.evaluate(() => window.stillHere), 'the page was not reloaded').toBe(true);
  }
});

test('a theme is kept, and dark is dark @plain @phone', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  const surface = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await surface();
  await account(page);
  await page.getByText('Dark', { exact: true }).click();
  // With script the choice acts at once; without, a button sends it.
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(scripted(page) ? 0 : 1);
  if (!scripted(page)) await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await settled(page);
  expect(await surface(), 'at once').not.toBe(light);
  await expect(async () => {
    await visit(page, '/settings/users');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark', { timeout: 500 });
  }).toPass();
  expect(await surface()).not.toBe(light);
});

test('the first tab stop skips to the content', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Admin'));
  await visit(page, '/settings/users');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main#main')).toBeFocused();
});

test('on a phone the menu opens the sidebar, and Esc closes it @phone', async ({ demo, person }, info) => {
  const page = await person(demo);
  await enter(page, demo.member('Sales'));
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  if (info.project.name !== 'phone') {
    await expect(menu).toBeHidden();
    await expect(sidebar(page)).toBeVisible();
    return;
  }
  await expect(sidebar(page)).toBeHidden();
  await menu.click();
  await expect(sidebar(page).getByRole('link', { name: 'Jobs' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sidebar(page)).toBeHidden();
  await menu.click();
  await sidebar(page).getByRole('link', { name: 'Jobs' }).click();
  await expect(heading(page, 'Jobs')).toBeVisible();
  await expect(sidebar(page), 'the menu closes behind a link').toBeHidden();
});

test('what is not there answers 404 with the same words, known or not @plain', async ({ demo, person, guard }) => {
  guard.expectStatus(404);
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  const words = new Set();
  for (const address of ['/nowhere', '/settings/users/00000000-0000-7000-8000-000000000000', '/settings/users/not-an-id', '/setup/abc']) {
    expect(await visit(page, address), address).toBe(404);
    words.add(await heading(page, /./).innerText());
  }
  expect([...words]).toEqual(['There is nothing here']);
});

test('a second store brings the picker and the store fields, in every open window @plain', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/settings/users/new');
  await expect(page.getByRole('group', { name: 'Stores', exact: true })).toHaveCount(0);
  await addStore(page, { name: 'Oxford', code: 'OXF' });
  await visit(page, '/settings/users/new');
  await expect(page.getByRole('group', { name: 'Stores', exact: true }).getByRole('checkbox')).toHaveCount(2);
  await settled(page);
  await expect(picker(page)).toBeVisible();
});

test('the code of a page comes once and beside the main one; when it can’t come, the page is loaded whole', async ({
  demo,
  person,
  guard,
}) => {
  guard.expectLost();
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  const fetched = [];
  page.on('request', (request) => fetched.push(request.url().split('/').at(-1)));
  await visit(page, '/profile');
  expect(fetched).toContain('account.part');
  expect(fetched, 'what no page of this part needs').not.toContain('lists.part');
  await page.context().route('**/lists.part', (route) => route.abort());
  fetched.length = 0;
  await page.goto('/');
  await settled(page);
  await sidebar(page).getByRole('link', { name: 'Users', exact: true }).click();
  await expect(heading(page, 'Users')).toBeVisible();
  await expect(page).toHaveURL('/settings/users');
  expect(fetched, 'the page itself').toContain('users');
  await expect(page.locator('html'), 'it is not taken over').not.toHaveAttribute('data-hydrated');
  await page.getByRole('link', { name: 'Home', exact: true }).first().click();
  await settled(page);
  await expect(page, 'its links work all the same').toHaveURL('/');
});

test('a menu that is opened while the next page loads stays open', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route('**/api/users/list*', async (route) => {
    await held;
    await route.continue();
  });
  await sidebar(page).getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page.locator('main[aria-busy=true]')).toHaveCount(1);
  await account(page);
  const signOut = page.getByRole('button', { name: 'Sign out' });
  await expect(signOut).toBeVisible();
  answer();
  await expect(heading(page, 'Users')).toBeVisible();
  await expect(page.locator('main[aria-busy=true]')).toHaveCount(0);
  await expect(signOut).toBeVisible();
});

test('the sign-in page is taken over at the first touch, which the focus that it sets itself is not', async ({ demo, person }) => {
  const page = await person(demo);
  await onlyByTouch(page);
  const code = page.waitForResponse('**/doors.part');
  await page.goto('/sign-in');
  await expect(page.getByLabel('Email')).toBeFocused();
  await (await code).finished();
  await page.waitForTimeout(500);
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  await taken(page);
});

test('a button that only script can answer is seen before, and a press on it is answered once script is there', async ({ demo, person }) => {
  const page = await person(demo);
  let load;
  const held = new Promise((resolve) => (load = resolve));
  await page.route('**/keyholder.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/sign-in');
  const password = page.getByLabel('Password', { exact: true });
  await password.fill('otters on a raft');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  await expect(password).toHaveAttribute('type', 'password');
  load();
  await expect(password).toHaveAttribute('type', 'text');
  await expect(password).toHaveValue('otters on a raft');
  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(password, 'and once').toHaveAttribute('type', 'password');
});

test('a notice stays its time, also when the one before was put away', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/profile');
  const save = async (phone) => {
    await page.getByLabel('Phone').fill(phone);
    await page.locator('#save').click();
  };
  await save('01632 960142');
  await told(page, 'Profile saved');
  // The first would have gone by itself eight seconds after it came; the second comes meanwhile.
  await page.waitForTimeout(3_000);
  await save('01632 960143');
  const notice = page.locator('.toasts[role=status]').filter({ hasText: 'Profile saved' });
  await expect(notice).toBeVisible();
  await page.waitForTimeout(6_000);
  await expect(notice).toBeVisible();
  await expect(notice, 'and goes by itself').toHaveCount(0);
});
