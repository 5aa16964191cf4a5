import { accept, invite, open, scripted, setUp, settled, told, visit, DANA, OWNER } from '../support/acts.js';
import { look } from '../support/axe.js';
import { expect, test } from '../support/test.js';

const RHYS = { first: 'Rhys', last: 'Bevan', email: 'rhys@marlowfinch.example', password: 'amber kettles sing at midnight' };
const name = (who) => `${who.first} ${who.last}`;
const box = (page, who) => page.getByRole('checkbox', { name: `Select ${name(who)}`, exact: true });
const row = (page, who) => page.getByRole('row').filter({ hasText: who.email });
const bar = (page) => page.locator('.bulk');

/** Words of the table's head that are seen where the bar lies over it. */
const overlaps = (page) =>
  bar(page).evaluate((bar) => {
    const { bottom } = bar.getBoundingClientRect();
    const showsThrough = (link) => {
      const { x, y, width, height } = link.getBoundingClientRect();
      const middle = y + height / 2;
      return middle < bottom && link.contains(document.elementFromPoint(x + width / 2, middle));
    };
    return [...document.querySelectorAll('thead a')].filter(showsThrough).map((link) => link.textContent);
  });

/** The owner's list, with Dana who works and Rhys who is invited. */
async function three(server, mailbox, person) {
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  await invite(owner, mailbox, RHYS, { groups: ['Crew'] });
  await open(owner, 'Users');
  return { owner, dana };
}

test('people who are ticked are deactivated together, once it is said what that does @plain @phone', async ({ server, mailbox, person }) => {
  test.slow();
  const { owner } = await three(server, mailbox, person);
  await expect(box(owner, OWNER), 'not oneself').toHaveCount(0);
  await expect(bar(owner)).toBeHidden();
  await box(owner, DANA).check();
  await box(owner, RHYS).check();
  await expect(bar(owner)).toBeVisible();
  if (scripted(owner)) await expect(bar(owner).getByRole('status')).toHaveText('2 selected');
  expect(await overlaps(owner), 'words of the head that stand over those of the bar').toEqual([]);
  await look(owner, 'people with some ticked');

  await bar(owner).getByRole('button', { name: 'Deactivate' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('Deactivate 2 people?');
  await expect(dialog).toContainText("Their 1 session ends now, and they can't sign in any more. Their names stay on everything they did.");
  await expect(dialog.getByRole('listitem')).toHaveText([new RegExp(name(DANA)), new RegExp(name(RHYS))]);
  await look(owner, 'the question about several people');
  await dialog.getByRole('link', { name: 'Cancel' }).click();
  await expect(owner).toHaveURL('/settings/users');
  await settled(owner);

  await box(owner, DANA).check();
  await box(owner, RHYS).check();
  await bar(owner).getByRole('button', { name: 'Deactivate' }).click();
  await dialog.getByRole('button', { name: 'Deactivate 2 people' }).click();
  await told(owner, '2 people deactivated, 1 session ended');
  await expect(owner).toHaveURL('/settings/users');
  await expect(row(owner, DANA)).toHaveCount(0);
  await expect(row(owner, RHYS)).toHaveCount(0);
  await expect(bar(owner)).toBeHidden();
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('a question says whom it leaves out, and why @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { owner, dana } = await three(server, mailbox, person);
  await box(owner, DANA).check();
  await box(owner, RHYS).check();
  await bar(owner).getByRole('button', { name: 'Sign out everywhere' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('Sign out 1 of 2 people everywhere?');
  await expect(dialog).toContainText('Left out: 1 person');
  await expect(dialog.getByRole('listitem').filter({ hasText: name(RHYS) })).toContainText('Signed in nowhere');
  await dialog.getByRole('button', { name: 'Sign out 1 person' }).click();
  await told(owner, '1 person signed out');
  await visit(dana, '/jobs');
  await expect(dana).toHaveURL(/\/sign-in/);

  // What the page does not offer leads back to the list.
  await visit(owner, '/settings/users?bulk=deactivate&user=nobody');
  await expect(owner).toHaveURL('/settings/users');
  await expect(dialog).toHaveCount(0);
});

test('the question keeps the search and the filters of the list @plain', async ({ server, mailbox, person }) => {
  const { owner } = await three(server, mailbox, person);
  await visit(owner, '/settings/users?q=marlowfinch&sort=-name');
  await box(owner, RHYS).check();
  await bar(owner).getByRole('button', { name: 'Deactivate' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog, 'of one person it is asked as on their page').toContainText(`Deactivate ${name(RHYS)}?`);
  await dialog.getByRole('link', { name: 'Cancel' }).click();
  await expect(owner).toHaveURL('/settings/users?q=marlowfinch&sort=-name');
});

test('the menu of a row offers what makes sense for the person @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { owner, dana } = await three(server, mailbox, person);
  const menu = (who) => row(owner, who).locator('details.menu');
  const opener = (who) => menu(who).locator('summary');
  await expect(menu(OWNER), 'not for oneself').toHaveCount(0);

  await opener(RHYS).click();
  await expect(menu(RHYS).getByRole('listitem')).toHaveText([/Resend invite/]);
  await menu(RHYS).getByRole('button', { name: 'Resend invite' }).click();
  await told(owner, `Invite sent again to ${name(RHYS)}`);
  await settled(owner);
  await mailbox.lastTo(RHYS.email, 2);

  await opener(DANA).click();
  await menu(DANA).getByRole('button', { name: 'Send password reset' }).click();
  await told(owner, `Password reset sent to ${name(DANA)}`);
  await settled(owner);
  await mailbox.lastTo(DANA.email, 2);

  await opener(DANA).click();
  await menu(DANA).getByRole('link', { name: 'Sign out everywhere' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText(`Sign out ${name(DANA)} everywhere?`);
  await dialog.getByRole('button', { name: `Sign out ${DANA.first} everywhere` }).click();
  await told(owner, `${name(DANA)} signed out, 1 session ended`);
  await expect(owner).toHaveURL('/settings/users');
  await visit(dana, '/jobs');
  await expect(dana).toHaveURL(/\/sign-in/);

  await settled(owner);
  await opener(DANA).click();
  await menu(DANA).getByRole('link', { name: 'Deactivate' }).click();
  await dialog.getByRole('button', { name: `Deactivate ${DANA.first}` }).click();
  await told(owner, `${name(DANA)} deactivated`);
  await visit(owner, '/settings/users?deactivated=on');
  await opener(DANA).click();
  await menu(DANA).getByRole('button', { name: 'Reactivate' }).click();
  await told(owner, `${name(DANA)} reactivated`);
});

test('rows are ticked by Space, and the box in the head knows none, some and all', async ({ server, mailbox, person }) => {
  const { owner } = await three(server, mailbox, person);
  const all = owner.getByRole('checkbox', { name: 'Select all on this page' });
  const status = bar(owner).getByRole('status');
  await expect(all).not.toBeChecked();
  await owner.getByRole('link', { name: name(DANA), exact: true }).focus();
  await owner.keyboard.press('Space');
  await expect(box(owner, DANA)).toBeChecked();
  await expect(status).toHaveText('1 selected');
  await expect(all).toHaveJSProperty('indeterminate', true);
  await owner.keyboard.press('Space');
  await expect(box(owner, DANA)).not.toBeChecked();
  await expect(bar(owner)).toBeHidden();

  await all.check();
  await expect(box(owner, DANA)).toBeChecked();
  await expect(box(owner, RHYS)).toBeChecked();
  await expect(status).toHaveText('2 selected');
  await box(owner, DANA).focus();
  await owner.keyboard.press('ArrowDown');
  await expect(box(owner, RHYS)).toBeFocused();
  await owner.keyboard.press('Space');
  await expect(box(owner, RHYS)).not.toBeChecked();
  await expect(all).toHaveJSProperty('indeterminate', true);

  await bar(owner).getByRole('button', { name: 'Clear selection' }).click();
  await expect(bar(owner)).toBeHidden();
  await expect(all).toHaveJSProperty('indeterminate', false);
  await expect(all).not.toBeChecked();
});

test('Escape closes the menu of a row and leads back to its button, and a click elsewhere closes it', async ({ server, mailbox, person }) => {
  const { owner } = await three(server, mailbox, person);
  const menu = row(owner, DANA).locator('details.menu');
  await menu.locator('summary').click();
  await expect(menu).toHaveAttribute('open');
  await owner.keyboard.press('Tab');
  await owner.keyboard.press('Escape');
  await expect(menu).not.toHaveAttribute('open');
  await expect(menu.locator('summary')).toBeFocused();
  await menu.locator('summary').click();
  await owner.getByRole('heading', { level: 1 }).click();
  await expect(menu).not.toHaveAttribute('open');
});
