import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from '../../../api/commands/run-cli.ts';
import type { Ended } from '../boot/program.ts';
import { NOW } from '../test-api.ts';

export const SETTINGS = { RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme', PORT: '0' };

export type CommandLine = (
  args: readonly string[],
  settings?: Readonly<Record<string, string>>,
  input?: string,
) => Promise<Ended>;

/** Commands on a data folder within this one, in this process: what the program itself adds is only the streams. */
export function commandLine(folder: string): CommandLine {
  return async (args, settings = SETTINGS, input = '') => {
    const said = { out: '', err: '' };
    const code = await runCli(args, {
      clock: { now: () => NOW },
      environment: () => ({ TANTIEME_DATA_DIR: join(folder, 'data'), ...settings }),
      width: undefined,
      stdin: Readable.from([input]),
      tell: (line) => {
        said.err += `${line}\n`;
      },
      write: async (text) => {
        said.out += text;
      },
    });
    return { code, ...said };
  };
}
