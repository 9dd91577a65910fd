import { InvariantBroken } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { MODELS } from '../models.ts';
import { failuresOf, impliedChecks } from './checks.ts';
import { inOrder } from './graph.ts';
import type { Model } from './model.ts';

export interface BuildOptions {
  /** `books`: the models that a closing freezes. `open`: those that stay open, such as the comparison with Stripe. */
  readonly parts: readonly ('books' | 'open')[];
  readonly onModel?: (model: string, rows: number) => void;
}

/**
 * Builds a period: replaces its partition in every model of the parts, then runs every check. Throws `InvariantBroken` with
 * all failed checks; the caller's transaction then rolls the build back.
 */
export async function build(writer: WarehouseWriter, period: Period, { parts, onModel }: BuildOptions): Promise<void> {
  const built = builtBy(parts);
  for (const model of built) {
    if (model.kind === 'view') continue;
    const rows =
      model.kind === 'whole'
        ? await writer.replaceTable(model, model.sql)
        : await writer.replacePartition(model, period, model.sql);
    onModel?.(model.name, rows);
  }
  await runChecks(writer, { models: built, period });
}

/**
 * The bytes that the SELECTs and declared checks of a build would read from the tables as they are now; undefined if the
 * warehouse does not bill for reading.
 */
export async function estimateBuild(
  warehouse: Pick<Warehouse, 'explain'>,
  { parts }: Pick<BuildOptions, 'parts'>,
): Promise<bigint | undefined> {
  const queries = builtBy(parts).flatMap(({ kind, sql, checks }) => [
    ...(kind === 'view' ? [] : [sql]),
    ...checks.map((check) => check.sql),
  ]);
  const [first, ...rest] = queries;
  const bytesOf = async (sql: string): Promise<bigint | undefined> => (await warehouse.explain(sql)).byte_count;
  const firstBytes = await bytesOf(requirePresent(first, 'A build has no queries.'));
  if (firstBytes === undefined) return undefined;
  const others = await Promise.all(rest.map(bytesOf));
  return others.reduce<bigint>((sum, each) => sum + (each ?? 0n), firstBytes);
}

/** The models that a build of these parts rebuilds or reads, in build order. */
function builtBy(parts: BuildOptions['parts']): Model[] {
  const wanted = MODELS.filter((model) => model.kind === 'period' && parts.includes(model.books ? 'books' : 'open'));
  const needed = new Set(wanted.flatMap(upstreamOf));
  const frozen = (model: Model): boolean => model.kind === 'period' && !wanted.includes(model);
  return inOrder(MODELS).filter((model) => needed.has(model) && !frozen(model));
}

/** Runs the implied and the declared checks of the models. Throws `InvariantBroken` with all that fail. */
async function runChecks(
  writer: WarehouseWriter,
  { models, period }: { models: readonly Model[]; period: Period },
): Promise<void> {
  const broken: string[] = [];
  for (const model of models) {
    const implied = impliedChecks(model, period);
    const [counts] = await writer.query(...implied.counts);
    const failed = implied.checks.filter(({ name }) => counts?.[name] !== 0n);
    for (const check of [...failed, ...model.checks]) {
      const rows = await writer.query(...failuresOf(check, period));
      if (rows.length === 0) continue;
      const failures = rows.map((row) => Object.values(row).join(' ')).join('; ');
      broken.push(`${model.name}, check ${check.name}: ${check.sentence} This is violated by ${failures}.`);
    }
  }
  if (broken.length > 0)
    throw new InvariantBroken(
      `${period} cannot be built: these checks fail.\n${broken.map((line) => `  ${line}`).join('\n')}`,
    );
}

/** A model and every model that it reads, directly or indirectly. */
function upstreamOf(model: Model): Model[] {
  const read = MODELS.filter(({ name }) => model.reads.includes(name));
  return [...read.flatMap(upstreamOf), model];
}
