/** Declares `galvanode preview`: its arguments, handed on. */
import { act, boardOption, type Command, jsonOption, seedOption, setOption, withOptions } from './command-line.js';

interface PreviewFlags {
  readonly board: string;
  readonly set: string[];
  readonly seed: number;
  readonly json: boolean;
  readonly plot?: string;
}

export function declare(command: Command): void {
  command.option('--plot <file>', 'plots voltage, temperature, hydrogen and charge into a .svg or .html file');
  withOptions(command, boardOption(), setOption(), seedOption(), jsonOption()).action(
    (recipe: string, o: PreviewFlags) =>
      act(async () => {
        const { previewCommand } = await import('../preview.js');
        return previewCommand({ recipe, board: o.board, sets: o.set, seed: o.seed, json: o.json, plot: o.plot });
      }),
  );
}
