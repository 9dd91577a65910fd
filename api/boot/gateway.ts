import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { gateway, pageNotFound } from '../../ingest/gateway/gateway.ts';
import { requestTimeoutOptions } from '../../ingest/gateway/request-timeout.ts';
import { followLoader } from '../../ingest/spool/follow-loader.ts';
import { openSpool, spoolFolderIn } from '../../ingest/spool/open-spool.ts';
import type { Clock } from '../../warehouse/clock.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import type { GatewayConfig } from './gateway-config.ts';
import { closeInTime, listen } from './listen.ts';

interface RunningGateway {
  readonly url: string;
  /** Answers the requests that have begun, and seals the spool. */
  stop(): Promise<void>;
}

/** A gateway without a server: it stores events in its data folder, and the loader of a server takes them from there. */
export async function startGateway(
  { dataFolder, sources, ...address }: GatewayConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger?: FastifyBaseLogger },
): Promise<RunningGateway> {
  const closers = [await lockFolder(dataFolder)];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const spool = await openSpool({ folder: spoolFolderIn(dataFolder), clock });
    closers.push(() => spool.close());
    closers.push(followLoader(spool));
    const app: FastifyInstance = Fastify({
      ...(logger ? { loggerInstance: logger } : {}),
      logController: new LogController({ disableRequestLogging: true }),
      ...requestTimeoutOptions(),
    });
    closers.push(() => app.close());
    app.setNotFoundHandler(pageNotFound);
    app.register(gateway, { spool, sources, clock });
    const url = await listen(app, address);
    return { url, stop: () => closeInTime(app, close) };
  } catch (error) {
    await close();
    throw error;
  }
}
