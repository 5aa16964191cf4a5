// Settings → Stores: the list, a store's page, and who manages the people of one store.
import {
  accept, addStore, changeGroup, csv, fromMenu, heading, invite, open, openImport, openTab, openUser, picker, sendFile, settled, setUp, told, visit,
  DANA, OWNER,
} from '../support/acts.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';

const MINA = { first: 'Mina', last: 'Achterberg', email: 'mina@marlowfinch.example', password: 'four brass otters juggle' };
const PRIYA = { first: 'Priya', last: 'Raman', email: 'priya@marlowfinch.example' };
const TOM = { first: 'Tom', last: 'Bell', email: 'tom@marlowfinch.example' };

/** Opens a store's page from the list. */
async function openStore(page, name) {
  await open(page, 'Stores');
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
  await expect(heading(page, name)).toBeVisible();
  await settled(page);
}

/** The stores that the picker offers. */
async function offered(page) {
  await picker(page).click();
  const names = await page.getByRole('list', { name: 'My stores' }).getByRole('button').allInnerTexts();
  await page.keyboard.press('Escape');
  return names.map((name) => name.trim());
}

/** The stores that a new person may be given. */
async function given(page) {
  await visit(page, '/settings/users/new');
  return page.getByRole('group', { name: 'Stores', exact: true }).getByRole('checkbox').count();
}

test('a store is added, changed, closed and opened again, and the picker follows @plain @phone', async ({ server, mailbox, person, guard }) => {
  test.slow();
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Heathrow', code: 'LHR' });
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Oxford'] });

  await openStore(owner, 'Oxford');
  const [name, code] = [owner.getByLabel('Name', { exact: true }), owner.getByLabel('Short code')];
  const save = () => owner.getByRole('button', { name: 'Save', exact: true }).click();
  await name.fill('bath');
  await code.fill('ox!');
  await owner.getByLabel('Time zone').selectOption({ label: 'Paris (Europe)' });
  await save();
  await expect(owner.getByRole('alert')).toContainText('1 thing to put right');
  await expect(code).toHaveAccessibleDescription(/Use 2 to 6 capital letters or digits/);
  await expect(code).toHaveValue('ox!');
  await expect(owner.getByLabel('Time zone').locator('option:checked')).toHaveText('Paris (Europe)');
  await code.fill('LHR');
  await save();
  await expect(owner.getByRole('alert')).toContainText('2 things to put right');
  for (const field of [name, code]) await expect(field).toHaveAccessibleDescription(/Another store has this already/);
  await expect(name).toHaveValue('bath');
  await name.fill('Oxford Covered Market');
  await code.fill('OXC');
  await save();
  await told(owner, 'Oxford Covered Market saved');
  const row = owner.getByRole('row').filter({ hasText: 'Oxford Covered Market' });
  await expect(row).toContainText('OXC');
  await expect(row).toContainText('Europe/Paris');
  expect(await offered(owner)).toEqual(['All my stores', 'Bath', 'Heathrow', 'Oxford Covered Market'].map((store) => expect.stringContaining(store)));

  await openStore(owner, 'Oxford Covered Market');
  const people = owner.getByRole('region', { name: 'People' });
  await expect(people.getByRole('row').filter({ hasText: `${DANA.first} ${DANA.last}` })).toContainText('Crew');
  await expect(people.getByRole('row').filter({ hasText: `${OWNER.first} ${OWNER.last}` })).toContainText('Super Admin');
  await fromMenu(owner, 'Deactivate store');
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('Deactivate Oxford Covered Market?');
  await expect(dialog).toContainText('The 2 people who work there keep it.');
  await dialog.getByRole('button', { name: 'Deactivate store' }).click();
  await told(owner, 'Oxford Covered Market deactivated');
  await settled(owner);
  await expect(owner.getByRole('main').getByText('Deactivated', { exact: true })).toBeVisible();
  expect(await offered(owner)).toEqual(['All my stores', 'Bath', 'Heathrow'].map((store) => expect.stringContaining(store)));
  expect(await given(owner)).toBe(2);

  await openStore(owner, 'Oxford Covered Market');
  await owner.getByRole('button', { name: 'Reactivate store' }).click();
  await told(owner, 'Oxford Covered Market reactivated');
  await settled(owner);
  expect(await offered(owner)).toHaveLength(4);
  expect(await given(owner)).toBe(3);
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('the last open store can’t be closed @plain', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await openStore(owner, 'Bath');
  await expect(owner.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
  await expect(owner.locator('summary[aria-label="More actions"]')).toHaveCount(0);
  await visit(owner, `${owner.url()}?confirm=deactivate`);
  await expect(owner.getByRole('dialog')).toHaveCount(0);
});

test('who manages one store sees its people, changes those of it alone, and nobody of another @plain @phone', async ({
  server,
  mailbox,
  person,
  guard,
}) => {
  test.slow();
  guard.expectStatus(404);
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await openImport(owner);
  const line = (who, groups, stores) => [who.first, who.last, who.email, groups, stores].join(',');
  await sendFile(owner, csv([
    line(MINA, 'Admin@Bath;Crew@Oxford', 'Bath;Oxford'),
    line(DANA, 'Crew', 'Bath'),
    line(PRIYA, 'Crew', 'Oxford'),
    line(TOM, 'Crew', 'Bath;Oxford'),
  ]));
  await owner.getByRole('button', { name: 'Import 4 people' }).click();
  await told(owner, '4 people invited');
  await settled(owner);
  await openUser(owner, PRIYA);
  const elsewhere = new URL(owner.url()).pathname;

  const mina = await person(server);
  await accept(mina, linkIn(await mailbox.lastTo(MINA.email), 'accept-invite'), MINA);
  await open(mina, 'Users');
  const rows = mina.getByRole('main').getByRole('row');
  for (const who of [MINA, DANA, TOM, OWNER]) await expect(rows.filter({ hasText: `${who.first} ${who.last}` })).toHaveCount(1);
  await expect(rows.filter({ hasText: PRIYA.last })).toHaveCount(0);
  for (const tab of ['', '/access', '/security']) expect(await visit(mina, elsewhere + tab), tab).toBe(404);
  await expect(heading(mina, 'There is nothing here')).toBeVisible();

  const bar = mina.locator('.save-bar');
  const why = 'A store is concerned in which you may not manage people.';
  await openUser(mina, TOM);
  await expect(mina.getByRole('main')).toContainText(why);
  await expect(mina.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);
  await expect(mina.getByRole('button', { name: 'Resend invite' })).toHaveCount(0);
  await openTab(mina, TOM, 'Access');
  await expect(mina.getByRole('main')).toContainText(why);
  await expect(bar).toHaveCount(0);
  await expect(mina.getByRole('main').getByRole('radio', { name: 'Deny' })).toHaveCount(0);

  await openUser(mina, DANA);
  await expect(mina.getByRole('main')).not.toContainText(why);
  await mina.getByLabel('Last name').fill('Whitlock-Hale');
  await mina.getByRole('button', { name: 'Save', exact: true }).click();
  await told(mina, DANA.first);
  await settled(mina);
  await openTab(mina, { ...DANA, last: 'Whitlock-Hale' }, 'Access');
  await changeGroup(mina, 'Crew', 'Sales');
  await told(mina, DANA.first);
  await expect(mina.getByRole('main').getByRole('checkbox', { name: /^Sales\b/ })).toBeChecked();
});
