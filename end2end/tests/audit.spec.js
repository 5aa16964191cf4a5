import {
  accept, addStore, download, enter, heading, invite, open, openUser, entries as sidebarEntries, setUp, settled, signOut, visit, DANA, OWNER,
} from '../support/acts.js';
import { expect, test } from '../support/test.js';

const rows = (page) => page.getByRole('region', { name: 'Entries' }).locator('tbody tr:not(.detail)');
const firstRow = (page) => rows(page).first();
const detail = (page) => page.locator('tr.detail');
const search = (page) => page.getByRole('searchbox', { name: 'Search in the log' });

/** Sends the filters, as a person without script must. */
async function apply(page) {
  const button = page.getByRole('button', { name: 'Apply' });
  if (await button.isVisible()) await button.click();
}

/** Opens the log at its newest entry. */
async function openLog(page, query = '') {
  expect(await visit(page, `/settings/audit${query}`)).toBe(200);
  await expect(heading(page, 'Audit log')).toBeVisible();
}

test('what was done stands in the log with its difference, and can be gone back from @plain @phone', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Details');
  await owner.getByLabel('Last name').fill('Whitlock-Hale');
  await owner.getByRole('main').getByRole('button', { name: /^Save/ }).click();
  await expect(owner.getByRole('heading', { level: 1 })).toContainText('Whitlock-Hale');
  await settled(owner);

  await open(owner, 'Audit log');
  await expect(firstRow(owner)).toContainText('Details changed');
  await firstRow(owner).getByRole('link', { name: 'Details changed' }).click();
  await expect(owner).toHaveURL(/[?&]entry=\d+/);
  await expect(detail(owner)).toContainText(`${OWNER.first} ${OWNER.last} changed the details of Dana Whitlock-Hale`);
  const changed = detail(owner).getByRole('row').filter({ hasText: 'Last name' });
  await expect(changed.locator('del')).toHaveText('Whitlock');
  await expect(changed.locator('ins')).toHaveText('Whitlock-Hale');
  await expect(detail(owner)).toContainText(/Device/);
  await expect(detail(owner).locator('code')).toHaveText(/^[0-9a-f]{8}…$/);

  const address = owner.url();
  await detail(owner).getByRole('link', { name: 'Close' }).click();
  await expect(detail(owner)).toHaveCount(0);
  await owner.goBack();
  await expect(owner).toHaveURL(address);
  await expect(detail(owner)).toHaveCount(1);
});

test('an entry that is not among those shown opens above them @plain', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await openLog(owner, '?action=session.sign_in&entry=1');
  const alone = owner.getByRole('region', { name: 'Entry 1' });
  await expect(alone).toContainText('set up');
  await expect(rows(owner)).toHaveCount(1);
});

test('filters and search narrow the log; their state is the address @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Oxford'] });

  await openLog(owner);
  const all = await rows(owner).count();
  expect(all).toBeGreaterThan(3);
  await owner.getByLabel('Action').selectOption({ label: 'Invite sent' });
  await apply(owner);
  await expect(rows(owner)).toHaveCount(1);
  await expect(owner).toHaveURL(/action=user\.invite/);
  await expect(firstRow(owner)).toContainText(`${DANA.first} ${DANA.last}`);
  await owner.reload();
  await settled(owner);
  await expect(rows(owner)).toHaveCount(1);
  await expect(owner.getByLabel('Action')).toHaveValue('user.invite');

  await openLog(owner);
  await search(owner).fill('oxford');
  await search(owner).press('Enter');
  await expect(owner).toHaveURL(/[?&]q=oxford/);
  await expect(rows(owner)).not.toHaveCount(all);
  await expect(firstRow(owner)).toContainText('Invite sent');

  await openLog(owner, '?q=of-no-such-thing&result=refused');
  await expect(owner.getByRole('heading', { name: 'No entry matches “of-no-such-thing”' })).toBeVisible();
  await expect(owner.getByRole('main')).toContainText('Result: Refused');
  await owner.getByRole('link', { name: 'Clear filters' }).click();
  await expect(rows(owner)).toHaveCount(all);

  await openLog(owner, '?date=between&from=2020-01-01&to=');
  await expect(rows(owner)).toHaveCount(all);
  await openLog(owner, '?date=between&from=2099-01-01&to=');
  await expect(rows(owner), 'nothing is of a day to come').toHaveCount(0);
  await openLog(owner, '?date=between&from=2020-01-01&to=2020-12-31');
  await expect(owner.getByLabel('First day')).toHaveValue('2020-01-01');
  await expect(rows(owner)).toHaveCount(0);
});

test('the log answers while typing and keeps the focus', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await openLog(page);
  await search(page).pressSequentially('marlow & finch');
  await expect(page).toHaveURL(/[?&]q=marlow/);
  await expect(rows(page)).toHaveCount(1);
  await expect(search(page)).toBeFocused();
  const who = page.getByRole('searchbox', { name: 'Person' });
  await who.pressSequentially('nobody like this');
  await expect(page.getByRole('heading', { name: /^Nobody is called/ })).toBeVisible();
  await expect(who).toBeFocused();
});

test('a refusal and a failed sign-in are told in words @plain', async ({ server, mailbox, person, guard }) => {
  test.slow();
  guard.expectStatus(401, 403);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  expect(await sidebarEntries(dana)).not.toContain('Audit log');
  expect(await visit(dana, '/settings/audit')).toBe(403);
  await expect(dana.getByRole('main')).toContainText('See the audit log');
  await openLog(owner, '?result=refused');
  await expect(firstRow(owner)).toContainText('Not allowed');
  await firstRow(owner).getByRole('link').click();
  await expect(detail(owner)).toContainText(`${DANA.first} ${DANA.last} was not allowed to see the audit log`);
  await expect(detail(owner)).toContainText('The permission See the audit log is missing.');

  const stranger = await person(server);
  await visit(stranger, '/sign-in');
  await stranger.getByLabel('Email').fill(DANA.email);
  await stranger.getByLabel('Password', { exact: true }).fill('not hers at all');
  await stranger.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(stranger.getByRole('alert')).toContainText('Email or password is not right');
  // It is written down a moment later.
  await expect
    .poll(async () => {
      await openLog(owner, '?action=session.fail');
      return rows(owner).count();
    })
    .toBe(1);
  await expect(firstRow(owner)).toContainText('Sign-in failed');
});

test('Activity on a person’s page is their trail @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Activity');
  await expect(rows(owner)).toHaveCount(1);
  await firstRow(owner).getByRole('link', { name: 'Invite sent' }).click();
  await expect(detail(owner)).toContainText(`invited ${DANA.first} ${DANA.last}`);
  await expect(owner).toHaveURL(/\/activity/);
});

test('the log can be taken away as a file that holds what the filters show @plain', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await signOut(owner);
  await enter(owner, OWNER);
  await openLog(owner, '?action=session.sign_out');
  const { name, lines } = await download(owner, 'Export CSV');
  expect(name).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  expect(lines[0]).toContain('entry,at,actor,action');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('session.sign_out');
});
