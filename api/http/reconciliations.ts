import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { reconcileStripe, reconciliationOf, type Verdict } from '../../jobs/reconcile-stripe.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { reconciliations } from '../../transforms/marts/reconciliations.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { exactly, PeriodPath, PeriodText, rowOf } from './schemas.ts';

const VERDICTS: Verdict[] = ['incomplete', 'breaks', 'pending', 'reconciled'];

/** Breaks that are shown here; the mart `breaks` has all of them. */
const BREAKS_SHOWN = 1000;

const Shape = exactly(
  {
    period: PeriodText,
    verdict: Type.Enum(VERDICTS),
    reason: Type.String(),
    break_count: Type.Integer({ description: 'Movements in which our books and Stripe do not agree.' }),
    movements: Type.Array(rowOf(reconciliations)),
    breaks: Type.Array(rowOf(breaks), { description: `The first ${BREAKS_SHOWN}; the mart breaks has all.` }),
  },
  'How a period compares to Stripe, as last reconciled.',
);

/** How a period compares to Stripe. */
export const reconciliationRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/reconciliations/:period',
    {
      config: { permission: 'reconciliations:read' },
      schema: {
        operationId: 'getReconciliation',
        tags: ['reconciliations'],
        summary: 'Whether every movement of a period is at Stripe with the same amount, and each that is not',
        params: PeriodPath,
        response: { 200: Shape },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      await wasReconciled(services, period);
      const { verdict, reason, movements, breaks: break_count } = await reconciliationOf(services, period);
      const shown = await services.warehouse.query<Row<typeof breaks>>(
        ...selectRows(breaks, { where: { period }, orderBy: ['flow_id'], limit: BREAKS_SHOWN }),
      );
      return { period, verdict, reason, break_count, movements: [...movements], breaks: shown };
    },
  );
};

/** Nothing found and nothing looked for would look alike. */
async function wasReconciled({ operational }: Services, period: Period): Promise<void> {
  const done = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('job', '=', reconcileStripe.name)
    .where('period', '=', period)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  if (!done) throw new Conflict(`${period} was never reconciled with Stripe; reconcile it first.`);
}
