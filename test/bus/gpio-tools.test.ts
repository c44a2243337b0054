import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LineFault, placesOf, type PortListener, type LinePorts } from '../../src/bus/gpio-places.js';
import { gpiogetArguments, gpiosetArguments, openGpiodPorts } from '../../src/bus/gpio-tools.js';
import type { InputLine } from '../../src/bus/line-names.js';
import { RealClock } from '../../src/model/real-clock.js';
import { boardWith, input, output } from './gpio-board.js';
import { lives, writeTools } from './gpio-fake-tools.js';

const clock = new RealClock();
const board = boardWith({
  'e-stop-closed': input('pinctrl-rp1', 5),
  'door-closed': input('pinctrl-rp1', 6),
  'master-relay': output('pinctrl-rp1', 20, 'low'),
});

let folder: string;
let path: string;
let ports: LinePorts | undefined;
let faults: LineFault[];
let edges: [InputLine, boolean][];
const listener: PortListener = {
  edge: (line, high) => void edges.push([line, high]),
  fault: (fault) => void faults.push(fault),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-gpiod-'));
  path = process.env['PATH'] ?? '';
  faults = [];
  edges = [];
  ports = undefined;
  here('chips', 'gpiochip0 [pinctrl-rp1] (54 lines)\ngpiochip10 [other] (32 lines)\n');
  here('level-5', '0');
  here('level-6', '1');
  here('journal', '');
});
afterEach(async () => {
  await ports?.close();
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

function here(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function tools(version: string): void {
  writeTools(folder, version);
  process.env['PATH'] = `${folder}:${path}`;
}

async function open(): Promise<LinePorts> {
  const opened = await openGpiodPorts(placesOf(board), clock, listener);
  if ('missing' in opened) throw new Error(opened.missing);
  ports = opened;
  return opened;
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !what(); tries++) await clock.sleep(5);
  expect(what()).toBe(true);
}

const journal = (): string => readFileSync(join(folder, 'journal'), 'utf8');
const holder = (line: number): number => Number(readFileSync(join(folder, `held-${line}`), 'utf8'));

describe.each(['1.6.3', '2.2.1'])('lines through the gpiod tools, version %s', (version) => {
  beforeEach(() => tools(version));

  it('holds an output at its safe level from the start, and at the level that it is given', async () => {
    const { write, kind, found } = bound(await open());
    expect(kind).toBe('gpiod');
    expect(found.get('e-stop-closed')).toBe('gpiochip0 (pinctrl-rp1 5)');
    await until(() => journal() === 'set 20=1\n');
    write(false);
    await until(() => journal() === 'set 20=1\nset 20=0\n');
    expect(faults).toEqual([]);
  });

  it('comes to rest at the last level asked for, however fast they follow', async () => {
    const { write } = bound(await open());
    for (const high of [false, true, false, true, false]) write(high);
    await until(() => journal().endsWith('set 20=0\n'));
    await clock.sleep(50);
    expect(journal().endsWith('set 20=0\n')).toBe(true);
    expect(faults).toEqual([]);
  });

  it('reads its inputs, again and again', async () => {
    const opened = await open();
    expect([opened.read('e-stop-closed'), opened.read('door-closed')]).toEqual([false, true]);
    here('level-5', '1');
    await until(() => opened.read('e-stop-closed'));
    expect(edges).toEqual([['e-stop-closed', true]]);
  });
});

function bound(opened: LinePorts) {
  const { kind, found } = opened;
  return { kind, found, write: (high: boolean): void => opened.write('master-relay', high) };
}

describe('the gpiod tools', () => {
  it('have two dialects', () => {
    expect(gpiosetArguments(1, 'gpiochip0', 20, true)).toEqual(['--mode=signal', 'gpiochip0', '20=1']);
    expect(gpiosetArguments(2, 'gpiochip0', 20, false)).toEqual(['--chip', 'gpiochip0', '20=0']);
    expect(gpiogetArguments(1, 'gpiochip0', [5, 6])).toEqual(['gpiochip0', '5', '6']);
    expect(gpiogetArguments(2, 'gpiochip0', [5, 6])).toEqual(['--numeric', '--chip', 'gpiochip0', '5', '6']);
  });

  it('say what is missing where they are not, and refuse a version that nobody knows', async () => {
    process.env['PATH'] = folder;
    expect(await openGpiodPorts(placesOf(board), clock, listener)).toMatchObject({ missing: /apt install gpiod/ });
    tools('3.0');
    expect(await openGpiodPorts(placesOf(board), clock, listener)).toMatchObject({ missing: /no version/ });
  });

  it('tell of an output whose process was killed, leave it released, and take it up when it is set again', async () => {
    tools('2.2.1');
    const opened = await open();
    await until(() => existsSync(join(folder, 'held-20')));
    process.kill(holder(20), 'SIGKILL');
    await until(() => faults.length === 1);
    expect(faults[0]).toMatchObject({ reason: 'io', line: 'master-relay' });
    await clock.sleep(50);
    expect(journal()).toBe('set 20=1\n');
    opened.write('master-relay', false);
    await until(() => journal() === 'set 20=1\nset 20=0\n');
  });

  it('refuse a board whose watchdog wants a pulse', async () => {
    tools('2.2.1');
    const pulsing = boardWith({ 'watchdog-pulse': output('pinctrl-rp1', 7) });
    await expect(openGpiodPorts(placesOf(pulsing), clock, listener)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('refuse a line that somebody else has, and leave no process behind', async () => {
    tools('2.2.1');
    here('busy-20', '');
    await expect(open()).rejects.toMatchObject({ reason: 'busy', line: 'master-relay' });
  });

  it('end their processes when the lines are closed', async () => {
    tools('1.6.3');
    const opened = await open();
    await until(() => existsSync(join(folder, 'held-20')));
    const pid = holder(20);
    expect(lives(pid)).toBe(true);
    await opened.close();
    expect(lives(pid)).toBe(false);
    await opened.close();
  });

  it('give no level that is older than three control cycles', async () => {
    tools('2.2.1');
    const opened = await open();
    here('broken', '');
    await until(() => {
      try {
        opened.read('e-stop-closed');
        return false;
      } catch (error) {
        expect(String(error)).toContain('cannot be read: gpioget: error reading GPIO values');
        return true;
      }
    });
    rmSync(join(folder, 'broken'));
    await until(() => {
      try {
        return !opened.read('e-stop-closed');
      } catch {
        return false;
      }
    });
  });
});
