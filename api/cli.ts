/** `npm run -s tantieme -- <command>`: exit code 0 for done, 1 for failed, 2 for wrong use. */
import { once } from 'node:events';
import { systemClock } from '../warehouse/clock.ts';
import { readEnvironment } from './boot/environment.ts';
import { runCli } from './commands/run-cli.ts';

// Whoever reads may have had enough: `tantieme query … | head`.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await runCli(process.argv.slice(2), {
  clock: systemClock,
  environment: readEnvironment,
  stdin: process.stdin,
  // A file or another program has no width: there a row is one line, and nothing is wrapped.
  width: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
  tell: (line) => console.error(line),
  async write(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
});
