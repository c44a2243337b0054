/**
 * Long texts of a YAML file in lines that a person can read. The library writes a folded text (`>-`) in one line when it may
 * not break other things; here only these are broken. Knows nothing of what the text means.
 */

const HEADER = /^( *(?:- )*)(?:[^#\n]* )?>[-+]?$/;

/** Breaks lines of folded block texts at single spaces, which are what a break means there. */
export function foldBlocks(text: string, width: number): string {
  let header: number | null = null;
  let body: number | null = null;
  const lines = text.split('\n').flatMap((line) => {
    const indent = line.search(/\S/);
    if (indent < 0) return [line];
    if (header !== null && indent > header) {
      body ??= indent;
      // What stands further in than the first line is kept line by line.
      return indent === body ? broken(line, indent, width) : [line];
    }
    header = HEADER.exec(line)?.[1]?.length ?? null;
    body = null;
    return [line];
  });
  return lines.join('\n');
}

function broken(line: string, indent: number, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    // A break beside another space would add one, and a line that begins with one would be kept apart.
    const at = lastBreak(rest, indent, width);
    if (at < 0) break;
    lines.push(rest.slice(0, at));
    rest = ' '.repeat(indent) + rest.slice(at + 1);
  }
  return [...lines, rest];
}

function lastBreak(line: string, indent: number, width: number): number {
  for (let at = width; at > indent; at--)
    if (line[at] === ' ' && line[at - 1] !== ' ' && line[at + 1] !== ' ' && at + 1 < line.length) return at;
  return -1;
}
