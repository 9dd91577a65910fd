import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownPeriods } from '../../api/http/known-periods.ts';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { connectedPayouts, externalAccounts } from '../../ingest/stripe/connected-tables.ts';
import { latestRecords, recordsCreated } from '../../ingest/stripe/queries.ts';
import { RESOURCES } from '../../ingest/stripe/resources.ts';
import { bindCard } from '../../reports/dashboards/card-sql.ts';
import { CARDS } from '../../reports/dashboards/cards.ts';
import { failuresOf, impliedChecks } from '../../transforms/engine/checks.ts';
import { withEmptySteps } from '../../transforms/engine/estimate.ts';
import { builtTableOf, type Model } from '../../transforms/engine/model.ts';
import { boundSql } from '../../transforms/engine/statements.ts';
import { type BookingWindow, bindWindow } from '../../transforms/engine/window.ts';
import { booksOf, booksViewOf, builtRowsOf, noRowsOf } from '../../transforms/ledger/books.ts';
import { newFactKeys } from '../../transforms/ledger/fact-keys.ts';
import { countsOf } from '../../transforms/ledger/source-counts.ts';
import { closes, sourceCounts } from '../../transforms/ledger/tables.ts';
import { scratchTables } from '../../transforms/ledger/verify.ts';
import { balances } from '../../transforms/marts/balances.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { payouts } from '../../transforms/marts/payouts.ts';
import { royalties } from '../../transforms/marts/royalties.ts';
import { MODELS } from '../../transforms/models.ts';
import { SEEDS } from '../../transforms/seeds/seeds.ts';
import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type BoundQuery, type NamedQuery, parametersIn, parseNamedQueries } from '../../warehouse/named-queries.ts';
import { parsePeriod, periodEnd, periodStart } from '../../warehouse/period.ts';
import { isStep } from '../../warehouse/steps.ts';
import { countRows, type RowSelection, selectRows } from '../../warehouse/table-queries.ts';
import type { PlacedSql } from './subset.ts';

/**
 * Every SQL statement that production code runs in a warehouse, except those of the engines themselves. Models and checks have
 * the values of a window in place of their parameters, as in a build. What reads `steps.*` needs the steps of a transaction.
 */

export interface Statement extends PlacedSql {
  readonly name: string;
  readonly parameters: readonly string[];
}

interface ModelStatement extends Statement {
  readonly model: Model;
}

const ROOT = join(import.meta.dirname, '../..');
const PERIOD = parsePeriod('2026-01');
const INSTANT = '2026-01-31T00:00:00.000Z';
const WINDOW: BookingWindow = {
  period: PERIOD,
  previous_period: parsePeriod('2025-12'),
  starts_at: instant(periodStart(PERIOD)),
  ends_at: instant(periodEnd(PERIOD)),
  late_from_at: '2026-01-03T08:00:00.000Z',
  open_from_at: instant(periodStart(PERIOD)),
  open_late_from_at: '2026-01-03T08:00:00.000Z',
  books_start_at: '2025-09-01T00:00:00.000Z',
};
const LIST = '["a"]';

const sqlFiles = ['ingest', 'transforms', 'reports', 'jobs', 'api'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
);

export const MODEL_STATEMENTS: readonly ModelStatement[] = MODELS.map((model) => ({
  model,
  name: model.name,
  file: fileOf(model, 'sql'),
  line: 1,
  sql: bindWindow(model.sql, WINDOW),
  parameters: [],
}));

export const CHECK_STATEMENTS: readonly Statement[] = MODELS.flatMap((model) =>
  model.checks.map((check) => ({
    ...named({ ...check, sql: bindWindow(check.sql, WINDOW) }, fileOf(model, 'checks.sql')),
    name: `${model.name}: ${check.name}`,
  })),
);

export const QUERY_STATEMENTS: readonly Statement[] = sqlFiles
  .filter((file) => file.endsWith('.queries.sql'))
  .flatMap((file) => parseNamedQueries(readFileSync(join(ROOT, file), 'utf8'), file).map((each) => named(each, file)));

/** The composed statements, for every table and model. */
export const COMPOSED_STATEMENTS: readonly Statement[] = [
  ...MODELS.filter(readsInline).map((model) =>
    composed('transforms/engine/statements.ts', `${model.name} with what it reads inline`, [buildSqlOf(model), []]),
  ),
  ...MODELS.filter(({ readsPrevious }) => readsPrevious.length > 0).map((model) =>
    composed('transforms/engine/statements.ts', `${model.name} in a closing`, [
      boundSql(model, { window: WINDOW, models: MODELS, into: 'ledger' }),
      [],
    ]),
  ),
  ...MODELS.flatMap((model) => {
    const implied = impliedChecks(model, WINDOW);
    const counts = implied
      ? [composed('transforms/engine/checks.ts', `${model.name}: implied checks`, implied.counts)]
      : [];
    const checks = [...(implied?.checks ?? []), ...model.checks].map((check) =>
      composed(
        'transforms/engine/checks.ts',
        `${model.name}: ${check.name}`,
        failuresOf(check, model, { models: MODELS, window: WINDOW }),
      ),
    );
    return [...counts, ...checks];
  }),
  ...booksOf(MODELS).flatMap((model) => [
    composed('transforms/ledger/books.ts', `the view ${model.name}`, [booksViewOf(model).sql, []]),
    composed('transforms/ledger/books.ts', `what a closing built of ${model.name}`, [builtRowsOf(model, PERIOD), []]),
    composed('transforms/ledger/books.ts', `no draft of ${model.name}`, [noRowsOf(builtTableOf(model)), []]),
  ]),
  composed('transforms/ledger/source-counts.ts', 'rows to be counted by a closing', [
    countsOf([
      { source_table: 'raw.asset_used', recorded_from_at: INSTANT },
      { source_table: 'raw.license_purchased', recorded_from_at: INSTANT, recorded_until_at: INSTANT },
    ]),
    [],
  ]),
  composed('transforms/ledger/fact-keys.ts', 'the keys of uses', [newFactKeys(PERIOD), []]),
  ...scratchTables(PERIOD, { until: INSTANT }).map(({ name, sql }) =>
    composed('transforms/ledger/verify.ts', `${name} as a verification reads it`, [sql, []]),
  ),
  ...RESOURCES.flatMap(({ table }) => [
    composed('ingest/stripe/queries.ts', `latest ${table.name}`, latestRecords(table, { ids: LIST })),
    composed('ingest/stripe/queries.ts', `new ${table.name}`, recordsCreated(table, { from: INSTANT, until: INSTANT })),
  ]),
  ...[connectedPayouts, externalAccounts].map((table) =>
    composed(
      'ingest/stripe/queries.ts',
      `latest ${table.name} of an account`,
      latestRecords(table, { ids: LIST, isConnected: true }),
    ),
  ),
  ...[...SOURCE_TABLES, closes, sourceCounts].flatMap((table) => [
    composed('warehouse/table-queries.ts', `all of ${table.name}`, selectRows(table)),
    composed('warehouse/table-queries.ts', `rows in ${table.name}`, countRows(table)),
  ]),
  ...[...SEEDS, ...MODELS].filter(({ name }) => !isStep(name)).flatMap(selectionsOf),
  ...[...CARDS.values()].map((card) =>
    composed(
      'reports/dashboards/card-sql.ts',
      `the card ${card.name}`,
      bindCard(card, { from: PERIOD, to: PERIOD, currency: 'EUR', creator_id: 'cr_ada' }),
    ),
  ),
  composed('api/http/known-periods.ts', 'known periods', knownPeriods()),
];

/** What is only estimated, and therefore runs on BigQuery alone: models with empty rows in place of steps. */
export const ESTIMATED_STATEMENTS: readonly Statement[] = MODELS.filter(({ reads }) => reads.some(isStep)).map(
  (model) => composed('transforms/engine/estimate.ts', model.name, [withEmptySteps(buildSqlOf(model), MODELS), []]),
);

export const STATEMENTS: readonly Statement[] = [
  ...MODEL_STATEMENTS,
  ...CHECK_STATEMENTS,
  ...QUERY_STATEMENTS,
  ...COMPOSED_STATEMENTS,
];

/** Those that can run by themselves, without the steps of a transaction. */
export const STATEMENTS_WITHOUT_STEPS: readonly Statement[] = STATEMENTS.filter(({ sql }) => !/\bsteps\./.test(sql));

/** The SELECT of a model as a build runs it. */
export function buildSqlOf(model: Model): string {
  return boundSql(model, { window: WINDOW, models: MODELS });
}

function readsInline({ reads }: Model): boolean {
  return MODELS.some(({ kind, name }) => kind === 'inline' && reads.includes(name));
}

/** Selections of a whole table, of a period, and of a page if the table is read by pages. */
function selectionsOf(table: Pick<Model, 'name' | 'columns' | 'key'>): Statement[] {
  const orderBy = table.key;
  const byPeriod = table.columns.some(({ name }) => name === 'period');
  const isPaged = [royalties, payouts, balances].some(({ name }) => name === table.name);
  const first = { where: { creator_id: 'cr_ada', period: PERIOD }, orderBy: ['period', 'currency'], limit: 101 };
  const selections: RowSelection[] = [
    { orderBy },
    ...(byPeriod ? [{ where: { period: PERIOD }, orderBy }] : []),
    ...(isPaged ? [first, { ...first, after: [PERIOD, 'EUR'] }] : []),
    ...(table.name === breaks.name ? [{ where: { period: PERIOD }, orderBy, limit: 1000 }] : []),
  ];
  return selections.map((selection) =>
    composed('warehouse/table-queries.ts', `rows of ${table.name}`, selectRows(table, selection)),
  );
}

function named({ name, sql, line }: NamedQuery, file: string): Statement {
  const parameters = parametersIn(sql).map((parameter) => (isList(sql, parameter) ? LIST : INSTANT));
  return { name, file, line, sql, parameters };
}

/** Whether a parameter is a JSON list. All other parameters accept an instant as text. */
function isList(sql: string, parameter: string): boolean {
  return new RegExp(`is_in_list\\(\\w+, \\${parameter}\\)`).test(sql);
}

function composed(file: string, name: string, [sql, parameters]: BoundQuery): Statement {
  return { name, file, line: 1, sql, parameters };
}

function fileOf(model: Model, suffix: string): string {
  const file = `/${model.file}.${suffix}`;
  return requirePresent(
    sqlFiles.find((path) => path.endsWith(file)),
    `The model must have a file ${file}.`,
  );
}
