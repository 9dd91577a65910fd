import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { reconciliationOf, VERDICTS } from '../../jobs/reconcile-stripe.ts';
import { exactly } from '../../reports/exactly.ts';
import { reconciliations } from '../../transforms/marts/reconciliations.ts';
import { stripeBridge } from '../../transforms/marts/stripe_bridge.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { Break } from './breaks.ts';
import { assertReconciled } from './reconciled.ts';
import { NullableText, PeriodPath, PeriodText, rowOf } from './schemas.ts';

/** The maximum number of breaks in a response; the list of breaks has all of them. */
const BREAKS_SHOWN = 1000;

const ReportDifference = exactly(
  {
    report: Type.String({ examples: ['balance.summary.1'] }),
    currency: Type.String(),
    line: Type.String({ description: "Stripe's category, or the line of the bridge that is a sum." }),
    reported_count: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    pulled_count: Type.Integer(),
    reported_net: { ...NullableText, description: 'A decimal; null if the report does not have the line.' },
    pulled_net: Type.String({ description: 'A decimal, from the balance transactions.' }),
    gross_difference: { ...NullableText, description: 'What the report has more; null if it does not say.' },
    fee_difference: { ...NullableText, description: 'The same for fees, which a report has negative.' },
    net_difference: Type.String({ description: 'What the report has more.' }),
  },
  "A line of a report of Stripe's that differs.",
);

const Shape = exactly(
  {
    period: PeriodText,
    verdict: Type.Enum([...VERDICTS]),
    reason: Type.String(),
    break_count: Type.Integer({ description: 'The number of breaks, whatever their state.' }),
    breaks_by_state: exactly(
      { open: Type.Integer(), in_grace: Type.Integer(), acknowledged: Type.Integer() },
      'How many breaks count, may vanish by themselves because an event is late or the next pull has them, and are accepted.',
    ),
    bridge: Type.Array(rowOf(stripeBridge), {
      description: 'From the opening to the closing balance, for each balance at Stripe and currency.',
    }),
    movements: Type.Array(rowOf(reconciliations)),
    stripe_reports: Type.Array(ReportDifference, {
      description: "The lines of Stripe's own reports of the month that its balance transactions do not give.",
    }),
    breaks: Type.Array(Break, {
      description: `The first ${BREAKS_SHOWN} breaks, by id; \`/periods/{period}/breaks\` lists all of them.`,
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
        summary:
          "Whether the ledger of a period agrees with Stripe's records, the bridge of the balance, and every break",
        params: PeriodPath,
        response: { 200: Shape },
      },
    },
    async (request) => {
      const period = parsePeriod(request.params.period);
      await assertReconciled(services, period);
      const { movements, bridge, stripe_reports, breaks, ...summary } = await reconciliationOf(services, period);
      return {
        ...{ ...summary, break_count: breaks.length },
        ...{ bridge: [...bridge], movements: [...movements], stripe_reports: [...stripe_reports] },
        ...{ breaks: breaks.slice(0, BREAKS_SHOWN) },
      };
    },
  );
};
