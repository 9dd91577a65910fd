import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireSealed, sealOf } from '../../../transforms/ledger/seal.ts';
import { factKeys, LEDGER_BOOKS } from '../../../transforms/ledger/tables.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { ColumnShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value, Warehouse } from '../../../warehouse/warehouse.ts';
import { composeStatements } from '../../reports/statement/composed.ts';
import { openClosedJanuary } from '../closed-january.ts';

const period = parsePeriod('2026-01');

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openClosedJanuary();
});
afterAll(() => warehouse.close());

/** A value by the name and type of its column, different in each column of a row. */
function cellOf({ name, type }: ColumnShape, at: number): Value {
  if (name === 'period') return period;
  if (name === 'creator_id' || name === 'account_owner_id') return 'cr_ada';
  if (name === 'currency') return 'EUR';
  if (name === 'account') return 'creators_payable';
  if (type === 'int64') return BigInt(at);
  if (type === 'numeric') return `${at}.5`;
  if (type === 'date') return '2026-01-31';
  if (type === 'timestamp') return `2026-01-01T00:00:0${at % 10}.000Z`;
  return `${name} é`;
}

test.each([['1', 'f536f4b44239d0b4d7cc4841dcf9808fb03f078334801833f840b690f185f749']])(
  'format %s does not change: one row of each table has always had the same seal',
  async (version, pinned) => {
    const tables = [factKeys, ...LEDGER_BOOKS];
    const seal = await warehouse.withRollback(async (writer) => {
      for (const table of tables) {
        await writer.query(`delete from ${table.name}`);
        await writer.append(table, [
          Object.fromEntries(table.columns.map((each, at) => [each.name, cellOf(each, at)])),
        ]);
      }
      const sealing = { period, format_version: BigInt(version), blinding_secret: '5'.repeat(64), previous_seal: null };
      return (await sealOf(writer, sealing)).seal;
    });
    expect(seal, 'books are closed in this format: add another one to transforms/ledger/formats.ts').toBe(pinned);
  },
);

test('books of a format that this version does not know are neither verified, nor paid, nor put on statements', async () => {
  await warehouse.transaction((writer) => writer.query('update ledger.closes set format_version = 2'));
  const unknown = new Conflict(
    'The books of 2026-01 were closed in format 2, which this version does not know; use a newer version of Tantieme.',
  );
  await expect(verifyPeriod(warehouse, period)).rejects.toThrow(unknown);
  await expect(requireSealed(warehouse, period)).rejects.toThrow(unknown);
  await expect(composeStatements(warehouse, { period, issuerName: 'Tantieme' })).rejects.toThrow(unknown);
});
