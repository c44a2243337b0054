/**
 * Two live benches run in real time at 20 Hz at once: one is left alone, the broker of the other is flooded by one of its own
 * users with 100,000 payloads that no reactor should ever see. Both meet the same machine, so that their lateness can be
 * compared. `npx tsx test/rig/hostile.ts`.
 */
import * as fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { accountOf, changeUsers, usersFile } from '../../src/command/users.js';
import { memoryOf, networkProcess, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { brokerPort, resultOf, startRun, type RunResult } from '../support/runs.js';
import { startLiveBench } from './live-bench.js';
import { clock, MachineWitness, Rig } from './rig.js';

const PAYLOADS = 100_000;
const SECONDS = 60;
/** Sent at once before the socket is waited for. */
const BATCH = 500;
const USER = 'mallory';
const PASSWORD = 'kettle-orange-7';
const rig = new Rig('hostile');

interface Seen {
  readonly result: RunResult;
  readonly exit: number | null;
  /** In the journal, by what came of them. */
  readonly commands: number;
  readonly taken: number;
}

/** Everything but what says stop: that one is always taken. */
const payload = fc
  .oneof(
    fc.json(),
    fc.string({ maxLength: 200 }),
    fc
      .record(
        {
          v: fc.constantFrom(1, 2),
          id: fc.string({ maxLength: 20 }),
          bootId: fc.string({ maxLength: 40 }),
          nonce: fc.string({ maxLength: 30 }),
          verb: fc.constantFrom('start', 'hold', 'unhold', 'answer', 'clear', 'resume', 'shelve'),
          args: fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue()),
        },
        { requiredKeys: ['verb'] },
      )
      .map((record) => JSON.stringify(record)),
    fc.constantFrom('['.repeat(16_000), '{"v":1,"__proto__":{}}'),
  )
  .filter((text) => !text.toLowerCase().includes('stop'));

async function flood(port: number): Promise<number> {
  const payloads = fc.sample(payload, { numRuns: 1000, seed: 11 });
  const url = `mqtt://127.0.0.1:${port}`;
  const client = await connectAsync(url, { username: USER, password: PASSWORD, reconnectPeriod: 0 });
  let sent = 0;
  while (sent < PAYLOADS && client.connected) {
    const batch = Array.from({ length: BATCH }, (_, n) => payloads[(sent + n) % payloads.length] ?? '');
    for (const text of batch.slice(1)) client.publish(`galvanode/bench/command/${USER}`, text);
    await client.publishAsync(`galvanode/bench/command/${USER}`, batch[0] ?? '', { qos: 1 }); // acknowledged: it was judged
    sent += BATCH;
  }
  await client.endAsync();
  return sent;
}

async function watched(name: string, seed: number, disturb: ((port: number, pid: number) => Promise<void>) | null) {
  const folder = temporaryFolder();
  const data = `${folder}/data`;
  const user = await accountOf(USER, 'admin', PASSWORD);
  changeUsers(usersFile(data), () => [user]);
  const bench = await startLiveBench(folder, 'batch-scale-out-27cm2', seed);
  const charge_F_mol = ((0.18 * SECONDS) / 482.43).toPrecision(3);
  const sets = ['--set', `basis.charge=${charge_F_mol} F/mol`, '--set', `electrolyse.time=${SECONDS} s`];
  const run = startRun({ data, network: 'any', args: [...sets, '--board', 'bench-live', '--socket', bench.socket] });
  const port = await brokerPort(run);
  await run.prints(/Electrolyse .*: begins/);
  await disturb?.(port, run.pid);
  const { code, stdout } = await run.ended;
  await bench.end();
  const commands = latestRecording(data).events.filter(({ kind }) => kind === 'command');
  const taken = commands.filter(({ text }) => / taken /.test(text)).length;
  rig.note(`${name}: ${commands.length} events of commands`);
  return { result: resultOf(stdout), exit: code, commands: commands.length, taken } satisfies Seen;
}

function judge(name: string, { result, exit }: Seen): void {
  const { outcome, missedTicks, latest_ms, cycles, busFaults } = result;
  rig.check(`${name}: complete`, exit === 0 && outcome === 'complete' && cycles >= 20 * SECONDS, `${cycles} cycles`);
  rig.check(`${name}: no tick missed`, missedTicks === 0, `${missedTicks}, latest ${latest_ms.toFixed(1)} ms`);
  rig.check(`${name}: no transfer failed`, busFaults === 0, String(busFaults));
}

/** One period of the control loop, ms: a machine that stands still for longer makes a tick be missed by itself. */
const PERIOD_MS = 50;
const MOST_TIMES = 3;

interface Flood {
  readonly idle: Seen;
  readonly flooded: Seen;
  readonly sent: number;
  readonly flood_s: number;
  /** The same network process before and after. */
  readonly survived: boolean;
  readonly network_MB: number;
  readonly machine_ms: number;
}

async function once(): Promise<Flood> {
  let told = { sent: 0, flood_s: NaN, survived: false, network_MB: NaN };
  const witness = new MachineWitness();
  const [idle, flooded] = await Promise.all([
    watched('idle', 1, null),
    watched('flooded', 2, async (port, pid) => {
      const began_ms = clock.now();
      const network = networkProcess(pid);
      const sent = await flood(port);
      const flood_s = (clock.now() - began_ms) / 1000;
      const network_MB = memoryOf(network)?.peak_MB ?? NaN;
      told = { sent, flood_s, survived: networkProcess(pid) === network, network_MB };
    }),
  ]);
  witness.end();
  return { idle, flooded, ...told, machine_ms: witness.latest_ms };
}

const sound = ({ exit, result }: Seen): boolean => exit === 0 && result.missedTicks === 0;

/** The first that is sound, or in which the machine was not to blame, or the last. */
async function judgeable(): Promise<Flood> {
  for (let times = 1; ; times += 1) {
    const seen = await once();
    const { idle, flooded, machine_ms } = seen;
    if ((sound(idle) && sound(flooded)) || machine_ms <= PERIOD_MS || times === MOST_TIMES) return seen;
    rig.note(`the machine itself stood still for ${machine_ms.toFixed(0)} ms; once more`);
  }
}

await rig.run(async () => {
  const { idle, flooded, sent, flood_s, survived, network_MB, machine_ms } = await judgeable();
  judge('idle', idle);
  judge('flooded', flooded);
  rig.check('the network process lives', survived, `${network_MB.toFixed(0)} MB at its peak`);
  rig.check('all payloads were sent', sent >= PAYLOADS, `${sent} in ${flood_s.toFixed(1)} s`);
  rig.check('none was carried out', flooded.taken === 0, String(flooded.taken));
  const { commands } = flooded;
  rig.check('the journal holds them in few words', commands > 0 && commands < 70, String(commands));
  const idle_ms = idle.result.latest_ms;
  const flooded_ms = flooded.result.latest_ms;
  const worst_ms = Math.max(idle_ms, machine_ms) + 20;
  rig.check('the loop is no later than beside it', flooded_ms <= worst_ms, `${flooded_ms} ms, idle ${idle_ms} ms`);
  return { sent, flood_s, idle_ms, flooded_ms, machine_ms, network_MB };
});
