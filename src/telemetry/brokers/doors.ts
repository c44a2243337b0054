/**
 * The doors beyond this machine through which a stranger might get in, from the settings alone. Pure: knocking at them is
 * done by probe.ts in the network process, and the control process only counts them.
 */
import { brokerName, hostPort, isEncrypted, isLoopback, isLoopbackUrl, type NetworkSettings } from '../settings.js';

/** Registered for MQTT without encryption (IANA). */
const PLAIN_PORT = 1883;

export interface Door {
  /** For people: whose door it is and where. */
  readonly name: string;
  /** Where to knock, each as a stranger would. */
  readonly urls: readonly string[];
}

/** Addresses that mean "all of this machine's" are knocked at on loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** An encrypted broker is of no use when the same one listens beside it without encryption. */
function urlsOf(url: string): string[] {
  const { protocol, host, hostname, pathname } = new URL(url);
  const bare = `${protocol}//${host}${pathname}`;
  return isEncrypted(url) ? [bare, `mqtt://${hostname}:${PLAIN_PORT}`] : [bare];
}

/** None on loopback: who is on this machine is in already. */
export function doorsBeyond({ broker, uplinks }: NetworkSettings): Door[] {
  const outside = uplinks
    .filter(({ url }) => !isLoopbackUrl(url))
    .map(({ url }): Door => ({ name: brokerName(url), urls: urlsOf(url) }));
  const own = broker === null ? null : hostPort(broker.listen);
  if (own === null || isLoopback(own.host)) return outside;
  const at = `${reachable(own.host)}:${own.port}`;
  return [{ name: `built-in broker at ${own.host}:${own.port}`, urls: [`mqtts://${at}`, `mqtt://${at}`] }, ...outside];
}
