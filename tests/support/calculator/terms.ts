import { PLATFORM_FEES } from '../../../transforms/seeds/platform-fees.ts';
import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { allocate, type Part } from '../marketplace/allocate.ts';
import { isCurrency, readAmount, roundedRatio, sumOf } from './amounts.ts';
import { compareTexts, FACT_TABLES, inOrderOfRecording, type RawEvent, type RawRow } from './facts.ts';

const WHOLE_BPS = 10_000n;
const NEVER = '9999-12-31';

/** One version of terms. */
export interface Terms {
  readonly id: string;
  readonly assetId: string | null;
  readonly licenseType: string | null;
  readonly rate: bigint | undefined;
  readonly currency: string | undefined;
  /** Each holder's basis points; undefined if they cannot be read. */
  readonly holders: ReadonlyMap<string, bigint> | undefined;
  readonly since: string;
  /** The row of its report. */
  readonly row: RawRow;
  /** Whether it counts only from its receipt on (ruling 57). */
  readonly isBackdated: boolean;
  /** Whether it never applies, since other terms or another owner were there when it was received. */
  readonly isTooLate: boolean;
}

/** What one holder has of a sale, or of uses; all amounts may be negative in a difference. */
export interface Share {
  readonly bps: bigint;
  readonly gross: bigint;
  readonly royalty: bigint;
}

const HOUR_MS = 3_600_000;

/** Every version of terms that the asset's owner set, each by its first recorded report. */
export function termsIn(
  events: readonly RawEvent[],
  { isOwner, ownedUntil }: { isOwner: (row: RawRow) => boolean; ownedUntil: (row: RawRow) => string },
): Terms[] {
  const versions = new Map<string, Terms>();
  for (const { table, row } of inOrderOfRecording(events)) {
    const id = row.terms_id;
    if (table !== 'asset_published' || !id || versions.has(id)) continue;
    versions.set(id, {
      id,
      assetId: row.asset_id ?? null,
      licenseType: row.license_type ?? null,
      rate: readAmount(row.rate),
      currency: isCurrency(row.currency) ? row.currency : undefined,
      holders: readHolders(row.splits),
      since: row.timestamp,
      row,
      isBackdated: false,
      isTooLate: false,
    });
  }
  const inOrder = [...versions.values()]
    .filter(({ row }) => isOwner(row))
    .sort((a, b) => compareTexts(a.since, b.since) || compareTexts(a.id, b.id));
  return inOrder.map((terms) => {
    const next = nextTermsAt(inOrder, terms);
    if (!isLate(terms, inOrder) || !movesRevenue(terms, events, next)) return terms;
    const since = terms.row.received_at ?? '';
    return { ...terms, isBackdated: true, isTooLate: since >= next || since >= ownedUntil(terms.row), since };
  });
}

/** Whether terms were received in the second hour after their own or later, and replace some that were recorded before. */
function isLate({ assetId, licenseType, since, id, row }: Terms, all: readonly Terms[]): boolean {
  const received = row.received_at;
  const isReplacing = all.some(
    (other) =>
      other.assetId === assetId &&
      other.licenseType === licenseType &&
      (other.since < since || (other.since === since && other.id < id)) &&
      isHoursBefore(other.row.received_at, received),
  );
  return isHoursBefore(since, received) && isReplacing;
}

/** Whether an instant is in the second hour before another one, or earlier. */
function isHoursBefore(earlier: string | null | undefined, later: string | null | undefined): boolean {
  if (!earlier || !later) return false;
  return Math.floor(Date.parse(later) / HOUR_MS) - Math.floor(Date.parse(earlier) / HOUR_MS) > 1;
}

function movesRevenue({ assetId, licenseType, since, row }: Terms, events: readonly RawEvent[], next: string): boolean {
  return events.some(
    (reported) =>
      ['sale', 'use'].includes(FACT_TABLES[reported.table]?.kind ?? '') &&
      FACT_TABLES[reported.table]?.licenseType === licenseType &&
      reported.row.asset_id === assetId &&
      reported.row.timestamp >= since &&
      reported.row.timestamp < next &&
      isHoursBefore(reported.row.received_at, row.received_at),
  );
}

/** The terms in force at an instant: the latest; of two with the same instant, the one with the greater id (ruling 3). */
export function termsInForce(
  terms: readonly Terms[],
  { assetId, licenseType, at }: { assetId: string | null | undefined; licenseType: string; at: string },
): Terms | undefined {
  return terms.findLast((t) => !t.isTooLate && t.assetId === assetId && t.licenseType === licenseType && t.since <= at);
}

/** When the next terms of the same asset and licence type take effect. */
export function nextTermsAt(all: readonly Terms[], terms: Terms): string {
  const ofKind = all.filter((t) => !t.isTooLate && t.assetId === terms.assetId && t.licenseType === terms.licenseType);
  return ofKind[ofKind.indexOf(terms) + 1]?.since ?? NEVER;
}

/** Why the terms allocate nothing (ruling 14); undefined if they do. */
export function reasonOfHolders({ holders }: Terms): ExceptionReason | undefined {
  if (!holders) return 'holders_unreadable';
  return sumOf(holders.values()) === WHOLE_BPS ? undefined : 'shares_not_whole';
}

/** The fee of a licence type on the UTC day of an instant, in basis points; undefined without one (ruling 6). */
export function feeAt(instant: string): bigint | undefined {
  const day = instant.slice(0, 10);
  return PLATFORM_FEES.find(
    ({ effective_from_on: from, effective_until_on: until }) => from <= day && day < (until ?? NEVER),
  )?.fee_bps;
}

/** The share of each holder in an amount (rulings 7 and 12). */
export function sharesOf(amount: bigint, { holders, feeBps }: { holders: Terms['holders']; feeBps: bigint }) {
  const parts: Part[] = [...(holders ?? [])].map(([key, weight]) => ({ key, weight }));
  const fee = roundedRatio(amount * feeBps, WHOLE_BPS);
  const [gross, royalty] = [allocate(amount, parts), allocate(amount - fee, parts)];
  return new Map<string, Share>(
    parts.map(({ key, weight }) => [
      key,
      { bps: weight, gross: gross.get(key) ?? 0n, royalty: royalty.get(key) ?? 0n },
    ]),
  );
}

/** A list of holders, each with an id and a whole number of basis points, and nothing else; one named twice holds both. */
function readHolders(text: string | null | undefined): Map<string, bigint> | undefined {
  const list = parsed(text);
  if (!Array.isArray(list) || list.length > 20) return undefined;
  const holders = new Map<string, bigint>();
  for (const holder of list as unknown[]) {
    if (typeof holder !== 'object' || holder === null || Object.keys(holder).length !== 2) return undefined;
    const { creator_id, share_bps } = holder as Record<string, unknown>;
    if (typeof creator_id !== 'string' || creator_id === '') return undefined;
    if (typeof share_bps !== 'number' || !Number.isInteger(share_bps) || share_bps < 0) return undefined;
    holders.set(creator_id, (holders.get(creator_id) ?? 0n) + BigInt(share_bps));
  }
  return holders;
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
