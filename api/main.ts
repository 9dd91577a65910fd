/** `npm start`: the gateway, the API and the scheduler in one process. */
import { pino } from 'pino';
import { startSchedule } from '../jobs/schedule.ts';
import { systemClock } from '../warehouse/clock.ts';
import { messageOf, Rejected } from '../warehouse/errors.ts';
import { readConfig } from './boot/config.ts';
import { readEnvironment } from './boot/environment.ts';
import { keepFilesPrivate, sharedFolderWarning } from './boot/private-folder.ts';
import { publishControl } from './boot/running-server.ts';
import { startServer } from './boot/server.ts';
import { firstSignal } from './boot/signals.ts';

keepFilesPrivate();
try {
  await serve();
  // An abandoned job may still wait for a response, which would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof Rejected ? 2 : 1);
}

/** Serves until SIGINT or SIGTERM. */
async function serve(): Promise<void> {
  const config = readConfig(readEnvironment());
  const logger = pino({ base: null }, pino.destination({ dest: process.stderr.fd, sync: true }));
  const signalled = firstSignal((message) => logger.error(message));
  const server = await startServer(config, { clock: systemClock, logger });
  const closers = [() => server.stop()];
  try {
    const warning = await sharedFolderWarning(config.dataFolder);
    if (warning !== undefined) logger.warn(warning);
    closers.push(await publishControl(config.dataFolder, { url: server.url, key: server.ownKey }));
    console.log(`Tantieme listens on ${server.url}; its data folder is ${config.dataFolder}.`);
    const schedule = await startSchedule(server.services, logger);
    closers.push(() => schedule.stop());
    const signal = await signalled;
    console.log(signal === 'SIGINT' ? 'Shutting down; press Ctrl-C again to force quit.' : 'Shutting down.');
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
