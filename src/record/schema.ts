/**
 * The tables, and how a file is made fit to write or found fit to read. Owns versions and pragmas, and knows no row.
 *
 * Migrations are only ever added: entry n brings a file from version n to n + 1, so an entry once released stays as it is.
 */
import { RecordError } from './error.js';
import type { Database } from './sqlite.js';

/** Marks the file as ours: 'GVND' in ASCII. */
export const APPLICATION_ID = 0x47564e44;
/** SQLite's name for FULL: a commit returns after the log has been synced. */
const SYNCHRONOUS_FULL = 2;
/** A write that waits longer than this on a foreign lock fails; as long as the buffer is sure to hold. */
const BUSY_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 5_000;
/** The log is cut back to this when it has grown under a long reader. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

const VERSION_1 = `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  started_utc_ms INTEGER NOT NULL,
  recipe TEXT NOT NULL, recipe_title TEXT NOT NULL, recipe_text TEXT NOT NULL, recipe_sha256 TEXT NOT NULL,
  overrides TEXT NOT NULL,
  board TEXT NOT NULL, board_text TEXT NOT NULL,
  reactor TEXT NOT NULL, reactor_text TEXT NOT NULL,
  calibration TEXT NOT NULL,
  program_version TEXT NOT NULL, firmware_version TEXT, firmware_serial TEXT,
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)), seed REAL,
  record_rate_Hz REAL NOT NULL, steps TEXT NOT NULL, numbers TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('complete', 'stopped', 'aborted', 'interrupted')),
  reason TEXT, ended_utc_ms INTEGER, elapsed_s REAL,
  charge_C REAL, absolute_charge_C REAL, board_charge_C REAL, charge_F_mol REAL, figures TEXT,
  lost_samples INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE samples (
  run TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL, elapsed_s REAL, state TEXT, step INTEGER,
  setpoint_mA REAL, current_mA REAL, return_current_mA REAL, voltage_V REAL,
  temperature_setpoint_C REAL, temperature_C REAL, safety_temperature_C REAL, board_temperature_C REAL, hot_side_C REAL,
  supply_V REAL, peltier_setpoint_A REAL, peltier_A REAL,
  hydrogen_ppm REAL, vent_hydrogen_vol_percent REAL, sweep_mL_min REAL, flow_setpoint_mL_min REAL, flow_mL_min REAL,
  charge_C REAL, absolute_charge_C REAL, board_charge_C REAL, charge_F_mol REAL, progress REAL, eta_s REAL,
  invalid TEXT,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (
  run TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL, elapsed_s REAL, host_C REAL, board_C REAL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  run TEXT NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL, t INTEGER, elapsed_s REAL,
  kind TEXT NOT NULL, actor TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL,
  prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE heads (
  run TEXT PRIMARY KEY REFERENCES runs (id),
  seq INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * What a resume needs: by which tag and boot the board knew the run, and what the run carries on from where. A run of
 * before has none of it: NULL.
 */
const VERSION_2 = `
ALTER TABLE runs ADD COLUMN run_tag INTEGER;
ALTER TABLE runs ADD COLUMN board_boot_count INTEGER;
ALTER TABLE runs ADD COLUMN resumes TEXT;
ALTER TABLE runs ADD COLUMN resumed_step INTEGER;
ALTER TABLE runs ADD COLUMN resumed_passed_C REAL;
ALTER TABLE runs ADD COLUMN carried_charge_C REAL;
ALTER TABLE runs ADD COLUMN carried_absolute_C REAL;
`;

/** What the twin alongside expects, and the Faradaic efficiency of hydrogen. A run of before has none of it: NULL. */
const VERSION_3 = `
ALTER TABLE samples ADD COLUMN expected_voltage_V REAL;
ALTER TABLE samples ADD COLUMN expected_temperature_C REAL;
ALTER TABLE samples ADD COLUMN expected_vent_hydrogen_vol_percent REAL;
ALTER TABLE samples ADD COLUMN faradaic_efficiency REAL;
ALTER TABLE samples ADD COLUMN faradaic_efficiency_uncertainty REAL;
`;

const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3];
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings an empty file or an older record to this version and sets what makes an acknowledged row outlive a power cut.
 * Throws RecordError: foreign, too-new, corrupt, read-only, or io when the file system takes no write-ahead log.
 */
export function prepareToWrite(db: Database): void {
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const version = versionOf(db);
  setDurability(db);
  db.exec('PRAGMA foreign_keys = ON');
  db.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  if (version < SCHEMA_VERSION) {
    db.transaction(() => {
      for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  }
  closeInterruptedRuns(db);
}

/**
 * Gives the version of the schema: an older record stays readable, without the columns that it has not. Throws
 * RecordError when the file is no record, or a newer program's.
 */
export function prepareToRead(db: Database): number {
  db.exec(`PRAGMA busy_timeout = ${READ_TIMEOUT_MS}; PRAGMA query_only = ON`);
  const version = versionOf(db);
  if (version === 0)
    throw new RecordError('foreign', `${db.file}: this is not a galvanode record (it holds no tables)`);
  return version;
}

/** A file without tables: what the opening of a record leaves that found no space. Nothing is in it. */
export function holdsNothing(db: Database): boolean {
  return versionOf(db) === 0;
}

/** Version of the schema, 0 for an empty file. */
function versionOf(db: Database): number {
  const version = Number(db.pragma('user_version'));
  const application = Number(db.pragma('application_id'));
  const empty = count(db, 'sqlite_schema') === 0;
  if (empty && application === 0) return 0;
  if (application !== APPLICATION_ID) {
    throw new RecordError('foreign', `${db.file}: this is not a galvanode record, but a database of another program`);
  }
  if (version > SCHEMA_VERSION) {
    throw new RecordError(
      'too-new',
      `${db.file}: written by a newer galvanode (schema ${version}, this program knows ${SCHEMA_VERSION}); use that one`,
    );
  }
  return version;
}

/** Set and then asked for at every open: a pragma that SQLite cannot follow it ignores without a word. */
function setDurability(db: Database): void {
  const journal = db.pragma('journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  const synchronous = db.pragma('synchronous');
  if (journal !== 'wal' || synchronous !== SYNCHRONOUS_FULL) {
    throw new RecordError(
      'io',
      `${db.file}: this file system gives journal_mode=${String(journal)} and synchronous=${String(synchronous)}; ` +
        'the record needs a write-ahead log with full syncs (a local disk)',
    );
  }
}

/** Whoever writes is alone, so a run without an end lost its writer: say so, and look whether that hurt the file. */
function closeInterruptedRuns(db: Database): void {
  if (count(db, 'runs WHERE outcome IS NULL') === 0) return;
  const check = db.pragma('quick_check(1)');
  if (check !== 'ok') {
    throw new RecordError(
      'corrupt',
      `${db.file}: the database is damaged (${String(check)}); move it away, a new one is made at the next start`,
    );
  }
  db.transaction(() => db.exec("UPDATE runs SET outcome = 'interrupted' WHERE outcome IS NULL"));
}

function count(db: Database, from: string): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM ${from}`).all([])[0]?.['n']);
}
