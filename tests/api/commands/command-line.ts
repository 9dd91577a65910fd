import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from '../../../api/commands/run-cli.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
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
  const data = join(folder, 'data');
  return async (args, settings = SETTINGS, input = '') => {
    if (!existsSync(join(data, 'operational'))) await copyFreshStore(join(data, 'operational'));
    const said = { out: '', err: '' };
    const code = await runCli(args, {
      clock: { now: () => NOW },
      environment: () => ({ TANTIEME_DATA_DIR: data, ...settings }),
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
