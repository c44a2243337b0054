/** `galvanode faults`: what can be broken on a simulated bench, as a table. Arguments in, exit code out. */
import { faultRows } from '../bench.js';
import { EXIT } from './exit.js';

/** One row of what can break. */
interface Row {
  readonly fault: string;
  readonly amount: string;
  readonly rows: string;
  readonly does: string;
}

export function faultsCommand(json: boolean): number {
  const rows = faultRows();
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return EXIT.done;
  }
  const lines = rows.map((row): Row & { readonly what: string } => ({
    what: `${row.name}: ${row.what}`,
    fault: `${row.name}:${row.verb}`,
    amount: row.unit === null ? '' : `${row.usual === null ? '' : `=${row.usual} `}${row.unit}`,
    rows: row.catalogue.join(', '),
    does: row.does,
  }));
  process.stdout.write(`${table(lines).join('\n')}\n`);
  return EXIT.done;
}

/** One heading a target, its verbs below it in columns. */
function table(lines: readonly (Row & { readonly what: string })[]): string[] {
  const wide = (of: (row: Row) => string): number => Math.max(...lines.map((row) => of(row).length));
  const [fault, amount, rows] = [wide((row) => row.fault), wide((row) => row.amount), wide((row) => row.rows)];
  let target = '';
  return lines.flatMap((row) => {
    const heading = row.what === target ? [] : [row.what];
    target = row.what;
    const columns = [row.fault.padEnd(fault), row.amount.padEnd(amount), row.rows.padEnd(rows), row.does];
    return [...heading, `  ${columns.join('  ')}`];
  });
}
