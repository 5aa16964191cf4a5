// Settings → Security: one active session a person or several, and how long one lives.
import { accept, enter, invite, open, setUp, settled, told, visit, DANA, OWNER } from '../support/acts.js';
import { accessible, noSidewaysScroll } from '../support/axe.js';
import { expect, test } from '../support/test.js';

const IDLE = 'Sign out when idle for';
const ABSOLUTE = 'Sign out in any case after';

const single = (page) => page.getByRole('switch', { name: /^One active session per user/ });

async function save(page) {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

test('r45 one session a person or several, and how long one lives @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 422);
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const desk = await person(server);
  await accept(desk, link, DANA);

  // One is the default: signing in at the tablet ends it at the desk, which says so.
  const tablet = await person(server);
  await enter(tablet, DANA);
  await visit(desk, '/jobs');
  await expect(desk).toHaveURL(/\/sign-in/);
  await expect(desk.getByRole('main')).toContainText('your account was used on another device');

  // Numbers that can't be are told beside their fields, with what was typed kept.
  await open(owner, 'Security');
  // The number of admins without two-factor leads to just them.
  await owner.getByRole('main').getByRole('link', { name: '1 not enrolled' }).click();
  await expect(owner).toHaveURL(/two-factor=off&status=active&group=/);
  await expect(owner.getByRole('main')).toContainText(OWNER.email);
  await expect(owner.getByRole('main')).not.toContainText(DANA.email);
  await settled(owner);
  await open(owner, 'Security');
  await expect(single(owner)).toBeChecked();
  await expect(owner.getByLabel(IDLE)).toHaveValue('60');
  await expect(owner.getByLabel(ABSOLUTE)).toHaveValue('12');
  await single(owner).uncheck();
  await owner.getByLabel(IDLE).fill('2');
  await owner.getByLabel(ABSOLUTE).fill('800');
  await save(owner);
  await expect(owner.getByRole('alert')).toContainText('2 things to put right');
  await expect(owner.getByLabel(IDLE)).toHaveAccessibleDescription(/Write a whole number from 5 to 43200.*minutes/);
  await expect(owner.getByLabel(ABSOLUTE)).toHaveAccessibleDescription(/Write a whole number from 1 to 720.*hours/);
  await expect(owner.getByLabel(IDLE)).toHaveValue('2');
  await expect(owner.getByLabel(ABSOLUTE)).toHaveValue('800');
  await expect(single(owner)).not.toBeChecked();
  await accessible(owner);
  await noSidewaysScroll(owner);
  await owner.getByLabel(IDLE).fill('90');
  await owner.getByLabel(ABSOLUTE).fill('1');
  await save(owner);
  await expect(owner.getByLabel(IDLE)).toHaveAccessibleDescription(/can't be longer than signing out in any case/);
  await owner.getByLabel(IDLE).fill('45');
  await save(owner);
  await told(owner, 'Security saved');
  await visit(owner, '/settings/security');
  await expect(owner.getByLabel(IDLE)).toHaveValue('45');
  await expect(owner.getByLabel(ABSOLUTE)).toHaveValue('1');
  await expect(single(owner)).not.toBeChecked();

  // Several now: the desk signs in again, and the tablet goes on.
  await enter(desk, DANA);
  await visit(tablet, '/jobs');
  await expect(tablet).toHaveURL('/jobs');
  await settled(tablet);

  // Turning it on keeps the newest, and the other is told why.
  await single(owner).check();
  await save(owner);
  await told(owner, 'Security saved');
  await visit(desk, '/jobs');
  await expect(desk).toHaveURL('/jobs');
  await visit(tablet, '/jobs');
  await expect(tablet).toHaveURL(/\/sign-in/);
  await expect(tablet.getByRole('main')).toContainText('only your newest session stays');
});
