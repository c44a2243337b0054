/**
 * The network process, real, against a real Mosquitto that lets strangers in, and one that does not. 0.0.0.0 reaches this
 * machine, and the settings take it for an address beyond it.
 */
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { RealClock } from '../../../src/model/real-clock.js';
import { telemetryLink, type TelemetryLink } from '../../../src/telemetry/link.js';
import { ALONE, plainUplink } from '../../../src/telemetry/settings.js';
import {
  freePort,
  shippedConf,
  startMosquitto,
  temporary,
  writePasswords,
  type Mosquitto,
} from '../../support/mosquitto.js';

let mosquitto: Mosquitto | undefined;
let link: TelemetryLink | undefined;

afterEach(async () => {
  await link?.close();
  await mosquitto?.stop();
});

async function openDoors(
  change: (conf: string) => string,
): Promise<{ open: readonly string[]; url: string; said: string }> {
  const folder = temporary();
  const port = await freePort();
  writePasswords(join(folder, 'galvanode.passwords'), ['reactor-bench']);
  const plain = shippedConf(folder, port).replaceAll(
    /^(?:cafile|certfile|keyfile|tls_version|require_certificate) .*$/gm,
    '',
  );
  mosquitto = await startMosquitto(folder, port, change(plain));
  const url = `mqtt://0.0.0.0:${port}`;
  const reports: string[] = [];
  link = telemetryLink({
    httpPort: 'off',
    mqttPort: 'off',
    wall: new RealClock(),
    report: (text) => reports.push(text),
    network: { ...ALONE, uplinks: [plainUplink('lab', url)] },
  });
  await link.ready;
  return { open: await link.openDoors(), url, said: reports.join('\n') };
}

it('finds a broker that lets anybody in, and says so', async () => {
  const { open, url, said } = await openDoors(
    (conf) =>
      conf.replace('allow_anonymous false', 'allow_anonymous true').replace('use_username_as_clientid true', ''), // which refuses who has no name, too
  );
  expect(open).toEqual([url]);
  expect(said).toContain(`WARNING: ${url} lets anybody in`);
});

it('has nothing against a broker that refuses strangers', async () => {
  const { open, said } = await openDoors((conf) => conf);
  expect(open).toEqual([]);
  expect(said).not.toContain('WARNING');
  expect(said).not.toContain('not known yet');
});
