/** The alarms of the reactor after ISA-18.2: what stands, why, what to do, and who has seen it. */
import { useState } from 'preact/hooks';
import type { AlarmPayload } from '../../../telemetry/topics.js';
import { isStale } from '../link/view.js';
import { Button } from '../parts/button.js';
import { Notice } from '../parts/notice.js';
import { whyNot } from '../run/may.js';
import type { Context, PageProps } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { Row } from './alarm-row.js';
import { counted, FILTERS, isFilter, listed, type Filter } from './order.js';
import { ofAlarms } from './past.js';
import { PastCard } from './past-card.js';
import { ShelveDialog } from './shelve-dialog.js';
import { SoundSwitch } from './sound-switch.js';
import { standing, useAsking } from './use-asking.js';
import './alarms.css';

const FILTER_WORD: Readonly<Record<Filter, string>> = {
  all: 'All',
  waiting: 'To acknowledge',
  acknowledged: 'Acknowledged',
  shelved: 'Shelved',
};

const NOTHING_SHOWN: Readonly<Record<Filter, string>> = {
  all: 'No alarm stands.',
  waiting: 'No alarm waits to be acknowledged.',
  acknowledged: 'No acknowledged alarm stands.',
  shelved: 'Nothing is on the shelf.',
};

function Filters({ here, alarms }: { readonly here: Filter; readonly alarms: readonly AlarmPayload[] }) {
  const counts = counted(alarms);
  return (
    <nav class="filters" aria-label="Which alarms">
      {FILTERS.map((filter) => (
        <a
          key={filter}
          href={hashOf('alarms', [], filter === 'all' ? {} : { show: filter })}
          aria-current={filter === here ? 'true' : undefined}
        >
          {FILTER_WORD[filter]} <span class="number">{counts[filter]}</span>
        </a>
      ))}
    </nav>
  );
}

function AlarmList({ context, filter }: { readonly context: Context; readonly filter: Filter }) {
  const view = context.view.value;
  const { busy, said, ask } = useAsking(context);
  const [toShelve, chooseToShelve] = useState<AlarmPayload | null>(null);
  const now = standing(context);
  const whyNoAcknowledge = whyNot('acknowledge', now);
  const rows = listed(view.alarms, filter);
  const open = counted(view.alarms).waiting;
  return (
    <section class={`card alarm-list${view.connection === 'up' ? '' : ' is-stale'}`} aria-label="Alarms">
      <div class="alarm-tools">
        <Filters here={filter} alarms={view.alarms} />
        <Button
          busy={busy}
          why={open === 0 ? 'Nothing waits to be acknowledged.' : whyNoAcknowledge}
          onPress={() => void ask('acknowledge', {}, 'All acknowledged.')}
        >
          Acknowledge all
        </Button>
      </div>
      {open > 0 && whyNoAcknowledge !== null ? <p class="hint">To acknowledge: {whyNoAcknowledge}</p> : null}
      <Notice said={said} />
      {rows.length === 0 ? <p class="alarm-none">{NOTHING_SHOWN[filter]}</p> : null}
      <ul>
        {rows.map((row) => (
          <Row
            key={row.alarm.id}
            row={row}
            sample={view.sample}
            state={view.state}
            wall_ms={context.clock.wallTime_ms()}
            busy={busy}
            whyNoAcknowledge={whyNoAcknowledge}
            whyNoShelf={whyNot('shelve', now)}
            onAcknowledge={() => void ask('acknowledge', { alarm: row.alarm.id }, `${row.alarm.id} is acknowledged.`)}
            onShelve={() => chooseToShelve(row.alarm)}
            onUnshelve={() => void ask('unshelve', { alarm: row.alarm.id }, `${row.alarm.id} is back from the shelf.`)}
          />
        ))}
      </ul>
      {toShelve === null ? null : (
        <ShelveDialog
          alarm={toShelve}
          onClose={() => chooseToShelve(null)}
          onShelve={(minutes) => {
            chooseToShelve(null);
            void ask('shelve', { alarm: toShelve.id, minutes }, `${toShelve.id} is shelved for ${minutes} min.`);
          }}
        />
      )}
    </section>
  );
}

export function Page({ context }: PageProps) {
  const { show } = context.route.value.query;
  const stale = isStale(context.view.value, context.now_ms.value);
  return (
    <>
      <div class="page-head">
        <h1>Alarms</h1>
        <SoundSwitch bell={context.bell} />
      </div>
      <AlarmList context={context} filter={isFilter(show) ? show : 'all'} />
      <PastCard
        context={context}
        title={stale ? 'Alarms of the last run heard' : 'Alarms of this run'}
        nothing="No alarm has been raised in this run."
        choose={ofAlarms}
      />
    </>
  );
}
