import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ScratchCatalogue, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { build } from '../engine/build.ts';
import { builtTableOf } from '../engine/model.ts';
import { timestampLiteral } from '../engine/sql-text.ts';
import { booksOf, booksViewOf } from './books.ts';
import { type Close, requireClose } from './closing.ts';
import { buildFactKeys, changedFactKeys } from './fact-keys.ts';
import { type Rules, rulesOf } from './rules.ts';
import { sealOf } from './seal.ts';
import { changedSources } from './source-counts.ts';
import { closes, factKeys, LEDGER_BOOKS } from './tables.ts';

interface Verified {
  /** The seals: of the closing, of the books as they are, and of the books built again. */
  readonly recorded: string;
  readonly stored: string;
  readonly recomputed: string;
  /** Whether they are the same. */
  readonly holds: boolean;
  /** What has changed in the raw rows since the closing, a sentence for each table: why `recomputed` differs. */
  readonly changed_sources: readonly string[];
  /** In what the keys of booked uses differ from those of the uses that were built again, in sentences. */
  readonly changed_fact_keys: readonly string[];
}

/**
 * Builds a closed period again by the rules under which it was closed, from what was known at its cutoff, and compares the
 * seals; changes nothing. Throws `Conflict` if it is open.
 */
export async function verifyPeriod(warehouse: Warehouse, period: Period): Promise<Verified> {
  const close = await requireClose(warehouse, period);
  const stored = await sealOf(warehouse, close);
  const { recomputed, changed_fact_keys } = await builtAgain(warehouse, close, async (writer, { models }) => {
    await buildFactKeys(writer, period);
    const again = await sealOf(writer, close, { builtBy: models });
    const haveSameKeys = again.factKeysHash === stored.factKeysHash;
    return { recomputed: again.seal, changed_fact_keys: haveSameKeys ? [] : await changedFactKeys(writer, close) };
  });
  return {
    recorded: close.seal,
    stored: stored.seal,
    recomputed,
    holds: close.seal === stored.seal && close.seal === recomputed,
    changed_sources: await changedSources(warehouse, period),
    changed_fact_keys,
  };
}

/** `inScratch` by the rules under which a period was closed, from what was known at its cutoff. */
export async function builtAgain<T>(
  warehouse: Warehouse,
  { period, rules_hash, cutoff_at }: Close,
  work: (writer: WarehouseWriter, rules: Rules) => Promise<T>,
): Promise<T> {
  const rules = await rulesOf(warehouse, rules_hash);
  const scratch = { period: parsePeriod(period), rules, until: cutoff_at };
  return inScratch(warehouse, scratch, (writer) => work(writer, rules));
}

/**
 * Builds the books of a period by some rules in a catalogue of their own, and runs `work` on them: over the ledger of the
 * periods before it, and what was recorded before `until`, or all that is known now.
 */
export async function inScratch<T>(
  warehouse: Warehouse,
  { period, rules, until }: { period: Period; rules: Rules; until?: string },
  work: (writer: WarehouseWriter) => Promise<T>,
): Promise<T> {
  const { models, seeds, functions } = rules;
  const read = new Set(models.flatMap(({ reads }) => reads));
  const tables = scratchTables(period, { until }).filter(({ name }) => read.has(name) || !isSource(name));
  const catalogue: ScratchCatalogue = { functions, tables };
  return warehouse.withScratch(catalogue, async (writer) => {
    await writer.migrate([...seeds, ...booksOf(models).map((model) => builtTableOf(model))]);
    for (const seed of seeds) await writer.replaceRows(seed, seed.rows);
    for (const model of booksOf(models)) await writer.createView(booksViewOf(model));
    for (const model of models) if (model.kind === 'view') await writer.createView(model);
    // The checks are those of today: words that a later version has removed must not stop a closed period.
    await build(writer, period, { parts: ['books'], closing: true, models, checks: false });
    return work(writer);
  });
}

const isSource = (name: string): boolean => SOURCE_TABLES.some((table) => table.name === name);

/** What a scratch catalogue of a period shows: source tables up to an instant of recording, and the ledger before the period. */
export function scratchTables(
  period: Period,
  { until }: { readonly until?: string | undefined },
): ScratchCatalogue['tables'] {
  return [
    ...SOURCE_TABLES.map((table) => known(table, until)),
    ...[closes, ...LEDGER_BOOKS].map(({ name }) => ({
      name,
      sql: `select * from ${name} where period < '${period}'`,
    })),
    // A build reads the keys of earlier periods only; its own are compared with them.
    { name: factKeys.name, sql: `select * from ${factKeys.name} where period <= '${period}'` },
  ];
}

/** A source table up to an instant of recording. */
function known({ name, columns }: TableShape, until: string | undefined): { name: string; sql: string } {
  const recordedAt = columns.find((column) => column.name === 'loaded_at' || column.name === 'recorded_at')?.name;
  const sql = `select * from ${name}`;
  if (until === undefined || recordedAt === undefined) return { name, sql };
  return { name, sql: `${sql} where ${recordedAt} < ${timestampLiteral(until)}` };
}
