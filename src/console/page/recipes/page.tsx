/** The page of the recipes: the library, or one of them to look at and to change. */
import type { PageProps } from '../shell/context.js';
import { Library } from './list.js';
import { Workbench } from './workbench.js';
import '../style/run.css';
import '../history/history.css';
import './recipes.css';

export function Page({ context }: PageProps) {
  const { parts, query } = context.route.value;
  const [written = ''] = parts;
  if (written === '') return <Library context={context} />;
  const [name = '', entry = null] = written.split('#', 2);
  const version = query['version'] ?? null;
  const key = [name, version, query['saved']].join(' ');
  return <Workbench key={key} context={context} name={name} version={version} entry={entry} />;
}
