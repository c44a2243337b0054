/** Who is signed in, as page and server say it to each other. */
import * as z from 'zod';
import { isId } from '../../telemetry/topics.js';
import { ROLES } from '../../telemetry/verbs.js';

export const session = z.object({
  reactor: z.string().refine(isId).describe('the reactor of this page; others may be heard at its broker'),
  user: z.string().nullable().describe('who is signed in; null: nobody'),
  role: z.enum(ROLES).nullable().describe('what that user may; null: nobody is signed in'),
  anyoneReads: z.boolean().describe('true on loopback: who is not signed in may read, and stop'),
  users: z.int().nonnegative().describe('users who are known; 0: nobody can sign in'),
});
export type Session = z.infer<typeof session>;

export const signIn = z.strictObject({ user: z.string().min(1).max(32), password: z.string().min(1).max(1000) });
export type SignIn = z.infer<typeof signIn>;
