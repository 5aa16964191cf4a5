import {
  accept, addStore, cell, choose, closeSheet, deactivate, entries, follow, fromMenu, heading, invite, openUser, previewAccess, saveAccess, setUp,
  settled, tick, told, visit, why, DANA, OWNER,
} from '../support/acts.js';
import { accessible } from '../support/axe.js';
import { expect, test } from '../support/test.js';

const PRIYA = { first: 'Priya', last: 'Raman', email: 'priya@marlowfinch.example', password: 'seven copper kettles whistle' };

test('a denial of one salesperson is amber, says who and why, and holds at the next click @plain @phone', async ({ server, mailbox, person, guard }) => {
  test.slow();
  guard.expectStatus(403);
  const owner = await person(server);
  await setUp(owner, server);
  const [dana, priya] = [await person(server), await person(server)];
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Sales'] }), DANA);
  await accept(priya, await invite(owner, mailbox, PRIYA, { groups: ['Sales'] }), PRIYA);
  expect(await entries(dana)).toContain('Invoices');

  await openUser(owner, DANA, 'Access');
  await expect(cell(owner, 'invoices.view').locator('summary')).toContainText(', Invoices: allowed. Why?');
  await choose(owner, 'invoices.view', 'Deny', { reason: 'Still learning' });
  const dialog = await previewAccess(owner);
  await expect(dialog).toContainText('Dana loses 1 permission');
  await expect(dialog).toContainText('Invoices: View');
  await accessible(owner, 'the preview of an access');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await told(owner, DANA.first);
  await settled(owner);

  const denied = cell(owner, 'invoices.view');
  await expect(denied).toHaveAttribute('data-override', '');
  await expect(denied.locator('summary')).toContainText(', Invoices: denied by override. Why?');
  const card = await why(owner, 'invoices.view');
  await accessible(owner, 'an open card');
  await expect(card).toContainText('Dana may not see invoices');
  await expect(card).toContainText('From Sales.');
  await expect(card).toContainText(`By ${OWNER.first} ${OWNER.last} today, without end. “Still learning”`);
  await expect(owner.getByRole('group', { name: 'Invoices', exact: true })).toContainText('1 override');

  expect(await visit(dana, '/invoices')).toBe(403);
  expect(await entries(dana)).not.toContain('Invoices');
  expect(await visit(priya, '/invoices'), 'the others keep it').toBe(200);

  await closeSheet(owner);
  await openUser(owner, PRIYA, 'Access');
  await expect(cell(owner, 'invoices.view')).not.toHaveAttribute('data-override');

  await openUser(owner, DANA, 'Access');
  await owner.getByRole('button', { name: 'Clear 1 override' }).click();
  const clearing = owner.getByRole('dialog');
  await expect(clearing).toContainText('Dana gains 1 permission');
  await clearing.getByRole('button', { name: 'Save changes' }).click();
  await expect(cell(owner, 'invoices.view')).not.toHaveAttribute('data-override');
  expect(await visit(dana, '/invoices')).toBe(200);
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('a level picked for a row becomes overrides, with one reason for all of them @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Access');
  await expect(owner.getByRole('main')).toContainText('They have not accepted the invite, so nothing counts yet.');
  await owner.getByRole('radiogroup', { name: 'Quotes level' }).getByText('Write', { exact: true }).click();
  const dialog = await previewAccess(owner);
  await expect(dialog).toContainText('Dana gains 3 permissions');
  await expect(dialog).toContainText('It counts as soon as they do.');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Reason: Fill this in');
  await dialog.getByLabel('Reason').fill('Helps at the counter');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await told(owner, DANA.first);
  await settled(owner);
  for (const permission of ['quotes.create', 'quotes.edit', 'quotes.send']) {
    const card = await why(owner, permission);
    await expect(card).toContainText('“Helps at the counter”');
    await expect(card.getByRole('radio', { name: 'Allow' })).toBeChecked();
  }
  await expect(cell(owner, 'quotes.view')).not.toContainText('“Helps at the counter”');
  await expect(owner.getByRole('button', { name: 'Clear all 3 overrides' })).toBeVisible();
});

test('an override with a day that is over is refused beside its field and nothing typed is lost @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Access');
  await choose(owner, 'jobs.pick', 'Deny', { reason: 'Bad back', until: '2020-01-31' });
  await owner.getByRole('button', { name: 'Preview changes' }).click();
  await expect(owner.getByRole('alert').getByRole('link')).toHaveText(['Pick today or a later day']);
  const card = cell(owner, 'jobs.pick');
  await expect(card, 'its card stands open').toHaveAttribute('open', '');
  await expect(card).toContainText('Pick today or a later day');
  await expect(card.getByRole('radio', { name: 'Deny' })).toBeChecked();
  await expect(card.getByLabel(/^Reason/)).toHaveValue('Bad back');
  await card.getByLabel(/^Until/).fill('2099-12-31');
  await saveAccess(owner);
  await expect(await why(owner, 'jobs.pick')).toContainText('until 31 December 2099');
});

test('the grid tells store by store, also after another store was looked at @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await invite(owner, mailbox, DANA, { groups: ['Sales'], stores: ['Bath', 'Oxford'] });
  await accept(await person(server), await invite(owner, mailbox, PRIYA, { groups: ['Sales'], stores: ['Bath', 'Oxford'] }), PRIYA);
  await openUser(owner, PRIYA, 'Access');
  await owner.getByLabel(/^Add a group/).selectOption({ label: 'Operations' });
  await owner.getByLabel('Where').selectOption({ label: 'at Oxford only' });
  await saveAccess(owner);
  await expect(owner.getByRole('group', { name: 'Jobs', exact: true })).toContainText('Read in Bath, Manage in Oxford');
  await expect(cell(owner, 'jobs.reopen').locator('summary')).toContainText('allowed in some stores');
  const card = await why(owner, 'jobs.reopen');
  await expect(card).toContainText('Priya may reopen jobs in Oxford only');
  await expect(card).toContainText('From Operations at Oxford.');
  await expect(card).not.toContainText('Customers of the business');
  await expect(await why(owner, 'customers.create')).toContainText('one store where they may do this is enough');

  const places = owner.getByRole('navigation', { name: 'Show for' });
  await places.getByRole('link', { name: 'Bath' }).click();
  await expect(places.getByRole('link', { name: 'Bath' })).toHaveAttribute('aria-current', 'true');
  await settled(owner);
  await expect(cell(owner, 'jobs.reopen').locator('summary')).toContainText(', Jobs: not allowed. Why?');
  await places.getByRole('link', { name: 'Oxford' }).click();
  await expect(cell(owner, 'jobs.reopen').locator('summary')).toContainText(', Jobs: allowed. Why?');
});

test('a tab keeps the focus when its page has come', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA);
  const tabs = owner.getByRole('navigation', { name: `${DANA.first} ${DANA.last}` });
  for (const name of ['Access', 'Security', 'Activity', 'Details']) {
    const tab = tabs.getByRole('link', { name });
    await tab.focus();
    await owner.keyboard.press('Enter');
    await expect(tab).toHaveAttribute('aria-current', 'page');
    await settled(owner);
    await expect(tab, `${name} is where one goes on from`).toBeFocused();
  }
});

/** Dana of Bath and Oxford, whose tab Access stands open: its save bar, and the link to its grid for Oxford. */
async function danaOfTwoStores(server, mailbox, person) {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath', 'Oxford'] });
  await openUser(owner, DANA, 'Access');
  const bar = owner.locator('.save-bar[role=status]');
  const oxford = owner.getByRole('navigation', { name: 'Show for' }).getByRole('link', { name: 'Oxford' });
  return { owner, bar, oxford };
}

test('what is typed stays while another store is looked at, and the save bar counts it', async ({ server, mailbox, person }) => {
  const { owner, bar, oxford } = await danaOfTwoStores(server, mailbox, person);
  await choose(owner, 'jobs.pick', 'Deny', { reason: 'Bad back' });
  await expect(bar).toContainText('1 change: Jobs: Pick denied');
  await expect(cell(owner, 'jobs.pick')).toHaveAttribute('data-changed', '');
  await expect(owner.getByRole('radiogroup', { name: 'Jobs level' }).getByRole('radio', { name: 'Custom' })).toBeChecked();
  await owner.keyboard.press('Escape');
  await expect(cell(owner, 'jobs.pick'), 'Escape closes the card').not.toHaveAttribute('open');
  await expect(cell(owner, 'jobs.pick').locator('summary')).toBeFocused();

  await oxford.click();
  await expect(owner).toHaveURL(/store=/);
  await expect(oxford, 'the other store is shown').toHaveAttribute('aria-current', 'true');
  await expect(cell(owner, 'jobs.pick')).toHaveAttribute('data-changed', '');
  await expect(bar).toContainText('1 change: Jobs: Pick denied');

  await owner.getByRole('radiogroup', { name: 'Jobs level' }).getByText('Read', { exact: true }).click();
  await expect(bar).toContainText('4 changes:');
  await owner.getByRole('link', { name: 'Discard' }).click();
  await settled(owner);
  await expect(cell(owner, 'jobs.pick')).not.toHaveAttribute('data-changed');
});

test('what is chosen while another store is on its way goes along', async ({ server, mailbox, person }) => {
  const { owner, bar, oxford } = await danaOfTwoStores(server, mailbox, person);
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await owner.route('**/api/users/access*', async (route) => {
    await held;
    await route.continue();
  });
  await oxford.click();
  await owner.getByRole('radiogroup', { name: 'Jobs level' }).getByText('Read', { exact: true }).click();
  await expect(bar).toContainText(/^\d changes:/);
  const told = await bar.innerText();
  answer();
  await expect(oxford).toHaveAttribute('aria-current', 'true');
  await expect(bar).toHaveText(told, { useInnerText: true });
});

test('what is saved is what was asked about, also when something is chosen while the question loads', async ({ server, mailbox, person }) => {
  const { owner } = await danaOfTwoStores(server, mailbox, person);
  await choose(owner, 'jobs.pick', 'Deny', { reason: 'Bad back' });
  await owner.keyboard.press('Escape');
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await owner.route('**/api/users/preview-access*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = owner.waitForRequest('**/api/users/preview-access*');
  await owner.getByRole('button', { name: 'Preview changes' }).click();
  await asked;
  await choose(owner, 'quotes.view', 'Allow', { reason: 'She helps out' });
  answer();
  const dialog = owner.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await told(owner, DANA.first);
  await settled(owner);
  await expect(cell(owner, 'jobs.pick')).toHaveAttribute('data-override', '');
  await expect(cell(owner, 'quotes.view')).not.toHaveAttribute('data-override');
});

test('cells are walked with arrow keys and a press elsewhere closes a card', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Access');
  await cell(owner, 'quotes.view').locator('summary').focus();
  await owner.keyboard.press('ArrowRight');
  await expect(cell(owner, 'quotes.create').locator('summary')).toBeFocused();
  await owner.keyboard.press('ArrowDown');
  await expect(cell(owner, 'jobs.create').locator('summary')).toBeFocused();
  await owner.keyboard.press('Enter');
  await expect(cell(owner, 'jobs.create')).toHaveAttribute('open', '');
  await heading(owner, `${DANA.first} ${DANA.last}`).click();
  await expect(cell(owner, 'jobs.create')).not.toHaveAttribute('open');
});

test('of two editors the second is told and loses nothing typed @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(409);
  const owner = await person(server);
  await setUp(owner, server);
  const second = { first: 'Theo', last: 'Finch', email: 'theo@marlowfinch.example', password: 'nine quiet badgers at tea' };
  const theo = await person(server);
  await accept(theo, await invite(owner, mailbox, second, { groups: ['Super Admin'] }), second);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA, 'Access');
  await openUser(theo, DANA, 'Access');
  await choose(owner, 'jobs.pick', 'Deny', { reason: 'Bad back' });
  await choose(theo, 'jobs.return', 'Deny', { reason: 'Cannot lift' });
  await saveAccess(owner);
  const dialog = await previewAccess(theo);
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(theo.getByRole('alert')).toContainText('Somebody changed this meanwhile');
  await settled(theo);
  await dialog.getByRole('button', { name: 'Keep editing' }).click();
  await expect(dialog).toHaveCount(0);
  await settled(theo);
  const card = await why(theo, 'jobs.return');
  await expect(card.getByRole('radio', { name: 'Deny' }), 'what was chosen stays').toBeChecked();
  await expect(card.getByLabel(/^Reason/)).toHaveValue('Cannot lift');
  await visit(owner, owner.url());
  await expect(cell(owner, 'jobs.return')).not.toHaveAttribute('data-override');
});

test('a Super Admin has every tick and none of them can be changed @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Super Admin'] });
  await openUser(owner, DANA, 'Access');
  await expect(owner.getByRole('main').getByRole('radio', { name: 'Deny' })).toHaveCount(0);
  await openUser(owner, OWNER, 'Access');
  await expect(owner.getByRole('main')).toContainText('Overrides do not apply.');
  await expect(owner.locator('details.cell .box[data-state="yes"]')).toHaveCount(40);
});

test('a level for a new person is an override from the start @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  await follow(owner, 'Users');
  await expect(heading(owner, 'Users')).toBeVisible();
  await visit(owner, '/settings/users/new');
  await owner.getByLabel('First name').fill(DANA.first);
  await owner.getByLabel('Last name').fill(DANA.last);
  await owner.getByLabel('Email').fill(DANA.email);
  await tick(owner, 'Groups', ['Crew']);
  await owner.getByText('Permissions per module').click();
  await owner.getByLabel('Jobs', { exact: true }).selectOption({ label: 'None' });
  await owner.getByRole('button', { name: 'Save and send invite' }).click();
  await expect(owner.getByRole('alert').getByRole('link')).toHaveText(['Reason: Fill this in']);
  await expect(owner.getByLabel('Jobs', { exact: true })).toHaveValue('none');
  await owner.getByLabel(/^Reason/).fill('Front desk only');
  await owner.getByRole('button', { name: 'Save and send invite' }).click();
  await told(owner, DANA.first);
  await settled(owner);
  await openUser(owner, DANA, 'Access');
  await expect(owner.getByRole('button', { name: 'Clear all 5 overrides' })).toBeVisible();
  await expect(cell(owner, 'jobs.pick'), 'amber, though nothing counts yet').toHaveAttribute('data-override', '');
  await expect(owner.getByRole('group', { name: 'Jobs', exact: true })).toContainText('5 overrides');
  expect(mailbox.to(DANA.email)).toHaveLength(1);
});

test('a last day is set and cleared on a person\'s page @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 422);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  await openUser(owner, DANA);
  await fromMenu(owner, 'Last day');
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText(`Last day of ${DANA.first} ${DANA.last}`);
  await dialog.getByLabel(/^Last day/).fill('2020-01-31');
  await dialog.getByRole('button', { name: 'Save last day' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Pick today or a later day');
  await dialog.getByLabel(/^Last day/).fill('2099-12-31');
  await dialog.getByRole('button', { name: 'Save last day' }).click();
  await told(owner, 'Last day of Dana Whitlock is 31 December 2099');
  await settled(owner);
  await expect(owner.getByRole('main')).toContainText('Last day: 31 December 2099');
  expect(await visit(dana, '/jobs'), 'until then she works').toBe(200);

  await fromMenu(owner, 'Last day');
  await dialog.getByLabel(/^Last day/).fill('');
  await dialog.getByRole('button', { name: 'Save last day' }).click();
  await told(owner, 'Last day of Dana Whitlock cleared');
  await settled(owner);
  await expect(owner.getByRole('main')).not.toContainText('Last day:');
  await deactivate(owner, DANA);
  await follow(dana, 'Quotes');
  await expect(dana).toHaveURL(/\/sign-in/);
});
