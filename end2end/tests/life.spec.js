// The whole life of an account: two people, a stranger, a phone, and the mails between them.
import {
  accept, addStore, chooseStore, deactivate, forgetPassword, heading, invite, lockOut, open, openTab, openUser, setPassword, setUp,
  settled, signIn, signOut, toldWhy, visit, DANA, OWNER, REFUSED,
} from '../support/acts.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';
import {
  dueBefore, enrol, factorCard, passCode, passRecovery, requireTwoFactor, resetTwoFactor, TWO_FACTOR,
} from '../support/two-factor.js';

const NAME = `${DANA.first} ${DANA.last}`;
const ANEW = { ...DANA, password: 'seven lanterns under a slow bridge' };
/** Wrong tries are written down a moment later, several of them in one entry. */
const FAILED = 'Sign-in failed';
const ENROLLED = ['Signed in', 'Two-factor begun', 'Two-factor on', 'Signed in', 'Recovery codes saved'];
const WITH_SECOND_STEP = ['Signed in', 'Second step passed', 'Signed in'];
const STORY = [
  ...['Invite sent', 'Invite accepted', ...ENROLLED],
  ...['Store chosen', 'Signed out', ...WITH_SECOND_STEP],
  ...['Two-factor reset', ...ENROLLED],
  ...['Account locked', 'Password reset asked for', 'Password reset', ...WITH_SECOND_STEP],
  'Deactivated',
];

/** What a tab Activity tells, the oldest first. */
async function story(page) {
  const rows = page.getByRole('region', { name: 'Entries' }).locator('tbody tr:not(.detail)');
  return (await rows.locator('.row-link').allInnerTexts()).reverse();
}

test('an account is invited, enrols, loses phone and codes, is locked out by a stranger, comes back, and ends @plain', async ({
  server,
  mailbox,
  person,
  guard,
}) => {
  test.slow();
  guard.expectStatus(401, 422);
  const owner = await person(server);
  const dana = await person(server);
  const stranger = await person(server);

  await test.step('the owner asks everyone for two-factor, and begins with herself', async () => {
    await setUp(owner, server);
    await addStore(owner, { name: 'Oxford', code: 'OXF' });
    await requireTwoFactor(owner, 'Required for everyone');
    await expect(owner).toHaveURL(dueBefore('/settings/security'));
    await enrol(owner, '/settings/security');
    await mailbox.lastAbout(OWNER.email, 'Two-factor is on');
  });

  const first = await test.step('Dana is invited, accepts, and enrols before she sees anything', async () => {
    const link = await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath', 'Oxford'] });
    await accept(dana, link, DANA, TWO_FACTOR);
    await visit(dana, '/jobs');
    await expect(dana, 'nothing else opens').toHaveURL(dueBefore('/jobs'));
    const { phone, codes } = await enrol(dana, '/jobs');
    expect([phone.issuer, phone.account]).toEqual(['Marlow & Finch', DANA.email]);
    await mailbox.lastAbout(DANA.email, 'Two-factor is on');
    return { phone, codes };
  });

  await test.step('she works in a store', async () => {
    await open(dana, 'Jobs');
    await chooseStore(dana, 'Oxford');
    await expect(dana.getByRole('main')).toContainText('Oxford');
    await settled(dana);
  });

  await test.step('the phone is lost: a recovery code lets her in', async () => {
    await signOut(dana);
    await signIn(dana, DANA);
    await passRecovery(dana, first.codes[0]);
    await expect(dana).toHaveURL('/');
    await settled(dana);
  });

  await test.step('the codes are lost too: the owner calls her, and resets two-factor', async () => {
    await openUser(owner, DANA, 'Security');
    await expect(factorCard(owner)).toContainText('9 of 10 left');
    await resetTwoFactor(owner, DANA);
    const told = await mailbox.lastAbout(DANA.email, 'Two-factor was reset');
    expect(told.text).toContain(`${OWNER.first} ${OWNER.last} reset two-factor for your account`);
    await toldWhy(dana, 'because your two-factor was reset');
  });

  const second = await test.step('her password leads to enrolment, and she gets another set of codes', async () => {
    await signIn(dana, DANA);
    await expect(dana).toHaveURL(dueBefore('/jobs'));
    const { phone, codes } = await enrol(dana, '/jobs');
    expect(phone.key).not.toBe(first.phone.key);
    expect(codes.filter((code) => first.codes.includes(code))).toEqual([]);
    return { phone, codes };
  });

  await test.step('a stranger locks the account, and who is in goes on', async () => {
    await lockOut(stranger, DANA);
    await visit(stranger, '/sign-in');
    await signIn(stranger, DANA);
    await expect(stranger.getByText(REFUSED), 'the right password too').toBeVisible();
    expect(await visit(dana, '/jobs')).toBe(200);
    await expect(heading(dana, 'Jobs')).toBeVisible();
    await openUser(owner, DANA, 'Security');
    await expect(owner.getByText('Locked', { exact: true }).first()).toBeVisible();
    // It is written down a moment after the answer.
    await openTab(owner, DANA, 'Activity');
    await expect(async () => {
      await owner.reload();
      expect(await story(owner)).toContain('Account locked');
    }).toPass();
  });

  await test.step('she sets a new password by mail, which unlocks the account and ends what was open', async () => {
    const home = await person(server);
    await forgetPassword(home, DANA.email);
    await visit(home, linkIn(await mailbox.lastAbout(DANA.email, 'A new password'), 'reset-password'));
    await setPassword(home, ANEW.password);
    await expect(home).toHaveURL(/\/sign-in$/);
    await mailbox.lastAbout(DANA.email, 'was changed');
    await toldWhy(dana, 'your password was set anew');
    await signIn(dana, DANA);
    await expect(dana.getByText(REFUSED), 'the older password').toBeVisible();
    await signIn(dana, ANEW);
    await passRecovery(dana, first.codes[1]);
    await expect(dana.getByRole('alert')).toContainText('That recovery code is not right, or was used before');
    await passCode(dana, await second.phone.code());
    await expect(dana).toHaveURL('/jobs');
    await settled(dana);
  });

  await test.step('she and the owner see where she is signed in', async () => {
    await visit(dana, '/profile');
    await expect(dana.getByRole('main')).toContainText('10 of 10 recovery codes left');
    await dana.getByRole('link', { name: 'All my sessions' }).click();
    await expect(heading(dana, 'My sessions')).toBeVisible();
    const own = dana.getByRole('region', { name: 'Open sessions' });
    await expect(own.getByRole('row')).toHaveCount(2);
    await expect(own).toContainText('This session');
    await open(owner, 'Sessions');
    await expect(owner.getByRole('row').filter({ hasText: NAME })).toHaveCount(1);
  });

  await test.step('the owner deactivates her, and her next click says so', async () => {
    await openUser(owner, DANA);
    await deactivate(owner, DANA);
    await toldWhy(dana, 'because your account was deactivated');
    await signIn(dana, ANEW);
    await expect(dana.getByText(REFUSED)).toBeVisible();
  });

  await test.step('her activity tells all of it', async () => {
    await openTab(owner, DANA, 'Activity');
    const told = await story(owner);
    expect(told.filter((entry) => entry !== FAILED)).toEqual(STORY);
    expect(told.indexOf(FAILED), 'the stranger came after the reset').toBeGreaterThan(STORY.indexOf('Two-factor reset'));
  });
});
