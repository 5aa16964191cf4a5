// What people do in Keyholder, in the words that stand on its pages.
import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { linkIn } from './mailbox.js';

export const OWNER = {
  first: 'Eleanor',
  last: 'Marlow',
  email: 'eleanor@marlowfinch.example',
  password: 'velvet otter climbs nine ladders',
};
export const DANA = {
  first: 'Dana',
  last: 'Whitlock',
  email: 'dana@marlowfinch.example',
  password: 'quiet harbour sells green lanterns',
};
export const BUSINESS = { name: 'Marlow & Finch', store: 'Bath' };
/** What every failed sign-in is told. */
export const REFUSED = 'Email or password is not right';

const plain = new WeakSet();

/** Says that a browser context runs no script. */
export function withoutScript(context) {
  plain.add(context);
}

/** Whether a page runs script. */
export function scripted(page) {
  return !plain.has(page.context());
}

/** Moves the pointer, upon which script takes the page over, and waits until it has. */
export async function taken(page) {
  if (!scripted(page)) return;
  await page.mouse.move(1, 1);
  await page.mouse.move(2, 1);
  await expect(page.locator('html')).toHaveAttribute('data-hydrated');
}

/** However slow the machine is, no page is taken over because its time has come: only by a touch. */
export function onlyByTouch(page) {
  return page.addInitScript(() => {
    const later = window.setTimeout;
    window.setTimeout = (act, after, ...rest) => (after === 4_000 ? 0 : later(act, after, ...rest));
  });
}

/** Goes to an address, lets script take the page over, and fails where something to press or to fill in moves by that. */
export async function takenInPlace(page, address) {
  await page.goto(address);
  await page.evaluate(() => document.fonts.ready);
  await expect(page.locator('html'), `${address}, before it is taken over`).not.toHaveAttribute('data-hydrated');
  const before = await page.evaluateHandle(() =>
    [...document.querySelectorAll('a, button, input, label, select, summary, textarea')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => ({ element, place: JSON.stringify(element.getBoundingClientRect()) })),
  );
  await taken(page);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const moved = await before.evaluate((places) =>
    places
      .map(({ element, place }) => ({ html: element.outerHTML.slice(0, 120), before: place, after: JSON.stringify(element.getBoundingClientRect()) }))
      .filter(({ before, after }) => before !== after),
  );
  expect(moved, `${address}, taken over`).toEqual([]);
}

/** Waits until a page may be used: at once without script and at the doors, otherwise when script has taken it over. */
export async function settled(page) {
  await page.waitForLoadState('load');
  if ((await page.locator('main#main').count()) > 0) await taken(page);
}

/** Goes to an address and returns the answer's status. */
export async function visit(page, address) {
  const answer = await page.goto(address);
  await settled(page);
  return answer.status();
}

/** The title of a page. */
export function heading(page, name) {
  return page.getByRole('heading', { level: 1, name });
}

/** The sidebar; on a phone it is hidden until the menu opens it. */
export function sidebar(page) {
  return page.getByRole('navigation', { name: 'Main', includeHidden: true });
}

/** The words of the sidebar's links, in order, on any width. */
export async function entries(page) {
  const words = await sidebar(page).locator('a').allTextContents();
  return words.map((word) => word.trim());
}

/** Follows an entry of the sidebar, wherever it leads. */
export async function follow(page, entry) {
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  if (await menu.isVisible()) await menu.click();
  await sidebar(page).getByRole('link', { name: entry, exact: true }).click();
}

/** Opens a page by its entry in the sidebar. */
export async function open(page, entry) {
  await follow(page, entry);
  await expect(heading(page, entry)).toBeVisible();
  await settled(page);
}

/** Waits until the page says what was done, and puts the toast away: the next one may have the same words. */
export async function told(page, words) {
  const toast = page.locator('.toasts[role=status]').filter({ hasText: words });
  await expect(toast).toBeVisible();
  if (!scripted(page)) return;
  const dismiss = toast.getByRole('button', { name: 'Dismiss' });
  await expect(async () => {
    await dismiss.evaluateAll((buttons) => buttons.forEach((button) => button.click()));
    await expect(toast).toHaveCount(0, { timeout: 100 });
  }).toPass();
}

/** The button that shows and changes the chosen store. */
export function picker(page) {
  return page.getByRole('button', { name: /^Store:/ });
}

/** Sets up a business of one's own by the printed link; ends on Home. */
export async function setUp(page, server, { owner = OWNER, business = BUSINESS } = {}) {
  await visit(page, await server.setupLink());
  await expect(heading(page, 'Set up Keyholder')).toBeVisible();
  await page.getByRole('radio', { name: /Set up my business/ }).check();
  await page.getByLabel('Business name').fill(business.name);
  await page.getByLabel('First store').fill(business.store);
  await page.getByLabel('First name').fill(owner.first);
  await page.getByLabel('Last name').fill(owner.last);
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await expect(page).toHaveURL('/');
  await settled(page);
}

export async function signIn(page, { email, password }) {
  if (new URL(page.url(), 'http://nowhere').pathname !== '/sign-in') await visit(page, '/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in and waits for Home, or for the page that led to the door. */
export async function enter(page, who) {
  const next = new URL(page.url(), 'http://nowhere').searchParams.get('next');
  await signIn(page, who);
  await expect(page).toHaveURL(next ?? '/');
  await settled(page);
}

/** Asks for a new password at the door. */
export async function forgetPassword(page, email) {
  await visit(page, '/sign-in');
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  await expect(heading(page, 'Forgot password?')).toBeVisible();
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(heading(page, 'Check your mail')).toBeVisible();
}

/** Sets a password on the page of a link, or tries to. */
export async function setPassword(page, password, again = password) {
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password again').fill(again);
  await page.getByRole('button', { name: 'Set password' }).click();
}

/** Guesses somebody's password until the account is locked. */
export async function lockOut(page, { email }) {
  for (let tries = 0; tries < 5; tries += 1) {
    await visit(page, '/sign-in');
    await signIn(page, { email, password: `guess number ${tries}` });
    await expect(page.getByText(REFUSED)).toBeVisible();
  }
}

/** Follows a link of the sidebar, which leads to sign-in, and sees why. */
export async function toldWhy(page, words) {
  await visit(page, '/jobs');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fjobs/);
  await expect(page.locator('.banner')).toContainText(words);
}

export async function account(page) {
  await page.getByRole('button', { name: /^Account:/ }).click();
}

/** Signs out, once nothing more is loaded: what is asked for after that is refused, of which the browser complains. */
export async function signOut(page) {
  await expect(page.locator('main[aria-busy=true]')).toHaveCount(0);
  await account(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

/** Creates a store from Settings, Stores. */
export async function addStore(page, { name, code }) {
  await open(page, 'Stores');
  await page.getByRole('main').getByRole('link', { name: 'New', exact: true }).click();
  await expect(heading(page, 'New store')).toBeVisible();
  await settled(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Short code').fill(code);
  await page.getByRole('button', { name: 'Add store' }).click();
  await told(page, name);
  await settled(page);
}

/** Fills the form of New user, without sending it. */
export async function fillNewUser(page, who, { groups = [], stores = [] }) {
  await open(page, 'Users');
  await page.getByRole('main').getByRole('link', { name: 'New', exact: true }).click();
  await expect(heading(page, 'New user')).toBeVisible();
  await settled(page);
  await page.getByLabel('First name').fill(who.first);
  await page.getByLabel('Last name').fill(who.last);
  await page.getByLabel('Email').fill(who.email);
  await tick(page, 'Groups', groups);
  await tick(page, 'Stores', stores);
}

/** Invites somebody; returns the link of the mail. */
export async function invite(page, mailbox, who, access) {
  await fillNewUser(page, who, access);
  await page.getByRole('button', { name: 'Save and send invite' }).click();
  await told(page, who.first);
  await settled(page);
  return linkIn(await mailbox.lastTo(who.email), 'accept-invite');
}

/** Follows a link that gives a file; returns its name and its lines. */
export async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('main').getByRole('link', { name: link, exact: true }).click()]);
  const text = await readFile(await file.path(), 'utf8');
  return { name: file.suggestedFilename(), lines: text.trimEnd().split(/\r?\n/) };
}

/** A file of people to choose, with these lines below its header. */
export function csv(lines, { name = 'new-starters.csv', start = '', end = '\n' } = {}) {
  const header = 'first_name,last_name,email,groups,stores';
  return { name, mimeType: 'text/csv', buffer: Buffer.from(start + [header, ...lines].join(end) + end) };
}

/** Opens the import from the list of users. */
export async function openImport(page) {
  await open(page, 'Users');
  await page.getByRole('main').getByRole('link', { name: 'Import CSV' }).click();
  await expect(heading(page, 'Import users')).toBeVisible();
  await settled(page);
}

/** Sends a file to be checked. */
export async function sendFile(page, file) {
  await page.getByLabel('CSV file').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload and check' }).click();
}

/** Invites somebody by a file with their one line; returns the link of the mail. */
export async function inviteByFile(page, mailbox, who, { groups, stores }) {
  await openImport(page);
  await sendFile(page, csv([[who.first, who.last, who.email, groups.join(';'), stores.join(';')].join(',')]));
  await page.getByRole('button', { name: 'Import 1 person' }).click();
  await told(page, '1 person invited');
  await settled(page);
  return linkIn(await mailbox.lastTo(who.email), 'accept-invite');
}

/** Somebody of two stores: Crew in Bath, Billing in Oxford. Returns their page, signed in. */
export async function workInTwoStores(owner, page, server, mailbox, who) {
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  const access = { groups: ['Crew@Bath', 'Billing@Oxford'], stores: ['Bath', 'Oxford'] };
  await accept(page, await inviteByFile(owner, mailbox, who, access), who);
}

/** Lets everybody have several sessions at once. */
export async function allowSeveralSessions(page) {
  await open(page, 'Security');
  await page.getByRole('switch', { name: /^One active session per user/ }).uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await told(page, 'Security saved');
  await settled(page);
}

/** Chooses a store in the picker. */
export async function chooseStore(page, name) {
  await picker(page).click();
  await page.getByRole('list', { name: 'My stores' }).getByRole('button').filter({ hasText: name }).click();
  await expect(picker(page)).toContainText(name);
}

/** Accepts an invite and ends on Home, or where something is still due. */
export async function accept(page, link, who, lands = '/') {
  await visit(page, link);
  await expect(heading(page, `Welcome, ${who.first}`)).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByLabel('Password again').fill(who.password);
  await page.getByRole('button', { name: 'Set password and start' }).click();
  await expect(page).toHaveURL(lands);
  await settled(page);
}

/** Ticks exactly these choices of a fieldset. */
export async function tick(page, legend, names) {
  if (names.length === 0) return;
  const set = page.getByRole('group', { name: legend, exact: true });
  for (const box of await set.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
  for (const name of names) await set.getByRole('checkbox', { name: new RegExp(`^${name}\\b`) }).check();
}

/** Opens a person's page from the list of users, on a tab. */
export async function openUser(page, who, tab) {
  const name = `${who.first} ${who.last}`;
  await open(page, 'Users');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(heading(page, name)).toBeVisible();
  await settled(page);
  if (tab) await openTab(page, who, tab);
}

/** Opens a tab of the person on whose page one is. */
export async function openTab(page, who, tab) {
  const link = page.getByRole('navigation', { name: `${who.first} ${who.last}` }).getByRole('link', { name: tab });
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'page');
  await settled(page);
}

/** Puts somebody, on whose tab Access one is, into one group instead of another. */
export async function changeGroup(page, from, to) {
  await page.getByRole('group', { name: 'Groups', exact: true }).getByRole('checkbox', { name: new RegExp(`^${from}\\b`) }).uncheck();
  await page.getByLabel(/^Add a group/).selectOption({ label: to });
  await saveAccess(page);
}

/** On a phone an open card is a sheet over the page; a tap beside it closes it. */
export async function closeSheet(page) {
  if (page.viewportSize().width > 640) return;
  const card = page.locator('details.cell[open]');
  if ((await card.count()) === 0) return;
  await page.mouse.click(195, 80);
  await expect(card).toHaveCount(0);
}

/** Asks what the changes on a tab Access would do; returns the dialog that says it. */
export async function previewAccess(page) {
  await closeSheet(page);
  await page.getByRole('button', { name: 'Preview changes' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { level: 2 })).toBeVisible();
  return dialog;
}

/** Saves the changes on a tab Access, through the question; `reason` is for new overrides that have none. */
export async function saveAccess(page, reason) {
  const dialog = await previewAccess(page);
  if (reason) await dialog.getByLabel('Reason').fill(reason);
  // What another act said may still stand: the answer alone tells that this one is done.
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/users/set-access'));
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await answered;
  await expect(dialog).toHaveCount(0);
  await settled(page);
}

/** A cell of the permission grid on a tab Access, by the key of its permission. */
export function cell(page, permission) {
  return page.locator(`details.cell[data-of="${permission}"]`);
}

/** Opens the card of a cell, which says why it is as it is. */
export async function why(page, permission) {
  const card = cell(page, permission);
  // What is shown anew after a save closes a card that was just opened: whoever sees that opens it again.
  await expect(async () => {
    if ((await card.getAttribute('open')) === null) await card.locator('summary').click();
    await expect(card.locator('.why')).toBeVisible({ timeout: 1000 });
  }).toPass();
  return card;
}

/** Chooses in the card of a cell. */
export async function choose(page, permission, choice, { reason, until } = {}) {
  const card = await why(page, permission);
  // The radio buttons themselves are not to be seen.
  await card.getByText(choice, { exact: true }).click();
  if (reason) await card.getByLabel(/^Reason/).fill(reason);
  if (until) await card.getByLabel(/^Until/).fill(until);
  return card;
}

/** Does an act of a page from its menu. */
export async function fromMenu(page, act) {
  await page.locator('summary[aria-label="More actions"]').click();
  await page.getByRole('link', { name: act }).or(page.getByRole('button', { name: act })).first().click();
}

/** Deactivates somebody, on whose page one is, through the dialog that restates it. */
export async function deactivate(page, who) {
  await fromMenu(page, 'Deactivate');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(`Deactivate ${who.first} ${who.last}?`);
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/users/deactivate'));
  await dialog.getByRole('button', { name: `Deactivate ${who.first}` }).click();
  await answered;
  await told(page, who.first);
  await settled(page);
}
