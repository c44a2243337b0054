/** On every page: the gravest alarm that nobody has acknowledged, and the way to all of them. */
import type { AlarmPayload } from '../../../telemetry/topics.js';
import { hashOf } from '../shell/route.js';
import { SEVERITY_MARK, SEVERITY_WORD, STATE_WORD, waiting } from './order.js';

export function AlarmBanner({ alarms }: { readonly alarms: readonly AlarmPayload[] }) {
  const [worst, ...others] = waiting(alarms);
  return (
    <div role="alert">
      {worst === undefined ? null : (
        <p class={`banner alarm-banner is-${worst.severity}`}>
          <span class="alarm-banner-mark" aria-hidden="true">
            {SEVERITY_MARK[worst.severity]}
          </span>
          <span class="alarm-banner-text">
            <strong>{SEVERITY_WORD[worst.severity]}</strong> {worst.text}
            {worst.state === 'active' ? '' : ` (${STATE_WORD[worst.state]})`}
          </span>
          <a href={hashOf('alarms')}>{others.length === 0 ? 'Alarms' : `and ${others.length} more`}</a>
        </p>
      )}
    </div>
  );
}
