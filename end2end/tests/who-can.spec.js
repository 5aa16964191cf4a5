import { enter, heading, scripted, settled, visit } from '../support/acts.js';
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

  const file = await page.request.get(await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href'));
  expect(file.headers()['content-type']).toContain('text/csv');
  expect((await file.text()).trim().split('\n')).toHaveLength(people + 1);

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
