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

/** Runs a command in this process, with the settings that `environment` returns. */
export async function runHere(
  args: readonly string[],
  environment: () => Readonly<Record<string, string>>,
  input = '',
): Promise<Ended> {
  const output = { out: '', err: '' };
  const code = await runCli(args, {
    clock: { now: () => NOW },
    environment,
    width: undefined,
    stdin: Readable.from([input]),
    report: (line) => {
      output.err += `${line}\n`;
    },
    write: async (text) => {
      output.out += text;
    },
  });
  return { code, ...output };
}

/** Runs commands in this process, with a data folder inside `folder`. */
export function commandLine(folder: string): CommandLine {
  const data = join(folder, 'data');
  return async (args, settings = SETTINGS, input = '') => {
    if (!existsSync(join(data, 'operational'))) await copyFreshStore(join(data, 'operational'));
    return runHere(args, () => ({ TANTIEME_DATA_DIR: data, ...settings }), input);
  };
}
