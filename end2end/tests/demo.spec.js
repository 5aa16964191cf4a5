import { enter, entries, heading, picker, scripted, visit } from '../support/acts.js';
import { expect, test } from '../support/test.js';

// The product's table of built-in groups: who has at least Read in which module.
const MODULES = ['Customers', 'Quotes', 'Jobs', 'Invoices', 'Inventory'];
const SEES = {
  Crew: ['Customers', 'Quotes', 'Jobs', 'Inventory'],
  Sales: MODULES,
  Billing: ['Customers', 'Quotes', 'Jobs', 'Invoices'],
  Operations: MODULES,
  Admin: MODULES,
  'Super Admin': MODULES,
};

for (const [group, modules] of Object.entries(SEES)) {
  test(`${group} of the demo sees its modules and is refused the others @plain`, async ({ demo, person, guard }) => {
    guard.expectStatus(403);
    const page = await person(demo);
    const member = demo.member(group);
    await enter(page, member);
    const words = await entries(page);
    expect(words.filter((word) => MODULES.includes(word))).toEqual(modules);
    expect(words.includes('Users'), 'Settings').toBe(['Admin', 'Super Admin'].includes(group));
    await expect(picker(page)).toHaveCount(member.stores.length === 1 ? 0 : 1);
    for (const module of MODULES) {
      const status = modules.includes(module) ? 200 : 403;
      expect(await visit(page, `/${module.toLowerCase()}`), module).toBe(status);
      await expect(heading(page, status === 200 ? module : /^You can't/)).toBeVisible();
    }
    expect(scripted(page)).toBe(test.info().project.name !== 'plain');
  });
}

test('the demo prints one sign-in of each group for scripts', async ({ demo }) => {
  expect(demo.people.map(({ group }) => group)).toEqual(expect.arrayContaining(Object.keys(SEES)));
  for (const person of demo.people) {
    expect(person).toEqual({
      group: expect.any(String),
      name: expect.stringMatching(/\S+ \S+/),
      email: expect.stringContaining('@'),
      password: expect.stringMatching(/.{10,}/),
      stores: expect.any(Array),
    });
  }
  expect(new Set(demo.people.map(({ password }) => password)).size, 'no password twice').toBe(demo.people.length);
});

test('the demo fills nothing but an empty database', async ({ demo }) => {
  const again = demo.run('demo', '--json');
  expect(again.status).not.toBe(0);
  expect(again.stderr.trim().split('\n').at(-1)).toMatch(/empty/i);
});
