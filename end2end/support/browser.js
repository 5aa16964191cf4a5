// Chromium from the system, with its own talk to the outside turned off.
export const CHROMIUM = {
  executablePath: process.env.KEYHOLDER_TEST_CHROMIUM ?? '/usr/bin/chromium',
  // As root Chromium's sandbox can't start; nobody else goes without it.
  chromiumSandbox: process.getuid?.() !== 0,
  args: [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    '--no-pings',
  ],
};

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
