// A new password: forgotten, sent by an admin, or changed; and what ends with the old one.
import {
  accept,
  allowSeveralSessions,
  enter,
  forgetPassword,
  fromMenu,
  heading,
  invite,
  lockOut,
  openUser,
  setPassword,
  setUp,
  settled,
  signIn,
  taken,
  told,
  visit,
  DANA,
  OWNER,
  REFUSED,
} from '../support/acts.js';
import { look } from '../support/axe.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';

const NEW = 'seven lanterns under a slow bridge';
const NEWER = 'nine herons over a quiet canal';

/** The owner in one browser, Dana at work in another. */
async function both(server, mailbox, person) {
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const dana = await person(server);
  await accept(dana, link, DANA);
  return { owner, dana };
}

test('r26 a forgotten password is set anew by mail, which ends every session and signs nobody in @plain', async ({
  server,
  mailbox,
  person,
  guard,
}) => {
  guard.expectStatus(401, 410, 422);
  const { dana } = await both(server, mailbox, person);
  const home = await person(server);
  await forgetPassword(home, DANA.email);
  const link = linkIn(await mailbox.lastAbout(DANA.email, 'A new password'), 'reset-password');
  expect(new URL(link).origin).toBe(server.url);

  await visit(home, link);
  await expect(heading(home, 'Set your password')).toBeVisible();
  await expect(home.getByText(DANA.email)).toBeVisible();
  await setPassword(home, 'dana whitlock dana');
  await expect(home.getByRole('alert')).toContainText('Too easy to guess');
  await setPassword(home, NEW, DANA.password);
  await expect(home.getByRole('alert')).toContainText('The two passwords differ');
  await expect(home.getByLabel('New password', { exact: true })).toHaveValue('');
  await setPassword(home, NEW);
  await expect(home).toHaveURL(/\/sign-in$/);
  await expect(home.getByText('Password set. Sign in with it')).toBeVisible();

  // The device at work is told why it was signed out.
  await visit(dana, '/');
  await expect(dana).toHaveURL(/\/sign-in/);
  await expect(dana.getByText('your password was set anew')).toBeVisible();
  await mailbox.lastAbout(DANA.email, 'was changed');

  await visit(home, link);
  await expect(home.getByText('older than 30 minutes')).toBeVisible();
  await home.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(heading(home, 'Forgot password?')).toBeVisible();

  await signIn(home, DANA);
  await expect(home.getByText(REFUSED)).toBeVisible();
  await enter(home, { ...DANA, password: NEW });
});

test('r10 an address that nobody has gets the same answer and no mail @plain', async ({ server, mailbox, person }) => {
  await both(server, mailbox, person);
  const page = await person(server);
  await forgetPassword(page, 'nobody@marlowfinch.example');
  await expect(page).toHaveTitle('Check your mail · Keyholder');
  const unknown = await page.getByRole('main').innerText();
  await forgetPassword(page, DANA.email);
  expect(await page.getByRole('main').innerText()).toBe(unknown);
  await mailbox.lastAbout(DANA.email, 'A new password');
  expect(mailbox.to('nobody@marlowfinch.example')).toEqual([]);
});

test('r17 a locked account is opened by its owner with a reset, and by an admin @plain', async ({
  server,
  mailbox,
  person,
  guard,
}) => {
  guard.expectStatus(401);
  const { owner, dana } = await both(server, mailbox, person);
  const stranger = await person(server);
  await lockOut(stranger, DANA);
  // Who is in goes on.
  await visit(dana, '/profile');
  await expect(heading(dana, 'My profile')).toBeVisible();

  await openUser(owner, DANA);
  await expect(owner.getByText('Locked', { exact: true }).first()).toBeVisible();
  await owner.getByRole('button', { name: 'Unlock' }).click();
  await told(owner, `${DANA.first} ${DANA.last} unlocked`);
  await settled(owner);
  await enter(await person(server), DANA);

  await lockOut(stranger, DANA);
  await openUser(owner, DANA);
  await fromMenu(owner, 'Send password reset');
  await told(owner, 'Password reset sent to Dana Whitlock');
  const link = linkIn(await mailbox.lastAbout(DANA.email, 'A new password'), 'reset-password');
  const home = await person(server);
  await visit(home, link);
  await setPassword(home, NEW);
  await expect(home).toHaveURL(/\/sign-in$/);
  await enter(home, { ...DANA, password: NEW });
});

test('r27 an admin sends a reset, sees what became of the mail and never sees the link @plain', async ({
  server,
  mailbox,
  person,
}) => {
  const { owner } = await both(server, mailbox, person);
  await openUser(owner, DANA);
  await owner.getByRole('button', { name: 'Send password reset' }).click();
  await told(owner, 'Password reset sent to Dana Whitlock');
  const link = linkIn(await mailbox.lastAbout(DANA.email, 'A new password'), 'reset-password');
  const secret = link.split('/').at(-1);
  await owner.reload();
  await settled(owner);
  expect(await owner.content()).not.toContain(secret);
  await openUser(owner, DANA, 'Security');
  const mails = owner.getByRole('region', { name: 'Mails to them' });
  await expect(mails.getByRole('term')).toHaveText(['Link to a new password', 'Invitation']);
  await expect(mails.getByRole('definition')).toHaveText([/^Sent Today/, /^Sent Today/]);
});

test('r5 the own password is changed with the current one, and the other sessions end where that is wanted @plain', async ({
  server,
  mailbox,
  person,
  guard,
}) => {
  guard.expectStatus(401, 422);
  const { owner, dana } = await both(server, mailbox, person);
  await allowSeveralSessions(owner);
  const home = await person(server);
  await enter(home, DANA);
  const begin = async () => {
    await visit(dana, '/profile/password');
    await expect(heading(dana, 'Change password')).toBeVisible();
    await settled(dana);
  };
  const fill = async (current, next) => {
    await dana.getByLabel('Current password').fill(current);
    await dana.getByLabel('New password', { exact: true }).fill(next);
    await dana.getByLabel('New password again').fill(next);
    await dana.getByRole('main').getByRole('button', { name: 'Change password' }).click();
  };
  const others = dana.getByRole('checkbox', { name: /^Sign out my other sessions/ });

  await begin();
  await expect(others).toBeChecked();
  await others.uncheck();
  await fill('not my password at all', NEW);
  await expect(dana.getByRole('alert')).toContainText('This is not your password');
  await expect(others, 'what was chosen stays').not.toBeChecked();
  await fill(DANA.password, NEW);
  await told(dana, 'Password changed');
  await expect(dana).toHaveURL('/profile');
  await mailbox.lastAbout(DANA.email, 'was changed');
  expect(await visit(home, '/jobs'), 'the other session goes on').toBe(200);
  await expect(home).toHaveURL('/jobs');

  await begin();
  await fill(NEW, NEWER);
  await told(dana, 'Password changed');
  await visit(home, '/jobs');
  await expect(home, 'the other session is over').toHaveURL(/\/sign-in/);
  await signIn(home, { ...DANA, password: NEW });
  await expect(home.getByText(REFUSED)).toBeVisible();
  await enter(home, { ...DANA, password: NEWER });
});

test('r6 passwords can be pasted, managed and shown', async ({ server, mailbox, person }) => {
  const { dana } = await both(server, mailbox, person);
  await visit(dana, '/profile/password');
  for (const [label, kind] of [
    ['Current password', 'current-password'],
    ['New password', 'new-password'],
    ['New password again', 'new-password'],
  ]) {
    const field = dana.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute('autocomplete', kind);
    await expect(field).toHaveAttribute('type', 'password');
    await field.evaluate((input) => {
      const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
      if (!input.dispatchEvent(event)) throw new Error('paste is held back');
    });
  }
  await dana.getByRole('button', { name: 'Show' }).first().click();
  await expect(dana.getByLabel('Current password', { exact: true })).toHaveAttribute('type', 'text');
  await expect(dana.getByText(OWNER.email)).toHaveCount(0);
});

test('the pages of a new password are accessible and fit every width @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(410, 422);
  const { dana } = await both(server, mailbox, person);
  await visit(dana, '/profile/password');
  await look(dana, 'change password');
  const home = await person(server);
  await visit(home, '/forgot-password');
  await look(home, 'forgot password');
  await taken(home);
  await home.getByLabel('Email').fill(DANA.email);
  await home.getByRole('button', { name: 'Send link' }).click();
  await expect(heading(home, 'Check your mail')).toBeFocused();
  await look(home, 'forgot password, the answer');
  const link = linkIn(await mailbox.lastAbout(DANA.email, 'A new password'), 'reset-password');
  await visit(home, link);
  await look(home, 'reset password');
  await setPassword(home, 'dana whitlock dana');
  await expect(home.getByRole('alert')).toContainText('Too easy to guess');
  await look(home, 'reset password, refused');
  await setPassword(home, NEW);
  await expect(home).toHaveURL(/\/sign-in$/);
  await visit(home, link);
  await look(home, 'a link that is over');
});
