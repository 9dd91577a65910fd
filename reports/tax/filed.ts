import { isDeepStrictEqual } from 'node:util';
import type { TaxForm } from '../../ingest/tax/forms.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { TaxFormName } from './words.ts';

/** What a form says of a creator, without the payer and without ids. Plain JSON, because it is stored. */
export interface Reported<C> {
  readonly creator_id: string;
  /** '' on forms that a creator is on once; on 1042-S the rate and the status, on the form of all creators the currency. */
  readonly part: string;
  readonly content: C;
}

/** The latest record of it that was filed. */
export interface FiledRecord<C> extends Reported<C> {
  /** The id under which the tax office has it: a DocRefId, a unique form identifier; '' on a form without ids. */
  readonly record_id: string;
  readonly amendment_count: number;
  readonly is_withdrawn: boolean;
}

/** A record of a filing: new, in the place of an earlier one, or taking it back. */
export interface Change<C> extends FiledRecord<C> {
  readonly act: 'new' | 'corrected' | 'withdrawn';
  /** The record before it. */
  readonly amends: string | null;
}

/** The payer's own record, or on a form of the IRS, where it has none, its name and number, with '' as the id. */
export interface PayerRecord {
  readonly record_id: string;
  readonly content: string;
}

/** The version of a profile that a creator was filed from. */
export interface FiledVersion {
  readonly creator_id: string;
  readonly form: TaxForm;
  readonly version: number;
}

/** All that a tax office has of a form and year after a filing. Stored with each filing; the next one is composed from it. */
export interface FiledForm<C = unknown> {
  readonly form: TaxFormName;
  readonly year: string;
  /** From 1. */
  readonly number: number;
  /** The filing that it leads from; 0 for none. Not the one before it if that was refused. */
  readonly based_on: number;
  readonly payer: PayerRecord | null;
  readonly records: readonly FiledRecord<C>[];
  /** Of the creators among the records; none on the form of all creators. */
  readonly versions?: readonly FiledVersion[];
  /** Every id that was ever used, of records and messages. */
  readonly used_ids: readonly string[];
}

/** How records of a form are changed. */
export interface RecordRules<C> {
  /** Whether a correction can lead from one content to the other; else the old record is withdrawn and a new one is made. */
  readonly isCorrectable: (before: C, now: C) => boolean;
  /** The content of the record that withdraws another. */
  readonly withdrawn: (content: C) => C;
  readonly idOf: (
    record: Reported<C> & Pick<Change<C>, 'act'>,
    used: { readonly before: FiledRecord<C> | undefined; readonly ids: ReadonlySet<string> },
  ) => string;
}

export const keyOf = ({ creator_id, part }: Pick<Reported<unknown>, 'creator_id' | 'part'>): string =>
  JSON.stringify([creator_id, part]);

/** What a filing changes, and the records after it. */
export interface Changes<C> {
  readonly changes: readonly Change<C>[];
  readonly records: readonly FiledRecord<C>[];
}

/**
 * The records that lead from what was filed to what is to be reported: none for what is equal. Throws `InvariantBroken` unless what is
 * then on file is what is to be reported.
 */
export function changesOf<C>(
  reported: readonly Reported<C>[],
  { before, rules }: { before: FiledForm<C> | undefined; rules: RecordRules<C> },
): Changes<C> {
  const onFile = new Map((before?.records ?? []).map((record) => [keyOf(record), record]));
  const ids = new Set(before?.used_ids);
  const changes: Change<C>[] = [];
  const change = (act: Change<C>['act'], each: Reported<C>): void => {
    const { creator_id, part, content } = each;
    const last = onFile.get(keyOf(each));
    const record_id = rules.idOf({ creator_id, part, content, act }, { before: last, ids });
    if (record_id !== '') ids.add(record_id);
    const record: FiledRecord<C> = {
      ...{ creator_id, part, content, record_id },
      amendment_count: act === 'new' ? 0 : (last?.amendment_count ?? 0) + 1,
      is_withdrawn: act === 'withdrawn',
    };
    onFile.set(keyOf(each), record);
    changes.push({ ...record, act, amends: last?.record_id ?? null });
  };
  const withdraw = (record: FiledRecord<C>): void =>
    change('withdrawn', { ...record, content: rules.withdrawn(record.content) });
  const now = new Map(reported.map((each) => [keyOf(each), each]));
  for (const record of before?.records ?? []) {
    if (!record.is_withdrawn && !now.has(keyOf(record))) withdraw(record);
  }
  for (const each of reported) {
    const record = onFile.get(keyOf(each));
    if (!record || record.is_withdrawn) change('new', each);
    else if (isDeepStrictEqual(record.content, each.content)) continue;
    else if (rules.isCorrectable(record.content, each.content)) change('corrected', each);
    else {
      withdraw(record);
      change('new', each);
    }
  }
  const records = [...onFile.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  assertReported(records, reported);
  return { changes, records };
}

function assertReported<C>(records: readonly FiledRecord<C>[], reported: readonly Reported<C>[]): void {
  const now = new Map(reported.map((each) => [keyOf(each), each.content]));
  const inForce = records.filter(({ is_withdrawn }) => !is_withdrawn);
  const isSame = inForce.every((record) => isDeepStrictEqual(record.content, now.get(keyOf(record))));
  invariant(isSame && inForce.length === now.size, 'What is on file after a filing must be what is to be reported.');
}
