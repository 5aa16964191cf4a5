import { download, enter, heading, scripted, settled, visit } from '../support/acts.js';
import { expect, test } from '../support/test.js';

/** The answer's sentence. */
const answer = (page) => page.locator('#answer');

/** Asks with something else picked; without script a button sends it. */
async function pick(page, label, choice) {
  await page.getByLabel(label, { exact: true }).selectOption({ label: choice });
  if (!scripted(page)) await page.getByRole('button', { name: 'Show', exact: true }).click();
}

test('who may void payments is asked in a sentence, and the answer says why @plain @phone', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/who-can');
  await expect(heading(page, 'Who can')).toBeVisible();
  await settled(page);
  await pick(page, 'Who can', 'void payments (Invoices)');
  await expect(page).toHaveURL(/permission=invoices\.void_payment/);
  await expect(answer(page)).toContainText('can void payments');
  await pick(page, 'at', 'Bath');
  await expect(answer(page)).toHaveText(/^\d+ people can void payments at Bath$/);
  const people = Number((await answer(page).innerText()).split(' ')[0]);
  const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
  await expect(rows).toHaveCount(people);
  const billing = rows.filter({ hasText: demo.member('Super Admin').name });
  await expect(billing).toContainText('Super Admin');
  await expect(rows.filter({ hasText: 'Billing' }).first()).toBeVisible();

  // Nobody of the crew may.
  const crew = demo.member('Crew');
  await expect(rows.filter({ hasText: crew.name })).toHaveCount(0);

  const file = await download(page, 'Export CSV');
  expect(file.name).toMatch(/^who-can-\d{4}-\d\d-\d\d\.csv$/);
  expect(file.lines).toHaveLength(people + 1);
  const owner = demo.member('Super Admin');
  expect(file.lines[0]).toBe('name,email,because,override_by,groups,stores,status');
  expect(file.lines).toContainEqual(expect.stringContaining(`${owner.name},${owner.email},Super Admin,`));

  // Going back asks what was asked before, in the sentence, too.
  await pick(page, 'at', 'Oxford');
  await expect(answer(page)).toContainText('at Oxford');
  await page.goBack();
  await expect(answer(page)).toContainText('at Bath');
  // Without script the browser itself may put back what was last picked.
  if (scripted(page)) await expect(page.getByLabel('at', { exact: true }).locator('option:checked')).toHaveText('Bath');

  // What holds in the business as a whole knows no store.
  await pick(page, 'Who can', 'see the audit log (Settings)');
  await expect(answer(page)).toContainText('can see the audit log');
  await expect(page.getByLabel('at', { exact: true })).toHaveCount(0);
});

test('everybody’s permissions can be taken away as one file @plain', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Super Admin'));
  await visit(page, '/settings/who-can');
  const { name, lines } = await download(page, 'Export all permissions');
  expect(name).toMatch(/^who-can-what-\d{4}-\d\d-\d\d\.csv$/);
  const [columns, ...rows] = lines.map((line) => line.split(','));
  expect(columns.slice(0, 3)).toEqual(['name', 'email', 'store']);
  const may = ({ email }, permission) => {
    const theirs = rows.filter((row) => row[1] === email);
    return theirs.map((row) => [row[2], row[columns.indexOf(permission)]]);
  };
  const [owner, crew] = [demo.member('Super Admin'), demo.member('Crew')];
  expect(may(owner, 'invoices.void_payment')).toEqual(['Bath', 'Heathrow T5', 'Marlow', 'Oxford'].map((store) => [store, 'yes']));
  expect(may(crew, 'invoices.void_payment')).toEqual([['Marlow', '']]);
  expect(may(crew, 'jobs.view')).toEqual([['Marlow', 'yes']]);
});
