/** The SQL of the Grafana dashboard with Grafana's macros and variables filled in, so that a plain PostgreSQL can run it. */
import * as z from 'zod';

const target = z.object({ rawSql: z.string() });
const dashboard = z.object({ panels: z.array(z.object({ title: z.string(), targets: z.array(target).optional() })) });

export interface Query {
  readonly panel: string;
  readonly sql: string;
}

/** Over all times, for one reactor. */
export function queriesOf(text: string, reactor: string): Query[] {
  return dashboard.parse(JSON.parse(text)).panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ rawSql }) => ({
      panel: title,
      sql: rawSql
        .replaceAll(/\$__timeFilter\(([^)]*)\)/g, '$1 IS NOT NULL')
        .replaceAll("'$reactor'", `'${reactor}'`)
        .replaceAll('$band_K', '0.5'),
    })),
  );
}
