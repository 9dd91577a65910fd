import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { rated, readAmount, readDecimal, sumOf } from './amounts.ts';
import type { Books, Royalty, Use } from './books.ts';
import type { Chain } from './corrections.ts';
import { compareTexts, factKey } from './facts.ts';
import { sharesOf } from './terms.ts';

/** The step that a chain of corrections takes from some units of a use to others. */
interface UseStep {
  readonly chain: Chain;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

interface CorrectedUses {
  /** The steps of each use, in order. */
  readonly steps: ReadonlyMap<string, readonly UseStep[]>;
  /** Why a correction counts for nothing, by its id. */
  readonly reasons: ReadonlyMap<string, ExceptionReason>;
}

/** What the corrections that change in the period do to the units of uses (ruling 44); records the parts that are void. */
export function correctUses(books: Books, chains: readonly Chain[]): CorrectedUses {
  const reasons = new Map<string, ExceptionReason>();
  const steps = new Map<string, UseStep[]>();
  const ofUses = chains.filter((chain) => chain.rootKind === 'use' && chain.wasInForce !== chain.isInForce);
  for (const [useId, changing] of Map.groupBy(ofUses, ({ rootId }) => rootId)) {
    const fact = books.facts.get(factKey('use', useId));
    if (!fact || fact.occurredAt >= books.endsAt) {
      for (const { last } of changing) reasons.set(last.id, 'correction_target_unknown');
      continue;
    }
    const units = readDecimal(fact.row.units);
    const parts = partsOf(books, useId);
    const { was = false, is = false } = books.voids.get(factKey('use', useId)) ?? {};
    const left = (isVoid: boolean) => (units === undefined ? undefined : isVoid ? 0n : units - sumOf(parts.values()));
    const taken: UseStep[] = [];
    const step = (chain: Chain, change: () => unknown, [isVoid, becomesVoid]: readonly [boolean, boolean]): void => {
      const before = left(isVoid);
      change();
      taken.push({ chain, before, after: left(becomesVoid) });
    };
    const partial = changing.filter(({ isPartial }) => isPartial);
    for (const chain of partial.filter(({ isInForce }) => !isInForce).sort((a, b) => compareBigints(b.units, a.units)))
      step(chain, () => parts.delete(chain.head.id), [was, was]);
    for (const chain of partial.filter(({ isInForce }) => isInForce).sort(smallerFirst)) {
      const reason = reasonAgainst(chain.units, { units, left: left(false) });
      if (reason) reasons.set(chain.last.id, reason);
      else step(chain, () => parts.set(chain.head.id, chain.units ?? 0n), [was, was]);
    }
    for (const chain of changing.filter(({ isPartial }) => !isPartial)) step(chain, () => undefined, [was, is]);
    steps.set(useId, taken);
  }
  return { steps, reasons };
}

function partsOf({ parts }: Books, useId: string): Map<string, bigint> {
  const ofUse = parts.get(useId) ?? new Map<string, bigint>();
  parts.set(useId, ofUse);
  return ofUse;
}

function reasonAgainst(
  voided: bigint | undefined,
  { units, left }: { units: bigint | undefined; left: bigint | undefined },
): ExceptionReason | undefined {
  if (voided === undefined || voided <= 0n || units === undefined || left === undefined) return 'amount_invalid';
  return voided > left ? 'correction_exceeds_use' : undefined;
}

function smallerFirst(a: Chain, b: Chain): number {
  return (
    compareBigints(a.units, b.units) ||
    compareTexts(a.last.recordedAt, b.last.recordedAt) ||
    compareTexts(a.last.occurredAt, b.last.occurredAt) ||
    compareTexts(a.last.id, b.last.id)
  );
}

function compareBigints(a = 0n, b = 0n): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Books the corrections of uses that are booked already. */
export function bookUseCorrections(
  books: Books,
  { steps }: CorrectedUses,
  due: ReadonlySet<string>,
): { royalties: Royalty[]; reasons: ReadonlyMap<string, ExceptionReason> } {
  const royalties: Royalty[] = [];
  const reasons = new Map<string, ExceptionReason>();
  for (const [useId, taken] of steps) {
    const use = books.uses.get(useId);
    if (due.has(factKey('use', useId)) || !use) continue;
    for (const step of taken) {
      const reason = reasonOf(use, step);
      if (reason) reasons.set(step.chain.last.id, reason);
      else royalties.push(...reversed(use, { step, useId }));
    }
  }
  return { royalties, reasons };
}

function reasonOf({ terms, reason }: Use, step: UseStep): ExceptionReason | undefined {
  if (!terms) return 'terms_missing';
  if (reason) return reason;
  if (!terms.currency) return 'currency_unknown';
  const amounts = [amountOf(terms.rate, step.before), amountOf(terms.rate, step.after)];
  return amounts.includes(undefined) ? 'amount_invalid' : undefined;
}

function amountOf(rate: bigint | undefined, units: bigint | undefined): bigint | undefined {
  return rate === undefined || units === undefined || units < 0n ? undefined : rated(units, rate);
}

function reversed({ terms, feeBps, earned }: Use, { step, useId }: { step: UseStep; useId: string }): Royalty[] {
  if (!terms || feeBps === undefined) return [];
  const [before = 0n, after = 0n] = [amountOf(terms.rate, step.before), amountOf(terms.rate, step.after)];
  const sign = after < before ? -1n : 1n;
  const shares = sharesOf(sign * (after - before), { holders: terms.holders, feeBps });
  const { id } = step.chain.last;
  return [...shares].map(([creatorId, { bps, gross, royalty }]) => ({
    ...{ movement: `correction:${id}`, kind: 'adjustment', saleId: undefined, creatorId, terms, feeBps },
    ...{ earned, change: { key: factKey('use', useId), before: step.before ?? 0n, after: step.after ?? 0n } },
    ...{ currency: terms.currency ?? '', bps, gross: sign * gross, royalty: sign * royalty, count: 1n },
    units: (step.after ?? 0n) - (step.before ?? 0n),
    correction: { id, kind: 'use', correctedId: useId },
  }));
}

/** The units of a use that is not booked yet: what is left of it, or what was reported. */
export function unitsLeft(books: Books, useId: string, reported: unknown): bigint | undefined {
  const units = readAmount(reported);
  return units === undefined ? undefined : units - sumOf(books.parts.get(useId)?.values() ?? []);
}
