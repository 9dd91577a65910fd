import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { calculate } from './calculator.ts';
import { type Difference, differenceAsText, differences, modelledBooks } from './compare.ts';
import { coverage } from './coverage.ts';
import { draftedSettings } from './drafted-taxes.ts';
import type { Closing, RawEvent } from './facts.ts';
import { adversarialMarketplace, prefixOf } from './marketplace.ts';
import { replay } from './replay.ts';
import { rowsOf } from './rows.ts';

/** Marketplaces that share a warehouse and its closings; their ids are disjoint, so that only totals mix them. */
export interface Scene {
  readonly seeds: readonly number[];
  readonly closings: readonly Closing[];
}

/** Where the calculator and the models disagree on the closed periods of a scene, as text; empty if they agree. */
export async function disagreement(warehouse: Warehouse, { seeds, closings }: Scene): Promise<string> {
  const settings = draftedSettings(seeds[0] ?? 0, closings);
  const events = [
    ...coverage(closings),
    ...settings,
    ...seeds.flatMap((seed) => adversarialMarketplace(seed, closings)),
  ];
  const { failure, found } = await compared(warehouse, { events, closings });
  return [...failure, ...found.flatMap((difference) => textsOf(difference, seeds))].join('\n\n');
}

/** The same for any events. */
export async function disagreementOf(warehouse: Warehouse, given: Replayed): Promise<string> {
  const { failure, found } = await compared(warehouse, given);
  return [...failure, ...found.map((difference) => differenceAsText(difference, { shown: 5 }))].join('\n\n');
}

interface Replayed {
  readonly events: readonly RawEvent[];
  readonly closings: readonly Closing[];
}

async function compared(
  warehouse: Warehouse,
  { events, closings }: Replayed,
): Promise<{ failure: readonly string[]; found: readonly Difference[] }> {
  const books = calculate(events, closings);
  const { closed, failure } = await replay(warehouse, { events, closings });
  const found: Difference[] = [];
  for (const ofPeriod of books.filter(({ period }) => closed.includes(period)))
    found.push(...differences(ofPeriod.period, rowsOf(ofPeriod), await modelledBooks(warehouse, ofPeriod.period)));
  return { failure: failure ? [failure] : [], found };
}

/** A text for each marketplace that differs. Rows without its ids are totals of all of them. */
function textsOf(difference: Difference, seeds: readonly number[]): string[] {
  const ofSeed = Map.groupBy(difference.rows, ({ key }) => seeds.find((seed) => key.includes(prefixOf(seed))));
  return [...ofSeed].map(([seed, rows]) => {
    const whose = seed === undefined ? `Marketplaces ${seeds[0]} to ${seeds.at(-1)}` : `Marketplace ${seed}`;
    return `${whose}, ${differenceAsText({ ...difference, rows })}`;
  });
}
