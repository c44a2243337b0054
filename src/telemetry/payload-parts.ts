/** What the schemas of the payloads share. Data only; which payload has what is topics.ts's. */
import * as z from 'zod';

export const PAYLOAD_VERSION = 1;

export const version = z.literal(PAYLOAD_VERSION).describe('version of this payload');
export const bootId = z.string().min(1).max(64).describe('one start of the control process');
export const seq = z.int().nonnegative();
export const utc = z.int().describe('UTC, ms');
export const measured = z.number().nullable();
