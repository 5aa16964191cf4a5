import { download, enter, heading, visit } from '../support/acts.js';
import { expect, test } from '../support/test.js';

const rows = (page) => page.locator('table tbody tr');
const emails = async (page) => (await rows(page).locator('small').allTextContents()).filter((text) => text.includes('@'));
const search = (page) => page.getByRole('searchbox', { name: 'Search by name or email' });

test.beforeEach(({ demo }) => expect(demo.people.length).toBeGreaterThanOrEqual(6));

test('a search is an address: it can be sent, reloaded and gone back from @plain @phone', async ({ demo, person }) => {
  const page = await person(demo);
  const admin = demo.member('Admin');
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  await search(page).fill(admin.email);
  await search(page).press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(admin.name);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(search(page)).toHaveValue(admin.email);
  await page.goBack();
  await expect(page).not.toHaveURL(/[?&]q=/);
});

test('the list answers while typing and keeps the focus', async ({ demo, person }) => {
  const page = await person(demo);
  const admin = demo.member('Admin');
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  await search(page).pressSequentially(admin.email);
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(search(page)).toBeFocused();
  await expect(search(page)).toHaveValue(admin.email);
});

test('nothing found repeats the search and offers to clear it @plain', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users?q=zzzzqqqq');
  await expect(page.getByRole('main')).toContainText('zzzzqqqq');
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect.poll(() => rows(page).count()).toBeGreaterThan(1);
});

test('filters narrow the list and stand in the address @plain', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  await page.getByRole('combobox', { name: 'Group' }).selectOption({ label: 'Billing' });
  const apply = page.getByRole('button', { name: 'Apply' });
  if (await apply.isVisible()) await apply.click();
  await expect(page).toHaveURL(/[?&]group=/);
  await expect.poll(async () => (await rows(page).allTextContents()).every((text) => text.includes('Billing'))).toBe(true);
  expect(await rows(page).count()).toBeGreaterThan(0);

  const status = page.getByRole('combobox', { name: 'Status' });
  await expect(status.getByRole('option')).toContainText(['Any status', 'Invited', 'Active']);
  await expect(page.getByRole('combobox', { name: 'Store' }).getByRole('option')).toHaveCount(5);
});

test('a column head sorts, there and back @plain', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  const head = page.getByRole('columnheader', { name: /^Name/ });
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  const first = await emails(page);
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/[?&]sort=/);
  await expect.poll(() => emails(page)).not.toEqual(first);
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => emails(page)).toEqual(first);
});

test('pages follow each other without a gap or a repetition, to the end and back @plain', async ({ demo, person }) => {
  test.slow();
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users?deactivated=on');
  const pages = page.getByRole('navigation', { name: 'Pages' });
  const next = pages.getByRole('link', { name: 'Next' });
  const seen = await emails(page);
  const beginning = [...seen];
  while (await next.and(page.locator('[href]')).count()) {
    const last = await emails(page);
    await next.click();
    await expect.poll(() => emails(page)).not.toEqual(last);
    seen.push(...(await emails(page)));
  }
  expect(new Set(seen).size, 'nobody twice').toBe(seen.length);
  expect(seen.length).toBeGreaterThanOrEqual(200);
  await pages.getByRole('link', { name: 'Previous' }).click();
  await expect.poll(() => emails(page)).not.toEqual(seen.slice(-beginning.length));
  await page.goBack();
});

test('the list can be taken away as a file of those it shows @plain', async ({ demo, person }) => {
  const page = await person(demo);
  const admin = demo.member('Admin');
  await enter(page, demo.member('Super Admin'));
  await visit(page, `/settings/users?q=${encodeURIComponent(admin.email)}`);
  const { name, lines } = await download(page, 'Export CSV');
  expect(name).toMatch(/^users-\d{4}-\d\d-\d\d\.csv$/);
  expect(lines).toEqual([
    'first_name,last_name,email,groups,stores,status,two_factor,last_sign_in',
    expect.stringContaining(`${admin.name.replace(' ', ',')},${admin.email},Admin,`),
  ]);
  await visit(page, '/settings/users');
  expect((await download(page, 'Export CSV')).lines.length, 'all pages of the list').toBeGreaterThan(150);
});

test('arrow keys move between rows, and Enter opens one', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/users');
  const links = page.locator('a.row-link');
  await links.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(links.first()).toBeFocused();
  const name = (await links.first().innerText()).trim();
  await page.keyboard.press('Enter');
  await expect(heading(page, name)).toBeVisible();
});
