import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { reconcileStripe, reconciliationOf, type Verdict } from '../../jobs/reconcile-stripe.ts';
import { exactly } from '../../reports/exactly.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { reconciliations } from '../../transforms/marts/reconciliations.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { PeriodPath, PeriodText, rowOf } from './schemas.ts';

const VERDICTS: Verdict[] = ['incomplete', 'breaks', 'pending', 'reconciled'];

/** The maximum number of breaks in a response; the mart `breaks` has all of them. */
const BREAKS_SHOWN = 1000;

const Shape = exactly(
  {
    period: PeriodText,
    verdict: Type.Enum(VERDICTS),
    reason: Type.String(),
    break_count: Type.Integer({ description: 'The number of money movements in which our ledger and Stripe differ.' }),
    movements: Type.Array(rowOf(reconciliations)),
    breaks: Type.Array(rowOf(breaks), {
      description: `The first ${BREAKS_SHOWN} breaks; the mart breaks has all of them.`,
    }),
  },
  'The comparison of a period with Stripe, as last reconciled.',
);

/** The comparison of a period with Stripe. */
export const reconciliationRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/reconciliations/:period',
    {
      config: { permission: 'reconciliations:read' },
      schema: {
        operationId: 'getReconciliation',
        tags: ['reconciliations'],
        summary: "Whether the ledger of a period agrees with Stripe's records, and every break",
        params: PeriodPath,
        response: { 200: Shape },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      await assertReconciled(services, period);
      const { verdict, reason, movements, breaks: break_count } = await reconciliationOf(services, period);
      const shown = await services.warehouse.query<Row<typeof breaks>>(
        ...selectRows(breaks, { where: { period }, orderBy: ['flow_id'], limit: BREAKS_SHOWN }),
      );
      return { period, verdict, reason, break_count, movements: [...movements], breaks: shown };
    },
  );
};

/** Without this check, a period that was never reconciled would look like one without breaks. */
async function assertReconciled({ operational }: Services, period: Period): Promise<void> {
  const done = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('job', '=', reconcileStripe.name)
    .where('period', '=', period)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  if (!done) throw new Conflict(`${period} has not been reconciled with Stripe yet; reconcile it first.`);
}
