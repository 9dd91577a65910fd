import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { reportOf } from '../../jobs/reconciliation-report.ts';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../../reports/finance/render.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { assertReconciled } from './reconciled.ts';
import { BinaryFile, PeriodText } from './schemas.ts';

const FORMAT_NAMES = Object.keys(REPORT_FORMATS) as ReportFormat[];
const ReportJson = Type.Unsafe<Buffer>({ type: 'object', description: 'The report as one value.' });

/** The report for finance about the comparison of a period with Stripe. */
export const financeReportRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/reconciliations/:period/report/:format',
    {
      config: { permission: 'reconciliations:read' },
      schema: {
        operationId: 'downloadReconciliationReport',
        tags: ['reconciliations'],
        summary: 'The report for finance: the bridge, what was compared, and each break, as last reconciled',
        params: Type.Object({ period: PeriodText, format: Type.Enum(FORMAT_NAMES) }),
        response: {
          200: {
            description: 'The report. It is composed anew, with what people have decided by now.',
            content: Object.fromEntries(
              FORMAT_NAMES.map((format) => [
                REPORT_FORMATS[format].split(';')[0],
                { schema: format === 'json' ? ReportJson : BinaryFile },
              ]),
            ),
          },
        },
      },
    },
    async (request, reply) => {
      const { format } = request.params;
      const period = parsePeriod(request.params.period);
      await assertReconciled(services, period);
      return reply
        .type(REPORT_FORMATS[format])
        .header('content-disposition', `attachment; filename="${reportNameOf(period, format)}"`)
        .header('cache-control', 'private, no-cache')
        .send(renderReport(await reportOf(services, period), format));
    },
  );
};

/** `reconciliation-2026-01.pdf`. */
export const reportNameOf = (period: Period, format: ReportFormat): string => `reconciliation-${period}.${format}`;
