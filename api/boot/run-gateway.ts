import { systemClock } from '../../warehouse/clock.ts';
import { startGateway } from './gateway.ts';
import { readGatewayConfig } from './gateway-config.ts';
import { sharedFolderWarning } from './private-folder.ts';
import type { StartRole } from './role.ts';

/** A gateway alone. */
export const runGateway: StartRole = async ({ environment, logger, announce }) => {
  const config = readGatewayConfig(environment);
  const { url, stop } = await startGateway(config, { clock: systemClock, logger });
  const warning = await sharedFolderWarning(config.dataFolder);
  if (warning !== undefined) logger.warn(warning);
  announce(`The gateway listens on ${url}; its data folder is ${config.dataFolder}.`);
  return stop;
};
