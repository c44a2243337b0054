/**
 * What the panel uses of johnny-five 2.1.0, typed from its sources: the package has no types of its own, and those that
 * others wrote refuse `sigint`. Everything hangs on the default export, as Node gives a CommonJS module. No behaviour.
 */
declare module 'johnny-five' {
  import type { EventEmitter } from 'node:events';

  export type Board = EventEmitter;

  export interface Led {
    on(): this;
    off(): this;
  }
  export interface Relay {
    close(): this;
    open(): this;
  }
  export interface Switch {
    readonly isClosed: boolean;
  }

  interface BoardOptions {
    /** An IO plugin; nothing is searched for then. */
    readonly io: EventEmitter;
    readonly repl: false;
    readonly debug: false;
    readonly sigint: false;
  }
  interface PartOptions {
    readonly board: Board;
    readonly pin: number;
  }
  /** Type NC asks for no pull-up and takes 1 as closed. */
  interface SwitchOptions extends PartOptions {
    readonly type: 'NC';
  }

  export interface Five {
    readonly Board: new (options: BoardOptions) => Board;
    readonly Led: new (options: PartOptions) => Led;
    readonly Relay: new (options: PartOptions) => Relay;
    readonly Switch: new (options: SwitchOptions) => Switch;
  }

  const five: Five;
  export default five;
}
