// Home: who is locked out and let in again, who is signed in where, what was changed; and a short one for who looks after nobody.
import {
  accept, addStore, chooseStore, enter, heading, invite, lockOut, scripted, setUp, settled, told, visit,
  DANA, OWNER,
} from '../support/acts.js';
import { look } from '../support/axe.js';
import { expect, test } from '../support/test.js';

const NAME = `${DANA.first} ${DANA.last}`;

const part = (page, name) => page.getByRole('region', { name, exact: true });
const day = (page) => page.getByRole('main').locator('.page-head .sub');

test('who is locked out is let in again from Home @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const owner = await person(server);
  await setUp(owner, server);
  await accept(await person(server), await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  const stranger = await person(server);
  await lockOut(stranger, DANA);

  await visit(owner, '/');
  const line = part(owner, 'Needs you today').getByRole('listitem').filter({ hasText: `${NAME} is locked out` });
  await expect(line).toContainText(/5 wrong tries at \d\d:\d\d( from \S+)?, until \d\d:\d\d/);
  if (scripted(owner)) await look(owner, 'Home with somebody locked out');
  await line.getByRole('button', { name: 'Unlock' }).click();
  await told(owner, `${NAME} unlocked`);
  await settled(owner);
  await expect(owner).toHaveURL('/');
  await expect(line).toHaveCount(0);
  await enter(stranger, DANA);
});

test('Home tells the day, who is signed in where and what was changed, for the chosen store @plain', async ({ server, mailbox, person }) => {
  const [owner, dana] = [await person(server), await person(server)];
  await setUp(owner, server);
  await expect(day(owner), 'one store is not named').toHaveText(/^\w+day \d+ \w+ \d{4}$/);
  await addStore(owner, { name: 'Oxford', code: 'OXF' });
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'], stores: ['Oxford'] }), DANA);

  await visit(owner, '/');
  await expect(heading(owner, /^Good (morning|afternoon|evening), Eleanor$/)).toBeVisible();
  await expect(day(owner)).toHaveText(/^\w+day \d+ \w+ \d{4}, all my stores$/);
  const now = part(owner, 'Signed in now');
  await expect(now.locator('dt')).toHaveText(['Oxford', 'All stores']);
  await expect(now.locator('dd')).toHaveText(['1', '1']);
  const changes = part(owner, 'Latest changes to access').getByRole('listitem');
  await expect(changes.first()).toContainText(`${OWNER.first} ${OWNER.last} invited ${NAME}`);

  await chooseStore(owner, 'Oxford');
  await expect(day(owner)).toContainText(', Oxford');
  await expect(now.locator('dt')).toHaveText(['Oxford']);
  await expect(now.locator('dd')).toHaveText(['2']);
  await settled(owner);
  await now.getByRole('link', { name: 'See sessions' }).click();
  await expect(heading(owner, 'Sessions')).toBeVisible();
  await settled(owner);
  await visit(owner, '/');
  await owner.getByRole('main').getByRole('link', { name: 'New user' }).click();
  await expect(heading(owner, 'New user')).toBeVisible();
});

test('who looks after nobody finds their modules on Home @plain @phone', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await accept(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);
  const work = part(dana, 'Your work');
  await expect(work.getByRole('link')).toHaveText(['Customers', 'Quotes', 'Jobs', 'Inventory']);
  for (const other of ['Needs you today', 'Signed in now', 'Latest changes to access']) {
    await expect(part(dana, other)).toHaveCount(0);
  }
  await expect(dana.getByRole('main').getByRole('link', { name: 'New user' })).toHaveCount(0);
  if (scripted(dana)) await look(dana, 'Home of who looks after nobody');
  await work.getByRole('link', { name: 'Jobs' }).click();
  await expect(dana).toHaveURL('/jobs');
  await expect(heading(dana, 'Jobs')).toBeVisible();
});
