/** The link to the network process as `run`, `resume` and `serve` open it, from the arguments that they share. */
import type { Board } from '../model/board.js';
import type { Clock } from '../model/clock.js';
import { dataDirectory, spareDirectory } from '../record/place.js';
import { telemetryLink, type TelemetryLink } from '../telemetry/link.js';
import type { NetworkSettings } from '../telemetry/settings.js';
import type { Screen } from './screen.js';

/** What `run`, `resume` and `serve` share. */
export interface ServiceArguments {
  readonly board: string;
  /** null: as fast as it goes. */
  readonly speed: number | null;
  readonly seed: number;
  readonly data: string | undefined;
  /** Where a run goes on when its record fails. */
  readonly data2?: string | undefined;
  readonly console: number | 'off';
  readonly broker: number | 'off';
  /** Doors, users and outside brokers beyond loopback. */
  readonly network: NetworkSettings;
}

export type NetworkArguments = Pick<ServiceArguments, 'console' | 'broker' | 'network' | 'data' | 'data2'>;

export function linkOf(args: NetworkArguments, wall: Clock, screen: Screen, board: Board): TelemetryLink {
  const { console: httpPort, broker: mqttPort, network } = args;
  const report = (text: string): void => screen.line(text);
  const dataDir = dataDirectory(args.data);
  const record = { dataDir, spareDir: spareDirectory(dataDir, args.data2) };
  return telemetryLink({ httpPort, mqttPort, wall, report, network, record, board });
}
