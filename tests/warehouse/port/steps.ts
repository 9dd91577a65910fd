import { describe, expect, test } from 'vitest';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { defineTable } from '../../../warehouse/vocabulary/tables.ts';
import { ada, FEBRUARY, JANUARY, model, selectOf, sums, whole } from '../sums.ts';
import type { PortUnderTest } from './port-under-test.ts';

const rated = defineTable({ ...model, name: 'steps.rated', layout: {} });
const raised = defineTable({ ...rated, name: 'steps.raised' });
const draft = defineTable({ ...model, name: 'draft.sums' });

const RAISED = 'select period, creator_id, rated.amount_minor + 1 as amount_minor, reason from steps.rated as rated';
const MISSING =
  /^The statement reads steps\.rated, but this transaction has not created that step\. Create it first\.$/;

/** The temporary tables of a transaction, and the drafts that are built from them. */
export function steps(port: PortUnderTest): void {
  const { rowsOf } = port;

  const expectNoSteps = async (): Promise<void> => {
    const reads = port.warehouse.withRollback((writer) => writer.query('select * from steps.rated'));
    await expect(reads).rejects.toThrow(MISSING);
    await expect(reads).rejects.toThrow(InvariantBroken);
    await expect(port.warehouse.query('select * from steps.rated')).rejects.toThrow();
    // Not even under the name of the engine: a new step begins without rows.
    const rows = await port.warehouse.withRollback(async (writer) => {
      await writer.createEmptySteps([rated]);
      return writer.query('select * from steps.rated');
    });
    expect(rows).toEqual([]);
  };

  describe('a step', () => {
    test('is read by every later statement of its transaction, and is then gone', async () => {
      await port.warehouse.transaction(async (writer) => {
        expect(await writer.createStep(rated, selectOf(['2026-01', 1], ['2026-02', 2]))).toBe(2);
        expect(await writer.createStep(raised, `${RAISED} -- A comment on steps.nothing.`)).toBe(2);
        expect(await rowsOf('steps.raised', writer)).toEqual([
          ['2026-01', 2n],
          ['2026-02', 3n],
        ]);
        const one = 'select raised.amount_minor from steps.raised as raised where period = $1';
        expect(await writer.query(one, ['2026-02'])).toEqual([{ amount_minor: 3n }]);
        const streamed = [];
        for await (const rows of writer.stream(one, ['2026-01'])) streamed.push(...rows);
        expect(streamed).toEqual([{ amount_minor: 2n }]);
        expect(await writer.replacePartition(model, JANUARY, 'select * from steps.raised')).toBe(1);
        expect(
          await writer.replaceTable(
            whole,
            'select raised.* from steps.raised as raised join steps.rated as rated on raised.period = rated.period',
          ),
        ).toBe(2);
      });
      expect(await rowsOf('tantieme.sums')).toEqual([['2026-01', 2n]]);
      expect((await rowsOf('tantieme.all_sums')).length).toBe(2);
      await expectNoSteps();
    });

    test('is gone after a transaction that throws, that the engine fails, or that is rolled back', async () => {
      const create = port.warehouse.transaction(async (writer) => {
        await writer.createStep(rated, selectOf(['2026-01', 1]));
        throw new Conflict('Rolled back on purpose.');
      });
      await expect(create).rejects.toThrow('Rolled back on purpose.');
      await expectNoSteps();
      const broken = port.warehouse.transaction(async (writer) => {
        await writer.createStep(rated, selectOf(['2026-01', 1]));
        await writer.append(sums, [{ period: '2026-01', creator_id: null, amount_minor: 1n }]);
        await writer.query('select * from ledger.sums');
      });
      await expect(broken).rejects.toThrow(/creator_id/);
      await expectNoSteps();
      await port.warehouse.withRollback((writer) => writer.createStep(rated, selectOf(['2026-01', 1])));
      await expectNoSteps();
    });

    test('replaces one of the same name, and may read it', async () => {
      await port.warehouse.transaction(async (writer) => {
        await writer.createStep(rated, selectOf(['2026-01', 1], ['2026-02', 2]));
        expect(await writer.createStep(rated, `${RAISED} where period = '2026-02'`)).toBe(1);
        expect(await rowsOf('steps.rated', writer)).toEqual([['2026-02', 3n]]);
      });
    });

    test('has the declared columns in their order and with their types', async () => {
      await port.warehouse.transaction(async (writer) => {
        const turned = `select null as reason, 7 as amount_minor, 'cr_ada' as creator_id, '2026-01' as period, 1 as more`;
        await writer.createStep(rated, turned);
        expect((await writer.describeQuery('select * from steps.rated')).map(({ name, type }) => [name, type])).toEqual(
          [
            ['period', 'string'],
            ['creator_id', 'string'],
            ['amount_minor', 'int64'],
            ['reason', 'string'],
          ],
        );
      });
    });

    test('without rows can be described, also as the source of another', async () => {
      const described = await port.warehouse.withRollback(async (writer) => {
        await writer.createEmptySteps([rated, raised]);
        return writer.describeQuery(
          'select raised.amount_minor, rated.reason from steps.rated as rated join steps.raised as raised on true',
        );
      });
      expect(described.map(({ name, type }) => [name, type])).toEqual([
        ['amount_minor', 'int64'],
        ['reason', 'string'],
      ]);
    });

    test('sees the rows that its transaction has appended, and is not named by an alias or a text', async () => {
      await port.warehouse.transaction(async (writer) => {
        await writer.append(sums, [ada('2026-01', 1n)]);
        await writer.createStep(rated, 'select period, creator_id, amount_minor, reason from ledger.sums');
        expect(
          await writer.query(`select 'steps.x' as text, my_steps.amount_minor from steps.rated as my_steps`),
        ).toEqual([{ text: 'steps.x', amount_minor: 1n }]);
      });
    });

    test('of another dataset is refused', async () => {
      const wrong = port.warehouse.transaction((writer) => writer.createStep(model, selectOf(['2026-01', 1])));
      await expect(wrong).rejects.toThrow(
        new InvariantBroken('tantieme.sums cannot be created as a step: its name must be steps.<name>.'),
      );
    });
  });

  test('a draft is replaced by period, as a model is', async () => {
    await port.warehouse.transaction((writer) => writer.migrate([draft]));
    await port.warehouse.transaction(async (writer) => {
      await writer.createStep(rated, selectOf(['2026-01', 1], ['2026-02', 2]));
      await writer.replacePartition(draft, JANUARY, 'select * from steps.rated');
      await writer.replacePartition(draft, FEBRUARY, 'select * from steps.rated');
    });
    await port.warehouse.transaction((writer) => writer.replacePartition(draft, JANUARY, selectOf(['2026-01', 3])));
    expect(await rowsOf('draft.sums')).toEqual([
      ['2026-01', 3n],
      ['2026-02', 2n],
    ]);
  });
}
