/** Gives everybody who comes to the built-in broker a seat, by whatever way he came. Knows sockets, and nothing of MQTT. */
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Seats, type Seat } from './seats.js';

export class Places {
  private readonly seats = new Seats();
  /** Of those who came by TCP, by where they came from; before any handshake. */
  private readonly taken = new Map<string, Seat>();

  /** Before anything else listens to the connections of this server. */
  attend(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      const seat = this.seats.come(socket.remoteAddress ?? '', () => socket.destroy());
      this.taken.set(peer, seat);
      socket.once('close', () => {
        seat.left();
        if (this.taken.get(peer) === seat) this.taken.delete(peer);
      });
    });
  }

  seatOf(socket: Socket): Seat {
    return this.taken.get(peerOf(socket)) ?? this.seatFor(socket, socket.remoteAddress ?? '');
  }

  /** Of one who came another way: by the page. */
  seatFor(stream: Duplex, address: string): Seat {
    const seat = this.seats.come(address, () => stream.destroy());
    stream.once('close', () => seat.left());
    return seat;
  }
}

const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;
