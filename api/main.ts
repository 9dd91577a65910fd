/** `npm start`: the gateway, the API and the scheduler in one process. */
import { once } from 'node:events';
import { pino } from 'pino';
import { startSchedule } from '../jobs/schedule.ts';
import { systemClock } from '../warehouse/clock.ts';
import { messageOf, Rejected } from '../warehouse/errors.ts';
import { readConfig } from './boot/config.ts';
import { readEnvironment } from './boot/environment.ts';
import { publishControl } from './boot/running-server.ts';
import { startServer } from './boot/server.ts';

try {
  await serve();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Rejected ? 2 : 1;
}

/** Serves until it is told to stop. */
async function serve(): Promise<void> {
  const config = readConfig(readEnvironment());
  const logger = pino({ base: null }, pino.destination({ dest: process.stderr.fd, sync: true }));
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const server = await startServer(config, { clock: systemClock, logger });
  const closers = [() => server.stop()];
  try {
    closers.push(await publishControl(config.dataFolder, { url: server.url, key: server.ownKey }));
    console.log(`Tantieme listens on ${server.url}; its data is in ${config.dataFolder}.`);
    closers.push(await startSchedule(server.services, logger));
    await told;
    console.log('Tantieme ends what is under way and stops; once more to stop at once.');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
