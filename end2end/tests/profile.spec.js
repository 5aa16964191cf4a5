// One's own details, picture and email, and the business's name and billing.
import { accept, account, enter, heading, invite, open, openUser, scripted, setUp, settled, signIn, told, visit, DANA, OWNER } from '../support/acts.js';
import { accessible, lookAtBothWidths, noSidewaysScroll } from '../support/axe.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';

const NEW = 'eleanor@lindqvist.example';
/** A PNG of one red pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4wcAAAAJcAMlDyBJGAAAAAElFTkSuQmCC', 'base64');

/** A card of the page, by its heading. */
function card(page, name) {
  return page.getByRole('region', { name, exact: true });
}

async function save(page) {
  await page.getByRole('main').locator('#save').click();
}

test('a person keeps their own details, and the name shows everywhere @plain @phone', async ({ server, person, guard }) => {
  guard.expectStatus(422);
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/profile');
  await accessible(page, 'the profile');
  await noSidewaysScroll(page, 'the profile');
  await page.getByLabel('First name').fill(' ');
  await save(page);
  await expect(page.getByRole('alert')).toContainText('1 thing to put right');
  await page.getByLabel('First name').fill(OWNER.first);
  await page.getByLabel('Display name').fill('Nell');
  // What was said goes a moment after its field is left, and the rest of the form moves up.
  if (scripted(page)) await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByLabel('Phone').fill('01632 960142');
  await page.getByRole('main').getByText('Dark', { exact: true }).click();
  // With script it acts at once, and the menu agrees.
  if (scripted(page)) {
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(page.locator('#account input[value=dark]')).toBeChecked();
  }
  await save(page);
  await told(page, 'Profile saved');
  await visit(page, '/settings/users');
  await expect(page.getByRole('main').getByRole('link', { name: 'Nell', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await visit(page, '/profile');
  await expect(page.getByLabel('Phone')).toHaveValue('01632 960142');
  await page.getByRole('main').getByText('Light', { exact: true }).click();
  await save(page);
  await told(page, 'Profile saved');
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light');
});

test('a theme chosen on the profile is saved at once, and nothing else of the form', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/profile');
  await page.getByLabel('Phone').fill('01632 960142');
  const saved = page.waitForResponse('**/api/profile/set-theme');
  await page.getByRole('main').getByText('Dark', { exact: true }).click();
  expect((await saved).status()).toBe(200);
  await expect(page.getByLabel('Phone')).toHaveValue('01632 960142');
  await visit(page, '/settings/users');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await visit(page, '/profile');
  await expect(page.getByRole('main').getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.getByLabel('Phone')).toHaveValue('');
});

test('r30 an email changes once it is confirmed from the new one, and the old one is told @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 410, 422);
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/profile');
  const email = card(page, 'Email');
  await email.getByLabel('New email').fill(NEW);
  await email.getByLabel('Current password').fill('not it');
  await email.getByRole('button', { name: 'Change email' }).click();
  await expect(page.getByRole('alert')).toContainText('This is not your password');
  await expect(email.getByLabel('New email')).toHaveValue(NEW);
  await email.getByLabel('Current password').fill(OWNER.password);
  await email.getByRole('button', { name: 'Change email' }).click();
  await told(page, `A link is on its way to ${NEW}`);
  await expect(card(page, 'Email')).toContainText(OWNER.email);
  await expect(card(page, 'Email')).toContainText('Not confirmed yet');
  expect((await mailbox.lastTo(OWNER.email)).subject).toContain('is to change');
  const link = linkIn(await mailbox.lastTo(NEW), 'confirm-email');

  // On another device, where nobody is signed in.
  const elsewhere = await person(server);
  await visit(elsewhere, link);
  await expect(heading(elsewhere, 'Confirm email')).toBeVisible();
  await lookAtBothWidths(elsewhere, 'the page of the link');
  await elsewhere.getByRole('button', { name: 'Confirm email' }).click();
  await expect(elsewhere).toHaveURL(/\/sign-in$/);
  await told(elsewhere, `Email changed to ${NEW}`);
  await signIn(elsewhere, OWNER);
  await expect(elsewhere.getByRole('alert')).toContainText('Email or password is not right');
  await signIn(elsewhere, { ...OWNER, email: NEW });
  await expect(elsewhere).toHaveURL('/');
  expect(await visit(elsewhere, link)).toBe(410);
});

test('an admin changes somebody’s email, and either of them withdraws it @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const dana = await person(server);
  await accept(dana, link, DANA);
  await openUser(owner, DANA, 'Details');
  await card(owner, 'Email').getByLabel('New email').fill('dana@new.example');
  await card(owner, 'Email').getByRole('button', { name: 'Change email' }).click();
  await told(owner, 'A link is on its way to dana@new.example');
  await visit(dana, '/profile');
  await expect(card(dana, 'Email')).toContainText('dana@new.example');
  await expect(card(dana, 'Email')).toContainText(`${OWNER.first} ${OWNER.last}`);
  await card(dana, 'Email').getByRole('button', { name: 'Withdraw' }).click();
  await told(dana, 'The email stays as it is');
  await expect(card(dana, 'Email')).not.toContainText('dana@new.example');
});

test('a picture stands in the place of the initials until it is removed @plain', async ({ server, person, guard }) => {
  guard.expectStatus(422);
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/profile');
  const picture = card(page, 'Picture');
  const file = (name, mimeType, buffer) => picture.getByLabel('Picture', { exact: true }).setInputFiles({ name, mimeType, buffer });
  await file('me.png', 'image/png', Buffer.from('not a picture'));
  await picture.getByRole('button', { name: 'Upload picture' }).click();
  await expect(page.getByRole('alert')).toContainText('Choose a PNG, JPEG or WebP');
  await file('me.png', 'image/png', PIXEL);
  await picture.getByText('Show all of it').click();
  await picture.getByRole('button', { name: 'Upload picture' }).click();
  await told(page, 'Picture saved');
  const shown = page.getByRole('main').locator('.page-head img.avatar');
  await expect(shown).toHaveJSProperty('naturalWidth', 256);
  await picture.getByRole('button', { name: 'Remove picture' }).click();
  await told(page, 'Picture removed');
  await expect(shown).toHaveCount(0);
});

test('the business is renamed, and its billing part filled in @plain @phone', async ({ server, person, guard }) => {
  guard.expectStatus(422);
  const page = await person(server);
  await setUp(page, server);
  await open(page, 'Business');
  await accessible(page, 'the business');
  await noSidewaysScroll(page, 'the business');
  await page.getByLabel('Name', { exact: true }).fill('Finch & Daughters');
  await save(page);
  await told(page, 'Business saved');
  await expect(page.getByRole('banner')).toContainText('Finch & Daughters');
  await page.getByLabel('Tax rate').fill('a lot');
  await page.locator('#save-billing').click();
  await expect(page.getByRole('alert')).toContainText('Write a percentage from 0 to 100');
  await page.getByLabel('Currency').selectOption('EUR');
  await page.getByLabel('Tax rate').fill('17,5');
  await page.getByLabel('Legal address').fill('14 Milsom Street\nBath');
  await page.locator('#save-billing').click();
  await told(page, 'Billing saved');
  await visit(page, '/settings/business');
  await expect(page.getByLabel('Tax rate')).toHaveValue('17.5');
  await expect(page.getByLabel('Legal address')).toHaveValue('14 Milsom Street\nBath');
});

test('who may not change the business is told which permission is missing', async ({ demo, person }) => {
  const page = await person(demo);
  await enter(page, demo.member('Admin'));
  await visit(page, '/settings/business');
  await expect(page.getByRole('region', { name: 'Billing' })).toContainText('Changing it needs the permission');
  await expect(page.getByLabel('Currency')).toBeDisabled();
  await expect(page.getByLabel('Name', { exact: true })).toBeEnabled();
  await settled(page);
  await account(page);
});
