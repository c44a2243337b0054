/** `galvanode broker check`: reads a mosquitto.conf and its ACL, and says what is missing. Changes nothing. */
import { existsSync } from 'node:fs';
import { dirname, join, basename } from 'node:path';
import { formatProblem, type Problem } from '../model/problem.js';
import { readBytes } from '../recipe/reading.js';
import { aclOf, checkMosquittoAcl, checkMosquittoConf } from '../telemetry/brokers/mosquitto-conf.js';
import { EXIT } from './exit.js';

/** 0 in order, 2 refused: each problem is a line on stderr, or an object in the JSON on stdout. */
export async function brokerCheckCommand(file: string, json: boolean): Promise<number> {
  const { problems, acl } = await look(file);
  if (json) process.stdout.write(`${JSON.stringify({ ok: problems.length === 0, acl, problems })}\n`);
  else if (problems.length === 0) for (const line of praise(file, acl)) process.stdout.write(`${line}\n`);
  if (problems.length === 0) return EXIT.done;
  if (!json) for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return EXIT.refused;
}

function praise(file: string, acl: string | null): string[] {
  return [`${file} is in order`, acl === null ? 'its ACL is not here, and was not looked at' : `${acl} is in order`];
}

interface Looked {
  readonly problems: readonly Problem[];
  /** The ACL that was looked at; null when it is not on this machine. */
  readonly acl: string | null;
}

async function look(file: string): Promise<Looked> {
  const conf = await textOf(file);
  if (typeof conf !== 'string') return { problems: [conf], acl: null };
  const acl = await aclBeside(file, aclOf(conf));
  const problems = checkMosquittoConf(file, conf);
  if (acl === null) return { problems, acl };
  const { text } = acl;
  const ofAcl = typeof text === 'string' ? checkMosquittoAcl(acl.file, text) : [text];
  return { problems: [...problems, ...ofAcl], acl: acl.file };
}

async function textOf(file: string): Promise<string | Problem> {
  const read = await readBytes(file);
  if (read.ok) return new TextDecoder().decode(read.value.bytes);
  return { file, line: 0, column: 0, path: '', message: read.wrong.message, hint: 'the path of a mosquitto.conf' };
}

interface Acl {
  readonly file: string;
  readonly text: string | Problem;
}

/** Where the configuration says, or beside it under the same name: so it lies before it is installed. */
async function aclBeside(conf: string, written: string | null): Promise<Acl | null> {
  if (written === null) return null;
  const file = [written, join(dirname(conf), basename(written))].find(existsSync);
  return file === undefined ? null : { file, text: await textOf(file) };
}
