import { accept, enter, fromMenu, heading, invite, openUser, scripted, setUp, settled, told, visit, DANA } from '../support/acts.js';
import { lookAtBothWidths } from '../support/axe.js';
import { linkIn } from '../support/mailbox.js';
import { expect, test } from '../support/test.js';

const VOID_LINK = /used|older than 7 days/;

test('r22 a second invite voids the first @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(404, 410);
  const owner = await person(server);
  await setUp(owner, server);
  const first = await invite(owner, mailbox, DANA, { groups: ['Crew'] });

  await openUser(owner, DANA);
  await owner.getByRole('button', { name: 'Resend invite' }).first().click();
  await told(owner, DANA.first);
  const second = linkIn(await mailbox.lastTo(DANA.email, 2), 'accept-invite');
  expect(second).not.toBe(first);

  const dana = await person(server);
  await visit(dana, first);
  await expect(dana.getByRole('main')).toContainText(VOID_LINK);
  await expect(dana.getByRole('main')).toContainText('Ask for a new invite');
  await accept(dana, second, DANA);
  const again = await person(server);
  await visit(again, second);
  await expect(again.getByRole('main')).toContainText(VOID_LINK);
});

test('a withdrawn invite opens nothing @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(404, 410);
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  await openUser(owner, DANA);
  await fromMenu(owner, 'Withdraw invite');
  const dialog = owner.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Withdraw/ }).click();
  await told(owner, DANA.first);
  await settled(owner);
  await expect(owner.getByText('Deactivated', { exact: true }).first()).toBeVisible();

  const dana = await person(server);
  await visit(dana, link);
  await expect(dana.getByRole('main')).toContainText(VOID_LINK);
});

test('r23 opening an invite any number of times does not use it up', async ({ server, mailbox, person, request }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  for (let time = 0; time < 3; time += 1) {
    expect((await request.get(link)).status()).toBe(200);
    expect((await request.head(link)).status()).toBe(200);
  }
  await accept(await person(server), link, DANA);
});

test('r22 of ten acceptances at once exactly one wins', async ({ server, mailbox, person, playwright, guard }) => {
  guard.expectStatus(404, 410);
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });

  const page = await person(server);
  await visit(page, link);
  const form = page.locator('main form');
  const action = new URL(await form.getAttribute('action'), server.url).href;
  const fields = await form.evaluate((element) => Object.fromEntries(new FormData(element)));
  const devices = await Promise.all(Array.from({ length: 10 }, () => playwright.request.newContext()));
  const answers = await Promise.all(
    devices.map((device, index) =>
      device.post(action, {
        form: { ...fields, password: `${DANA.password} ${index}`, again: `${DANA.password} ${index}` },
        headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json' },
      }),
    ),
  );
  const statuses = answers.map((answer) => answer.status());
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  await Promise.all(devices.map((device) => device.dispose()));

  const winner = statuses.indexOf(200);
  await enter(page, { ...DANA, password: `${DANA.password} ${winner}` });
});

test('r24 a forged host does not reach the link of a mail', async ({ server, mailbox, person, request }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const forged = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' };
  const answer = await request.get(`${server.url}/sign-in`, { headers: forged });
  expect(await answer.text()).not.toContain('evil.example');
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  expect(new URL(link).origin).toBe(server.url);
});

test('the mail is readable as text and as HTML, and says who invites as what', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const mail = await mailbox.lastTo(DANA.email);
  for (const body of [mail.text, mail.html]) {
    for (const word of ['Dana', 'Eleanor Marlow', 'Crew', 'works once', DANA.email]) expect(body).toContain(word);
  }
  expect(mail.to).toEqual([DANA.email]);
});

test('a weak password is refused with its reason, and a good one is taken @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  const link = await invite(owner, mailbox, DANA, { groups: ['Crew'] });
  const dana = await person(server);
  await visit(dana, link);
  await expect(heading(dana, 'Welcome, Dana')).toBeVisible();
  await lookAtBothWidths(dana, 'an invite');
  for (const weak of ['passwordpassword', 'marlow finch 2026', 'short1!']) {
    await dana.getByLabel('Password', { exact: true }).fill(weak);
    await dana.getByLabel('Password again').fill(weak);
    await dana.getByRole('button', { name: 'Set password and start' }).click();
    await expect(dana.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expect(dana.getByLabel('Password', { exact: true })).toHaveValue('');
    // Without script the meter says it after the post, not while one types.
    if (!scripted(dana)) await expect(dana.locator('#strength')).toHaveText(/^Too (easy to guess|short)\. /);
  }
  await lookAtBothWidths(dana, 'an invite, refused');
  await accept(dana, link, DANA);
});

test('Enter with a short password keeps the reason, and the meter falls silent', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(422);
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await visit(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }));
  const [password, again] = [dana.getByLabel('Password', { exact: true }), dana.getByLabel('Password again')];
  await expect(async () => {
    await password.fill('');
    await password.pressSequentially('short');
    await expect(dana.locator('#strength')).not.toBeEmpty({ timeout: 2_000 });
  }).toPass();
  await again.fill('short');
  await again.press('Enter');
  const reason = dana.locator('#password-error');
  await expect(reason).toContainText('at least 15 characters');
  // What the browser itself checks after a pause must not take its place.
  await dana.waitForTimeout(500);
  await expect(reason).toContainText('at least 15 characters');
  await expect(dana.locator('#strength')).toBeEmpty();
});

test('the strength meter answers while typing', async ({ server, mailbox, person }) => {
  const owner = await person(server);
  await setUp(owner, server);
  const dana = await person(server);
  await visit(dana, await invite(owner, mailbox, DANA, { groups: ['Crew'] }));
  expect(scripted(dana)).toBe(true);
  const meter = dana.getByRole('meter', { name: 'Password strength' });
  await expect(async () => {
    await dana.getByLabel('Password', { exact: true }).fill('');
    await dana.getByLabel('Password', { exact: true }).pressSequentially('marlow finch 2026');
    await expect(dana.locator('#strength')).toContainText('Too easy to guess', { timeout: 2_000 });
  }).toPass();
  expect(await meter.evaluate((element) => element.value)).toBeLessThanOrEqual(1);
  await dana.getByLabel('Password', { exact: true }).fill(DANA.password);
  await expect.poll(() => meter.evaluate((element) => element.value)).toBeGreaterThanOrEqual(3);
});
