// What people call themselves and their things is text, whatever stands in it.
import {
  accept, account, addStore, chooseStore, invite, openTab, openUser, picker, settled, setUp, taken, told, visit, DANA, OWNER,
} from '../support/acts.js';
import { expect, test } from '../support/test.js';

const MARKUP = '"><img src=x onerror="window.pwned=1">';
const BUSINESS = { name: `Marlow ${MARKUP}`, store: `Bath ${MARKUP}` };
const STORE = { name: `Oxford ${MARKUP}`, code: 'OXF' };
const GROUP = `Loaders ${MARKUP}`;
const ELEANOR = { ...OWNER, first: `Eleanor ${MARKUP}` };
const INVITED = { ...DANA, first: `Dana ${MARKUP}`, last: `Whitlock ${MARKUP}` };
/** What Dana is shown as, once she has said so. */
const NELL = { first: 'Nell', last: MARKUP };
const SHOWN = `${NELL.first} ${NELL.last}`;

/** Fails where markup of a name became part of the page, or its script ran. */
async function isInert(page, where) {
  await expect(page.locator('img[src="x"]'), where).toHaveCount(0);
  expect(await page.evaluate(() => window.pwned), where).toBeUndefined();
}

/** Looks at a page as the server sends it and as the browser has it; both show these names. */
async function showsAsText(page, address, names = []) {
  const sent = await (await page.request.get(address)).text();
  expect(sent, address).not.toContain('<img src=x');
  await visit(page, address);
  await taken(page);
  for (const name of names) await expect(page.getByRole('main'), address).toContainText(name);
  await isInert(page, address);
}

/** The address that a list leads to under a name. */
async function addressOf(page, list, name) {
  await visit(page, list);
  return page.getByRole('main').getByRole('link', { name, exact: true }).getAttribute('href');
}

test('r49 markup in any name stays text on every page, before and after the browser takes over @plain', async ({ server, mailbox, person, guard }) => {
  test.slow();
  guard.expectStatus(403);
  const owner = await person(server);
  await setUp(owner, server, { owner: ELEANOR, business: BUSINESS });
  await addStore(owner, STORE);
  await visit(owner, '/settings/groups/new');
  await owner.getByLabel('Name', { exact: true }).fill(GROUP);
  await owner.getByLabel('Summary').fill(`Load ${MARKUP}`);
  const jobs = owner.getByRole('main').getByRole('group', { name: 'Jobs', exact: true });
  await jobs.getByRole('checkbox', { name: /^View\b/ }).check();
  await owner.getByRole('button', { name: 'Create group' }).click();
  await told(owner, `${GROUP} created`);
  await settled(owner);
  await isInert(owner, 'what is told of a group');
  const link = await invite(owner, mailbox, INVITED, { groups: ['Loaders'], stores: ['Oxford'] });
  await isInert(owner, 'what is told of an invite');

  // Who is invited, and may not open everything.
  const dana = await person(server);
  await showsAsText(dana, link, [INVITED.first, BUSINESS.name, GROUP, STORE.name]);
  await accept(dana, link, INVITED);
  await showsAsText(dana, '/', [INVITED.first]);
  await visit(dana, '/profile');
  await dana.getByLabel('Display name').fill(SHOWN);
  await dana.getByRole('main').locator('#save').click();
  await told(dana, 'Profile saved');
  await settled(dana);
  await showsAsText(dana, '/profile', [GROUP]);
  await expect(dana.getByLabel('Display name')).toHaveValue(SHOWN);
  await showsAsText(dana, '/settings/users', [ELEANOR.first]);

  // Every page of who may open them.
  const user = await addressOf(owner, '/settings/users', SHOWN);
  const group = await addressOf(owner, '/settings/groups', GROUP);
  const store = await addressOf(owner, '/settings/stores', STORE.name);
  for (const [address, ...names] of [
    ['/', ELEANOR.first],
    ['/jobs'],
    ['/settings/users', SHOWN, GROUP, STORE.name],
    [`/settings/users?q=${encodeURIComponent(`${MARKUP} zzzzqqqq`)}`, MARKUP],
    ['/settings/users/new', GROUP, STORE.name],
    ['/settings/users/import'],
    [user, SHOWN],
    [`${user}/access`, SHOWN, GROUP, STORE.name],
    [`${user}/security`, SHOWN],
    [`${user}/activity`, SHOWN],
    ['/settings/who-can?permission=jobs.view', SHOWN, GROUP, STORE.name],
    ['/settings/groups', GROUP],
    ['/settings/groups/new'],
    [group, GROUP],
    ['/settings/stores', BUSINESS.store, STORE.name],
    [store, STORE.name, SHOWN],
    ['/settings/sessions', SHOWN, ELEANOR.first],
    ['/settings/audit', ELEANOR.first, GROUP],
    ['/settings/security'],
    ['/settings/business'],
    ['/profile'],
    ['/profile/password'],
    ['/profile/sessions'],
  ]) {
    await showsAsText(owner, address, names);
  }
  await expect(owner.getByRole('banner')).toContainText(BUSINESS.name);
  await showsAsText(await person(server), '/sign-in');

  // What opens: questions, an entry of the log, the two menus.
  for (const [address, question] of [
    [`${user}?confirm=deactivate`, `Deactivate ${SHOWN}?`],
    [`${group}?confirm=delete`, `Delete the group ${GROUP}?`],
    [`${store}?confirm=deactivate`, `Deactivate ${STORE.name}?`],
  ]) {
    await showsAsText(owner, address);
    await expect(owner.getByRole('dialog')).toContainText(question);
  }
  await visit(owner, '/settings/audit?action=profile.update');
  await owner.getByRole('region', { name: 'Entries' }).locator('tbody').getByRole('link').first().click();
  await expect(owner.locator('tr.detail')).toContainText(MARKUP);
  await isInert(owner, 'an entry of the log');
  await openUser(owner, NELL, 'Access');
  await openTab(owner, NELL, 'Activity');
  await isInert(owner, 'pages that the browser made');
  await account(owner);
  await expect(owner.locator('#account')).toContainText(ELEANOR.first);
  await isInert(owner, 'the account menu');
  await owner.keyboard.press('Escape');
  await chooseStore(owner, 'Oxford');
  await expect(picker(owner)).toContainText(STORE.name);
  await settled(owner);
  await isInert(owner, 'the store picker');
});
