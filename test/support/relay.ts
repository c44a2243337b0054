/** A TCP relay on loopback, so that a test can break a link without a word to either end. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Ends every link that is up; new ones are taken. */
  drop(): void;
  close(): void;
}

export function openRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const close = (): void => {
        server.close();
        drop();
      };
      resolve({ port, drop, close });
    });
  });
}
