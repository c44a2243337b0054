/** The users of a reactor, as page and server say them to each other. A password goes one way only. */
import * as z from 'zod';
import { ROLES } from '../../telemetry/verbs.js';

const password = z.string().max(1000);
export const userRow = z.object({ name: z.string(), role: z.enum(ROLES) });
export const usersAnswer = z.object({ users: z.array(userRow) });
export const newUser = z.strictObject({ name: z.string().max(64), role: z.enum(ROLES), password });
export const changedUser = z
  .strictObject({ role: z.enum(ROLES).optional(), password: password.optional() })
  .refine(({ role, password: word }) => role !== undefined || word !== undefined, { error: 'changes nothing' });
