// Stores: closed and opened again, their time zone, and the people who work there.
import { addStore, fromMenu, heading, open, picker, setUp, settled, toast, visit, OWNER } from '../support/acts.js';
import { expect, test } from '../support/test.js';

/** Opens a store's page from the list. */
async function openStore(page, name) {
  await open(page, 'Stores');
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
  await expect(heading(page, name)).toBeVisible();
  await settled(page);
}

async function twoStores(page, server) {
  await setUp(page, server);
  await addStore(page, { name: 'Oxford', code: 'OXF' });
}

test('a store that closes is offered nowhere, and everywhere again when it opens @plain @phone', async ({ server, person }) => {
  test.slow();
  const owner = await person(server);
  await twoStores(owner, server);
  await expect(picker(owner)).toBeVisible();
  await openStore(owner, 'Oxford');
  await fromMenu(owner, 'Deactivate store');
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('Deactivate Oxford?');
  await expect(dialog).toContainText('its records stay');
  await dialog.getByRole('button', { name: 'Deactivate store' }).click();
  await expect(toast(owner, 'Oxford deactivated')).toBeVisible();
  await settled(owner);
  await expect(owner.getByRole('main')).toContainText('Deactivated');

  await visit(owner, '/settings/users/new');
  await expect(picker(owner), 'one open store needs no picker').toHaveCount(0);
  await expect(owner.getByRole('checkbox', { name: 'Oxford' })).toHaveCount(0);

  await openStore(owner, 'Oxford');
  await owner.getByRole('button', { name: 'Reactivate store' }).click();
  await expect(toast(owner, 'Oxford reactivated')).toBeVisible();
  await settled(owner);
  await expect(picker(owner)).toBeVisible();
});

test('the last open store has nothing to close it with @plain', async ({ server, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await openStore(owner, 'Bath');
  await expect(owner.locator('summary[aria-label="More actions"]')).toHaveCount(0);
  // Asking by the address leads back to the page.
  await visit(owner, `${new URL(owner.url()).pathname}?confirm=deactivate`);
  await expect(owner).not.toHaveURL(/confirm=/);
  await expect(owner.getByRole('dialog')).toHaveCount(0);
});

test('a time zone is picked from a list, and a store names its people @plain', async ({ server, person }) => {
  const owner = await person(server);
  await twoStores(owner, server);
  await openStore(owner, 'Oxford');
  const people = owner.getByRole('region', { name: 'People' });
  await expect(people).toContainText(`${OWNER.first} ${OWNER.last}`);
  await expect(people.getByRole('link', { name: 'Show in Users' })).toHaveAttribute('href', /\/settings\/users\?store=/);
  await owner.getByLabel('Time zone').selectOption({ label: 'Tokyo (Asia)' });
  await owner.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(toast(owner, 'Oxford saved')).toBeVisible();
  await settled(owner);
  await openStore(owner, 'Oxford');
  await expect(owner.getByLabel('Time zone')).toHaveValue('Asia/Tokyo');
});
