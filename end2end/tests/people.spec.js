import {
  accept, addStore, changeGroup, deactivate, enter, entries, fillNewUser, follow, fromMenu, heading, invite, open, openUser, picker, scripted, setUp,
  settled, tick, told, visit, DANA, OWNER,
} from '../support/acts.js';
import { expect, test } from '../support/test.js';

test('a person is invited, signs in and sees exactly what they may, at every turn @plain @phone', async ({ server, mailbox, person, guard }) => {
  test.slow();
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await expect(picker(owner)).toBeVisible();
  await picker(owner).click();
  await expect(owner.getByRole('list', { name: 'My stores' }).getByRole('button')).toHaveText([/All my stores/, /Bath/, /Oxford/]);
  await owner.keyboard.press('Escape');

  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath'] });
  const row = owner.getByRole('row').filter({ hasText: DANA.email });
  await open(owner, 'Users');
  await expect(row).toContainText('Invited');

  const dana = await person(server);
  await accept(dana, link, DANA);
  expect(await entries(dana)).toEqual(['Home', 'Customers', 'Quotes', 'Jobs', 'Inventory']);
  await expect(picker(dana), 'one store needs no picker').toHaveCount(0);

  guard.expectStatus(401, 403);
  expect(await visit(dana, '/settings/users')).toBe(403);
  await expect(heading(dana, /^You can't/)).toBeVisible();
  const main = dana.getByRole('main');
  await expect(main).toContainText('It needs the permission');
  await expect(main.locator('strong').first()).not.toBeEmpty();
  await expect(main.getByRole('link', { name: `${OWNER.first} ${OWNER.last}` })).toHaveAttribute('href', `mailto:${OWNER.email}`);
  expect(await visit(dana, '/invoices')).toBe(403);
  expect(await visit(dana, '/jobs')).toBe(200);

  await openUser(owner, DANA, 'Access');
  await changeGroup(owner, 'Crew', 'Sales');
  await told(owner, DANA.first);
  expect(await visit(dana, '/jobs')).toBe(200);
  expect(await entries(dana)).toContain('Invoices');

  await openUser(owner, DANA);
  await deactivate(owner, DANA);
  await follow(dana, 'Quotes');
  await expect(dana).toHaveURL(/\/sign-in/);

  await open(owner, 'Users');
  await expect(row, 'deactivated people are hidden').toHaveCount(0);
  await visit(owner, '/settings/users?deactivated=on');
  await expect(row).toContainText('Deactivated');
});

test('a deactivated person can be reactivated and signs in again @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 403, 422);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);

  await openUser(owner, DANA);
  await deactivate(owner, DANA);
  await visit(dana, '/sign-in');
  await dana.getByLabel('Email').fill(DANA.email);
  await dana.getByLabel('Password', { exact: true }).fill(DANA.password);
  await dana.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dana.getByRole('alert')).toContainText('Email or password is not right');

  await owner.getByRole('button', { name: /^Reactivate/ }).first().click();
  await told(owner, DANA.first);
  await settled(owner);
  await enter(dana, DANA);
});

test('a deactivation is taken back from its notice @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 403);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  const who = `${DANA.first} ${DANA.last}`;
  const notice = owner.locator('.toasts[role=status]');
  const undo = notice.getByRole('button', { name: 'Undo', exact: true });

  await openUser(owner, DANA);
  await fromMenu(owner, 'Deactivate');
  await owner.getByRole('dialog').getByRole('button', { name: `Deactivate ${DANA.first}` }).click();
  await expect(notice).toContainText(`${who} deactivated, 1 session ended`);
  await undo.click();
  await expect(notice).toContainText(`${who} reactivated`);
  await expect(undo).toHaveCount(0);
  await told(owner, `${who} reactivated`);
  await settled(owner);
  await expect(owner.getByRole('button', { name: /^Reactivate/ })).toHaveCount(0);
  await enter(dana, DANA);
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('a last day is taken back from its notice @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const notice = owner.locator('.toasts[role=status]');

  await openUser(owner, DANA);
  await fromMenu(owner, 'Last day');
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel(/^Last day/).fill('2099-12-31');
  await dialog.getByRole('button', { name: 'Save last day' }).click();
  await expect(notice).toContainText('is 31 December 2099');
  await notice.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(notice).toContainText(`Last day of ${DANA.first} ${DANA.last} cleared`);
  await settled(owner);
  await expect(owner.getByRole('main')).not.toContainText('2099');
});

test('an undo that is refused says so, also where the page has no place for it', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(409);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  const stale = { status: 409, json: { code: 'conflict' } };
  await owner.route('**/api/users/reactivate', (route) => route.fulfill(stale), { times: 2 });
  const notice = owner.locator('.toasts[role=status]');
  const undo = notice.getByRole('button', { name: 'Undo', exact: true });

  await openUser(owner, DANA);
  await fromMenu(owner, 'Deactivate');
  await owner.getByRole('dialog').getByRole('button', { name: `Deactivate ${DANA.first}` }).click();
  await undo.click();
  await expect(owner.getByRole('alert')).toContainText('Somebody changed this meanwhile');
  await expect(owner.getByRole('alert')).toBeFocused();

  await follow(owner, 'Quotes');
  await expect(heading(owner, 'Quotes')).toBeVisible();
  await undo.click();
  await expect(notice).toContainText('Somebody changed this meanwhile');
  await expect(undo).toHaveCount(0);
});

test('details of a person are changed, and the list and the trail follow @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Details');
  await owner.getByLabel('Last name').fill('Whitlock-Hale');
  await owner.getByLabel(/^Phone/).fill('01632 960 199');
  await owner.getByRole('main').getByRole('button', { name: /^Save/ }).click();
  await told(owner, DANA.first);
  await open(owner, 'Users');
  await expect(owner.getByRole('link', { name: 'Dana Whitlock-Hale', exact: true })).toBeVisible();
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('an invite with problems names each of them beside its field and keeps what was typed @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });

  await visit(owner, '/settings/users/new');
  await owner.getByLabel('First name').fill('Nadia');
  await owner.getByLabel('Last name').fill('Haddad');
  await owner.getByLabel('Email').fill('nadia@');
  await owner.getByRole('button', { name: 'Save and send invite' }).click();

  const problem = owner.getByRole('alert');
  await expect(owner).toHaveTitle(/^Problem:/);
  await expect(problem).toBeFocused();
  await expect(problem.getByRole('link')).toHaveText([/Write the whole address/, /Pick at least one group/]);
  await expect(owner.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(owner.getByLabel('First name')).toHaveValue('Nadia');
  expect(owner.url(), 'nothing typed stands in the address').not.toContain('Nadia');

  await owner.getByLabel('Email').fill(DANA.email);
  await tick(owner, 'Groups', ['Crew']);
  // What was said of the email goes a moment after it is left, and the rest of the form moves up.
  if (scripted(owner)) await expect(problem.getByRole('link')).toHaveText([/Pick at least one group/]);
  await owner.getByRole('button', { name: 'Save and send invite' }).click();
  await expect(problem.getByRole('link')).toHaveText([/Somebody here already uses this email/]);
  await expect(owner.getByLabel('Email')).toHaveValue(DANA.email);
  await expect(owner.getByRole('main').getByRole('link', { name: `${DANA.first} ${DANA.last}` })).toBeVisible();
  expect(mailbox.to(DANA.email)).toHaveLength(1);
});

test('a group is given in one store alone, and where is asked once it is ticked @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await fillNewUser(owner, DANA, { groups: ['Crew'] });
  await expect(owner.getByLabel(/^Where/), 'one store needs no where').toHaveCount(0);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });

  await fillNewUser(owner, DANA, { groups: ['Crew', 'Sales'], stores: ['Bath'] });
  const where = (group) => owner.getByLabel(`Where ${group}`, { exact: true });
  const chosen = (group) => where(group).locator('option:checked');
  await expect(where('Billing')).toBeHidden();
  await expect(where('Super Admin'), 'it is always for all stores').toHaveCount(0);
  await expect(chosen('Crew')).toHaveText('All their stores');
  await where('Sales').selectOption({ label: 'at Oxford only' });
  await owner.getByRole('button', { name: 'Save and send invite' }).click();

  await expect(owner.getByRole('alert').getByRole('link')).toHaveText([/^Where: /]);
  await expect(where('Sales')).toHaveAttribute('aria-invalid', 'true');
  await expect(chosen('Sales'), 'what was chosen is kept').toHaveText('at Oxford only');
  await expect(chosen('Crew')).toHaveText('All their stores');
  await expect(where('Billing')).toBeHidden();
  await tick(owner, 'Stores', ['Bath', 'Oxford']);
  await owner.getByRole('button', { name: 'Save and send invite' }).click();
  await told(owner, DANA.first);
  await settled(owner);

  await openUser(owner, DANA, 'Access');
  const held = (group) => owner.getByRole('group', { name: 'Groups', exact: true }).locator('.choice').filter({ hasText: group });
  await expect(held('Crew')).toContainText('for all their stores');
  await expect(held('Sales')).toContainText('at Oxford only');
  expect(mailbox.to(DANA.email)).toHaveLength(1);
});

test('a button that is pressed for long is hit, though the form has something to take back meanwhile', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await fillNewUser(owner, { ...DANA, email: 'dana@' }, { groups: ['Crew'] });
  const save = owner.getByRole('button', { name: 'Save and send invite' });
  await save.click();
  const problem = owner.getByRole('alert');
  await expect(problem).toContainText('Write the whole address');
  await owner.getByLabel('Email').fill(DANA.email);
  await save.hover();
  await owner.mouse.down();
  await owner.waitForTimeout(1_000);
  await expect(problem, 'nothing moves under the pointer').toBeVisible();
  await owner.mouse.up();
  await told(owner, DANA.first);
  await mailbox.lastTo(DANA.email);
});
