import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceiptFile, Receipts } from '../../../src/telemetry/delivery/receipts.js';

let folder: string;
let notices: string[];

function receiptsOf(uplink: string, earlier: readonly string[] = []): { file: ReceiptFile; receipts: Receipts } {
  const file = new ReceiptFile(folder, (text) => notices.push(text));
  return { file, receipts: new Receipts(file, uplink, 1000, () => earlier) };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-receipts-'));
  notices = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('receipts', () => {
  it('outlive the process, each uplink by itself', () => {
    const { file, receipts } = receiptsOf('a');
    receipts.haveSeconds('r1', 0, 9);
    receipts.haveSeconds('r1', 20);
    receipts.haveEvents('r1', 7);
    receipts.save();
    file.close();
    const again = receiptsOf('a').receipts.of('r1');
    expect([again.seconds.toString(), again.eventsTo, again.done]).toEqual(['0-9,20', 7, false]);
    expect(receiptsOf('b').receipts.of('r1').eventsTo).toBe(0);
  });

  it('leave out what had ended before a broker was named, and nothing later', () => {
    const { file, receipts } = receiptsOf('a', ['old']);
    expect(receipts.of('old').done).toBe(true);
    file.close();
    const { receipts: again } = receiptsOf('a', ['old', 'new']);
    expect([again.of('old').done, again.of('new').done]).toEqual([true, false]);
  });

  it('go on in memory with a folder in their place, say so once, and begin when it is gone', () => {
    const path = join(folder, 'delivery.sqlite');
    mkdirSync(path);
    const { file, receipts } = receiptsOf('a');
    receipts.haveSeconds('r1', 3);
    receipts.save();
    receipts.haveSeconds('r1', 4);
    receipts.save();
    expect(receipts.of('r1').seconds.toString()).toBe('3-4');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('cannot be kept');
    rmSync(path, { recursive: true });
    receipts.save();
    file.close();
    expect(receiptsOf('a').receipts.of('r1').seconds.toString()).toBe('3-4');
  });

  it('leave nothing out while they cannot be read: what has ended may still be owed', () => {
    mkdirSync(join(folder, 'delivery.sqlite'));
    expect(receiptsOf('a', ['old']).receipts.of('old').done).toBe(false);
  });

  const DAMAGED: readonly (readonly [string, (path: string) => void])[] = [
    ['another file', (path) => writeFileSync(path, 'this is no database, and is long enough for that. '.repeat(20))],
    ['a torn file', (path) => writeFileSync(path, readFileSync(path).fill(0xff, 4096))],
  ];
  it.each(DAMAGED)('put %s aside and deliver all again, once', (_kind, damage) => {
    const { file, receipts } = receiptsOf('a', ['old']);
    receipts.haveEvents('r1', 7);
    receipts.save();
    file.close();
    damage(join(folder, 'delivery.sqlite'));
    const second = receiptsOf('a', ['old']);
    expect([second.receipts.of('old').done, second.receipts.of('r1').eventsTo]).toEqual([false, 0]);
    expect(notices).toEqual([expect.stringContaining('put aside')]);
    expect(existsSync(join(folder, 'delivery.sqlite.damaged'))).toBe(true);
    second.receipts.haveEvents('r1', 8);
    second.receipts.save();
    second.file.close();
    expect(receiptsOf('a').receipts.of('r1').eventsTo).toBe(8);
    expect(notices).toHaveLength(1);
  });
});
