/** `npm run -s tantieme -- <command>`: exit code 0 for success, 1 for failure, 2 for wrong usage. */
import { once } from 'node:events';
import { systemClock } from '../warehouse/clock.ts';
import { readEnvironment } from './boot/environment.ts';
import { keepFilesPrivate } from './boot/private-folder.ts';
import { runCli } from './commands/run-cli.ts';

// The reader may close the pipe early: `tantieme query … | head`.
process.stdout.on('error', () => process.exit(1));

keepFilesPrivate();
process.exitCode = await runCli(process.argv.slice(2), {
  clock: systemClock,
  environment: readEnvironment,
  stdin: process.stdin,
  // A file or pipe has no width: each row is one line, and nothing is wrapped.
  width: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
  report: (line) => console.error(line),
  async write(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
});
