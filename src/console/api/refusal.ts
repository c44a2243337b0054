/** How the server says no: what is wrong, and where in a text it stands, all of it at once. */
import * as z from 'zod';

export const problem = z.object({
  message: z.string().describe('what is wrong'),
  hint: z.string().optional().describe('what would be right'),
  line: z.int().nonnegative().optional().describe('from 1; absent or 0: of the whole'),
  column: z.int().nonnegative().optional().describe('from 1'),
  end_column: z.int().nonnegative().optional().describe('where it ends in that line'),
  path: z.string().optional().describe('key of the document, with points between'),
});
export type ApiProblem = z.infer<typeof problem>;

export const refusal = z.object({ problems: z.array(problem).min(1) });
export type Refusal = z.infer<typeof refusal>;
