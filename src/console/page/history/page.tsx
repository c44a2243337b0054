/** The page of past runs: the list, one run, or two beside each other, as the address says. */
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { PageProps } from '../shell/context.js';
import { Comparison } from './compare.js';
import { RunDetail } from './detail.js';
import { RunList } from './list.js';
import { shownAt, turnOf } from './pick.js';
import './history.css';

export function Page({ context }: PageProps) {
  const shown = useComputed(() => shownAt(context.route.value)).value;
  // The present run is in the record too: it is asked for again now and then, and not at each sample.
  const turn = useComputed(() =>
    turnOf(shownAt(context.route.value), context.view.value.state, context.now_ms.value),
  ).value;
  const key = JSON.stringify(shown);
  // The frame is drawn twice a second for the ages of its numbers; nothing here has an age.
  return useMemo(() => {
    switch (shown.kind) {
      case 'list':
        return <RunList context={context} sought={shown.sought} turn={turn} />;
      case 'run':
        return <RunDetail context={context} run={shown.run} turn={turn} />;
      case 'two':
        return <Comparison context={context} runs={shown.runs} on={shown.on} turn={turn} />;
    }
  }, [context, key, turn]);
}
