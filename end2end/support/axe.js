// Accessibility as axe sees it, WCAG 2.0 to 2.2, A and AA, and its best practices; and whether a page fits its window.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@playwright/test';
import { scripted } from './acts.js';
import { DESKTOP, PHONE } from './browser.js';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with what axe found on the page as it stands. It needs script, and the page is the same without. */
export async function accessible(page, where) {
  if (!scripted(page)) return;
  // Through the debugger, since the page's policy admits no script of others.
  await page.evaluate(SOURCE);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html.slice(0, 200)) }));
  }, TAGS);
  expect(found, `axe at ${where}`).toEqual([]);
}

/** Fails where a page is wider than its window: from the narrowest phone to a wide desktop. */
export async function noSidewaysScroll(page, where) {
  const before = page.viewportSize();
  for (const width of [320, 390, 600, 768, 896, 1024, 1440, 1920]) {
    await page.setViewportSize({ width, height: before.height });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide, `${where} at ${width} px: overhang in px`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(before);
}

async function inBothThemes(page, where) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await accessible(page, `${where}, ${page.viewportSize().width} px, ${colorScheme}`);
  }
}

/** Looks at a page in dark and light, and as narrow and as wide as windows get. For journeys that run at both widths. */
export async function look(page, where) {
  await inBothThemes(page, where);
  await noSidewaysScroll(page, where);
}

/** The same with axe at both widths, for a journey that runs at one of them. */
export async function lookAtBothWidths(page, where) {
  const before = page.viewportSize();
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await inBothThemes(page, where);
  }
  await page.setViewportSize(before);
  await noSidewaysScroll(page, where);
}
