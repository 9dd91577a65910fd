import { InvariantBroken } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Field } from '../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { MODELS } from '../models.ts';
import { inOrder } from './graph.ts';
import type { Check, Model } from './model.ts';

export interface BuildOptions {
  /** `books`: what a closing freezes. `open`: what stays open after it, such as the comparison with Stripe. */
  readonly parts: readonly ('books' | 'open')[];
  readonly onModel?: (model: string, rows: number) => void;
}

/**
 * Builds a period: replaces its partition in every model of the parts, then asks every check. Throws `InvariantBroken`
 * with each sentence that does not hold; within a transaction nothing of the build remains then.
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
 * The bytes that a build would read where reading is billed, by its SELECTs and the declared checks as their tables are now;
 * undefined where reading costs nothing.
 */
export async function estimateBuild(
  warehouse: Pick<Warehouse, 'explain'>,
  { parts }: Pick<BuildOptions, 'parts'>,
): Promise<bigint | undefined> {
  const asked = builtBy(parts).flatMap(({ kind, sql, checks }) => [
    ...(kind === 'view' ? [] : [sql]),
    ...checks.map(({ failures }) => failures),
  ]);
  const [first, ...rest] = asked;
  const bytesOf = async (sql: string): Promise<bigint | undefined> => (await warehouse.explain(sql)).byte_count;
  const least = await bytesOf(requirePresent(first, 'A build asks for something.'));
  if (least === undefined) return undefined;
  const others = await Promise.all(rest.map(bytesOf));
  return others.reduce<bigint>((sum, each) => sum + (each ?? 0n), least);
}

/** The models that a build of these parts makes anew or reads, in their order. */
function builtBy(parts: BuildOptions['parts']): Model[] {
  const wanted = MODELS.filter((model) => model.kind === 'period' && parts.includes(model.books ? 'books' : 'open'));
  const needed = new Set(wanted.flatMap(upstreamOf));
  const frozen = (model: Model): boolean => model.kind === 'period' && !wanted.includes(model);
  return inOrder(MODELS).filter((model) => needed.has(model) && !frozen(model));
}

/** Asks what is declared of the models and what holds for every model: keys are unique, and nothing required is missing. */
async function runChecks(
  writer: WarehouseWriter,
  { models, period }: { models: readonly Model[]; period: Period },
): Promise<void> {
  const broken: string[] = [];
  for (const model of models) {
    for (const { holds, failures, hasPeriod } of [...impliedChecks(model, period), ...model.checks]) {
      const until = hasPeriod ? ` where period <= '${period}'` : '';
      const rows = await writer.query(`select * from (${failures}) as failures${until} limit 3`);
      if (rows.length > 0) {
        broken.push(
          `${model.name}: ${holds} Not so for ${rows.map((row) => Object.values(row).join(' ')).join('; ')}.`,
        );
      }
    }
  }
  if (broken.length > 0)
    throw new InvariantBroken(`The period cannot be built.\n${broken.map((line) => `  ${line}`).join('\n')}`);
}

/** What holds for every model; of one with periods, only the period that is built is asked. */
function impliedChecks({ name, key, columns }: Model, period: Period): Check[] {
  const hasPeriods = columns.some((column) => column.name === 'period' && !column.optional);
  const rows = hasPeriods ? `(select * from ${name} where period = '${period}' or period is null) as built` : name;
  const keys = key.join(', ');
  const required = columns.filter(({ optional }) => !optional).map((column) => column.name as FieldName);
  const unique = {
    holds: `There is one row for each ${keys}.`,
    failures: `select ${keys} from ${rows} group by ${keys} having count(*) > 1`,
  };
  const complete = {
    holds: `Nothing is missing in ${required.join(', ')}.`,
    failures: `select ${keys} from ${rows} where ${required.map((field) => `${field} is null`).join(' or ')}`,
  };
  // A word that the vocabulary does not know stops here, rather than being booked under a default.
  const known = required.flatMap((field) => {
    const { values }: Field = FIELDS[field];
    if (!values) return [];
    const list = values.map((value) => `'${value}'`).join(', ');
    return [
      {
        holds: `${field} is one of ${values.join(', ')}.`,
        failures: `select ${[...new Set([...key, field])].join(', ')} from ${rows} where ${field} not in (${list})`,
      },
    ];
  });
  return required.length > 0 ? [unique, complete, ...known] : [unique];
}

/** A model and all that it reads, near and far. */
function upstreamOf(model: Model): Model[] {
  const read = MODELS.filter(({ name }) => model.reads.includes(name));
  return [...read.flatMap(upstreamOf), model];
}
