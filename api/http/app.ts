import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { gateway } from '../../ingest/gateway/gateway.ts';
import { requestTimeoutOptions } from '../../ingest/gateway/request-timeout.ts';
import type { Source } from '../../ingest/gateway/source.ts';
import type { Services } from '../../jobs/job.ts';
import { randomId } from '../../warehouse/ids.ts';
import { probeOperational } from '../../warehouse/operational/operational.ts';
import { requireKeys } from '../auth/authenticate.ts';
import { callerByKey, type MadeKey } from '../auth/keys.ts';
import { creatorRoutes } from './creators.ts';
import { exactJson } from './exact-json.ts';
import { keyRoutes } from './keys.ts';
import { martRoutes } from './marts.ts';
import { describe } from './openapi.ts';
import { payoutRoutes } from './payouts.ts';
import { periodRoutes } from './periods.ts';
import { refuse, registerProblemHandlers } from './problems.ts';
import { reconciliationRoutes } from './reconciliations.ts';
import { runRoutes } from './runs.ts';
import { statementRoutes } from './statements.ts';
import { stripeWebhooks } from './stripe-webhooks.ts';

export interface AppOptions {
  readonly services: Services;
  /** Who may send events. */
  readonly sources: readonly Source[];
  /** With any of which Stripe's events may be signed. */
  readonly stripeWebhookSecrets?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  /** The command line's own key, valid for this process. */
  readonly ownKey?: MadeKey | undefined;
}

/** The longest request of the API; the gateway has its own bound. */
const MAX_BODY_BYTES = 64 * 1024;

/** How long a request may take to arrive; one that announces much and sends little would hold its room for ever. */
const LONGEST_ARRIVAL_MS = 30_000;

/** The gateway, Stripe's webhooks and the API as one application that does not listen yet. It ends with its routes' work, not with the stores. */
export function buildApp({
  services,
  sources,
  stripeWebhookSecrets = [],
  logger,
  ownKey,
}: AppOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    ...requestTimeoutOptions(LONGEST_ARRIVAL_MS),
    genReqId: () => randomId('req'),
    // What is not known is refused, rather than dropped in silence.
    ajv: { customOptions: { removeAdditional: false, verbose: true } },
    frameworkErrors: refuse,
  });
  app.setSerializerCompiler(() => exactJson);
  registerProblemHandlers(app);
  const databaseProbe = () => probeOperational(services.operational);
  app.register(gateway, { spool: services.spool, sources, clock: services.clock, databaseProbe });
  // Outside authentication: Stripe has no key, it signs.
  app.register(stripeWebhooks, { services, secrets: stripeWebhookSecrets });
  app.register(async (api) => {
    // Not for the gateway: its answers, a picture among them, are for pages anywhere.
    await api.register(helmet);
    describe(api);
    await api.register(
      async (v1) => {
        requireKeys(v1, callerByKey(services, ownKey));
        const routes = [
          statementRoutes,
          creatorRoutes,
          periodRoutes,
          payoutRoutes,
          reconciliationRoutes,
          martRoutes,
          runRoutes,
          keyRoutes,
        ];
        for (const some of routes) await v1.register(some, { services });
      },
      { prefix: '/v1' },
    );
  });
  return app;
}
