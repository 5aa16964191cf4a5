// Who can: the sentence that asks, the people who are the answer, and the same as a file.
import { readFile } from 'node:fs/promises';
import { accept, addStore, heading, invite, open, scripted, setUp, settled, visit, DANA, OWNER } from '../support/acts.js';
import { expect, test } from '../support/test.js';

const NAME = `${OWNER.first} ${OWNER.last}`;
const DANAS = `${DANA.first} ${DANA.last}`;

/** Asks who can do something; at a store, if one is named. */
async function ask(page, what, store) {
  await page.getByLabel('Who can', { exact: true }).selectOption({ label: what });
  if (store) await page.getByLabel('at', { exact: true }).selectOption({ label: store });
  // With script the answer comes by itself.
  if (!scripted(page)) await page.getByRole('button', { name: 'Show' }).click();
}

/** The answer's sentence. */
function answer(page, words) {
  return page.getByRole('heading', { level: 2, name: words });
}

/** The lines of the file behind a link. */
async function file(page, link) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link, exact: true }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), lines: text.trimEnd().split('\r\n') };
}

async function withDana({ server, mailbox, person }) {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Bath'] }), DANA);
  return { owner, dana };
}

test('Who can names the people of a store and why, and a row opens their access @plain @phone', async ({ server, mailbox, person }) => {
  test.slow();
  const { owner } = await withDana({ server, mailbox, person });
  await open(owner, 'Who can');
  await ask(owner, 'pick jobs (Jobs)', 'Bath');
  await expect(answer(owner, '2 people can pick jobs at Bath')).toBeVisible();
  await expect(owner).toHaveURL(/permission=jobs\.pick&store=/);
  await expect(owner.getByRole('row').filter({ hasText: DANAS })).toContainText('Crew, all their stores');
  await expect(owner.getByRole('row').filter({ hasText: NAME })).toContainText('Super Admin, always');

  await ask(owner, 'pick jobs (Jobs)', 'Oxford');
  await expect(answer(owner, '1 person can pick jobs at Oxford')).toBeVisible();
  await expect(owner.getByRole('row').filter({ hasText: DANAS })).toHaveCount(0);

  await ask(owner, 'pick jobs (Jobs)', 'any store');
  await expect(answer(owner, '2 people can pick jobs at any store')).toBeVisible();
  await owner.getByRole('link', { name: DANAS, exact: true }).click();
  await expect(heading(owner, DANAS)).toBeVisible();
  await expect(owner).toHaveURL(/tab=access/);
});

test('what is of the business as a whole has no store to ask about @plain', async ({ server, mailbox, person }) => {
  const { owner } = await withDana({ server, mailbox, person });
  await visit(owner, '/settings/who-can?permission=settings.groups');
  await expect(answer(owner, /^1 person can /)).toBeVisible();
  await expect(owner.getByLabel('at', { exact: true })).toHaveCount(0);
});

test('people, who can, and what everybody may do are files @plain', async ({ server, mailbox, person }) => {
  const { owner } = await withDana({ server, mailbox, person });
  await open(owner, 'Users');
  const people = await file(owner, 'Export CSV');
  expect(people.name).toMatch(/^users-\d{4}-\d{2}-\d{2}\.csv$/);
  expect(people.lines).toHaveLength(3);
  expect(people.lines.join('\n')).toContain(`${DANA.first},${DANA.last},${DANA.email},Crew,Bath,active`);

  await visit(owner, '/settings/who-can?permission=jobs.pick');
  const can = await file(owner, 'Export CSV');
  expect(can.name).toMatch(/^who-can-\d{4}/);
  expect(can.lines).toHaveLength(3);
  const matrix = await file(owner, 'Export all permissions');
  expect(matrix.name).toMatch(/^who-can-what-\d{4}/);
  expect(matrix.lines[0]).toMatch(/^name,email,store,customers\.view,/);
  expect(matrix.lines, 'the owner in two stores, Dana in one').toHaveLength(4);
});

test('a file that is not permitted is a page that says so @plain', async ({ server, mailbox, person, guard }) => {
  const { dana } = await withDana({ server, mailbox, person });
  guard.expectStatus(401, 403);
  for (const address of ['/exports/users.csv', '/exports/who-can.csv', '/exports/access.csv']) {
    expect(await visit(dana, address), address).toBe(403);
    await expect(heading(dana, 'You can\'t open this file')).toBeVisible();
  }
  expect(await visit(dana, '/settings/who-can')).toBe(403);
  await settled(dana);
  await expect(heading(dana, 'You can\'t open Who can')).toBeVisible();
});
