import { accept, enter, heading, invite, open, openUser, scripted, setUp, settled, signIn, told, toldWhy, visit, DANA, OWNER } from '../support/acts.js';
import { accessible, noSidewaysScroll } from '../support/axe.js';
import { expect, test } from '../support/test.js';

const NAME = `${DANA.first} ${DANA.last}`;

/** The owner, and Dana of the crew, each in a browser of their own. */
async function both(server, mailbox, person) {
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  return { owner, dana };
}

test('r46 the owner ends a session, and its next click says why @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { owner, dana } = await both(server, mailbox, person);
  await open(owner, 'Sessions');
  const rows = owner.getByRole('row');
  const own = rows.filter({ hasText: `${OWNER.first} ${OWNER.last}` });
  await expect(own).toContainText('This session');
  await expect(own.getByRole('button')).toHaveCount(0);
  await owner.getByRole('button', { name: new RegExp(`^Sign out ${NAME}`) }).click();
  await told(owner, `${NAME} signed out, 1 session ended`);
  await expect(rows.filter({ hasText: NAME })).toHaveCount(0);
  await toldWhy(dana, 'You were signed out by an admin');

  // She may come back, and is signed out with all others.
  await enter(dana, DANA);
  await visit(owner, '/settings/sessions');
  await expect(rows.filter({ hasText: NAME })).toHaveCount(1);
  await owner.getByRole('main').getByRole('link', { name: 'Sign out all others' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('1 other session ends now');
  await dialog.getByRole('button', { name: 'Sign out all others' }).click();
  await told(owner, '1 session ended');
  await expect(owner).toHaveURL('/settings/sessions');
  await toldWhy(dana, 'You were signed out by an admin');

  // With nobody left there is nothing to press.
  await visit(owner, '/settings/sessions?confirm=others');
  await expect(dialog).toContainText('No other session is open that you may end.');
  await expect(dialog.getByRole('button')).toHaveCount(0);
  await dialog.getByRole('link', { name: 'Cancel' }).click();
  await expect(owner).toHaveURL('/settings/sessions');
});

test('who saves after their session was ended is told that nothing was saved @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { owner, dana } = await both(server, mailbox, person);
  await visit(dana, '/profile');
  await dana.getByLabel('Phone').fill('01632 960142');
  await open(owner, 'Sessions');
  await owner.getByRole('button', { name: new RegExp(`^Sign out ${NAME}`) }).click();
  await told(owner, `${NAME} signed out, 1 session ended`);

  await dana.locator('#save').click();
  await expect(dana).toHaveURL(/\/sign-in/);
  const lost = 'Nothing was saved. Sign in, and do it again.';
  if (scripted(dana)) await told(dana, lost);
  else await expect(dana.locator('.banner').filter({ hasText: lost })).toBeVisible();
  await expect(dana.locator('.banner').filter({ hasText: 'You were signed out by an admin' })).toBeVisible();
  await signIn(dana, DANA);
  await expect(dana).toHaveURL('/profile');
  await settled(dana);
  await expect(dana.locator('.toasts')).toBeEmpty();
  await expect(dana.getByLabel('Phone')).toHaveValue('');
});

test('a person is signed out everywhere from their page @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { owner, dana } = await both(server, mailbox, person);
  await openUser(owner, DANA, 'Security');
  const card = owner.getByRole('region', { name: 'Sign-in' });
  await expect(card).toContainText('Wrong tries');
  await expect(card.getByRole('button', { name: 'Send password reset' })).toBeVisible();
  const sessions = owner.getByRole('region', { name: 'Sessions' });
  await expect(sessions).toContainText('One at a time');
  await sessions.getByRole('link', { name: 'Sign out everywhere' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('Their 1 session ends now');
  await dialog.getByRole('button', { name: `Sign out ${DANA.first} everywhere` }).click();
  await told(owner, `${NAME} signed out, 1 session ended`);
  await expect(sessions).toContainText('Signed out by an admin');
  await toldWhy(dana, 'You were signed out by an admin');
});

test('one finds one’s own sessions on the profile @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const { dana } = await both(server, mailbox, person);
  // Under the policy of one at a time, the newer sign-in ends the older.
  const phone = await person(server);
  await enter(phone, DANA);
  await visit(dana, '/profile');
  await expect(dana).toHaveURL(/\/sign-in/);
  await expect(dana.locator('.banner')).toContainText('your account was used on another device');
  await visit(phone, '/profile');
  const card = phone.getByRole('region', { name: 'Sessions' });
  await expect(card).toContainText('This session');
  await card.getByRole('link', { name: 'All my sessions' }).click();
  await expect(heading(phone, 'My sessions')).toBeVisible();
  await settled(phone);
  const list = phone.getByRole('region', { name: 'Open sessions' });
  await expect(list.getByRole('row')).toHaveCount(2);
  await expect(list).toContainText('This session');
  await expect(list.getByRole('button', { name: /^Sign out/ })).toHaveCount(0);
});

test('the list answers while one types, and its address keeps what was asked', async ({ server, mailbox, person }) => {
  const { owner } = await both(server, mailbox, person);
  await open(owner, 'Sessions');
  await owner.getByRole('searchbox', { name: 'Search by name or IP' }).fill('dana');
  await expect(owner).toHaveURL('/settings/sessions?q=dana');
  await expect(owner.getByRole('row').filter({ hasText: NAME })).toHaveCount(1);
  await expect(owner.getByRole('row').filter({ hasText: OWNER.last })).toHaveCount(0);
  await owner.getByRole('combobox', { name: 'Device' }).selectOption({ label: 'Tablet' });
  await expect(owner).toHaveURL('/settings/sessions?q=dana&device=tablet');
  await expect(owner.getByRole('main')).toContainText('Device: Tablet');
  await owner.getByRole('link', { name: 'Clear filters' }).click();
  await expect(owner.getByRole('row').filter({ hasText: NAME })).toHaveCount(1);
});

test('the pages of sessions are accessible and fit every width @phone', async ({ server, mailbox, person }) => {
  const { owner } = await both(server, mailbox, person);
  const looked = async (address) => {
    await visit(owner, address);
    await accessible(owner, address);
    await noSidewaysScroll(owner, address);
  };
  await looked('/settings/sessions');
  await looked('/settings/sessions?confirm=others');
  await looked('/profile');
  await looked('/profile/sessions');
  await openUser(owner, DANA, 'Security');
  await accessible(owner, 'a person, Security');
  await noSidewaysScroll(owner, 'a person, Security');
});
