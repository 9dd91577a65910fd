import { describe, expect, test } from 'vitest';
import { Conflict } from '../../../warehouse/errors.ts';
import type { TableShape } from '../../../warehouse/vocabulary/tables.ts';
import { ada, sums } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

/** What becomes of tables when a version declares others. */
export function migrating(port: PortUnderTest): void {
  describe('migrating', () => {
    const shape = (columns: TableShape['columns']): TableShape => ({ name: 'ledger.sums', meaning: '', columns });

    test('adds what is missing, leaves the rest, and changes nothing the second time', async () => {
      const wider = shape([...sums.columns, { name: 'amount', type: 'numeric', optional: false }]);
      await port.warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
      await port.warehouse.transaction(async (writer) => {
        await writer.migrate([wider]);
        await writer.migrate([wider]);
        // The previous version, started once more, removes no column.
        await writer.migrate([sums]);
      });
      expect(await port.warehouse.query('select amount_minor, amount from ledger.sums')).toEqual([
        { amount_minor: 1n, amount: null },
      ]);
      const described = await port.warehouse.withRollback(async (writer) =>
        (await writer.describe('ledger')).get('sums'),
      );
      expect(described).toEqual([
        { name: 'period', type: 'string', optional: false },
        { name: 'creator_id', type: 'string', optional: false },
        { name: 'amount_minor', type: 'int64', optional: false },
        { name: 'reason', type: 'string', optional: true },
        { name: 'amount', type: 'numeric', optional: true },
      ]);
    });

    test('adds columns to a table while rows are appended', async () => {
      const wider = shape([...sums.columns, { name: 'amount', type: 'numeric', optional: true }]);
      await port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.query('select 1 as x from ledger.sums');
        await writer.migrate([wider]);
        await writer.append(wider, [{ ...ada('2026-02', 2n), amount: '0.5' }]);
        expect(await writer.query('select amount_minor, amount from ledger.sums order by amount_minor')).toEqual([
          { amount_minor: 1n, amount: null },
          { amount_minor: 2n, amount: '0.5' },
        ]);
      });
      expect(await port.warehouse.query('select amount from ledger.sums order by amount_minor')).toEqual([
        { amount: null },
        { amount: '0.5' },
      ]);
    });

    test('refuses a changed column type', async () => {
      const retyped = shape([{ name: 'amount_minor', type: 'numeric', optional: false }]);
      const refused = port.warehouse.transaction((writer) => writer.migrate([retyped]));
      await expect(refused).rejects.toThrow(Conflict);
      await expect(refused).rejects.toThrow(
        /^The table ledger\.sums cannot be migrated: its column amount_minor is (BIGINT|INT64) in the warehouse but (DECIMAL\(38,9\)|NUMERIC) in this version\. Columns never change their type; use a new name\.$/,
      );
    });

    test('creates the functions', async () => {
      expect(await port.warehouse.query(`select fn.bps_of(fn.try_numeric('0.5'), 3000) as x`)).toEqual([{ x: '0.15' }]);
    });
  });
}
