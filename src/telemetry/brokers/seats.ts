/**
 * Who stays when more come than there is room for. A door that is simply full would shut out the one who comes to stop the
 * reactor; here the newcomer gets in, and who leaves is the oldest of those who take the most room. Four rooms, so that
 * strangers cost no user his place: who has said nothing yet, whose password is tried, who has no name, who has one. Knows
 * no socket.
 */

export interface Room {
  readonly knocking: number;
  readonly trying: number;
  readonly nameless: number;
  readonly named: number;
}

export const ROOM: Room = { knocking: 32, trying: 32, nameless: 32, named: 64 };

export interface Seat {
  /** Has said who he is, and that is looked at: it takes a while. */
  trying(): void;
  /** Was let in; null: without a name. */
  admitted(user: string | null): void;
  /** Is gone by himself. */
  left(): void;
}

interface Guest {
  /** Those of one party take room from each other first: an address, or the name of a user. */
  party: string;
  readonly leave: () => void;
}

export class Seats {
  private readonly rooms: Readonly<Record<keyof Room, Set<Guest>>> = {
    knocking: new Set(),
    trying: new Set(),
    nameless: new Set(),
    named: new Set(),
  };

  constructor(private readonly room: Room = ROOM) {}

  /** `leave` is called when he has to make room for others; not after `left`. */
  come(address: string, leave: () => void): Seat {
    const guest: Guest = { party: address, leave };
    let at: keyof Room = 'knocking';
    const move = (to: keyof Room): void => {
      if (!this.rooms[at].delete(guest)) return; // had to leave meanwhile
      at = to;
      this.sit(guest, at);
    };
    this.sit(guest, at);
    return {
      trying: () => move('trying'),
      admitted: (user) => {
        if (user !== null) guest.party = user;
        move(user === null ? 'nameless' : 'named');
      },
      left: () => void this.rooms[at].delete(guest),
    };
  }

  private sit(guest: Guest, where: keyof Room): void {
    this.rooms[where].add(guest);
    this.makeRoom(where);
  }

  private makeRoom(where: keyof Room): void {
    const guests = this.rooms[where];
    if (guests.size <= this.room[where]) return;
    const crowd = largestParty(guests);
    for (const guest of guests) {
      if (guest.party !== crowd) continue;
      guests.delete(guest);
      return guest.leave();
    }
  }
}

/** Of parties that are equally large, the one that came first. */
function largestParty(guests: ReadonlySet<Guest>): string {
  const sizes = new Map<string, number>();
  for (const { party } of guests) sizes.set(party, (sizes.get(party) ?? 0) + 1);
  let largest = '';
  for (const [party, size] of sizes) if (size > (sizes.get(largest) ?? 0)) largest = party;
  return largest;
}
