import { createHash } from 'node:crypto';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { netstring } from './canonical.ts';
import { requireClose } from './closing.ts';
import { type TracedCorrection, traceCorrection } from './trace-correction.ts';
import { builtAgain } from './verify.ts';

const QUERIES = readQueries(import.meta.url, 'trace.queries.sql', {
  lines_to_trace: ['period', 'line_kind', 'terms_id', 'earned_period', 'fee_bps'],
  uses_of_line: ['terms_id', 'earned_period', 'fee_bps'],
  movements_of_line: ['period', 'movement_kind', 'terms_id', 'earned_period', 'fee_bps'],
});

/** The events behind a statement line. `agrees` says whether they are as many, and have as many units, as the line says. */
export interface TracedLine {
  readonly asset_id: string;
  readonly license_type: string;
  readonly event_count: number;
  readonly units: string;
  /** SHA-256 of the ids of the events as netstrings, in the order of their bytes. */
  readonly digest: string;
  readonly agrees: boolean;
  /** The first ids, in the same order. */
  readonly first_event_ids: readonly string[];
}

/** How many ids are shown. */
const SHOWN = 1_000;

/**
 * Finds the events behind a line of the statements of a closed period, by the `line_id` that the statement gives; for the line of a
 * correction also who corrected what, and why. Sales, refunds and disputes are in the ledger. Uses are not kept one by one: the period is
 * built again by the rules under which it was closed, from what was known then. Throws `Conflict` if the period is open, `Rejected` for what is no line id, `NotFound` if no statement has it.
 */
export async function traceLine(
  warehouse: Warehouse,
  period: Period,
  lineId: string,
): Promise<TracedLine | TracedCorrection> {
  const close = await requireClose(warehouse, period);
  const [, correctionId] = /^correction:(.+)$/s.exec(lineId) ?? [];
  if (correctionId) {
    const traced = await traceCorrection(warehouse, close, correctionId);
    return traced ?? throwNoSuchLine(period, lineId);
  }
  const [kind, ...key] = requireLineKey(lineId);
  const [line] = await warehouse.query<{ license_type: string; asset_id: string; event_count: bigint; units: string }>(
    ...QUERIES.lines_to_trace(period, kind, ...key),
  );
  if (!line) return throwNoSuchLine(period, lineId);
  const { asset_id, license_type } = line;
  const events =
    license_type === 'metered'
      ? await builtAgain(warehouse, close, (writer) => eventsOf(writer.stream(...QUERIES.uses_of_line(...key))))
      : await eventsOf(warehouse.stream(...QUERIES.movements_of_line(period, kind, ...key)));
  const agrees =
    BigInt(events.event_count) === line.event_count && parseDecimal(events.units) === parseDecimal(line.units);
  return { asset_id, license_type, ...events, agrees };
}

function throwNoSuchLine(period: Period, lineId: string): never {
  throw new NotFound(`No statement of ${period} has the line ${lineId}; take a line_id from a statement's JSON.`);
}

/** `earning:terms_1:2026-01:2000` as kind, terms, month and fee; the id of the terms may have colons of its own. */
function requireLineKey(lineId: string): [kind: string, terms: string, month: string, feeBps: string] {
  const [, kind, terms, month, feeBps] = /^([a-z_]+):(.+):(\d{4}-\d{2}):(\d{1,5})$/s.exec(lineId) ?? [];
  if (!kind || !terms || !month || !feeBps) {
    throw new Rejected(
      `${lineId} is no line_id, such as earning:terms_1:2026-01:2000; take one from the lines of a statement's JSON.`,
    );
  }
  return [kind, terms, month, feeBps];
}

type Digest = Pick<TracedLine, 'event_count' | 'units' | 'digest' | 'first_event_ids'>;

/** The count, units and digest of events, which are added in the order of their ids' bytes. */
export class EventDigest {
  readonly #hash = createHash('sha256');
  readonly #first: string[] = [];
  readonly #shown: number;
  #count = 0;
  #units = 0n;

  constructor({ shown = SHOWN }: { shown?: number } = {}) {
    this.#shown = shown;
  }

  add({ event_id, units }: { readonly event_id: string; readonly units: string }): void {
    this.#hash.update(netstring(event_id));
    if (this.#first.length < this.#shown) this.#first.push(event_id);
    this.#count++;
    this.#units += parseDecimal(units);
  }

  /** Nothing can be added afterwards. */
  end(): Digest {
    const digest = this.#hash.digest('hex');
    return { event_count: this.#count, units: decimalOf(this.#units), digest, first_event_ids: this.#first };
  }
}

async function eventsOf(
  batches: AsyncIterable<readonly { readonly event_id: string; readonly units: string }[]>,
): Promise<Digest> {
  const digest = new EventDigest();
  for await (const rows of batches) for (const event of rows) digest.add(event);
  return digest.end();
}
