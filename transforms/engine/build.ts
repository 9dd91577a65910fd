import { InvariantBroken } from '../../warehouse/errors.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { allCloses } from '../ledger/closing.ts';
import { areSourcesUnchanged, changedSources, countSources } from '../ledger/source-counts.ts';
import { MODELS } from '../models.ts';
import { type Checked, failuresOf, type ImpliedChecks, impliedChecks } from './checks.ts';
import { inOrder } from './graph.ts';
import { builtTableOf, type Destination, type Model, readsOfBuild } from './model.ts';
import { boundSql } from './statements.ts';
import { isMostOfHistory, windowOf } from './window.ts';

export interface BuildOptions {
  /** `books`: the models that a closing freezes. `open`: those that stay open, such as the comparison with Stripe. */
  readonly parts: readonly ('books' | 'open')[];
  /** Whether the period is about to be closed: before the first closing it then begins the books, whatever drafts there are. */
  readonly closing?: boolean;
  /** Where the books are written: to the drafts, unless a closing goes on in the same transaction. */
  readonly into?: Destination;
  /** The models of this version, unless a closed period is built again by its own. */
  readonly models?: readonly Model[];
  /** Whether the checks are run; the books of a closed period are compared with their seal instead. */
  readonly checks?: boolean;
  readonly onModel?: (model: string, rows: number) => void;
}

/**
 * Builds a period: replaces its partition in every model of the parts, then runs every check. Throws `InvariantBroken` with
 * all failed checks; the caller's transaction then rolls the build back.
 */
export async function build(
  writer: WarehouseWriter,
  period: Period,
  { parts, closing = false, into = 'draft', models: given = MODELS, checks = true, onModel }: BuildOptions,
): Promise<void> {
  const window = await windowOf(writer, period, { closing });
  const isWhole = parts.includes('open') && (await isMostOfHistory(writer, window));
  const models = isWhole ? given.map(readingAll) : given;
  const built = builtBy(parts, models);
  if (checks && parts.includes('books')) await assertSourcesUnchanged(writer, period);
  if (into === 'ledger') await countSources(writer, built);
  for (const model of built) {
    if (model.kind === 'view' || model.kind === 'inline') continue;
    const sql = boundSql(model, { window, models, into });
    const rows =
      model.kind === 'step'
        ? await writer.createStep(model, sql)
        : await writer.replacePartition(builtTableOf(model, into), period, sql);
    onModel?.(model.name, rows);
  }
  if (checks) await assertChecks(writer, { models: built, window, into });
}

/** Of a period that has most of what there is, a model reads all. */
const readingAll = (model: Model): Model => ({
  ...model,
  within: model.within.filter(({ isOfPeriod }) => !isOfPeriod),
});

/** The raw rows of all closings must still be there, and no others: an event would be booked in no period, or without a proof. */
async function assertSourcesUnchanged(writer: WarehouseWriter, period: Period): Promise<void> {
  if (await areSourcesUnchanged(writer)) return;
  const changed: string[] = [];
  for (const close of await allCloses(writer))
    changed.push(...(await changedSources(writer, parsePeriod(close.period))));
  if (changed.length > 0) throw new InvariantBroken(`${period} cannot be built: ${changed.join(' ')}`);
}

/** The models that a build of these parts builds or reads, in build order. */
export function builtBy(parts: BuildOptions['parts'], models: readonly Model[] = MODELS): Model[] {
  const wanted = models.filter((model) => model.kind === 'period' && parts.includes(model.books ? 'books' : 'open'));
  const needed = upstreamOf(wanted, models);
  const frozen = (model: Model): boolean => model.kind === 'period' && !wanted.includes(model);
  return inOrder(models).filter((model) => needed.has(model) && !frozen(model));
}

/** Runs the implied and the declared checks of models that are built. Throws `InvariantBroken` with all that fail. */
export async function assertChecks(writer: WarehouseWriter, checked: Checked): Promise<void> {
  const { models, window, into } = checked;
  const broken: string[] = [];
  for (const model of models) {
    // A view would be computed once more.
    const copy = models.find(({ copyOf }) => copyOf === model.name);
    const implied = impliedChecks(model, window, { into, copy });
    const [counts] = implied ? await writer.query(...countsOf(implied, model, checked)) : [];
    const failed = implied?.checks.filter(({ name }) => counts?.[name] !== 0n) ?? [];
    for (const check of [...failed, ...model.checks]) {
      const rows = await writer.query(...failuresOf(check, model, checked));
      if (rows.length === 0) continue;
      const failures = rows.map((row) => Object.values(row).join(' ')).join('; ');
      broken.push(`${model.name}, check ${check.name}: ${check.sentence} This is violated by ${failures}.`);
    }
  }
  if (broken.length > 0)
    throw new InvariantBroken(
      `${window.period} cannot be built: these checks fail.\n${broken.map((line) => `  ${line}`).join('\n')}`,
    );
}

/** The counts of a view's failures, within what is read of it. */
function countsOf({ counts }: ImpliedChecks, model: Model, { models, ...options }: Checked): BoundQuery {
  if (model.kind !== 'view') return counts;
  const [sql, values] = counts;
  const isRead = ({ reads }: Model): boolean =>
    reads.includes(model.name) ||
    models.some((view) => view.kind === 'view' && reads.includes(view.name) && isRead(view));
  const readers = models.filter((each) => each.kind !== 'view' && isRead(each));
  const within = readers.every((each) => each.within.length > 0) ? readers.flatMap((each) => each.within) : [];
  return [boundSql({ sql, reads: [model.name], readsPrevious: [], within }, { models, ...options }), values];
}

/** The models and every model that they read, directly or indirectly. */
function upstreamOf(wanted: readonly Model[], models: readonly Model[]): ReadonlySet<Model> {
  const found = new Set<Model>();
  const visit = (model: Model): void => {
    if (found.has(model)) return;
    found.add(model);
    for (const read of models) if (readsOfBuild(model).includes(read.name)) visit(read);
  };
  for (const model of wanted) visit(model);
  return found;
}
