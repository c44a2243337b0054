/**
 * A real Chromium before the real program: `galvanode serve` or `run` on the simulated bench as a process, its page in a
 * browser. Whatever the browser complains of, and every script or request that the page does not mean, is kept as trouble.
 * Owns playwright-core; knows no page.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { accountOf, changeUsers, usersFile } from '../../src/command/users.js';
import type { Role } from '../../src/telemetry/verbs.js';
import { galvanode, type Program, temporaryFolder } from '../support/process.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const PASSWORD = 'correct horse 9';
export const USERS: Readonly<Record<string, Role>> = { vera: 'viewer', anna: 'operator', boss: 'admin' };

export interface Served {
  readonly program: Program;
  readonly data: string;
  readonly url: string;
}

export interface ServeOptions {
  readonly args?: readonly string[];
  readonly data?: string;
  readonly users?: Readonly<Record<string, Role>>;
}

/** Users as `galvanode user add` makes them. */
export async function addUsers(data: string, users: Readonly<Record<string, Role>> = USERS): Promise<void> {
  const accounts = await Promise.all(Object.entries(users).map(([name, role]) => accountOf(name, role, PASSWORD)));
  const changed = changeUsers(usersFile(data), () => accounts);
  if (!changed.ok) throw new Error(JSON.stringify(changed.problems));
}

/** The operator's service on the simulated bench, on free ports. */
export async function serve({
  args = [],
  data = temporaryFolder(),
  users = USERS,
}: ServeOptions = {}): Promise<Served> {
  await addUsers(data, users);
  const shared = ['--data', data, '--console', '0', '--broker', '0', '--no-terminal'];
  const program = galvanode(['serve', ...shared, ...args]);
  return { program, data, url: await pageOf(program) };
}

export async function pageOf(program: Program): Promise<string> {
  return (await program.prints(/http:\/\/127\.0\.0\.1:\d+/))[0];
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = CHROMIUM.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`no Chromium is installed at ${CHROMIUM.join(', ')}`);
  // as root in a container there is no sandbox to be had; nothing foreign is opened
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
}

export const DESK = { viewport: { width: 1280, height: 860 } } as const;
export const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
} as const;

export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What should not have been: errors of scripts, refused loads, requests elsewhere, dialogs. */
  readonly trouble: string[];
}

/** Complaints of the browser that a network process killed on purpose brings with it. */
export const OF_A_LOST_LINK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/;

export async function openTab(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = DESK,
): Promise<Tab> {
  const context = await browser.newContext({
    ...options,
    acceptDownloads: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(origin) && !asked.startsWith('data:') && !asked.startsWith('blob:'))
      trouble.push(`asked for ${asked}`);
  });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return { page, context, trouble };
}

export async function signIn({ page }: Pick<Tab, 'page'>, user: string, password = PASSWORD): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('User').fill(user);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

/** What is seen when something is missing is kept as a picture, whose place is told. */
export async function looked({ page }: Pick<Tab, 'page'>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const path = join(tmpdir(), 'galvanode-browser-failed.png');
    await page.screenshot({ path, fullPage: true });
    throw new Error(`${error instanceof Error ? error.message : String(error)} (seen then: ${path})`, { cause: error });
  }
}

/** Goes to a page of the console by its tab. */
export async function goTo({ page }: Pick<Tab, 'page'>, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title }).click();
}
