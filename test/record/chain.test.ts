import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, eventHash, headerHash, keptEvent, keptHeader, storable } from '../../src/record/chain.js';
import { eventOf, headerOf } from './samples.js';

describe('canonical JSON', () => {
  it('has one text for one value, whatever the order of keys', () => {
    expect(canonicalJson({ b: [1, null, true], a: { d: 'é', c: -0 } })).toBe('{"a":{"c":0,"d":"é"},"b":[1,null,true]}');
  });

  it('reads back as the value', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
        (data) => {
          const own = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value === 0 ? 0 : value]));
          expect(JSON.parse(canonicalJson(own))).toEqual(JSON.parse(JSON.stringify(own)));
        },
      ),
      { seed: 1 },
    );
  });
});

describe('the hash of an event', () => {
  const event = keptEvent('r', 1, eventOf(1.5, 'trip', { data: { limit_V: 5 } }));

  it('is the sha256 of the hash before and the event', () => {
    const text =
      '{"actor":"procedure","data":"{\\"limit_V\\":5}","elapsed_s":1.5,"kind":"trip","run":"r","seq":1,"t":1795364104500,"text":"trip at 1.5 s"}';
    expect(eventHash('00', event)).toBe(createHash('sha256').update(`00${text}`).digest('hex'));
  });

  it('changes with every part of it', () => {
    const hashes = [
      eventHash('00', event),
      eventHash('01', event),
      ...Object.keys(event).map((key) =>
        eventHash('00', { ...event, [key]: key === 'seq' || key === 't' || key === 'elapsed_s' ? 2 : 'x' }),
      ),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('begins with what the run was started with', () => {
    const header = headerOf();
    const other = headerOf({ recipe: { ...header.recipe, text: `${header.recipe.text} ` } });
    expect(headerHash(keptHeader('r', header))).not.toBe(headerHash(keptHeader('r', other)));
  });
});

it('takes out of a text what SQLite would not give back', () => {
  expect(storable('a\0b\ud800c é 🧪')).toBe('a\uFFFDb\uFFFDc é 🧪');
});
