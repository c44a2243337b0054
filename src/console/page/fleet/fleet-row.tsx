/** One reactor of the fleet: a row of the table, a card on a phone. Pure: drawn again only when the row is another one. */
import { Component } from 'preact';
import { SEVERITY_MARK, SEVERITY_WORD } from '../alarms/order.js';
import { clockTime, duration, fixed } from '../parts/format.js';
import { percent } from '../run/run-card.js';
import { MOOD } from '../shell/header.js';
import { hashOf } from '../shell/route.js';
import type { FleetRow } from './model.js';

interface RowProps {
  readonly row: FleetRow;
}

const REACH_WORD = { online: null, offline: 'offline', silent: 'no new values' } as const;

function Name({ row }: RowProps) {
  return (
    <th scope="row" role="rowheader" class="fleet-name">
      {row.own ? <a href={hashOf('run')}>{row.name}</a> : <span>{row.name}</span>}
      <span class="fleet-tags">
        {row.own ? <span class="fleet-tag is-own">this one</span> : null}
        {row.simulated ? <span class="fleet-tag is-simulated">simulated</span> : null}
        {row.permit ? <span class="fleet-tag is-permit">permit</span> : null}
      </span>
    </th>
  );
}

function State({ row }: RowProps) {
  const reach = REACH_WORD[row.reach];
  return (
    <td role="cell" class="fleet-state">
      {row.state === null ? null : <span class={`state is-${MOOD[row.state]}`}>{row.state}</span>}
      {reach === null ? null : <span class={`fleet-reach is-${row.reach}`}>{reach}</span>}
    </td>
  );
}

function Recipe({ row }: RowProps) {
  return (
    <td role="cell" class="fleet-recipe">
      <span class="fleet-recipe-name">{row.recipe ?? ''}</span>
      {row.step === null ? null : (
        <span class="hint fleet-step">
          {row.step} · {row.stepName}
        </span>
      )}
    </td>
  );
}

function Progress({ row }: RowProps) {
  if (row.progress === null) return <td role="cell" class="fleet-progress is-empty" />;
  const share = percent(row.progress);
  const ends =
    row.ends_ms === null || row.eta_s === null ? null : clockTime(row.ends_ms, row.ends_ms - 1000 * row.eta_s);
  return (
    <td role="cell" class="fleet-progress">
      <div class="fleet-course number">
        <span class="fleet-share">{fixed(share, 1)} %</span>
        <span class="hint">{row.eta_s === null ? '' : duration(row.eta_s)}</span>
        <span class="hint">{ends}</span>
      </div>
      <div
        class="fleet-bar"
        role="progressbar"
        aria-label={`Planned charge of ${row.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
      >
        <div class="fleet-bar-fill" style={{ width: `${share.toFixed(1)}%` }} />
      </div>
    </td>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: number | null;
  readonly digits: number;
  readonly unit: string;
}

function Figure({ label, value, digits, unit }: FigureProps) {
  return (
    <td role="cell" class={`fleet-figure${value === null ? ' is-empty' : ''}`} data-label={label}>
      <span class="number">{fixed(value, digits)}</span> <span class="unit">{unit}</span>
    </td>
  );
}

function Worst({ row }: RowProps) {
  const { worst, alarms } = row;
  if (worst === null) return <td role="cell" class="fleet-alarm is-empty" />;
  return (
    <td role="cell" class={`fleet-alarm is-${worst.severity} is-${worst.state}`}>
      <div class="fleet-what">
        <span class="fleet-mark" aria-hidden="true">
          {SEVERITY_MARK[worst.severity]}
        </span>
        <span class="fleet-alarm-text" title={worst.text}>
          <span class="visually-hidden">{SEVERITY_WORD[worst.severity]}: </span>
          {worst.text}
        </span>
        {alarms > 1 ? <span class="hint fleet-more">and {alarms - 1} more</span> : null}
      </div>
    </td>
  );
}

export class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.row !== this.props.row;
  }

  override render({ row }: RowProps) {
    return (
      <tr role="row" class={`fleet-row is-${row.reach}`}>
        <Name row={row} />
        <State row={row} />
        <Recipe row={row} />
        <Progress row={row} />
        <Figure label="Voltage" value={row.voltage_V} digits={2} unit="V" />
        <Figure label="Current" value={row.current_mA} digits={1} unit="mA" />
        <Figure label="Temp." value={row.temperature_C} digits={1} unit="°C" />
        <Worst row={row} />
      </tr>
    );
  }
}
