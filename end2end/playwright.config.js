import { defineConfig } from '@playwright/test';
import { CHROMIUM, DESKTOP, PHONE } from './support/browser.js';

// Every journey runs with script on a desktop; those marked @plain also without script, those marked @phone also at 390 px.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'results',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./support/closing-line.js']],
  use: {
    browserName: 'chromium',
    launchOptions: CHROMIUM,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    screenshot: 'only-on-failure',
    viewport: DESKTOP,
  },
  projects: [
    { name: 'desktop' },
    { name: 'phone', grep: /@phone/, use: { viewport: PHONE, hasTouch: true, isMobile: true } },
    { name: 'plain', grep: /@plain/, use: { javaScriptEnabled: false } },
  ],
});
