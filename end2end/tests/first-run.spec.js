import { entries, heading, picker, scripted, setUp, settled, sidebar, signIn, signOut, visit, OWNER } from '../support/acts.js';
import { accessible } from '../support/axe.js';
import { expect, test } from '../support/test.js';

test('the printed link sets a business up once @plain @phone', async ({ server, person, guard }) => {
  const page = await person(server);
  await setUp(page, server);
  await expect(heading(page, /Eleanor/)).toBeVisible();
  const words = await entries(page);
  expect(words.slice(0, 6)).toEqual(['Home', 'Customers', 'Quotes', 'Jobs', 'Invoices', 'Inventory']);
  expect(words).toEqual(expect.arrayContaining(['Users', 'Stores']));
  await expect(picker(page), 'one store needs no picker').toHaveCount(0);

  guard.expectStatus(404);
  const stranger = await person(server);
  expect(await visit(stranger, await server.setupLink())).toBe(404);
  await expect(heading(stranger, 'There is nothing here')).toBeVisible();

  await signOut(page);
  await signIn(page, OWNER);
  await expect(page).toHaveURL('/');
});

test('a refused set-up keeps what was typed, except the password @plain', async ({ server, person, guard }) => {
  guard.expectStatus(422);
  const page = await person(server);
  await visit(page, await server.setupLink());
  await page.getByLabel('Business name').fill('Marlow & Finch');
  await page.getByLabel('First store').fill('Bath');
  await page.getByLabel('First name').fill('Eleanor');
  await page.getByLabel('Last name').fill('Marlow');
  await page.getByLabel('Email').fill('eleanor@marlowfinch.example');
  await page.getByLabel('Password', { exact: true }).fill('marlowmarlow2026');
  await page.getByRole('button', { name: 'Create and sign in' }).click();

  await expect(page).toHaveTitle(/^Problem:/);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(page.getByLabel('Business name')).toHaveValue('Marlow & Finch');
  await expect(page.getByLabel('Email')).toHaveValue('eleanor@marlowfinch.example');
  const problem = page.getByRole('alert');
  await expect(problem).toBeFocused();
  if (scripted(page)) await accessible(page, 'a refused set-up');

  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await expect(page).toHaveURL('/');
});

test('the sample business can be explored, and its visitor owns it @plain', async ({ server, person }) => {
  test.slow();
  const page = await person(server);
  await visit(page, await server.setupLink());
  await page.getByRole('radio', { name: /Explore a sample business/ }).check();
  await expect(page.getByLabel('Business name')).toBeHidden();
  await page.getByLabel('First name').fill('Vera');
  await page.getByLabel('Last name').fill('Guest');
  await page.getByLabel('Email').fill('vera@guest.example');
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await expect(page).toHaveURL('/');
  await settled(page);
  await expect(sidebar(page).getByRole('link', { name: 'Users', exact: true })).toHaveCount(1);
  await expect(picker(page)).toBeVisible();
  await visit(page, '/settings/users?q=vera');
  await page.goto(new URL('/settings/users?q=vera', page.url()).href);
  await expect(page.getByRole('row').filter({ hasText: 'vera@guest.example' })).toContainText('Super Admin');
});
