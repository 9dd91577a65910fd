import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import type { Card } from '../../reports/dashboards/cards.ts';
import { DASHBOARDS, type Dashboard } from '../../reports/dashboards/dashboards.ts';
import { choicesOf, readDashboard } from '../../reports/dashboards/read.ts';
import { exactly } from '../../reports/exactly.ts';
import { lastClose } from '../../transforms/ledger/closing.ts';
import { UNITS } from '../../transforms/metrics/metrics.ts';
import { instant } from '../../warehouse/clock.ts';
import { CURRENCIES } from '../../warehouse/currencies.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { NullableText, PeriodText } from './schemas.ts';

/** Those that are for people of the platform: a locked one is embedded elsewhere, for one creator. */
const SHOWN = DASHBOARDS.filter(({ locked }) => locked.length === 0);

/** The months that are shown unless others are chosen. */
const MONTHS_SHOWN = 12;

const Listed = exactly(
  { dashboard: Type.String({ examples: ['executive'] }), title: Type.String(), meaning: Type.String() },
  'A dashboard.',
);

const CardShape = exactly(
  {
    card: Type.String({ examples: ['gross_revenue'] }),
    title: Type.String(),
    meaning: Type.String(),
    chart: Type.Enum(['bar', 'line', 'row', 'table']),
    along: Type.String({ description: 'The column along the chart.' }),
    value: Type.String({ description: 'The column that is drawn.' }),
    unit: Type.Enum([...UNITS], {
      description: 'What the value counts in; ppm and the millionths are whole numbers of 10⁻⁶.',
    }),
    link: { ...NullableText, description: 'The page behind a row, with columns in braces.' },
    columns: Type.Array(Type.String()),
    rows: Type.Array(
      Type.Unsafe<Readonly<Record<string, string | null>>>({
        type: 'object',
        additionalProperties: { type: ['string', 'null'] },
      }),
      { description: 'A text for each column: amounts and counts keep all digits.' },
    ),
  },
  'A card with its rows.',
);

const Shape = exactly(
  {
    ...Listed.properties,
    from: NullableText,
    to: NullableText,
    currency: NullableText,
    periods: Type.Array(Type.String(), { description: 'The periods that can be chosen, the latest first.' }),
    currencies: Type.Array(Type.String(), { description: 'The currencies that can be chosen, the most used first.' }),
    read_at: Type.String({ format: 'date-time', description: 'When the figures were read.' }),
    closed_period: { ...NullableText, description: 'The latest closed month; figures of later ones may change.' },
    seal: { ...NullableText, description: 'Of the books of the latest closed month.' },
    cards: Type.Array(CardShape),
  },
  'A dashboard with what its cards show. Amounts of different currencies are never added: cards are of one currency.',
);

/** The dashboards, and the figures of each. */
export const dashboardRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/dashboards',
    {
      config: { permission: 'dashboards:read' },
      schema: {
        operationId: 'listDashboards',
        tags: ['dashboards'],
        summary: 'All dashboards',
        response: { 200: exactly({ data: Type.Array(Listed) }, 'All dashboards.') },
      },
    },
    async () => ({ data: SHOWN.map(listed) }),
  );

  app.get(
    '/dashboards/:dashboard',
    {
      config: { permission: 'dashboards:read' },
      schema: {
        operationId: 'getDashboard',
        tags: ['dashboards'],
        summary: 'What the cards of a dashboard show, by default of the last twelve months in the most used currency',
        params: Type.Object({ dashboard: Type.String({ maxLength: 100, examples: ['executive'] }) }),
        querystring: exactly(
          {
            from: Type.Optional(PeriodText),
            to: Type.Optional(PeriodText),
            currency: Type.Optional(Type.Enum([...CURRENCIES])),
          },
          'The months, both included, and the currency.',
        ),
        response: { 200: Shape },
      },
    },
    async (request) => {
      const { dashboard } = request.params;
      const found = SHOWN.find(({ name }) => name === dashboard);
      if (!found) {
        const names = SHOWN.map(({ name }) => name).join(', ');
        throw new NotFound(`There is no dashboard ${dashboard}; the dashboards are ${names}.`);
      }
      const choices = await choicesOf(services.warehouse);
      const { to = choices.periods[0], currency = choices.currencies[0] } = request.query;
      const from = request.query.from ?? choices.periods.filter((period) => !to || period <= to)[MONTHS_SHOWN - 1];
      const closed = await lastClose(services.warehouse);
      const read_at = instant(services.clock.now());
      const cards = await readDashboard(services.warehouse, found, { from, to, currency });
      return {
        ...{ ...listed(found), from: from ?? null, to: to ?? null, currency: currency ?? null },
        ...{ periods: [...choices.periods], currencies: [...choices.currencies] },
        ...{ read_at, closed_period: closed?.period ?? null, seal: closed?.seal ?? null },
        cards: cards.map(({ card, rows }) => ({ ...shown(card), rows: [...rows] })),
      };
    },
  );
};

const listed = ({ name, title, meaning }: Dashboard) => ({ dashboard: name, title, meaning });

const shown = ({ name, title, meaning, chart, along, value, unit, link, columns }: Card) => ({
  ...{ card: name, title, meaning, chart, along, value, unit, link: link ?? null },
  columns: columns.map((column) => column.name),
});
