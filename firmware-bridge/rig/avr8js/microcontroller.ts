/**
 * An ATmega328P at 16 MHz: processor, memories and the peripherals that the firmware uses. Owns cycles, sleep and resets,
 * and is the only file that knows avr8js; knows pins and registers, not what is wired to them.
 *
 * Three things of avr8js 0.21 are dealt with here: SLEEP does nothing, so a sleeping processor is moved on to its next
 * event; a reset keeps registers and half of the event queue, so a reset is a new processor with the memories of the old
 * one; a transfer on the bus ends while instructions run, so whatever wants to be told of something says `stop`.
 */
import {
  adcConfig,
  avrInstruction,
  AVRADC,
  AVRClock,
  AVREEPROM,
  AVRIOPort,
  AVRSPI,
  AVRTimer,
  AVRWatchdog,
  clockConfig,
  CPU,
  PinState,
  portBConfig,
  portCConfig,
  portDConfig,
  spiConfig,
  timer0Config,
  watchdogConfig,
} from 'avr8js';
import { TwiTarget } from './twi-target.js';

export const CLOCK_HZ = 16_000_000;
export const FLASH_BYTES = 0x8000;
const RAM_BYTES = 2048;
const RAM_START = 0x100;

const SREG = 0x5f;
const SREG_I = 0x80;
const MCUSR = 0x54;
const TICK_MARK = 0x3e; // GPIOR0
const LATE_TICKS = 0x4a; // GPIOR1
const TICK_RUNS = 0x01;

const SLEEP = 0x9588;
const JUMP_TO_ITSELF = 0xcfff;
const WAKE_CYCLES = 4;
/** What memory that was never written holds; tells how deep the stack went. */
const UNTOUCHED = 0xa5;

/** Flags of MCUSR. */
export const RESET_BY = { power: 0x01, external: 0x02, brownOut: 0x04, watchdog: 0x08 } as const;

export type Port = 'B' | 'C' | 'D';

/** What is soldered to the pins. */
export interface Wiring {
  /** A byte goes out on the SPI bus, another comes back. */
  exchange(byte: number): number;
  /** Pins of a port may have changed. */
  moved(port: Port): void;
  /** A reset: the pins float, and the levels at the inputs have to be driven anew. */
  restarted(): void;
  /** Volts at an input of the controller's converter, 0 to 5 V. */
  analog(channel: number): number;
}

interface Parts {
  readonly cpu: CPU;
  readonly ports: Readonly<Record<Port, AVRIOPort>>;
  readonly twi: TwiTarget;
  /** Those that nobody talks to but the processor. */
  readonly peripherals: readonly object[];
}

export class Microcontroller {
  /** Ticks since the last reset, and the longest of them in cycles since the first power-up. */
  ticks = 0;
  worstTick_cycles = 0;
  resets = 0;
  private parts: Parts;
  private sleeping = false;
  private resetBy: number | undefined;
  private stopped = false;
  private tickBegan = 0;
  private stopAtTick = false;

  constructor(
    private readonly program: Uint16Array,
    private readonly eeprom: Uint8Array,
    private readonly wiring: Wiring,
    private readonly bit_cycles: number,
  ) {
    this.parts = this.assemble(RESET_BY.power, new Uint8Array(RAM_BYTES).fill(UNTOUCHED), 0);
  }

  get cycles(): number {
    return this.parts.cpu.cycles;
  }

  get twi(): TwiTarget {
    return this.parts.twi;
  }

  /** Ticks that came late since the last reset, as the firmware counts them. */
  get lateTicks(): number {
    return this.parts.cpu.data[LATE_TICKS] ?? 0;
  }

  /** Bytes of the stack used since power-up: the largest untouched stretch of memory ends below it. */
  get stack_bytes(): number {
    const ram = this.parts.cpu.data.subarray(RAM_START);
    const gap = { length: 0, end: 0 };
    let begin = 0;
    ram.forEach((byte, index) => {
      if (byte !== UNTOUCHED) begin = index + 1;
      else if (index + 1 - begin > gap.length) Object.assign(gap, { length: index + 1 - begin, end: index + 1 });
    });
    return ram.length - gap.end;
  }

  /** True while the firmware drives a pin high; low, or not driven, is false. */
  high(port: Port, pin: number): boolean {
    return this.parts.ports[port].pinState(pin) === PinState.High;
  }

  /** True while the firmware drives a pin low. */
  low(port: Port, pin: number): boolean {
    return this.parts.ports[port].pinState(pin) === PinState.Low;
  }

  /** The level at an input pin. */
  drive(port: Port, pin: number, level: boolean): void {
    this.parts.ports[port].setPin(pin, level);
  }

  /** Runs to a cycle, or until something stops it. */
  runTo(cycle: number): void {
    this.stopped = false;
    while (this.cycles < cycle && !this.stopped) {
      if (this.sleeping) this.sleep(cycle);
      else this.step();
      if (this.resetBy !== undefined) this.restart();
    }
  }

  /** Ends `runTo` after the present instruction. */
  stop(): void {
    this.stopped = true;
  }

  /** Runs to the end of the next tick, or for as long as `limit_cycles` when there is none. */
  runTick(limit_cycles: number): void {
    this.stopAtTick = true;
    this.runTo(this.cycles + limit_cycles);
    this.stopAtTick = false;
  }

  /** Power off and on, or a reset: what it was is read from MCUSR. Power loses the memory. */
  reset(flag: number): void {
    this.resetBy = flag;
    this.restart();
  }

  /** The firmware hangs: an endless loop with interrupts off. */
  hang(): void {
    const { cpu } = this.parts;
    cpu.progMem[cpu.progMem.length - 1] = JUMP_TO_ITSELF;
    cpu.pc = cpu.progMem.length - 1;
    cpu.data[SREG] = (cpu.data[SREG] ?? 0) & ~SREG_I;
    this.sleeping = false;
  }

  private step(): void {
    const { cpu } = this.parts;
    if (cpu.progMem[cpu.pc] === SLEEP) {
      cpu.pc++;
      cpu.cycles++;
      this.sleeping = true;
      return;
    }
    avrInstruction(cpu);
    cpu.tick();
  }

  /** Nothing executes: on to the next event of a peripheral; an interrupt wakes the processor. */
  private sleep(end: number): void {
    const { cpu } = this.parts;
    const { pc } = cpu;
    const pending = cpu.interruptsEnabled && cpu.nextInterrupt >= 0;
    const next = cpu['nextClockEvent'];
    if (!pending) cpu.cycles = Math.max(cpu.cycles, Math.min(next?.cycles ?? end, end));
    cpu.tick();
    if (cpu.pc === pc) return;
    this.sleeping = false;
    cpu.cycles += WAKE_CYCLES;
  }

  private restart(): void {
    const flag = this.resetBy ?? RESET_BY.power;
    const { cpu } = this.parts;
    this.resetBy = undefined;
    this.resets++;
    this.sleeping = false;
    this.ticks = 0;
    const kept = flag === RESET_BY.power ? new Uint8Array(RAM_BYTES).fill(UNTOUCHED) : cpu.data.slice(RAM_START);
    this.parts = this.assemble(flag, kept, cpu.cycles);
    this.wiring.restarted();
    this.stopped = true;
  }

  private assemble(flag: number, ram: Uint8Array, cycles: number): Parts {
    const cpu = new CPU(this.program.slice(), RAM_BYTES);
    cpu.data.set(ram, RAM_START);
    cpu.data[MCUSR] = flag;
    cpu.cycles = cycles;
    cpu.reset = () => {
      this.resetBy = RESET_BY.watchdog; // the watchdog is the only one to call it
    };
    const peripherals = [
      new AVRTimer(cpu, timer0Config),
      new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, CLOCK_HZ, clockConfig)),
      new AVREEPROM(cpu, {
        readMemory: (address) => this.eeprom[address] ?? 0xff,
        writeMemory: (address, value) => (this.eeprom[address] = (this.eeprom[address] ?? 0xff) & value),
        eraseMemory: (address) => (this.eeprom[address] = 0xff),
      }),
    ];
    this.attachSpi(cpu);
    this.attachConverter(cpu);
    this.attachTickMark(cpu);
    const ports = {
      B: this.attachPort(cpu, 'B', portBConfig),
      C: this.attachPort(cpu, 'C', portCConfig),
      D: this.attachPort(cpu, 'D', portDConfig),
    };
    return { cpu, ports, peripherals, twi: new TwiTarget(cpu, this.bit_cycles, CLOCK_HZ, () => this.stop()) };
  }

  private attachSpi(cpu: CPU): void {
    const spi = new AVRSPI(cpu, spiConfig, CLOCK_HZ);
    let reply = 0;
    const complete = (): void => spi.completeTransfer(reply);
    spi.onByte = (byte) => {
      reply = this.wiring.exchange(byte);
      cpu.addClockEvent(complete, spi.transferCycles);
    };
  }

  private attachConverter(cpu: CPU): void {
    const adc = new AVRADC(cpu, adcConfig);
    adc.onADCRead = (input) => {
      const volts = 'channel' in input ? this.wiring.analog(input.channel) : 0;
      const code = Math.max(0, Math.min(1023, Math.floor((volts / adc.referenceVoltage) * 1024)));
      cpu.addClockEvent(() => adc.completeADCRead(code), adc.sampleCycles);
    };
  }

  private attachPort(cpu: CPU, name: Port, config: typeof portBConfig): AVRIOPort {
    const port = new AVRIOPort(cpu, config);
    port.addListener(() => this.wiring.moved(name));
    return port;
  }

  /** The firmware marks a tick in a general purpose register: how long it took, and that it is over. */
  private attachTickMark(cpu: CPU): void {
    cpu.writeHooks[TICK_MARK] = (value, before) => {
      cpu.data[TICK_MARK] = value;
      const runs = (value & TICK_RUNS) !== 0;
      if (runs === ((before & TICK_RUNS) !== 0)) return true;
      if (runs) {
        this.tickBegan = cpu.cycles;
      } else {
        this.ticks++;
        this.worstTick_cycles = Math.max(this.worstTick_cycles, cpu.cycles - this.tickBegan);
        if (this.stopAtTick) this.stopped = true;
      }
      return true;
    };
  }
}
