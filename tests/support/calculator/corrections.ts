import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { readDecimal } from './amounts.ts';
import type { Books, VoidState } from './books.ts';
import { compareTexts, type Fact, factKey } from './facts.ts';
import { markBooked, suspend } from './judging.ts';

/** What a chain of corrections is about, its root, and what it does to it (rulings 39 to 42). */
export interface Chain {
  readonly rootKind: string;
  readonly rootId: string;
  /** The first correction of the chain, which has the units or the amount. */
  readonly head: Fact;
  /** The units of the void of a part of a use; undefined for any other correction. */
  readonly units: bigint | undefined;
  readonly isPartial: boolean;
  readonly wasInForce: boolean;
  readonly isInForce: boolean;
  readonly last: Fact;
  /** Those of the chain that are not booked yet. */
  readonly open: readonly Fact[];
  /** Why the chain cannot be booked, if it is to be in force. */
  readonly reason: ExceptionReason | undefined;
}

const CORRECTABLE = [
  'sale',
  'use',
  'refund',
  'dispute',
  'outcome',
  'invoice',
  'payout',
  'payout_reversal',
  'balance',
  'doubt',
];
const DEEPEST = 100;

/** The chains of all corrections that happened by the end of the period. */
export function chainsIn(books: Books): Chain[] {
  const { facts, booked, endsAt } = books;
  const corrections = [...facts.values()].filter(
    ({ kind, occurredAt }) => kind === 'correction' && occurredAt < endsAt,
  );
  const claims = claimsOf(books, corrections);
  const linksOf = (head: Fact): Fact[] => {
    const links = [head];
    while (links.length < DEEPEST) {
      const next = claims.get(`correction ${links.at(-1)?.id}`);
      if (!next) break;
      links.push(next);
    }
    return links;
  };
  const placed = new Set<string>();
  const chains: Chain[] = [];
  for (const head of corrections) {
    const { corrected_kind: kind, corrected_id: id } = head.row;
    const isFirst = mayHaveSeveral(head) || claims.get(`${kind} ${id}`) === head;
    const target = facts.get(factKey('correction', id ?? ''));
    if (kind === 'correction' && target && isFirst) continue;
    const isRooted = isFirst && !head.isUnconfirmed && CORRECTABLE.includes(kind ?? '') && !!id;
    const links = linksOf(head);
    for (const link of links) placed.add(link.id);
    const isBooked = (link: Fact): boolean => booked.has(factKey('correction', link.id));
    chains.push({
      ...{ rootKind: isRooted ? `${kind}` : '', rootId: isRooted ? `${id}` : '', head, isPartial: isPartial(head) },
      units: isPartial(head) ? readDecimal(head.row.units) : undefined,
      wasInForce: links.filter(isBooked).length % 2 === 1,
      isInForce: links.length % 2 === 1,
      last: links.at(-1) ?? head,
      open: links.filter((link) => !isBooked(link)),
      reason: isRooted ? undefined : reasonOf(head, isFirst),
    });
  }
  // A correction of what happens only later, and corrections that correct each other in a circle, have no chain.
  for (const lost of corrections) {
    if (placed.has(lost.id) || booked.has(factKey('correction', lost.id))) continue;
    suspendCorrection(books, lost, 'correction_target_unknown');
  }
  return chains;
}

/** Why a chain has no root. */
function reasonOf({ isUnconfirmed }: Fact, isFirst: boolean): ExceptionReason {
  if (isUnconfirmed) return 'report_unconfirmed';
  return isFirst ? 'correction_target_unknown' : 'already_corrected';
}

/** The correction that each thing has: the first that came, and of one month the first recorded (ruling 41). */
function claimsOf(
  { booked, claims, facts, previous, recordedFrom }: Books,
  visible: readonly Fact[],
): Map<string, Fact> {
  // Stripe may have shown meanwhile that a report which waits counts only later; otherwise it keeps its place.
  for (const [key, id] of claims) {
    const fact = facts.get(factKey('correction', id));
    const isLater = !fact || fact.isUnconfirmed || fact.recordedAt >= recordedFrom;
    if (id.includes(':') && isLater && !booked.has(factKey('correction', id))) claims.delete(key);
  }
  const claiming = new Set(claims.values());
  const inOrder = visible
    .filter((fact) => !claiming.has(fact.id) && !mayHaveSeveral(fact) && !fact.isUnconfirmed)
    .sort(
      (a, b) =>
        (previous ? 0 : compareTexts(a.earned, b.earned)) ||
        compareTexts(a.recordedAt, b.recordedAt) ||
        compareTexts(a.occurredAt, b.occurredAt) ||
        compareTexts(a.id, b.id),
    );
  for (const { id, row } of inOrder) {
    const key = `${row.corrected_kind} ${row.corrected_id}`;
    if (!claims.has(key)) claims.set(key, id);
  }
  return new Map(
    [...claims].flatMap(([key, id]) => {
      const fact = facts.get(factKey('correction', id));
      return fact ? [[key, fact] as const] : [];
    }),
  );
}

function mayHaveSeveral(fact: Fact): boolean {
  return isPartial(fact) || fact.row.corrected_kind === 'balance';
}

function isPartial({ row }: Fact): boolean {
  return row.corrected_kind === 'use' && typeof row.units === 'string';
}

/** The void of each fact as a whole; the outcome of a dispute that is void is void too, once the dispute is recorded. */
export function voidsIn({ facts, endsAt }: Books, chains: readonly Chain[]): Map<string, VoidState> {
  const voids = new Map<string, VoidState>();
  const add = (key: string, { wasInForce, isInForce, last }: Chain): void => {
    const before = voids.get(key);
    const changed = wasInForce === isInForce ? undefined : last;
    const least = (a: string | undefined, b: string | undefined): string =>
      a !== undefined && (b === undefined || a < b) ? a : (b ?? '');
    voids.set(key, {
      was: wasInForce || (before?.was ?? false),
      is: isInForce || (before?.is ?? false),
      correction:
        changed || before?.correction
          ? {
              id: least(changed?.id, before?.correction?.id),
              recordedAt: least(changed?.recordedAt, before?.correction?.recordedAt),
              occurredAt: least(changed?.occurredAt, before?.correction?.occurredAt),
            }
          : undefined,
    });
  };
  for (const chain of chains) {
    if (chain.reason || chain.isPartial) continue;
    add(`${chain.rootKind} ${chain.rootId}`, chain);
    const dispute = facts.get(factKey('dispute', chain.rootId));
    if (chain.rootKind === 'dispute' && dispute && dispute.occurredAt < endsAt) add(`outcome ${chain.rootId}`, chain);
  }
  return voids;
}

/** Books the open corrections of each chain, or leaves all of them in suspense for the reason that `reasonOf` gives for a change. */
export function settleCorrections(
  books: Books,
  chains: readonly Chain[],
  reasonOf: (chain: Chain) => ExceptionReason | undefined,
): void {
  for (const chain of chains) {
    const isChanged = chain.wasInForce !== chain.isInForce;
    const reason = chain.reason
      ? chain.isInForce
        ? chain.reason
        : undefined
      : isChanged
        ? reasonOf(chain)
        : undefined;
    for (const fact of chain.open) {
      if (reason) suspendCorrection(books, fact, reason);
      else markBooked(books, fact);
    }
  }
}

function suspendCorrection(books: Books, fact: Fact, reason: ExceptionReason): void {
  suspend(books, fact, { reason, amount: undefined, currency: undefined });
}
