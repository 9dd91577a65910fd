import { rated, readDecimal, roundedRatio, sumOf } from './amounts.ts';
import type { Books, Royalty } from './books.ts';
import { factKey } from './facts.ts';
import { leftOf } from './reductions.ts';

const WHOLE_BPS = 10_000n;

/** A part of what a movement changes, and the closing that first left it credited. */
export interface CreditedPart {
  readonly creditedIn: string;
  readonly royalty: bigint;
}

/** The parts of a royalty by the closings that first left them credited (ruling 211); what nothing earlier is changed by is of this one. */
export function creditedParts({ leftAt, period }: Books, { change, ...royalty }: Royalty): readonly CreditedPart[] {
  if (!change) return [{ creditedIn: period, royalty: royalty.royalty }];
  const isTaken = change.after < change.before;
  const [low, high] = isTaken ? [change.after, change.before] : [change.before, change.after];
  const parts: { creditedIn: string; level: bigint }[] = [];
  let reached = low;
  for (const { creditedIn, level } of [...(leftAt.get(change.key) ?? []), { creditedIn: period, level: high }]) {
    const isBelow = level < high;
    const until = isBelow ? level : high;
    if (until <= reached) continue;
    parts.push({ creditedIn, level: until - reached });
    reached = until;
  }
  const upper = parts.slice(1).map(({ creditedIn, level }) => {
    const amount = royalty.saleId === undefined ? (rated(level, royalty.terms.rate ?? 0n) ?? 0n) : level;
    const pool = amount - roundedRatio(amount * royalty.feeBps, WHOLE_BPS);
    const share = (pool * royalty.bps) / WHOLE_BPS;
    return { creditedIn, royalty: isTaken ? -share : share };
  });
  const [lowest] = parts;
  if (!lowest) return [];
  const rest = royalty.royalty - sumOf(upper.map((part) => part.royalty));
  return [{ creditedIn: lowest.creditedIn, royalty: rest }, ...upper];
}

/** Records what this closing leaves of each sale, and of the units of each use, where it is more than any before has left. */
export function rememberLevels(books: Books): void {
  for (const sale of books.sales.values()) reach(books, { key: factKey('sale', sale.id), level: leftOf(sale) });
  for (const useId of books.uses.keys()) {
    const key = factKey('use', useId);
    if (!books.booked.has(key) || books.voids.get(key)?.is) continue;
    const units = readDecimal(books.facts.get(key)?.row.units) ?? 0n;
    reach(books, { key, level: units - sumOf(books.parts.get(useId)?.values() ?? []) });
  }
}

function reach({ leftAt, period }: Books, { key, level }: { key: string; level: bigint }): void {
  const levels = leftAt.get(key) ?? [];
  if (level <= (levels.at(-1)?.level ?? 0n)) return;
  levels.push({ creditedIn: period, level });
  leftAt.set(key, levels);
}
