import {
  accept, addStore, csv, download, entries, heading, open, openImport, scripted, sendFile, settled, setUp, told, visit, DANA,
} from '../support/acts.js';
import { accessible, noSidewaysScroll } from '../support/axe.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';

function step(page, name) {
  return expect(page.getByRole('list', { name: 'Steps' }).locator('[aria-current=step]')).toHaveText(name);
}

test('a file is checked, put right, imported, and everybody in it gets a mail that lets them in @plain @phone', async ({ server, mailbox, person, guard }) => {
  test.slow();
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await openImport(owner);
  await step(owner, '1. Upload');

  await sendFile(owner, csv([
    `${DANA.first},${DANA.last},${DANA.email},Crew;Sales@Oxford,Bath;OXF`,
    'Tom,Bell,tom.bell@marlowfinch,Crew,Bath',
    'Grace,Lowe,grace@marlowfinch.example,Sale,Bath',
    ',Okoro,okoro@marlowfinch.example,Crew,Leeds',
    'Sam,Price,sam@marlowfinch.example,Super Admin,Oxford',
    `Nadia,Haddad,${DANA.email.toUpperCase()},Crew,Bath`,
  ]));
  await expect(owner).toHaveURL(/\/settings\/users\/import\?run=/);
  await step(owner, '2. Check');
  await expect(owner.getByRole('alert')).toContainText("5 of 6 lines can't be imported yet");
  const result = (line) => owner.getByRole('row').filter({ has: owner.getByRole('rowheader', { name: String(line), exact: true }) });
  await expect(result(2)).toContainText('Ready');
  await expect(result(3)).toContainText('Email: “tom.bell@marlowfinch” is not a full address');
  await expect(result(4)).toContainText('Group: there is no group “Sale”. Did you mean Sales?');
  await expect(result(5)).toContainText('First name is empty');
  await expect(result(5)).toContainText('Store: there is no store “Leeds” of yours');
  await expect(result(6)).toContainText('Group: you may not give Super Admin in an import');
  await expect(result(7)).toContainText('Email is already on line 2');
  const importing = owner.getByRole('button', { name: 'Import 6 people' });
  await expect(importing).toBeDisabled();
  await expect(importing).toHaveAccessibleDescription(/All or nothing: 5 lines are still to be put right/);

  const { lines } = await download(owner, 'Download with problems');
  expect(lines[0]).toBe('first_name,last_name,email,groups,stores,problem');
  expect(lines[3]).toContain('Group: there is no group “Sale”. Did you mean Sales?');

  await owner.getByRole('link', { name: 'Only errors' }).click();
  await expect(owner.getByRole('link', { name: 'Only errors' })).toHaveAttribute('aria-current', 'true');
  await expect(result(2)).toHaveCount(0);
  await expect(result(7)).toHaveCount(1);
  expect(mailbox.mails, 'a dry run invites nobody').toHaveLength(0);

  await owner.getByRole('link', { name: 'Upload again' }).click();
  await step(owner, '1. Upload');
  await settled(owner);
  await sendFile(owner, csv([
    `${DANA.first},${DANA.last},${DANA.email},Crew;Sales@Oxford,Bath;OXF`,
    'Tom,Bell,tom.bell@marlowfinch.example,Crew,Bath',
    'Grace,"Lowe, née Hart",grace@marlowfinch.example,sales,bath',
  ], { start: '\uFEFF', end: '\r\n' }));
  await step(owner, '2. Check');
  await expect(owner.getByRole('status').filter({ hasText: 'All 3 lines are ready' })).toBeVisible();
  await settled(owner);
  await owner.getByRole('button', { name: 'Import 3 people' }).click();
  await step(owner, '3. Import');
  await told(owner, '3 people invited');

  // Script looks by itself; without, the link loads the page again.
  const link = linkIn(await mailbox.lastTo(DANA.email), 'accept-invite');
  await mailbox.lastTo('tom.bell@marlowfinch.example');
  await mailbox.lastTo('grace@marlowfinch.example');
  const done = owner.getByText('All mails are sent.');
  await expect(async () => {
    const refresh = owner.getByRole('link', { name: 'Refresh' });
    if (!scripted(owner) && (await refresh.isVisible())) await refresh.click();
    await expect(done).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(owner.getByText('3 of 3 sent')).toBeVisible();

  await open(owner, 'Users');
  await expect(owner.getByRole('row').filter({ hasText: DANA.email })).toContainText('Invited');
  await expect(owner.getByRole('row').filter({ hasText: 'Grace Lowe, née Hart' })).toHaveCount(1);
  const dana = await person(server);
  await accept(dana, link, DANA);
  expect(await entries(dana)).toContain('Invoices');
  expect(server.run('audit', 'verify').status).toBe(0);
});

test('a file that is no list of people is refused beside its field @plain', async ({ server, person, guard }) => {
  guard.expectStatus(413, 422);
  const owner = await person(server);
  await setUp(owner, server);
  await openImport(owner);
  const problem = owner.getByRole('alert');
  for (const [file, why] of [
    [csv([]), 'There is nobody in this file'],
    [{ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('name;email\nDana;dana@shop.example\n') }, 'The first line must be'],
    [{ name: 'a.xlsx', mimeType: 'application/zip', buffer: Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff]) }, 'This is not text in UTF-8'],
    [{ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.alloc(3 * 1024 * 1024, 'x') }, 'The file is larger than 2 MB'],
  ]) {
    await sendFile(owner, file);
    await expect(problem.getByRole('link')).toHaveText([new RegExp(why)]);
    await expect(owner).toHaveTitle(/^Problem:/);
    await expect(owner.getByLabel('CSV file')).toHaveAccessibleDescription(new RegExp(why));
    await settled(owner);
  }
  // Nothing chosen at all.
  await visit(owner, '/settings/users/import');
  await owner.getByRole('button', { name: 'Upload and check' }).click();
  await expect(problem.getByRole('link')).toHaveText(['Choose a file']);
});

test('with one store a file says nothing of stores; a dead mail server loses no invite of it @plain', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await mailbox.close();
  await openImport(owner);
  await expect(owner.getByRole('definition').first()).toHaveText('first_name,last_name,email,groups');
  await expect(owner.getByRole('main').getByText(/store/i), 'nothing of stores').toHaveCount(0);
  expect((await download(owner, 'Empty file to fill in')).lines).toEqual(['first_name,last_name,email,groups']);
  const buffer = Buffer.from(`first_name,last_name,email,groups\n${DANA.first},${DANA.last},${DANA.email},Crew\n`);
  await sendFile(owner, { name: 'one.csv', mimeType: 'text/csv', buffer });
  await step(owner, '2. Check');
  await expect(owner.getByRole('columnheader', { name: 'Store' })).toHaveCount(0);
  await settled(owner);
  await owner.getByRole('button', { name: 'Import 1 person' }).click();
  await step(owner, '3. Import');
  await expect(owner.getByText('0 of 1 sent')).toBeVisible();
  await expect(async () => {
    await owner.reload();
    await expect(owner.getByText('None is lost')).toBeVisible({ timeout: 1000 });
  }).toPass();
});

test('pages of a long file keep their place @plain', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await openImport(owner);
  const lines = Array.from({ length: 120 }, (_, n) => `P${n},Tester,p${n}@shop.example,${n === 119 ? 'Nobody' : 'Crew'},`);
  await sendFile(owner, csv(lines));
  const row = (name) => owner.getByRole('row').filter({ hasText: name });
  await expect(row('P0 Tester')).toHaveCount(1);
  await owner.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
  await expect(row('P50 Tester')).toHaveCount(1);
  await expect(row('P0 Tester')).toHaveCount(0);
  await expect(owner).toHaveURL(/page=2/);
  await owner.getByRole('link', { name: 'Only errors' }).click();
  await expect(row('P119 Tester')).toContainText('there is no group “Nobody”');
  await expect(row('P50 Tester')).toHaveCount(0);
});

test('no step of an import has a fault that axe knows, nor scrolls sideways @phone', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  const look = async (where) => {
    for (const colorScheme of ['light', 'dark']) {
      await owner.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await accessible(owner, `${where}, ${colorScheme}`);
    }
    await noSidewaysScroll(owner, where);
  };
  await openImport(owner);
  await look('upload');
  await sendFile(owner, csv([
    'Nadia,Haddad,nadia@marlowfinch.example,Sales,Bath',
    `,Okoro,${'long'.repeat(15)}@${'x'.repeat(60)},${'Nobody;'.repeat(8)},Leeds`,
  ]));
  await step(owner, '2. Check');
  await settled(owner);
  await look('check');
  await openImport(owner);
  await sendFile(owner, csv(['Nadia,Haddad,nadia@marlowfinch.example,Sales,Bath']));
  await step(owner, '2. Check');
  await settled(owner);
  await look('ready');
  await owner.getByRole('button', { name: 'Import 1 person' }).click();
  await step(owner, '3. Import');
  await look('import');
});
