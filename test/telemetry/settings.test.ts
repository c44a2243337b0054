import { describe, expect, it } from 'vitest';
import { doorsBeyond } from '../../src/telemetry/brokers/doors.js';
import {
  ALONE,
  brokerName,
  hostPort,
  isBrokerUrl,
  isLoopback,
  networkSchema,
  plainUplink,
} from '../../src/telemetry/settings.js';

const uplink = (more: object) => ({ network: 1, uplinks: [{ name: 'lab', url: 'mqtts://lab:8883', ...more }] });
const problem = (written: object): string => networkSchema.safeParse(written).error?.issues[0]?.message ?? 'none';

describe('URL of a broker', () => {
  it.each(['mqtt://host', 'mqtts://user:word@host:8883', 'wss://host/mqtt'])('%s is one', (url) => {
    expect(isBrokerUrl(url)).toBe(true);
  });

  it.each(['', 'host', 'host:1883', 'http://host', 'mqtt://', 'mqtt:host'])('%j is none', (url) => {
    expect(isBrokerUrl(url)).toBe(false);
  });

  it('is named without user and password', () => {
    expect(brokerName('mqtts://anna:secret@lab:8883/x?y')).toBe('mqtts://lab:8883');
  });
});

describe('a place to listen', () => {
  it.each([
    ['0.0.0.0:8883', { host: '0.0.0.0', port: 8883 }],
    ['bench.lab:1', { host: 'bench.lab', port: 1 }],
    ['[::]:8883', { host: '::', port: 8883 }],
  ])('%s is one', (text, place) => expect(hostPort(text)).toEqual(place));

  it.each(['', '8883', ':8883', 'host', 'host:', 'host:65536', 'host:8883x', 'a b:1', 'host:1\n'])(
    '%j is none',
    (text) => {
      expect(hostPort(text)).toBeNull();
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'])('%s is on this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '127.0.0.1.evil.org', 'localhost.evil.org', '10.0.0.1', ''])('%j is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('network file', () => {
  it('takes a fleet at one of its uplinks, and at no other', () => {
    const lab = { name: 'lab', url: 'mqtts://lab:8883' };
    expect(networkSchema.parse({ network: 1, fleet: 'lab', uplinks: [lab] }).fleet).toBe('lab');
    expect(problem({ network: 1, fleet: 'lap', uplinks: [lab] })).toContain('"lap" names no uplink of this file');
    expect(problem({ network: 1, fleet: 'lab' })).toContain('names no uplink');
  });

  it('is taken with its defaults', () => {
    expect(networkSchema.parse(uplink({}))).toEqual({
      network: 1,
      uplinks: [{ ...plainUplink('lab', 'mqtts://lab:8883') }],
    });
  });

  it.each([
    [{ network: 2 }, 'is not a version of this file'],
    [{ network: 1, brokr: {} }, 'this key is not known here'],
    [{ network: 1, name: 'Bench 1' }, 'is no name'],
    [{ network: 1, broker: { listen: '0.0.0.0:1883' } }, 'never without encryption'],
    [{ network: 1, broker: { listen: 'everywhere', tls: { cert: 'c', key: 'k' } } }, 'is no address'],
    [uplink({ url: 'http://lab' }), 'is not the URL of a broker'],
    [uplink({ version: 4 }), ''],
    [uplink({ cert: 'c' }), 'a certificate needs its key'],
    [uplink({ password_file: 'p' }), 'a password needs its user'],
    [uplink({ url: 'mqtts://anna@lab', user: 'ben' }), 'the URL names a user already'],
    [uplink({ url: 'mqtt://lab', commands: true }), 'need encryption'],
    [uplink({ home_assistant: true, values: false }), 'reads the bare numbers'],
    [uplink({ url: 'mqtt://lab', ca: 'c' }), 'of use with encryption only'],
    [{ network: 1, uplinks: [plainUplink('a', 'mqtt://x'), plainUplink('a', 'mqtt://y')] }, 'names another uplink'],
  ])('%j is refused', (written, why) => {
    expect(networkSchema.safeParse(written).success).toBe(false);
    expect(problem(written)).toContain(why);
  });

  it('takes commands by an unencrypted link from this machine only', () => {
    expect(problem(uplink({ url: 'mqtt://127.0.0.1:1883', commands: true }))).toBe('none');
  });
});

describe('doors beyond this machine', () => {
  const doorsOf = (...urls: readonly string[]) =>
    doorsBeyond({ ...ALONE, uplinks: urls.map((url, i) => plainUplink(`u${i}`, url)) });

  it('are none on loopback', () => {
    expect(doorsOf('mqtt://127.0.0.1:1883', 'mqtts://localhost', 'ws://[::1]:80/mqtt')).toEqual([]);
    expect(doorsBeyond(ALONE)).toEqual([]);
  });

  it('are tried without encryption too, and never with user or password', () => {
    expect(doorsOf('mqtts://anna:secret@lab:8884', 'ws://lab/mqtt')).toEqual([
      { name: 'mqtts://lab:8884', urls: ['mqtts://lab:8884', 'mqtt://lab:1883'] },
      { name: 'ws://lab', urls: ['ws://lab/mqtt'] },
    ]);
  });

  it('are those of the built-in broker too', () => {
    const broker = { listen: '0.0.0.0:8883', tls: { cert: 'c', key: 'k' } };
    expect(doorsBeyond({ ...ALONE, broker })).toEqual([
      { name: 'built-in broker at 0.0.0.0:8883', urls: ['mqtts://127.0.0.1:8883', 'mqtt://127.0.0.1:8883'] },
    ]);
  });
});
