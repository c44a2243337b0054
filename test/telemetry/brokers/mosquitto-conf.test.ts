import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/model/document.js';
import { packagePath } from '../../../src/model/entry.js';
import { validate } from '../../../src/model/validate.js';
import { aclOf, checkMosquittoAcl, checkMosquittoConf } from '../../../src/telemetry/brokers/mosquitto-conf.js';
import { networkSchema } from '../../../src/telemetry/settings.js';

const shipped = (name: string): string => readFileSync(packagePath('docs', 'mosquitto', name), 'utf8');
const CONF = shipped('mosquitto.conf');
const ACL = shipped('galvanode.acl');
const messages = (text: string): string[] => checkMosquittoConf('m.conf', text).map(({ message }) => message);

describe('the files of docs/mosquitto', () => {
  it('have nothing against them', () => {
    expect(checkMosquittoConf('m.conf', CONF)).toEqual([]);
    expect(checkMosquittoAcl('m.acl', ACL)).toEqual([]);
    expect(aclOf(CONF)).toBe('/etc/mosquitto/galvanode.acl');
  });

  it('hold a network file that is taken', () => {
    const { document, problems } = readDocument('network.yaml', Buffer.from(shipped('network.yaml')));
    if (document === null) throw new Error('not read');
    expect(validate(document, networkSchema, problems)).toMatchObject({ ok: true });
  });
});

describe('a mosquitto.conf', () => {
  const without = (key: string): string => CONF.replaceAll(new RegExp(`^${key} .*$`, 'gm'), '');

  it.each([
    ['listener', 'no listener is named'],
    ['allow_anonymous', 'lets in who has no name'],
    ['password_file', 'does not know its users'],
    ['acl_file', 'lets every user publish everything'],
    ['certfile', 'beyond this machine without encryption'],
    ['keyfile', 'beyond this machine without encryption'],
    ['use_username_as_clientid', 'take the place of another'],
    ['max_packet_size', 'up to 256 MB'],
  ])('without %s is refused, and for that alone', (key, why) => {
    expect(messages(without(key))).toEqual([expect.stringContaining(why)]);
  });

  it.each([
    ['allow_anonymous false', 'allow_anonymous true', 'lets in who has no name'],
    ['max_packet_size 65536', 'max_packet_size 0', 'up to 256 MB'],
    ['max_packet_size 65536', 'max_packet_size many', 'up to 256 MB'],
  ])('with "%s" as "%s" is refused', (right, wrong, why) => {
    expect(messages(CONF.replace(right, wrong))).toEqual([expect.stringContaining(why)]);
  });

  it('needs everything for each of its listeners, at its line', () => {
    const problems = checkMosquittoConf('m.conf', `${CONF}\nlistener 1883\n`);
    expect(problems).toHaveLength(5);
    expect(new Set(problems.map(({ line }) => line))).toEqual(new Set([CONF.split('\n').length + 1]));
  });

  it('takes what stands above all listeners for each, but not when each has settings of its own', () => {
    const global =
      'allow_anonymous false\npassword_file p\nacl_file a\nuse_username_as_clientid true\nmax_packet_size 1000\n';
    expect(messages(`${global}listener 1883 127.0.0.1\n`)).toEqual([]);
    expect(messages(`per_listener_settings true\n${global}listener 1883 127.0.0.1\n`)).toHaveLength(4);
    expect(messages(`${CONF}per_listener_settings true\n`)).toEqual([
      'stands below a listener, where it comes too late',
    ]);
  });

  it('may be plain on loopback, and known by certificates alone', () => {
    const plain = CONF.replace('listener 8883', 'listener 1883 127.0.0.1').replaceAll(
      /^(?:certfile|keyfile) .*$/gm,
      '',
    );
    expect(messages(plain)).toEqual([]);
    const byCertificate = without('password_file').replace(
      'require_certificate false',
      'require_certificate true\nuse_identity_as_username true',
    );
    expect(messages(byCertificate)).toEqual([]);
  });

  it.each(['', '#', '\u0000', 'listener', 'listener \n listener 0 /run/x', 'x'.repeat(10_000)])(
    '%j is judged without an error',
    (text) => {
      expect(messages(text).length).toBeGreaterThan(0);
    },
  );
});

describe('an ACL', () => {
  it.each([
    ['pattern write galvanode/+/command/+', 'lets everybody write what is not his'],
    ['pattern galvanode/#', 'lets everybody write what is not his'],
    ['pattern readwrite galvanode/+/state', 'lets everybody write what is not his'],
    ['pattern read galvanode/#', 'read the replies to others'],
    ['topic read galvanode/#\ntopic write x', 'holds for who has no name'],
    ['user anna\ntopic readwrite #', 'lets anna write in the place of every reactor'],
    ['user anna\ntopic galvanode/+/state', 'lets anna write in the place of every reactor'],
  ])('%j is refused', (text, why) => {
    expect(checkMosquittoAcl('m.acl', text).map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
  });
});
