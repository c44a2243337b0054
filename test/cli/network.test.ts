import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkFrom, type NetworkFlags } from '../../src/cli/network.js';
import { formatProblem } from '../../src/model/problem.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-network-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function read(flags: Partial<NetworkFlags>) {
  const outcome = await networkFrom({ mqtt: [], data: folder, ...flags });
  return outcome.ok ? outcome.value : outcome.problems.map(formatProblem).map((line) => line.replaceAll(folder, '.'));
}

describe('the network of a command', () => {
  it('is loopback alone by default, with the users of the data directory', async () => {
    expect(await read({})).toMatchObject({
      name: 'bench',
      broker: null,
      uplinks: [],
      users: join(folder, 'users.yaml'),
    });
  });

  it('is put together from the file and the options, with paths beside the file', async () => {
    const network = file('n.yaml', 'network: 1\nname: a\nuplinks:\n  - {name: lab, url: "mqtts://lab", ca: ca.crt}\n');
    file('ca.crt', 'x', 0o644);
    const settings = await read({ network, name: 'b', users: '/u.yaml', mqtt: ['mqtt://Anna:secret@Lab.Local:1884'] });
    expect(settings).toMatchObject({
      name: 'b',
      users: '/u.yaml',
      uplinks: [
        { name: 'lab', ca: join(folder, 'ca.crt'), version: 3, commands: false },
        { name: 'lab-local-1884', url: 'mqtt://Anna:secret@Lab.Local:1884' },
      ],
    });
  });

  it('tells Home Assistant at the brokers of the options, and asks which when there is none', async () => {
    const settings = await read({ mqtt: ['mqtt://lab'], homeAssistant: true });
    expect(settings).toMatchObject({ uplinks: [{ url: 'mqtt://lab', home_assistant: true, commands: false }] });
    expect(await read({ mqtt: ['mqtt://lab'] })).toMatchObject({ uplinks: [{ home_assistant: false }] });
    expect(await read({ homeAssistant: true })).toEqual([expect.stringMatching(/^--home-assistant: .*--mqtt URL/)]);
  });

  it('takes no password in a URL from a file that others may read', async () => {
    const text = (url: string): string => `network: 1\nuplinks:\n  - {name: lab, url: "${url}"}\n`;
    const secret = text('mqtts://anna:secret@lab');
    expect(await read({ network: file('n.yaml', secret) })).toMatchObject({ uplinks: [{ name: 'lab' }] });
    const told = await read({ network: file('n.yaml', secret, 0o644) });
    expect(told).toEqual([expect.stringContaining('holds a password')]);
    expect(JSON.stringify(told)).not.toContain('secret@');
    const database = file('d.yaml', 'network: 1\npostgres: postgres://anna:secret@lab/db\n', 0o640);
    expect(await read({ network: database })).toEqual([expect.stringContaining('holds a password')]);
    expect(await read({ network: file('n.yaml', text('mqtts://anna@lab'), 0o644) })).toMatchObject({ name: 'bench' });
  });

  it('tells every mistake at once, with its place, and no password', async () => {
    const network = file('n.yaml', 'network: 1\nuplinks:\n  - name: Lab\n    url: http://x:secret@y\n    versoin: 5\n');
    const told = await read({
      network,
      name: 'Bench 1',
      mqtt: ['http://anna:secret@lab', 'mqtt://a', 'mqtt://u:secret@a'],
    });
    expect(told).toEqual([
      '--mqtt: this is not the URL of a broker (would be right: mqtt://host:1883 or mqtts://user:password@host)',
      '--mqtt: mqtt://a is given twice (would be right: each broker once)',
      '--name: "Bench 1" is no name of a reactor (would be right: 1 to 32 small letters, digits, "_" and "-")',
      expect.stringMatching(/^\.\/n\.yaml:3:11: uplinks\.0\.name: is no name/),
      expect.stringMatching(/^\.\/n\.yaml:4:10: uplinks\.0\.url: is not the URL of a broker/),
      expect.stringMatching(/^\.\/n\.yaml:5:5: uplinks\.0\.versoin: this key is not known here/),
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('refuses a URL whose name an uplink of the file has already', async () => {
    const network = file('n.yaml', 'network: 1\nuplinks:\n  - {name: lab-1884, url: "mqtt://other"}\n');
    expect(await read({ network, mqtt: ['mqtt://u:secret@lab:1884'] })).toEqual([
      '--mqtt: mqtt://lab:1884 would have the name "lab-1884" of another uplink ' +
        '(would be right: each broker once, this one in the file under a name of its own)',
    ]);
  });

  it('needs every file that it names, and secrets that nobody else reads', async () => {
    const network = file(
      'n.yaml',
      'network: 1\nuplinks:\n  - {name: lab, url: "mqtts://lab", user: u, password_file: p, ca: gone.crt}\n',
    );
    file('p', 'word\n', 0o644);
    expect(await read({ network })).toEqual([
      expect.stringContaining('./p holds a secret and others may read it (would be right: chmod 600)'),
      expect.stringContaining('./gone.crt cannot be read: there is no such file'),
    ]);
  });

  it('opens no door beyond loopback while there are no users', async () => {
    const network = file('n.yaml', 'network: 1\nbroker: {listen: "0.0.0.0:8883", tls: {cert: c, key: k}}\n');
    for (const name of ['c', 'k']) file(name, 'x');
    expect(await read({ network })).toEqual([
      expect.stringContaining('nobody is without a name, and there are no users'),
    ]);
    file('users.yaml', '');
    expect(await read({ network })).toMatchObject({
      broker: { listen: '0.0.0.0:8883', tls: { cert: join(folder, 'c') } },
    });
  });
});
