/**
 * `npm start` as it is: the 5 mmol scale-up in about two minutes. Meanwhile an outside MQTT client looks, the network
 * process is killed, and the next one stopped for a minute. Afterwards the record is compared with that of an undisturbed
 * run. Needs mosquitto_sub, and the ports of `npm start`.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  type Ended,
  launch,
  memoryOf,
  networkProcess,
  descendant,
  type Program,
  temporaryFolder,
} from '../support/process.js';
import { latestRecording, type Recording, widestGap } from '../support/recording.js';
import { SCALE_UP, startRun } from '../support/runs.js';
import { clock, type Figures, Rig, until } from './rig.js';

const PORTS = { page: 8080, broker: 1883 };
const CHARGE_C = 1944;
/** Reference run: 8897 µmol of hydrogen. */
const HYDROGEN_MMOL = 8.897;
const MEMORY_LIMIT_MB = 260;
/** What the control process may gain while nobody takes its messages, MB. */
const GROWTH_LIMIT_MB = 60;
const STOPPED_S = 60;
/** Of the wall: "about two minutes". */
const DURATION_S = [90, 150] as const;

const rig = new Rig('start');

async function requireFree(name: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`port ${port}, which npm start needs for its ${name}, is taken`, { cause: error });
  } finally {
    server.close();
  }
}

/** What mosquitto_sub prints with these arguments within some seconds, one message a line. */
async function subscribed(seconds: number, ...args: string[]): Promise<string[]> {
  const all = ['-h', '127.0.0.1', '-t', 'galvanode/#', '-v', '-W', String(seconds), ...args];
  const { stdout } = await launch('mosquitto_sub', all).ended;
  return stdout.trim().split('\n');
}

async function lookOverMqtt(): Promise<number> {
  const lines = await subscribed(8);
  const samples = lines.filter((line) => line.startsWith('galvanode/bench/sample {'));
  rig.check(
    'mosquitto_sub sees live samples',
    samples.length >= 8,
    `${samples.length} samples in ${lines.length} messages`,
  );
  rig.note(`    ${(samples[0] ?? '').slice(0, 150)}…`);
  // By the flag of each message: --retained-only would end at the first live one.
  const retained = (await subscribed(2, '-F', '%r %t')).filter((line) => line.startsWith('1 '));
  const topics = retained.map((line) => line.split(' ', 2)[1]?.replace('galvanode/bench/', '') ?? '');
  const expected = ['availability', 'state', 'value/current_mA', 'value/charge_C', 'record/head'];
  const missing = expected.filter((topic) => !topics.includes(topic));
  rig.check(
    'retained state is there for who comes late',
    missing.length === 0,
    `${topics.length} topics ${missing.join(' ')}`,
  );
  return samples.length;
}

/** Kills the network process, then stops the next one for a minute. Returns what memory the control process gained. */
async function disturb(start: Program, control: number): Promise<number> {
  process.kill(networkProcess(control), 'SIGKILL');
  rig.note('network process killed');
  await start.prints(/the network process is back/);
  const again = await until('a new network process', 10, () => networkProcess(control));
  const before_MB = memoryOf(control)?.resident_MB ?? NaN;
  process.kill(again, 'SIGSTOP');
  rig.note(`the new one stopped for ${STOPPED_S} s`);
  await clock.sleep(1000 * STOPPED_S);
  const { resident_MB = NaN, peak_MB = NaN } = memoryOf(control) ?? {};
  process.kill(again, 'SIGCONT');
  const growth_MB = resident_MB - before_MB;
  const seen = `${before_MB.toFixed(0)} to ${resident_MB.toFixed(0)} MB, peak ${peak_MB.toFixed(0)} MB`;
  rig.check('memory stays bounded', peak_MB < MEMORY_LIMIT_MB && growth_MB < GROWTH_LIMIT_MB, seen);
  return growth_MB;
}

const within = (value: number, of: number, share: number): boolean => Math.abs(value / of - 1) <= share;

/** A number in a printed line; NaN when it is not there. */
function printed({ stdout }: Ended, pattern: RegExp): number {
  return Number((stdout.match(pattern)?.[1] ?? 'NaN').replace('−', '-'));
}

function judgePrinted(ended: Ended): Figures {
  const ledger_C = printed(ended, /^ +charge +([\d.]+) C of 1944\.00 C/m);
  const truth_C = printed(ended, /truly ([\d.]+) C passed/);
  const reached_F_mol = printed(ended, /^ +charge .* C, ([\d.]+) F\/mol$/m);
  const hydrogen_mmol = printed(ended, /([\d.]+) mmol made/);
  rig.check('exits 0', ended.code === 0, `exit ${ended.code}`);
  rig.check('1944.0 C truly passed, within 0.05 %', within(truth_C, CHARGE_C, 0.0005), `${truth_C} C`);
  rig.check('the ledger agrees within 0.05 %', within(ledger_C, truth_C, 0.0005), `${ledger_C} C`);
  rig.check('4.03 F/mol', within(reached_F_mol, 4.03, 0.0005), `${reached_F_mol} F/mol`);
  rig.check(
    'temperature band held',
    /band ±0\.2 °C held/.test(ended.stdout),
    ended.stdout.match(/^ +temperature.*$/m)?.[0],
  );
  rig.check(
    'hydrogen as in the reference run, within 1 %',
    within(hydrogen_mmol, HYDROGEN_MMOL, 0.01),
    `${hydrogen_mmol} mmol`,
  );
  rig.check('says where the record is', /galvanode runs show \S+-scale-up-5mmol-3a/.test(ended.stdout));
  rig.check('misses no tick', !/ticks missed/.test(ended.stdout));
  return { truth_C, ledger_C, reached_F_mol, hydrogen_mmol };
}

async function judgeRecord({ run, samples, sha256 }: Recording): Promise<void> {
  const { record_rate_Hz, elapsed_s, lost_samples } = run;
  const gap = widestGap(samples);
  const seen = `${samples.length} samples of ${elapsed_s?.toFixed(0)} s, widest gap ${gap} cycles`;
  const complete =
    lost_samples === 0 && samples.length >= record_rate_Hz * (elapsed_s ?? NaN) && gap <= 20 / record_rate_Hz;
  rig.check('every sample that is due is in the record', complete, seen);
  const data = temporaryFolder();
  await startRun({ recipe: SCALE_UP, data, args: ['--speed', 'max'] }).ended;
  const undisturbed = latestRecording(data);
  rig.check(
    'the same samples as in an undisturbed run',
    undisturbed.sha256 === sha256,
    `sha256 ${sha256.slice(0, 16)}`,
  );
}

await rig.run(async () => {
  await requireFree('page', PORTS.page);
  await requireFree('broker', PORTS.broker);
  const data = temporaryFolder();
  const begin_ms = clock.now();
  const start = launch('npm', ['start'], { GALVANODE_DATA: data });
  await start.prints(/topic galvanode\/#/);
  const control = descendant(start.pid, 'dist/main.js');
  if (control === undefined) throw new Error('npm start runs no dist/main.js');
  const mqttSamples = await lookOverMqtt();
  const growth_MB = await disturb(start, control);
  const ended = await start.ended;
  const wall_s = (clock.now() - begin_ms) / 1000;
  rig.check('takes about two minutes', wall_s > DURATION_S[0] && wall_s < DURATION_S[1], `${wall_s.toFixed(0)} s`);
  const figures = judgePrinted(ended);
  await judgeRecord(latestRecording(data));
  return { ...figures, wall_s: Math.round(wall_s), mqttSamples, growth_MB: Math.round(growth_MB) };
});
