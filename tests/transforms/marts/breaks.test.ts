import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import type { Model } from '../../../transforms/engine/model.ts';
import { MODELS } from '../../../transforms/models.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { BREAK_CLASSES, type BreakClassName } from '../../../warehouse/vocabulary/reconciliation.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import {
  ALL_FLOWS,
  type Baseline,
  baselineOf,
  compare,
  EXACT,
  endsOf,
} from '../../support/reconciliation/comparison.ts';
import { CORRUPTIONS } from '../../support/reconciliation/corruptions.ts';
import { KIND_ENDS, KIND_NAMES } from '../../support/reconciliation/kinds.ts';
import type { Corruption } from '../../support/reconciliation/plant.ts';
import { playKinds } from '../../support/reconciliation/play-kinds.ts';
import { MONTHS, openWorld } from '../../support/reconciliation/world.ts';

/** Those with Stripe; what banks say is in the scenarios. */
const CLASSES = (Object.keys(BREAK_CLASSES) as readonly BreakClassName[]).filter((name) => !name.startsWith('bank_'));

/**
 * Nine groups of classes as the points of a plane, and its lines of three groups: any two groups are on one line, so that any two classes are
 * together in one at least. Of a class with several corruptions, each line has another one.
 */
const LINES: readonly (readonly Corruption[])[] = [
  ...[0, 1, 2].flatMap((slope) => [0, 1, 2].map((start) => (x: number, y: number) => (slope * x + start) % 3 === y)),
  ...[0, 1, 2].map((column) => (x: number) => x === column),
].map((has, line) =>
  CLASSES.filter((_, at) => has(at % 3, Math.floor(at / 3) % 3)).map((name) => {
    const some = CORRUPTIONS.filter(({ break_class }) => break_class === name);
    return requirePresent(some[line % some.length], `${name} is planted.`);
  }),
);

const SIDE = Math.ceil(Math.sqrt(CORRUPTIONS.length));

/** All corruptions in a square, as its rows and columns: each is in two groups that have no other one in common, so none can hide that another is not found. */
const ROWS_AND_COLUMNS: readonly (readonly Corruption[])[] = [
  Map.groupBy(CORRUPTIONS, (corruption) => Math.floor(CORRUPTIONS.indexOf(corruption) / SIDE)),
  Map.groupBy(CORRUPTIONS, (corruption) => CORRUPTIONS.indexOf(corruption) % SIDE),
].flatMap((groups) => [...groups.values()]);

let world: Baseline;
beforeAll(async () => {
  world = await baselineOf(await openWorld());
});
afterAll(() => world[Symbol.asyncDispose]());

test('a world of every kind of movement that is correct has no break, and its bridge closes', async () => {
  await world.warehouse.withRollback(async (writer) => {
    for (const month of MONTHS) await build(writer, month, { parts: ['open'] });
    expect(await writer.query('select * from tantieme.breaks')).toEqual([]);
    const residuals = await writer.query(
      `select period, balance_type, currency from tantieme.stripe_bridge
      where bridge_line = 'residual' and net_minor = 0 order by all`,
    );
    const balances = [
      'issuing EUR',
      'payments CHF',
      'payments EUR',
      'payments GBP',
      'payments JPY',
      'payments KWD',
      'payments USD',
      'refund_and_dispute_prefunding EUR',
    ];
    expect(residuals.map(({ period, balance_type, currency }) => `${period} ${balance_type} ${currency}`)).toEqual(
      MONTHS.flatMap((month) => balances.map((balance) => `${month} ${balance}`)),
    );
  });
});

test('a release of a minimum balance counts once as it was pulled last, whatever was pulled of it before', async () => {
  await world.warehouse.withRollback(async (writer) => {
    await writer.query(
      `insert into stripe.balance_transactions by name
      select * replace (null as source_id_stripe, pulled_at - interval 1 second as pulled_at) from stripe.balance_transactions
      where reporting_category = 'payout_minimum_balance_release'`,
    );
    for (const month of MONTHS) await build(writer, month, { parts: ['open'] });
    expect(await writer.query('select break_id from tantieme.breaks')).toEqual([]);
  });
});

test('what is clear at once is what a comparison one by one finds to match', async () => {
  const oneByOne = MODELS.map((model) => (model.name === ALL_FLOWS.name ? ALL_FLOWS : model));
  await world.warehouse.withRollback(async (writer) => {
    const compared = async (models: readonly Model[]) => {
      let unclear = 0;
      const onModel = (model: string, rows: number): void => {
        if (model === ALL_FLOWS.name) unclear += rows;
      };
      await build(writer, MONTHS[0], { parts: ['open'], models, onModel });
      return { rows: await writer.query('select * from tantieme.reconciliations order by all'), unclear };
    };
    const [usual, whole] = [await compared(MODELS), await compared(oneByOne)];
    expect(usual.rows).toEqual(whole.rows);
    expect(usual.unclear).toBeLessThan(whole.unclear);
  });
});

describe('exactly what is planted is found, in its class and month:', () => {
  test('all of it in one world', async () => {
    expect(await compare(world, CORRUPTIONS)).toEqual(EXACT);
  });

  test.each(LINES.map((line) => [line.map(({ break_class }) => break_class).join(', '), line] as const))(
    '%s',
    async (_, line) => {
      expect(await compare(world, line)).toEqual(EXACT);
    },
  );

  test('any two classes are together in one of these', () => {
    const pairs = (names: readonly string[]) =>
      names.flatMap((one, at) => names.slice(at + 1).map((other) => `${one} ${other}`));
    const together = new Set(LINES.flatMap((line) => pairs(line.map(({ break_class }) => break_class))));
    expect(pairs(CLASSES).filter((pair) => !together.has(pair))).toEqual([]);
  });

  test.each(
    FULL_RUN ? ROWS_AND_COLUMNS.map((group) => [group.map(({ name }) => name).join(', '), group] as const) : [],
  )('%s', async (_, group) => {
    expect(await compare(world, group)).toEqual(EXACT);
  });
});

test('every kind of balance transaction ends in its class, journal and line of the bridge, which closes', async () => {
  const { kinds, otherBreaks, residuals } = await endsOf(world, playKinds);
  expect(kinds).toEqual(KIND_ENDS);
  expect(otherBreaks).toEqual([]);
  expect(new Set(Object.values(residuals))).toEqual(new Set([0n]));
});

test('every kind that the seed has is played', async () => {
  const seeded = await world.warehouse.query<{ kind: string }>(
    `select reporting_category || ' ' || balance_transaction_type || ' ' || balance_type as kind
    from seeds.stripe_kinds order by kind`,
  );
  expect(seeded.map(({ kind }) => kind)).toEqual(KIND_NAMES);
});
