import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { statementLines } from '../marts/statement_lines.ts';
import { requireClose } from './closing.ts';
import { rulesOfThisVersion } from './rules.ts';
import { inScratch } from './verify.ts';

const QUERIES = readQueries(import.meta.url, 'restate.queries.sql', { lines_to_compare: ['period'] });

type Line = Pick<
  Row<typeof statementLines>,
  | 'creator_id'
  | 'currency'
  | 'line_kind'
  | 'asset_id'
  | 'license_type'
  | 'earned_period'
  | 'line_amount_exact'
  | 'line_amount_minor'
>;

/** Statement lines of one kind, asset and month as they were closed and as they would be closed today: decimals and minor units. */
export interface RestatedLine
  extends Pick<Line, 'creator_id' | 'currency' | 'line_kind' | 'asset_id' | 'license_type' | 'earned_period'> {
  readonly original_exact: string;
  readonly restated_exact: string;
  readonly difference_exact: string;
  readonly original_minor: bigint;
  readonly restated_minor: bigint;
  readonly difference_minor: bigint;
}

/**
 * What the statement lines of a closed period would be by today's rules and by all that is known now, as if it were closed only
 * today: what was recorded after its closing is in it, not in later periods. Posts nothing. Lines that do not differ are left
 * out. Throws `Conflict` if the period is open.
 */
export async function restatePeriod(
  warehouse: Warehouse,
  period: Period,
): Promise<{ readonly lines: number; readonly differing: readonly RestatedLine[] }> {
  await requireClose(warehouse, period);
  const original = await linesOf(warehouse, period);
  const rules = rulesOfThisVersion();
  const restated = await inScratch(warehouse, { period, rules }, (writer) => linesOf(writer, period));
  const keys = [...new Set([...original.keys(), ...restated.keys()])].sort();
  const differing = keys.flatMap((key) => differenceOf(original.get(key), restated.get(key)) ?? []);
  return { lines: keys.length, differing };
}

async function linesOf(reader: Pick<WarehouseWriter, 'query'>, period: Period): Promise<ReadonlyMap<string, Line>> {
  const lines = await reader.query<Line>(...QUERIES.lines_to_compare(period));
  return new Map(lines.map((line) => [keyOf(line), line]));
}

const keyOf = ({ creator_id, currency, line_kind, asset_id, license_type, earned_period }: Line): string =>
  JSON.stringify([creator_id, currency, line_kind, asset_id, license_type, earned_period]);

function differenceOf(original: Line | undefined, restated: Line | undefined): RestatedLine | undefined {
  const line = original ?? restated;
  if (!line) return undefined;
  const [original_exact, restated_exact] = [original?.line_amount_exact ?? '0', restated?.line_amount_exact ?? '0'];
  const [original_minor, restated_minor] = [original?.line_amount_minor ?? 0n, restated?.line_amount_minor ?? 0n];
  if (original_exact === restated_exact && original_minor === restated_minor) return undefined;
  const { creator_id, currency, line_kind, asset_id, license_type, earned_period } = line;
  return {
    creator_id,
    currency,
    line_kind,
    asset_id,
    license_type,
    earned_period,
    original_exact,
    restated_exact,
    difference_exact: decimalOf(parseDecimal(restated_exact) - parseDecimal(original_exact)),
    original_minor,
    restated_minor,
    difference_minor: restated_minor - original_minor,
  };
}
