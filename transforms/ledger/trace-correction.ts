import { readQueries } from '../../warehouse/named-queries.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Close } from './closing.ts';

const QUERIES = readQueries(import.meta.url, 'trace-correction.queries.sql', {
  corrected_line: ['period', 'correction_id'],
  corrections_of_line: ['correction_id'],
  reports_of_corrected: ['fact_kind', 'fact_id', 'cutoff_at'],
});

/** A correction as it was approved. What a payment service reports has no reference, and nobody proposed or approved it. */
type ChainedCorrection = {
  readonly correction_id: string;
  readonly corrected_kind: string;
  readonly corrected_id: string;
  readonly voided_units: string | null;
  readonly adjustment_amount: string | null;
  readonly currency: string | null;
  readonly replaced_by_id: string | null;
  readonly correction_reason: string;
  readonly reference: string | null;
  readonly proposed_by: string | null;
  readonly approved_by: string | null;
  /** The event that brought it: `Correction Approved`, or the report of the payment service. */
  readonly message_id: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
};

type ReportOfCorrected = Readonly<Record<'event' | 'message_id' | 'occurred_at' | 'recorded_at', string>>;

/** What is behind the line of a correction. `agrees` says whether what is recorded is what the line says. */
export interface TracedCorrection {
  /** Null, as the type of licence, for the adjustment of a balance. */
  readonly asset_id: string | null;
  readonly license_type: string | null;
  readonly corrected_kind: string;
  readonly corrected_id: string;
  /** From the first one on: each of the others corrects the one before. */
  readonly corrections: readonly ChainedCorrection[];
  /** The reports of what is corrected; none for a balance. */
  readonly events: readonly ReportOfCorrected[];
  readonly agrees: boolean;
}

/** Finds what is behind the line of a correction in a closed period; undefined if no statement has one. */
export async function traceCorrection(
  warehouse: Pick<Warehouse, 'query'>,
  { period, cutoff_at }: Close,
  correctionId: string,
): Promise<TracedCorrection | undefined> {
  const [line] = await warehouse.query<Line>(...QUERIES.corrected_line(period, correctionId));
  if (!line) return undefined;
  const { correction_reason, ...shown } = line;
  const chain = await warehouse.query<ChainedCorrection & Root>(...QUERIES.corrections_of_line(correctionId));
  const last = chain.at(-1);
  const agrees =
    last?.root_kind === line.corrected_kind &&
    last.root_id === line.corrected_id &&
    last.correction_reason === correction_reason;
  // The outcome of a dispute has its id, and is reported by both of its events.
  const kind = line.corrected_kind === 'outcome' ? 'dispute' : line.corrected_kind;
  return {
    ...shown,
    corrections: chain.map(({ root_kind, root_id, ...correction }) => correction),
    events: await warehouse.query<ReportOfCorrected>(
      ...QUERIES.reports_of_corrected(kind, line.corrected_id, cutoff_at),
    ),
    agrees,
  };
}

type Line = Pick<TracedCorrection, 'asset_id' | 'license_type' | 'corrected_kind' | 'corrected_id'> & {
  readonly correction_reason: string;
};
type Root = Readonly<Record<'root_kind' | 'root_id', string>>;
