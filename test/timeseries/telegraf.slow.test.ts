import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/model/entry.js';
import { SAMPLE_COLUMNS } from '../../src/record/columns.js';
import { alarmPayload, eventPayload, samplePayload } from '../../src/telemetry/topics.js';
import { queriesOf } from './dashboard.js';

const path = z.object({ path: z.string() });
const json = z.object({
  timestamp_path: z.string(),
  tag: z.array(path).default([]),
  field: z.array(path).default([]),
  object: z.array(z.object({ tags: z.array(z.string()), excluded_keys: z.array(z.string()) })).default([]),
});
const input = z.object({
  topics: z.array(z.string()),
  topic_parsing: z.array(z.object({ topic: z.string(), tags: z.string() })),
  json_v2: z.array(json),
});
const conf = z.object({
  inputs: z.object({ mqtt_consumer: z.array(input) }),
  outputs: z.record(z.string(), z.unknown()),
});

/** Parsed by Python's own TOML. */
function telegraf() {
  const script = 'import json,sys,tomllib; print(json.dumps(tomllib.load(open(sys.argv[1],"rb"))))';
  const file = packagePath('docs', 'telegraf.conf');
  return conf.parse(JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })));
}

const KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  'galvanode/+/sample': new Set(Object.keys(samplePayload.shape)),
  'galvanode/+/event': new Set(Object.keys(eventPayload.shape)),
  'galvanode/+/alarm/+': new Set(Object.keys(alarmPayload.shape)),
};

describe('the configuration of Telegraf', () => {
  it('reads topics of the contract, and no key that is not in their payloads', () => {
    for (const {
      topics: [topic = ''],
      topic_parsing: parsed,
      json_v2: read,
    } of telegraf().inputs.mqtt_consumer) {
      const keys = KEYS[topic] ?? new Set();
      expect(parsed.map((one) => one.topic)).toEqual([topic]);
      expect(parsed[0]?.tags.split('/')).toHaveLength(topic.split('/').length);
      const named = read.flatMap(({ timestamp_path: at, tag, field, object }) => [
        at,
        ...[...tag, ...field].map((one) => one.path),
        ...object.flatMap((one) => [...one.tags, ...one.excluded_keys]),
      ]);
      expect(named.length).toBeGreaterThan(3);
      expect(named.filter((name) => !keys.has(name))).toEqual([]);
    }
  });
});

describe('the dashboard of Grafana', () => {
  it('asks for columns that the writer makes', () => {
    const known = new Set<string>([...SAMPLE_COLUMNS, 'time', 'charge_C', 'charge_F_mol']);
    const queries = queriesOf(readFileSync(packagePath('docs', 'grafana', 'dashboard.json'), 'utf8'), 'bench');
    expect(queries.length).toBe(10);
    for (const { sql } of queries) {
      const quoted = [...sql.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
      expect(quoted.filter((name) => !known.has(name))).toEqual([]);
      expect(sql).not.toContain('$');
    }
  });
});
