// What people do with a second factor, in the words that stand on its pages.
import { expect } from '@playwright/test';
import { fromMenu, heading, open, openUser, scripted, settled, taken, told } from './acts.js';
import { Phone } from './phone.js';

export const TWO_FACTOR = '/profile/two-factor';

/** Where it is asked for on the way to another page. */
export const dueBefore = (page) => `${TWO_FACTOR}?next=${encodeURIComponent(page)}`;

/** Asks people of the business for two-factor; whom, in the words of Settings, Security. */
export async function requireTwoFactor(page, whom) {
  await open(page, 'Security');
  await page.getByRole('radio', { name: new RegExp(`^${whom}`) }).check();
  await page.getByRole('button', { name: 'Save' }).click();
}

/** Adds the key and confirms it; ends where the recovery codes are shown. */
export async function addKey(page) {
  await expect(heading(page, 'Set up two-factor')).toBeVisible();
  await page.getByRole('button', { name: 'Show my key' }).click();
  await expect(heading(page, 'Set up two-factor')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Steps' }).locator('[aria-current=step]')).toHaveText('1. Add the key');
  const phone = await Phone.scan(page);
  const typed = (await page.getByRole('main').locator('code').innerText()).replaceAll(' ', '');
  expect(phone.key, 'the picture holds what is to be typed').toBe(typed);
  await page.getByLabel('Code the app shows now').fill(await phone.code());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(heading(page, 'Save your recovery codes')).toBeVisible();
  return phone;
}

/** The recovery codes of the page. */
export async function shownCodes(page) {
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts();
  expect(codes).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
  return codes;
}

/** Says that the codes are saved, and ends on Home, on the page one was on the way to, or on the profile where they are not the first. */
export async function putAway(page, lands = '/') {
  await page.getByLabel('I have saved these codes').check();
  await page.getByRole('button', { name: 'Continue to Keyholder' }).click();
  await expect(page).toHaveURL(lands);
  await settled(page);
}

/** Sets it up from beginning to end; returns phone and codes. */
export async function enrol(page, lands = '/') {
  const phone = await addKey(page);
  const codes = await shownCodes(page);
  await putAway(page, lands);
  return { phone, codes };
}

/** The second step, with a code of the app. With script its last digit sends it. */
export async function passCode(page, code) {
  await expect(heading(page, 'Enter your code')).toBeVisible();
  await taken(page);
  await page.getByLabel('6-digit code').fill(code);
  if (!scripted(page)) await page.getByRole('button', { name: 'Continue' }).click();
}

/** The second step, with a recovery code. */
export async function passRecovery(page, code) {
  await expect(heading(page, 'Enter your code')).toBeVisible();
  const field = page.getByLabel('Recovery code', { exact: true });
  if (!(await field.isVisible())) await page.getByText('Use a recovery code').click();
  await field.fill(code);
  await page.getByRole('button', { name: 'Sign in with recovery code' }).click();
}

/** Takes somebody's second factor away after a call; ends on their tab Security. */
export async function resetTwoFactor(page, who) {
  const name = `${who.first} ${who.last}`;
  await openUser(page, who, 'Security');
  await fromMenu(page, 'Reset 2FA');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(`Reset 2FA of ${name}?`);
  const verb = dialog.getByRole('button', { name: `Reset 2FA of ${who.first}` });
  await verb.click();
  await expect(dialog.getByRole('alert')).toContainText('Pick one');
  await dialog.getByRole('radio', { name: /^By phone/ }).check();
  await dialog.getByLabel('Note').fill('Called on the number in the contract; the last job was named');
  await verb.click();
  await told(page, `Two-factor of ${name} reset`);
  await expect(factorCard(page)).toContainText('Off');
  await settled(page);
}

/** What a person's tab Security says of their second factor. */
export function factorCard(page) {
  return page.getByRole('region', { name: 'Two-factor' });
}
