/** Asks reactors over a connection to their broker. Owns whose replies are heard; how one asks is in telemetry/asking.ts. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../model/clock.js';
import { Asking, type Answer, type Question } from '../telemetry/asking.js';
import type { BrokerConnection } from '../telemetry/brokers/connection.js';
import { ROOT } from '../telemetry/topics.js';

export type { Answer } from '../telemetry/asking.js';

/** What one asks of reactors. */
export type Ask = (question: Omit<Question, 'actor'>) => Promise<Answer>;

export function askingOver(connection: BrokerConnection, actor: string, clock: Clock): Ask {
  const asking = new Asking({
    clock,
    id: randomUUID,
    send: (topic, payload) => {
      // Not acknowledged is not "not sent": only an answer, or the time, settles it.
      void connection.publish({ topic, payload, retain: false, qos: 1 });
      return true;
    },
  });
  connection.subscribe([`${ROOT}/+/reply/${actor}`]);
  connection.onMessage(({ topic, payload, retain }) => {
    if (retain || !topic.startsWith(`${ROOT}/`) || !topic.endsWith(`/reply/${actor}`)) return;
    asking.heard(topic.split('/')[1] ?? '', payload.toString('utf8'));
  });
  return (question) => asking.ask({ ...question, actor });
}
