/* Owns the TWI. States and their codes from the ATmega328P data sheet, section "2-wire Serial Interface". */
#include "avr_bus.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>
#include <util/twi.h>

#include "protocol.h"
#include "registers.h"

#define WRITE_OVERHEAD 4
#define ANSWER_AGE_MS 2

#define LISTEN (_BV(TWEN) | _BV(TWIE) | _BV(TWEA))

static uint8_t frame[FRAME_MAX];         /* of the write under way, or complete and not yet acted on */
static uint8_t received, most;           /* bytes of the write under way, and how many of it are acknowledged */
static bool taking;                      /* the frame was free when this write began */
static volatile uint8_t complete_length; /* of the write that waits to be acted on, 0 when there is none */

static volatile uint8_t command;
static volatile bool wanted, ready, held; /* an answer: asked for, made and not yet fetched, its clock held */
static uint8_t answer[FRAME_MAX], sent, age_ms;

void bus_open(uint8_t address) {
  TWAR = (uint8_t)(address << 1);
  TWCR = LISTEN;
}

/* A first byte says how many may follow: none behind the command of a read, nor while an earlier write still waits. */
static void begin_write(uint8_t first) {
  const uint8_t payload = write_payload(first);
  command = first;
  ready = false;
  wanted = read_payload(first) != 0;
  taking = complete_length == 0;
  most = payload == 0 || !taking ? 1 : (uint8_t)(payload + WRITE_OVERHEAD);
}

static void take(uint8_t byte) {
  if (received == 0) begin_write(byte);
  if (taking) frame[received] = byte;
  received++;
}

static void finish_write(void) {
  if (received >= 2 && taking) complete_length = received;
}

ISR(TWI_vect) {
  uint8_t next = LISTEN | _BV(TWINT);
  switch (TW_STATUS) {
    case TW_SR_SLA_ACK: received = 0; break;
    case TW_SR_DATA_ACK:
      take(TWDR);
      if (received >= most) next &= (uint8_t)~_BV(TWEA);
      break;
    case TW_SR_DATA_NACK: received++; finish_write(); break; /* too long: to be counted, whatever the byte was */
    case TW_SR_STOP: finish_write(); break;
    case TW_ST_SLA_ACK:
      sent = 0;
      if (!ready) {
        wanted = held = true;
        next = _BV(TWEN) | _BV(TWEA); /* the flag stays, and with it the clock low, until the answer is there */
        break;
      }
      ready = false;
      TWDR = answer[sent++];
      break;
    case TW_ST_DATA_ACK: TWDR = sent < FRAME_MAX ? answer[sent++] : 0xff; break;
    case TW_BUS_ERROR: next |= _BV(TWSTO); break;
    default: break; /* end of a read */
  }
  TWCR = next;
}

/* Not inlined, either of them: what they need of the stack must not be added to what a tick needs. */
static void __attribute__((noinline)) act_on_write(void) {
  registers_write(frame, complete_length);
  complete_length = 0;
}

/* What was asked for in the meantime is left for the next call. */
static void __attribute__((noinline)) make_answer(void) {
  const uint8_t asked = command;
  registers_read(asked, answer, FRAME_MAX);
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    if (asked == command) {
      wanted = false;
      age_ms = 0;
      ready = !held;
      if (held) {
        held = false;
        TWDR = answer[0];
        sent = 1;
        TWCR = LISTEN | _BV(TWINT);
      }
    }
  }
}

void bus_answer(void) {
  if (wanted && complete_length == 0) make_answer();
}

void bus_serve(void) {
  if (complete_length != 0) act_on_write();
  if (wanted) make_answer();
}

void bus_tick(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    if (ready && ++age_ms > ANSWER_AGE_MS) ready = false;
  }
}

bool bus_waits(void) {
  return wanted || complete_length != 0;
}
