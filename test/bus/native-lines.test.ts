import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Board } from '../../src/model/board.js';
import { RealClock } from '../../src/model/real-clock.js';
import { boardWith, input, output } from './gpio-board.js';
import { lives, writeTools } from './gpio-fake-tools.js';
import type { HostCommand } from './gpio-host.js';

const LABELS = ['pinctrl-bcm2711', 'pinctrl-rp1'];
const compiler = spawnSync(process.env['CC'] ?? 'cc', ['--version']).status === 0;
const inCi = process.env['CI'] === 'true';
if (!compiler && !inCi) process.stderr.write('no C compiler: onoff on the fake sysfs is not tested here\n');

interface Said {
  readonly answer?: unknown;
  readonly refused?: { readonly reason: string; readonly message: string };
  readonly fault?: { readonly reason: string; readonly line: string; readonly message: string };
}

/** The program under the fake sysfs. */
class Host {
  readonly faults: NonNullable<Said['fault']>[] = [];
  private readonly waiting: ((said: Said) => void)[] = [];

  constructor(private readonly child: ChildProcess) {
    const { stdout } = child;
    if (stdout === null) throw new Error('no stdout');
    createInterface(stdout).on('line', (text) => {
      const said = JSON.parse(text) as Said;
      if (said.fault) this.faults.push(said.fault);
      else this.waiting.shift()?.(said);
    });
  }

  ask(command: HostCommand): Promise<Said> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  async get(line: string): Promise<unknown> {
    return (await this.ask({ do: 'get', line })).answer;
  }

  async set(line: string, asserted: boolean): Promise<Said> {
    return this.ask({ do: 'set', line, asserted });
  }

  /** A second look until it is so; the tester's FIFO is read by a thread of the program. */
  async until(line: string, asserted: boolean): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if ((await this.get(line)) === asserted) return;
      await clock.sleep(5);
    }
    throw new Error(`"${line}" never became ${String(asserted)}`);
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
  }
}

const clock = new RealClock();

describe.skipIf(!compiler && !inCi)('lines through onoff, on a fake sysfs', { timeout: 60_000 }, () => {
  let folder: string;
  let sysfs: string;
  let host: Host;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'galvanode-gpio-'));
    sysfs = join(folder, 'sysfs');
    const build = fileURLToPath(new URL('../../firmware-bridge/rig/shim/build.sh', import.meta.url));
    const built = spawnSync('bash', [build, 'gpioshim', folder], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    host = start(sysfs, process.env['PATH'] ?? '');
  });

  function start(root: string, path: string): Host {
    const program = fileURLToPath(new URL('gpio-host.ts', import.meta.url));
    const preload = { LD_PRELOAD: join(folder, 'gpioshim.so'), GALVANODE_GPIO: root, UV_USE_IO_URING: '0' };
    const env = { ...process.env, ...preload, PATH: path };
    return new Host(spawn(process.execPath, ['--import', 'tsx', program], { env, stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  afterAll(async () => {
    await host.end();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    await host.ask({ do: 'close' });
    host.faults.length = 0;
    fresh(512);
  });

  /** A sysfs with one chip of a Pi and the small ones beside it; the tester's FIFO stays. */
  function fresh(base: number, label = 'pinctrl-bcm2711'): void {
    mkdirSync(sysfs, { recursive: true });
    for (const name of ['export', 'unexport', 'journal', 'refuse']) writeFileSync(join(sysfs, name), '');
    for (const old of [0, 399, 512, 571, 100, 700])
      rmSync(join(sysfs, `gpiochip${old}`), { recursive: true, force: true });
    chip(base, label, 58);
    chip(700, 'raspberrypi-exp-gpio', 8);
  }

  function chip(base: number, label: string, lines: number): void {
    const place = join(sysfs, `gpiochip${base}`);
    mkdirSync(place);
    writeFileSync(join(place, 'label'), `${label}\n`);
    writeFileSync(join(place, 'base'), `${base}\n`);
    writeFileSync(join(place, 'ngpio'), `${lines}\n`);
  }

  /** A line that another program exported and left. */
  function leftOver(number: number, files: Record<string, string>): void {
    const place = join(sysfs, `gpio${number}`);
    mkdirSync(place);
    const all = { direction: 'in', edge: 'none', active_low: '0', level: '0', value: '', ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(place, name), text);
  }

  const journal = (): string[] => readFileSync(join(sysfs, 'journal'), 'utf8').trim().split('\n');
  const level = (number: number): string => readFileSync(join(sysfs, `gpio${number}`, 'level'), 'utf8').trim();
  const tester = (order: string): void => writeFileSync(join(sysfs, 'ctl'), `${order}\n`);
  const open = (board: Board): Promise<Said> => host.ask({ do: 'open', board });
  const small = boardWith({
    'e-stop-closed': input(LABELS, 5),
    'arm-button': input(LABELS, 19),
    'master-relay': { chip: LABELS, offset: 20, direction: 'out', active: 'low' },
    'light-red': output(LABELS, 24),
  });

  it.each([
    [0, 'pinctrl-bcm2711'],
    [399, 'pinctrl-rp1'],
    [512, 'pinctrl-bcm2711'],
    [571, 'pinctrl-rp1'],
  ])('finds the lines at base %d by the label %s', async (base, label) => {
    fresh(base, label);
    const { answer } = await open(small);
    expect(answer).toMatchObject({
      kind: 'sysfs',
      found: { 'e-stop-closed': `gpio${base + 5} (${label} 5)`, 'light-red': `gpio${base + 24} (${label} 24)` },
    });
    await host.set('light-red', true);
    expect(level(base + 24)).toBe('1');
  });

  it('refuses when no chip has the label, and says what is there', async () => {
    fresh(512, 'pinctrl-unknown');
    const { refused } = await open(small);
    expect(refused?.reason).toBe('chip');
    expect(refused?.message).toContain('no GPIO chip is labelled "pinctrl-bcm2711" or "pinctrl-rp1"');
    expect(refused?.message).toContain('gpiochip512 "pinctrl-unknown" (58 lines)');
    expect(existsSync(join(sysfs, 'gpio536'))).toBe(false);
  });

  it('refuses when several chips have it', async () => {
    chip(100, 'pinctrl-rp1', 54);
    const { refused } = await open(small);
    expect(refused?.message).toMatch(/several GPIO chips .*gpiochip100 "pinctrl-rp1".*gpiochip512 "pinctrl-bcm2711"/);
  });

  it('brings an output to its safe level with its direction in one write, and never through the other', async () => {
    await open(small);
    const relay = journal().filter((entry) => entry.includes('532'));
    expect(relay).toEqual(['export 532', '532 active_low 0', '532 direction high']);
    expect(journal()).toContain('536 direction low');
  });

  it('drives outputs by their active level', async () => {
    await open(small);
    await host.set('master-relay', true);
    expect(level(532)).toBe('0');
    await host.set('master-relay', false);
    expect(level(532)).toBe('1');
  });

  it('goes to the safe level before it gives the lines back', async () => {
    await open(small);
    await host.set('master-relay', true);
    await host.set('light-red', true);
    writeFileSync(join(sysfs, 'journal'), '');
    await host.ask({ do: 'close' });
    const told = journal();
    expect(told.slice(0, 2)).toEqual(['532 value 1', '536 value 0']);
    expect(told.slice(2).toSorted()).toEqual(['unexport 517', 'unexport 531', 'unexport 532', 'unexport 536']);
    expect(existsSync(join(sysfs, 'gpio532'))).toBe(false);
  });

  it('reads an input by its active level', async () => {
    await open(small);
    expect(await host.get('e-stop-closed')).toBe(true);
    tester('517 1');
    await host.until('e-stop-closed', false);
    tester('517 0');
    await host.until('e-stop-closed', true);
  });

  it('remembers a dip of a guarding input that was over before anybody looked, once', async () => {
    await open(small);
    for (let trial = 0; trial < 20; trial++) {
      expect(await host.get('e-stop-closed')).toBe(true);
      tester('517 pulse');
      await clock.sleep(20);
      expect(await host.get('e-stop-closed'), `trial ${trial}`).toBe(false);
    }
    expect(await host.get('e-stop-closed')).toBe(true);
    tester('531 pulse');
    await clock.sleep(20);
    expect(await host.get('arm-button')).toBe(true);
  });

  it('refuses a line that is not permitted', async () => {
    writeFileSync(join(sysfs, 'refuse'), '0 export\n');
    const { refused } = await open(small);
    expect(refused?.reason).toBe('permission');
    expect(refused?.message).toMatch(/"master-relay": gpio532 .* cannot be opened: EPERM/);
  });

  it('tells of an output that does not take its level', async () => {
    await open(small);
    writeFileSync(join(sysfs, 'refuse'), '532 value\n');
    const { refused } = await host.set('master-relay', true);
    expect(refused?.reason).toBe('permission');
    expect(refused?.message).toContain('cannot be driven low');
  });

  it('tells on closing of an output that stays where it is, and closes the others', async () => {
    await open(small);
    await host.set('light-red', true);
    writeFileSync(join(sysfs, 'refuse'), '532 value\n');
    await host.ask({ do: 'close' });
    expect(host.faults.map(({ line }) => line)).toEqual(['master-relay']);
    expect(journal()).toContain('536 value 0');
  });

  it('takes over what a killed program left, through the safe level', async () => {
    leftOver(532, { direction: 'out', level: '0', active_low: '1' });
    const { answer } = await open(small);
    expect(answer).toMatchObject({ kind: 'sysfs' });
    expect(level(532)).toBe('1');
  });

  it('refuses a left-over line that swallows its set-up', async () => {
    leftOver(532, { direction: 'in', level: '1' });
    writeFileSync(join(sysfs, 'refuse'), '532 direction\n');
    const { refused } = await open(small);
    expect(refused?.reason).toBe('busy');
    expect(refused?.message).toMatch(/exported before .* direction is in, not out/);
  });

  it('refuses an input without interrupts that was exported before', async () => {
    leftOver(517, { direction: 'in' });
    writeFileSync(join(sysfs, 'refuse'), '517 edge\n');
    const { refused } = await open(small);
    expect(refused?.message).toContain('edge is none, not both');
  });

  it('reads in a time that a control cycle does not feel', async () => {
    await open(small);
    const { answer } = await host.ask({ do: 'time', line: 'e-stop-closed', count: 2000 });
    process.stdout.write(`get through onoff on the fake sysfs: ${JSON.stringify(answer)}\n`);
    expect((answer as { readonly p50_us: number }).p50_us).toBeLessThan(1000);
  });

  it('says both reasons where there is no sysfs and no tool either', async () => {
    const bare = start(join(folder, 'nowhere'), folder);
    const { refused } = await bare.ask({ do: 'open', board: small });
    await bare.end();
    expect(refused?.reason).toBe('unavailable');
    expect(refused?.message).toMatch(/no \/sys\/class\/gpio; the gpiod tools are not there/);
  });

  it('takes the tools where there is no sysfs, and leaves no line driven when it is killed', async () => {
    const place = mkdtempSync(join(folder, 'tools-'));
    writeTools(place, '2.2.1');
    writeFileSync(join(place, 'chips'), 'gpiochip0 [pinctrl-rp1] (54 lines)\n');
    for (const number of [5, 19]) writeFileSync(join(place, `level-${number}`), '1');
    const second = start(join(folder, 'nowhere'), `${place}:${process.env['PATH'] ?? ''}`);
    const { answer } = await second.ask({ do: 'open', board: small });
    expect(answer).toMatchObject({ kind: 'gpiod', found: { 'master-relay': 'gpiochip0 (pinctrl-rp1 20)' } });
    await second.set('master-relay', true);
    const levels = join(place, 'level-20');
    for (let tries = 0; tries < 200 && readFileSync(levels, 'utf8') !== '0'; tries++) await clock.sleep(5);
    expect(readFileSync(levels, 'utf8')).toBe('0');
    const holder = Number(readFileSync(join(place, 'held-20'), 'utf8'));
    expect(lives(holder)).toBe(true);
    await second.kill();
    for (let tries = 0; tries < 200 && lives(holder); tries++) await clock.sleep(5);
    expect(lives(holder)).toBe(false);
  });

  it('knows no line that the board has not', async () => {
    await open(small);
    expect((await host.ask({ do: 'get', line: 'door-closed' })).refused?.message).toContain('not in this test');
    expect((await host.ask({ do: 'get', line: 'master-relay-closed' })).refused?.message).toContain('no read-back');
    expect((await host.set('buzzer', true)).refused?.message).toContain('not in this test');
    expect((await host.set('nowhere', true)).refused?.message).toContain('there are master-relay, light-red');
  });
});
