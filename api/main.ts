/** `npm start`: the gateway, the API and the scheduler in one process; with `--role gateway`, a gateway alone. */
import { pino } from 'pino';
import { messageOf, Rejected } from '../warehouse/errors.ts';
import { readEnvironment } from './boot/environment.ts';
import { keepFilesPrivate } from './boot/private-folder.ts';
import { parseRole, type Role, type StartRole } from './boot/role.ts';
import { firstSignal } from './boot/signals.ts';

/** Each loads its code when it starts: a gateway needs neither the stores nor what works with them. */
const START: Readonly<Record<Role, () => Promise<StartRole>>> = {
  everything: async () => (await import('./boot/run-server.ts')).runServer,
  gateway: async () => (await import('./boot/run-gateway.ts')).runGateway,
};

keepFilesPrivate();
try {
  await serve(parseRole(process.argv.slice(2)));
  // An abandoned job may still wait for a response, which would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof Rejected ? 2 : 1);
}

/** Serves until SIGINT or SIGTERM. */
async function serve(role: Role): Promise<void> {
  const logger = pino({ base: null }, pino.destination({ dest: process.stderr.fd, sync: true }));
  const signalled = firstSignal((message) => logger.error(message));
  const start = await START[role]();
  const announce = (sentence: string): void => console.log(sentence);
  const stop = await start({ environment: readEnvironment(), logger, announce });
  const signal = await signalled;
  console.log(signal === 'SIGINT' ? 'Shutting down; press Ctrl-C again to force quit.' : 'Shutting down.');
  await stop();
}
