import { AjvCompiler } from '@fastify/ajv-compiler';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { gateway } from '../../ingest/gateway/gateway.ts';
import { requestTimeoutOptions } from '../../ingest/gateway/request-timeout.ts';
import type { Source } from '../../ingest/gateway/source.ts';
import type { Services } from '../../jobs/job.ts';
import { withCachedReads } from '../../warehouse/cached-reads.ts';
import { randomId } from '../../warehouse/ids.ts';
import { probeOperational } from '../../warehouse/operational/operational.ts';
import { callerByAppToken, ENDED_TOKEN, isAppToken } from '../auth/app-consents.ts';
import { recordActs } from '../auth/audit.ts';
import { callerIn, requireCallers } from '../auth/authenticate.ts';
import { callerByKey, recordKeyUse } from '../auth/key-caller.ts';
import type { MadeKey } from '../auth/key-secret.ts';
import { limitCallers } from '../auth/rate-limits.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { unidentifiedThrottle } from '../auth/throttle.ts';
import { callerOfPage } from '../portal/page-api.ts';
import { portal } from '../portal/portal.ts';
import { appRoutes } from './apps.ts';
import { auditLogRoutes } from './audit-log.ts';
import { bankFileRoutes } from './bank-files.ts';
import { breakDecisionRoutes, breakRoutes } from './breaks.ts';
import { consentRevocationRoutes, consentRoutes } from './consents.ts';
import { correctionRoutes } from './corrections.ts';
import { creatorAssetRoutes } from './creator-assets.ts';
import { creatorLedgerRoutes } from './creator-ledger.ts';
import { creatorRoutes } from './creators.ts';
import { dashboardRoutes } from './dashboards.ts';
import { developerEventRoutes } from './developer-events.ts';
import { developerLicenceRoutes } from './developer-licences.ts';
import { developerSpendRoutes } from './developer-spend.ts';
import { developerRoutes } from './developers.ts';
import { documentRoutes } from './documents.ts';
import { documentsZipRoutes } from './documents-zip.ts';
import { exactJson } from './exact-json.ts';
import { exceptionRoutes } from './exceptions.ts';
import { financeReportRoutes } from './finance-report.ts';
import { invoicePartyRoutes } from './invoice-parties.ts';
import { invoiceRoutes } from './invoices.ts';
import { jobRoutes } from './jobs.ts';
import { journalRoutes } from './journal.ts';
import { keyRoutes } from './keys.ts';
import { licencesSoldRoutes } from './licences-sold.ts';
import { martRoutes } from './marts.ts';
import { meRoutes } from './me.ts';
import { memberRoutes } from './members.ts';
import { modelRoutes } from './models.ts';
import { oauthRoutes } from './oauth.ts';
import { describe } from './openapi.ts';
import { payoutAccountOpeningRoutes, payoutAccountRoutes } from './payout-accounts.ts';
import { payoutLineRoutes } from './payout-lines.ts';
import { payoutPreviewRoutes } from './payout-preview.ts';
import { payoutRoutes } from './payouts.ts';
import { peopleRoutes } from './people.ts';
import { periodRoutes } from './periods.ts';
import { refuse, registerProblemHandlers } from './problems.ts';
import { publicApiRoutes } from './public.ts';
import { quarantineRoutes } from './quarantine.ts';
import { queryRoutes } from './query.ts';
import { reconciliationRoutes } from './reconciliations.ts';
import { retentionRoutes } from './retention.ts';
import { runEventRoutes } from './run-events.ts';
import { runRoutes } from './runs.ts';
import { statementRoutes } from './statements.ts';
import { statementsZipRoutes } from './statements-zip.ts';
import { storeRoutes } from './stores.ts';
import { stripeWebhooks } from './stripe-webhooks.ts';
import { taxOpeningRoutes } from './tax-openings.ts';
import { taxProfileRoutes } from './tax-profiles.ts';
import { taxSettingsRoutes } from './tax-settings.ts';
import { taxYearRoutes } from './tax-years.ts';
import { traceRoutes } from './traces.ts';
import { refuseUnstorableText } from './unstorable-text.ts';

interface AppOptions {
  readonly services: Services;
  /** The sources that may send events. */
  readonly sources: readonly Source[];
  /** How people log in. */
  readonly signIn: SignIn;
  /** The secrets that Stripe may sign its events with. */
  readonly stripeWebhookSecrets?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  /** The proxies whose `X-Forwarded-For` is believed; see `PeopleConfig`. */
  readonly trustedProxies?: readonly string[];
  /** The key of the command line, valid until this process ends. */
  readonly ownKey?: MadeKey | undefined;
}

/** The applications of a process, of which tests have many, compile each schema once. */
const buildValidator = AjvCompiler();

/** The maximum size of an API request; the gateway has its own limit. */
const MAX_BODY_BYTES = 64 * 1024;

/** The ids of exceptions contain ids of other systems, which are of any length. */
const LONGEST_PARAMETER = 1000;

/** What only reads the warehouse, for pages above all: the same rows are read once until something has changed. */
const READS: ReadonlySet<unknown> = new Set([
  ...[creatorRoutes, creatorAssetRoutes, creatorLedgerRoutes, licencesSoldRoutes, periodRoutes],
  ...[consentRoutes, payoutAccountRoutes],
  ...[developerRoutes, developerSpendRoutes, developerLicenceRoutes, developerEventRoutes],
  ...[exceptionRoutes, payoutPreviewRoutes, reconciliationRoutes, financeReportRoutes, dashboardRoutes],
]);

/** The gateway, Stripe's webhooks and the API as one application, not listening yet. Closing it does not close the stores. */
export function buildApp({
  services,
  sources,
  signIn,
  stripeWebhookSecrets = [],
  trustedProxies = [],
  logger,
  ownKey,
}: AppOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    ...requestTimeoutOptions(),
    genReqId: () => randomId('req'),
    schemaController: { compilersFactory: { buildValidator } },
    // Unknown properties are refused instead of silently removed.
    ajv: { customOptions: { removeAdditional: false, verbose: true } },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
  });
  app.setSerializerCompiler(() => exactJson);
  registerProblemHandlers(app);
  const databaseProbe = () => probeOperational(services.operational);
  const { spool, clock, warehouse } = services;
  app.register(gateway, { spool, sources, clock, warehouse, databaseProbe });
  // Outside authentication: Stripe has no API key, it signs its requests.
  app.register(stripeWebhooks, { services, secrets: stripeWebhookSecrets });
  app.register(oauthRoutes, { services, signIn });
  const byKey = callerByKey(services, ownKey);
  app.register(async (api) => {
    // Not for the gateway, whose responses, such as the pixel, are used by pages of other origins.
    await api.register(helmet);
    describe(api);
    await api.register(publicApiRoutes, { prefix: '/v1', services });
    await api.register(
      async (v1) => {
        recordActs(v1, services);
        requireCallers(v1, {
          byKey: async (token) =>
            isAppToken(token) ? ((await callerByAppToken(services, token)) ?? ENDED_TOKEN) : byKey(token),
          bySession: async (request, reply) => callerOfPage() ?? signIn.callerOf(request, reply),
          origin: signIn.url,
          unidentified: unidentifiedThrottle(services, 'api'),
        });
        await limitCallers(v1, services);
        const use = recordKeyUse(services);
        v1.addHook('onResponse', async (request) => {
          const caller = callerIn(request);
          if (caller?.kind === 'key') use.note(caller.id);
        });
        v1.addHook('onClose', () => use.idle());
        v1.addHook('preValidation', refuseUnstorableText);
        const routes = [
          statementRoutes,
          statementsZipRoutes,
          documentRoutes,
          documentsZipRoutes,
          retentionRoutes,
          creatorRoutes,
          creatorAssetRoutes,
          creatorLedgerRoutes,
          consentRoutes,
          consentRevocationRoutes,
          licencesSoldRoutes,
          developerRoutes,
          developerSpendRoutes,
          developerLicenceRoutes,
          developerEventRoutes,
          periodRoutes,
          journalRoutes,
          invoiceRoutes,
          invoicePartyRoutes,
          exceptionRoutes,
          correctionRoutes,
          payoutRoutes,
          payoutLineRoutes,
          payoutAccountRoutes,
          payoutAccountOpeningRoutes,
          bankFileRoutes,
          payoutPreviewRoutes,
          reconciliationRoutes,
          financeReportRoutes,
          breakRoutes,
          breakDecisionRoutes,
          taxProfileRoutes,
          taxSettingsRoutes,
          taxYearRoutes,
          taxOpeningRoutes,
          traceRoutes,
          martRoutes,
          modelRoutes,
          jobRoutes,
          queryRoutes,
          dashboardRoutes,
          runRoutes,
          runEventRoutes,
          storeRoutes,
          quarantineRoutes,
          keyRoutes,
          peopleRoutes,
          auditLogRoutes,
          appRoutes,
          memberRoutes,
          meRoutes,
        ];
        const reading = { ...services, warehouse: withCachedReads(warehouse) };
        for (const plugin of routes)
          await v1.register(plugin, { services: READS.has(plugin) ? reading : services, signIn });
      },
      { prefix: '/v1' },
    );
  });
  app.register(portal, { services, signIn });
  return app;
}
