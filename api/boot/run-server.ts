import { systemClock } from '../../warehouse/clock.ts';
import { readConfig } from './config.ts';
import { sharedFolderWarning } from './private-folder.ts';
import type { StartRole } from './role.ts';
import { publishControl } from './running-server.ts';

/** The gateway, the API and the scheduler in one process. */
export const runServer: StartRole = async ({ environment, logger, announce }) => {
  const config = readConfig(environment);
  // After the configuration: loading the server takes seconds, which whoever misspelt a setting need not wait for.
  const [{ startServer }, { startSchedule }] = await Promise.all([
    import('./server.ts'),
    import('../../jobs/schedule.ts'),
  ]);
  const server = await startServer(config, { clock: systemClock, logger });
  const closers = [() => server.stop()];
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const warning = await sharedFolderWarning(config.dataFolder);
    if (warning !== undefined) logger.warn(warning);
    closers.push(await publishControl(config.dataFolder, { url: server.url, key: server.ownKey }));
    announce(`Tantieme listens on ${server.url}; its data folder is ${config.dataFolder}.`);
    const schedule = await startSchedule(server.services, logger);
    closers.push(() => schedule.stop());
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
};
