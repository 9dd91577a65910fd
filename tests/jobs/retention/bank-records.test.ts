import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { placeHold } from '../../../jobs/retention/record-holds.ts';
import { expire, idsDeleted, SERVICES, useRetentionStore } from './retention-store.ts';

useRetentionStore();

const SEALED = { wrapped_key: 'w', master_key_id: 'tk_1', nonce: 'n', ciphertext: 'c', tag: 't' };
const ERASED = { wrapped_key: '', master_key_id: 'erased', nonce: '', ciphertext: '', tag: '' };
const hashOf = (digit: string): string => digit.repeat(64);

async function receive(digit: string, received_at: string): Promise<void> {
  await SERVICES.operational
    .insertInto('payout_bank_messages')
    .values({ message_hash: hashOf(digit), byte_size: 1n, received_by: 'finn', ...SEALED, received_at })
    .execute();
}

const LOGGED = {
  intent: { state: 'intent', attempt: 1 },
  sent: { state: 'sent', attempt: 1, transfer_id_stripe: 'ref_1' },
  failed: { state: 'failed', attempt: 1, reason: 'AC04' },
} as const;

interface Exported {
  readonly period: string;
  readonly at: string;
  /** The last state in the log of each payout. */
  readonly states: readonly (keyof typeof LOGGED)[];
}

/** A file of the payouts of a batch, as the steps of a payout run would have left it. */
async function exportFile(file_id: string, { period, at, states }: Exported): Promise<void> {
  const batch_id = `batch_${period}`;
  await SERVICES.operational.transaction().execute(async (transaction) => {
    // Without the triggers, which ask for every step before.
    await sql`select set_config('session_replication_role', 'replica', true)`.execute(transaction);
    await sql`insert into payout_batches (batch_id, period, state, planned_by, planned_at)
      values (${batch_id}, ${period}, 'planned', 'finn', ${at})`.execute(transaction);
    for (const [index, state] of states.entries()) {
      const payout_id = `${file_id}-${index}`;
      const step = { payout_id, logged_at: at, changed_by: 'finn', run_id: 'run_1' };
      await transaction
        .insertInto('payout_log')
        .values({ ...step, ...LOGGED[state] })
        .execute();
      await transaction
        .insertInto('payout_file_lines')
        .values({ payout_id, file_id, bank_reference: payout_id, trace: null, amount_minor: 100n })
        .execute();
    }
    await transaction
      .insertInto('payout_files')
      .values({
        ...{ file_id, batch_id, payout_rail: 'sepa', number: 1, order_id: file_id, debtor: 'DE89', ...SEALED },
        ...{ execution_on: at.slice(0, 10), currency: 'EUR', payment_count: states.length, amount_minor: 100n },
        ...{ file_name: 'p.xml', file_hash: hashOf('f'), byte_size: 1n, text_changes: '[]' },
        ...{ created_by: 'finn', created_at: at, run_id: 'run_1' },
      })
      .execute();
  });
}

test('messages of banks lose their bytes and cannot be changed otherwise', async () => {
  await receive('a', '2026-02-02T08:00:00.000Z');
  const erase = SERVICES.operational.updateTable('payout_bank_messages').set(ERASED).execute();
  await expect(erase).rejects.toThrow('Rows of payout_bank_messages are only added.');
  expect(await expire('2029-01-01T00:00:00.000Z', { bank_files: 2 })).toEqual({ bank_files: 1 });
  expect(await SERVICES.operational.selectFrom('payout_bank_messages').selectAll().execute()).toMatchObject([
    { message_hash: hashOf('a'), received_by: 'finn', ...ERASED },
  ]);
});

describe('a bank file', () => {
  const AT = '2026-02-03T08:00:00.000Z';
  const sealedFiles = () =>
    SERVICES.operational.selectFrom('payout_files').select(['file_id', 'master_key_id']).orderBy('file_id').execute();

  test('is deleted once all its payouts have ended or it was resolved, and not before', async () => {
    await exportFile('file_ended', { period: '2026-01', at: AT, states: ['sent', 'failed'] });
    await exportFile('file_waiting', { period: '2025-12', at: AT, states: ['sent', 'intent'] });
    expect(await expire('2029-01-01T00:00:00.000Z', { bank_files: 2 })).toEqual({ bank_files: 1 });
    expect(await sealedFiles()).toEqual([
      { file_id: 'file_ended', master_key_id: 'erased' },
      { file_id: 'file_waiting', master_key_id: 'tk_1' },
    ]);
    const resolution = { file_id: 'file_waiting', outcome: 'taken', sentence: 'The bank says so.', run_id: 'run_2' };
    await SERVICES.operational
      .insertInto('payout_file_resolutions')
      .values({ ...resolution, outcome: 'taken', resolved_by: 'ben', resolved_at: AT })
      .execute();
    expect(await expire('2029-01-02T00:00:00.000Z', { bank_files: 2 })).toEqual({ bank_files: 1 });
  });

  test('is kept by a hold on the period of its payouts, with every message of a bank since', async () => {
    await receive('a', '2026-02-02T08:00:00.000Z');
    await exportFile('file_january', { period: '2026-01', at: AT, states: ['sent'] });
    await exportFile('file_december', { period: '2025-12', at: AT, states: ['sent'] });
    await receive('b', '2026-03-10T08:00:00.000Z');
    const hold = { because: 'A suit.', by: 'finn' };
    await placeHold(SERVICES, { ...hold, period: '2026-01' });
    expect(await expire('2029-01-01T00:00:00.000Z', { bank_files: 2 })).toEqual({ bank_files: 2 });
    expect(await idsDeleted()).toEqual([hashOf('a'), 'file_december']);
  });
});
