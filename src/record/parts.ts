/**
 * Reads a record and its spare as one: a run that went on in the second store is whole again. Attaches the spare to the
 * reader's connection and lays a view of both over each table; whoever asks need not know. Writes nothing to either file.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { databaseFile } from './place.js';
import { type Database, openDatabase } from './sqlite.js';
import { holdsNothing, prepareToRead } from './schema.js';

/** Attaches the record in `spareDir` where there is one. Before the connection is closed to writing. */
export function joinSpare(db: Database, spareDir: string): void {
  const file = databaseFile(spareDir);
  if (!existsSync(file) || file === db.file) return;
  if (!isRecord(file)) return;
  db.prepare('ATTACH ? AS spare').run([`${pathToFileURL(file).href}?mode=ro`]);
  for (const [table, ofMain] of Object.entries(OF_MAIN)) {
    const ofEach = { main: columnsOf(db, 'main', table), spare: columnsOf(db, 'spare', table) };
    // Either may be of an older schema than the other: what one has not is null there.
    const all = [...new Set([...ofEach.main, ...ofEach.spare])];
    const selected = (there: readonly string[]): string =>
      all.map((name) => (there.includes(name) ? name : `NULL AS ${name}`)).join(', ');
    db.exec(
      `CREATE TEMP VIEW ${table} AS SELECT ${selected(ofEach.spare)} FROM spare.${table}
       UNION ALL SELECT ${selected(ofEach.main)} FROM main.${table} AS m WHERE ${ofMain}`,
    );
  }
}

/** What of a table the first file still has to say: the second is newer, and was acknowledged. */
const OF_MAIN: Readonly<Record<string, string>> = {
  runs: 'NOT EXISTS (SELECT 1 FROM spare.runs WHERE id = m.id)',
  heads: 'NOT EXISTS (SELECT 1 FROM spare.heads WHERE run = m.run)',
  events: 'm.seq < coalesce((SELECT min(seq) FROM spare.events WHERE run = m.run), m.seq + 1)',
  samples: 'NOT EXISTS (SELECT 1 FROM spare.samples WHERE run = m.run AND seq = m.seq)',
  ledger: 'NOT EXISTS (SELECT 1 FROM spare.ledger WHERE run = m.run AND seq = m.seq)',
};

/** False when it was left empty. Throws RecordError when it is something else. */
function isRecord(file: string): boolean {
  const db = openDatabase(file, 'read');
  try {
    if (holdsNothing(db)) return false;
    prepareToRead(db);
    return true;
  } finally {
    db.close();
  }
}

function columnsOf(db: Database, schema: 'main' | 'spare', table: string): string[] {
  return db
    .prepare(`SELECT name FROM pragma_table_info(?, ?) ORDER BY cid`)
    .all([table, schema])
    .map(({ name }) => String(name));
}
