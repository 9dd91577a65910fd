import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import { BREAK_CLASSES, type BreakClassName } from '../../../warehouse/vocabulary/reconciliation.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { type Baseline, baselineOf, compare, EXACT } from '../../support/reconciliation/comparison.ts';
import { CORRUPTIONS } from '../../support/reconciliation/corruptions.ts';
import type { Corruption } from '../../support/reconciliation/plant.ts';
import { MONTHS, openWorld } from '../../support/reconciliation/world.ts';

/** Those with Stripe; what banks say is in the scenarios. */
const CLASSES = (Object.keys(BREAK_CLASSES) as readonly BreakClassName[]).filter((name) => !name.startsWith('bank_'));

/** One corruption of each class. */
const FIRST: readonly Corruption[] = CLASSES.flatMap(
  (name) => CORRUPTIONS.find(({ break_class }) => break_class === name) ?? [],
);
/** Every third pair: each class is in several. */
const PAIRS = FIRST.flatMap((one, at) => FIRST.slice(at + 1).map((other) => [one, other] as const)).filter(
  (_, at) => at % 3 === 0,
);

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
    const balances = ['issuing EUR', 'payments EUR', 'payments JPY', 'payments KWD', 'payments USD'];
    expect(residuals.map(({ period, balance_type, currency }) => `${period} ${balance_type} ${currency}`)).toEqual(
      MONTHS.flatMap((month) => balances.map((balance) => `${month} ${balance}`)),
    );
  });
});

test('every class of break is planted', () => {
  expect(FIRST.map(({ break_class }) => break_class)).toEqual(CLASSES);
});

describe('exactly what is planted is found, in its class and month:', () => {
  test('all of it in one world', async () => {
    expect(await compare(world, CORRUPTIONS)).toEqual(EXACT);
  });

  for (const corruption of FULL_RUN ? CORRUPTIONS : FIRST) {
    test(`${corruption.break_class}: ${corruption.name}`, async () => {
      expect(await compare(world, [corruption])).toEqual(EXACT);
    });
  }

  for (const pair of FULL_RUN ? PAIRS : []) {
    test(pair.map(({ break_class }) => break_class).join(' and '), async () => {
      expect(await compare(world, pair)).toEqual(EXACT);
    });
  }
});
