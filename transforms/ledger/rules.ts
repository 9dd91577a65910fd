import { InvariantBroken } from '../../warehouse/errors.ts';
import type { SqlFunction } from '../../warehouse/functions/function.ts';
import { FUNCTIONS } from '../../warehouse/functions/functions.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { builtBy } from '../engine/build.ts';
import type { Model } from '../engine/model.ts';
import { SEEDS, type Seed } from '../seeds/seeds.ts';
import { rules as rulesTable } from './tables.ts';

const QUERIES = readQueries(import.meta.url, 'rules.queries.sql', { rules_by_hash: ['list'] });

/** What books are built by: every model and function that runs, and the seeds that they read. */
export interface Rules {
  readonly models: readonly Model[];
  readonly functions: readonly SqlFunction[];
  readonly seeds: readonly Seed[];
}

/** Rules as texts: `hash` is that of the list, a text that names every rule with its kind and hash. */
interface StoredRules {
  readonly hash: string;
  readonly texts: ReadonlyMap<string, string>;
}

interface ListedRule {
  readonly kind: 'model' | 'function' | 'seed';
  readonly name: string;
  readonly hash: string;
}

/** The rules of this version. */
export function rulesOfThisVersion(): Rules {
  const models = builtBy(['books']);
  const read = new Set(models.flatMap(({ reads }) => reads));
  return { models, functions: FUNCTIONS, seeds: SEEDS.filter(({ name }) => read.has(name)) };
}

export function textsOf({ models, functions, seeds }: Rules): StoredRules {
  const texts = new Map<string, string>();
  const add = (value: unknown): string => {
    const text = JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? { int: String(each) } : each));
    const hash = sha256Hex(text);
    texts.set(hash, text);
    return hash;
  };
  const listed = (kind: ListedRule['kind'], rules: readonly { readonly name: string }[]): ListedRule[] =>
    rules.map((rule) => ({ kind, name: rule.name, hash: add(rule) }));
  const hash = add([...listed('model', models), ...listed('function', functions), ...listed('seed', seeds)]);
  return { hash, texts };
}

/** Stores the texts that the ledger does not have yet. */
export async function storeRules(writer: WarehouseWriter, { texts }: StoredRules): Promise<void> {
  const known = new Set((await rowsOf(writer, [...texts.keys()])).map(({ rule_hash }) => rule_hash));
  const missing = [...texts].filter(([hash]) => !known.has(hash));
  await writer.append(
    rulesTable,
    missing.map(([rule_hash, rule_text]) => ({ rule_hash, rule_text })),
  );
}

/** The rules with this hash. Throws `InvariantBroken` if a text is missing or is not that of its hash. */
export async function rulesOf(reader: Pick<WarehouseWriter, 'query'>, hash: string): Promise<Rules> {
  const texts = await textsWith(reader, [hash]);
  const list = parseRule<ListedRule[]>(texts, hash);
  const all = await textsWith(
    reader,
    list.map((rule) => rule.hash),
  );
  const ofKind = <T>(kind: ListedRule['kind']): T[] =>
    list.filter((rule) => rule.kind === kind).map((rule) => parseRule<T>(all, rule.hash));
  return { models: ofKind<Model>('model'), functions: ofKind<SqlFunction>('function'), seeds: ofKind<Seed>('seed') };
}

async function textsWith(
  reader: Pick<WarehouseWriter, 'query'>,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(reader, hashes);
  for (const { rule_hash, rule_text } of rows) {
    invariant(
      sha256Hex(rule_text) === rule_hash,
      `The rule ${rule_hash} in ledger.rules was changed after it was stored.`,
    );
  }
  return new Map(rows.map(({ rule_hash, rule_text }) => [rule_hash, rule_text]));
}

function rowsOf(reader: Pick<WarehouseWriter, 'query'>, hashes: readonly string[]): Promise<Row<typeof rulesTable>[]> {
  return reader.query<Row<typeof rulesTable>>(...QUERIES.rules_by_hash(textList(hashes)));
}

function parseRule<T>(texts: ReadonlyMap<string, string>, hash: string): T {
  const text = requirePresent(texts.get(hash), `The rule ${hash} is missing in ledger.rules.`);
  try {
    return JSON.parse(text, (_key, value) =>
      typeof value === 'object' && value !== null && typeof value.int === 'string' ? BigInt(value.int) : value,
    ) as T;
  } catch {
    throw new InvariantBroken(`The rule ${hash} in ledger.rules cannot be read.`);
  }
}
