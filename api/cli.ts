/** `npm run -s tantieme -- <command>`: exit code 0 for done, 1 for failed, 2 for wrong use. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { systemClock } from '../warehouse/clock.ts';
import { messageOf, Rejected } from '../warehouse/errors.ts';
import { type Access, openAccess } from './commands/access.ts';
import { Args, type Command, type Context } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import { inWords } from './commands/words.ts';
import { readConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { exactJson } from './exact-json.ts';

// Whoever reads may have had enough: `tantieme query … | head`.
process.stdout.on('error', () => process.exit(1));

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS.get(name);
if (command) process.exitCode = await perform(command, args);
else if (['help', '--help', '-h'].includes(name)) console.log(help());
else {
  console.error(name === '' ? help() : `There is no command ${JSON.stringify(name)}; tantieme help lists them.`);
  process.exitCode = 2;
}

async function perform(chosen: Command, given: string[]): Promise<0 | 1 | 2> {
  let access: Access | undefined;
  try {
    const { positionals, values } = parsed(chosen, given);
    if (values.help === true) {
      console.log(`tantieme ${chosen.usage} [--json]\n${chosen.meaning}`);
      return 0;
    }
    const progress = (text: string): void => console.error(text);
    const open = async (): Promise<Access> => {
      const config = readConfig(readEnvironment());
      access ??= await openAccess(config, { clock: systemClock, progress });
      return access;
    };
    const isJson = values.json === true;
    const context: Context = { isJson, clock: systemClock, stdin: process.stdin, write, progress, open };
    const answer = await chosen.run(new Args(positionals, values), context);
    if (answer) await write(isJson ? `${exactJson(answer.value)}\n` : inWords(answer.value));
    if (answer?.failure) console.error(answer.failure);
    return answer?.failure ? 1 : 0;
  } catch (error) {
    console.error(messageOf(error));
    return error instanceof Rejected ? 2 : 1;
  } finally {
    await access?.close();
  }
}

function parsed(chosen: Command, given: string[]) {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({ args: given, options: { ...chosen.options, json: flag, help: flag }, allowPositionals: true });
  } catch (error) {
    throw new Rejected(`${messageOf(error)}\nUsage: tantieme ${chosen.usage} [--json]`);
  }
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function help(): string {
  const lines = [...COMMANDS.values()].map(({ usage, meaning }) => `  ${usage}\n      ${meaning}`);
  return `Usage: tantieme <command> [--json]   (a period P is written as 2026-01)\n\n${lines.join('\n')}`;
}
