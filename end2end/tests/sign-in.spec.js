import http from 'node:http';
import { accept, enter, follow, heading, invite, open, setUp, settled, signIn, signOut, visit, DANA, OWNER } from '../support/acts.js';
import { expect, test } from '../support/test.js';

test('r10 every failure has one face: it keeps the email and empties the password @plain @phone', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401, 403, 422);
  const owner = await person(server);
  await setUp(owner, server);
  await invite(owner, mailbox, DANA, { groups: ['Crew'] });

  const page = await person(server);
  const faces = [];
  for (const email of [OWNER.email, 'nobody@marlowfinch.example', DANA.email]) {
    await visit(page, '/sign-in');
    await signIn(page, { email, password: 'not the password at all' });
    await expect(page).toHaveTitle('Problem: Sign in · Keyholder');
    const banner = page.getByRole('alert');
    await expect(banner).toContainText('Email or password is not right');
    await expect(banner).toBeFocused();
    await expect(banner.getByRole('link', { name: 'Forgot password?' })).toHaveAttribute('href', '/forgot-password');
    await expect(page.getByLabel('Email')).toHaveValue(email);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    faces.push(await page.getByRole('main').innerText());
  }
  expect(new Set(faces).size, 'the same words for a wrong password, an unknown address and an open invite').toBe(1);
  await signIn(page, OWNER);
  await expect(page).toHaveURL('/');
});

test('whoever was on the way is taken there after signing in, but never to another site @plain', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await signOut(page);
  await visit(page, '/settings/users?q=eleanor');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, OWNER);
  await expect(page).toHaveURL('/settings/users?q=eleanor');
  await expect(heading(page, 'Users')).toBeVisible();

  for (const away of ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)']) {
    await visit(page, '/');
    await signOut(page);
    await visit(page, `/sign-in?next=${encodeURIComponent(away)}`);
    await signIn(page, OWNER);
    await expect(page).toHaveURL('/');
    await settled(page);
  }
});

test('a sign-in elsewhere ends the older session, and that device says so @plain', async ({ server, mailbox, person, guard }) => {
  guard.expectStatus(401);
  const owner = await person(server);
  await setUp(owner, server);
  const counter = await person(server);
  await accept(counter, await invite(owner, mailbox, DANA, { groups: ['Crew'] }), DANA);

  const phone = await person(server);
  await enter(phone, DANA);
  await follow(counter, 'Jobs');
  await expect(counter).toHaveURL(/\/sign-in/);
  await expect(counter.locator('.banner')).toContainText('used on another device');

  await signIn(counter, DANA);
  await expect(counter).toHaveURL(/\/(jobs)?$/);
  await visit(phone, '/');
  await expect(phone).toHaveURL(/\/sign-in/);
  expect(await visit(owner, '/settings/users'), 'nobody else is signed out').toBe(200);
});

test('r43 after signing out, going back shows nothing @plain', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await visit(page, '/settings/users');
  await expect(page.getByRole('main')).toContainText(OWNER.email);
  await signOut(page);
  await page.goBack();
  await expect(page.locator('body')).not.toContainText(OWNER.email);
});

test('r6 a password can be pasted, shown and filled in by a manager', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  await signOut(page);
  await visit(page, '/sign-in');
  const field = page.getByLabel('Password', { exact: true });
  await expect(field).toHaveAttribute('type', 'password');
  await expect(field).toHaveAttribute('autocomplete', 'current-password');
  await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username');
  const pasted = await field.evaluate((input) => {
    const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
    return input.dispatchEvent(paste);
  });
  expect(pasted, 'nothing stops a paste').toBe(true);
  await field.fill('a secret');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(field).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide' }).click();
  await expect(field).toHaveAttribute('type', 'password');
  await expect(field).toHaveValue('a secret');
});

test('r41 the session cookie is out of reach of script and of other sites', async ({ server, person }) => {
  const page = await person(server);
  await setUp(page, server);
  const cookies = await page.context().cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({ httpOnly: true, path: '/', domain: '127.0.0.1' });
    expect(['Lax', 'Strict']).toContain(cookie.sameSite);
  }
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

/** A page of another site, with a link and a form that lead to Keyholder; the host is another, since a port alone makes no other site. */
async function elsewhere(server, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  const page = `<!doctype html><title>Elsewhere</title><a href="${server.url}/settings/users?q=eleanor">A link</a>
    <form method="post" action="${server.url}/api/stores/create">${inputs.join('')}<button>A form</button></form>`;
  const site = http.createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${site.address().port}/`, close: () => site.close() };
}

test('r41 r47 a link of another site arrives signed in, and a form of another site changes nothing @plain', async ({ server, person, guard }) => {
  guard.expectStatus(403);
  const page = await person(server);
  await setUp(page, server);
  const fields = { name: 'Oxford', code: 'OXF', address: '', phone: '', email: '', time_zone: 'Europe/London' };
  const site = await elsewhere(server, fields);
  try {
    await page.goto(site.url);
    await page.getByRole('link', { name: 'A link' }).click();
    await expect(page).toHaveURL(`${server.url}/settings/users?q=eleanor`);
    await expect(heading(page, 'Users')).toBeVisible();
    await settled(page);
    await expect(page.getByRole('main')).toContainText(OWNER.email);

    await page.goto(site.url);
    const [answer] = await Promise.all([page.waitForResponse('**/api/stores/create'), page.getByRole('button', { name: 'A form' }).click()]);
    expect(answer.status()).toBe(403);
    const sent = await answer.request().allHeaders();
    expect(sent['sec-fetch-site']).toBe('cross-site');
    expect(sent.cookie, 'the browser keeps the cookie to itself').toBeUndefined();
  } finally {
    site.close();
  }
  await visit(page, '/');
  await open(page, 'Stores');
  const rows = page.getByRole('main').locator('tbody tr');
  await expect(rows).toHaveText([/Bath/]);
  // The same form is taken from a page of Keyholder's own.
  const own = await page.request.post('/api/stores/create', { form: fields, headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json' } });
  expect(own.status()).toBe(200);
  await visit(page, '/settings/stores');
  await expect(rows).toHaveText([/Bath/, /Oxford/]);
});

test('r39 signing in changes the session id, and the id from before opens nothing', async ({ server, person, playwright }) => {
  const page = await person(server);
  await setUp(page, server);
  await signOut(page);
  await visit(page, '/sign-in');
  const before = await page.context().storageState();
  await enter(page, OWNER);
  const after = await page.context().storageState();
  const values = ({ cookies }) => cookies.map(({ value }) => value);
  expect(values(after).some((value) => values(before).includes(value))).toBe(false);
  const thief = await playwright.request.newContext({ baseURL: server.url, storageState: before });
  const answer = await thief.get('/settings/users', { maxRedirects: 0 });
  expect(answer.status()).toBeGreaterThanOrEqual(300);
  expect(answer.headers().location).toContain('/sign-in');
  await thief.dispose();
});
