import { join } from 'node:path';
import type { Model } from '../../../transforms/engine/model.ts';
import { boundSql } from '../../../transforms/engine/statements.ts';
import { type BookingWindow, windowOf } from '../../../transforms/engine/window.ts';
import { intCashMovements } from '../../../transforms/intermediate/int_cash_movements.ts';
import { intComparedFlows } from '../../../transforms/intermediate/int_compared_flows.ts';
import { intKnownCorrections } from '../../../transforms/intermediate/int_known_corrections.ts';
import { intKnownMovements } from '../../../transforms/intermediate/int_known_movements.ts';
import { intLedgerMovements } from '../../../transforms/intermediate/int_ledger_movements.ts';
import { intMatches } from '../../../transforms/intermediate/int_matches.ts';
import { intUnclearFlows } from '../../../transforms/intermediate/int_unclear_flows.ts';
import { intUnclearLedgerMovements } from '../../../transforms/intermediate/int_unclear_ledger_movements.ts';
import { intUnclearMovements } from '../../../transforms/intermediate/int_unclear_movements.ts';
import {
  intUnclearFacts,
  intUnclearObjects,
  intUnclearTransactions,
} from '../../../transforms/intermediate/unclear.ts';
import { breaks } from '../../../transforms/marts/breaks.ts';
import { stripeBridge } from '../../../transforms/marts/stripe_bridge.ts';
import { MODELS } from '../../../transforms/models.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import type { WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { type Corruption, type Moved, Plant, type Planted, unbooked } from './plant.ts';
import { END, MONTHS, type World } from './world.ts';

/** What the comparison computes of all months at once; the matches then are filtered by month, as their model does. */
const ALL_MATCHES = { ...intMatches, sql: withoutFilter(intMatches.sql) };

function withoutFilter(sql: string): string {
  const filter = 'where period = $period';
  invariant(sql.trimEnd().endsWith(filter), 'The matches must be filtered by their period at the end.');
  return sql.trimEnd().slice(0, -filter.length);
}

/** A world with what a comparison makes of it, so that what a corruption leaves as it is is not computed again. */
export interface Baseline extends World {
  readonly windows: readonly BookingWindow[];
}

export async function baselineOf(world: World): Promise<Baseline> {
  const windows = await world.warehouse.transaction(async (writer) => {
    const each: BookingWindow[] = [];
    for (const month of MONTHS) each.push(await windowOf(writer, month));
    await writer.query('create schema kept');
    for (const window of each) await writer.replacePartition(stripeBridge, window.period, sqlOf(stripeBridge, window));
    return each;
  });
  return { ...world, windows };
}

/** What the matches are computed from: what is not clear at once, and all there is of that. It is the same for every month. */
const STEPS = [
  intKnownCorrections,
  intComparedFlows,
  intUnclearFlows,
  intUnclearTransactions,
  intUnclearObjects,
  intUnclearFacts,
  intKnownMovements,
  intLedgerMovements,
  intUnclearMovements,
  intUnclearLedgerMovements,
] as const;

/** As if nothing were clear at once: what matches then has a row of its own too. */
export const ALL_FLOWS: Model = {
  ...intComparedFlows,
  sql: `select flow_id, null as period, null as flow_kind, null as currency, null as settled_currency, 1 as flow_count, null as ledger_minor, null as settled_minor
    from (
      select flow_id from steps.int_fact_flows
      union select id_stripe from stripe.balance_transactions
      union select source_id_stripe from stripe.balance_transactions
      union select id_stripe from steps.int_object_links
      union select whole_id_stripe from steps.int_object_links
    )
    where flow_id is not null`,
  reads: ['steps.int_fact_flows', 'steps.int_object_links', 'stripe.balance_transactions'],
  within: [],
};

/** Of everything that there is, whatever the month. */
function sqlOf(model: Model, window: BookingWindow): string {
  const within = model.within.filter(({ isOfPeriod }) => !isOfPeriod);
  return boundSql({ ...model, within }, { window, models: MODELS });
}

/** Each `2026-01 duplicate charge:ch_1`, sorted. */
export interface Compared {
  /** Planted and not found. */
  readonly missed: readonly string[];
  /** Found and not planted. */
  readonly wrong: readonly string[];
}

/** Every planted break was found, and no other. */
export const EXACT: Compared = { missed: [], wrong: [] };

/**
 * The breaks of a world with corruptions, in all its months, compared with what they plant. Nothing of them remains. One that changes
 * nothing in our events may concern nothing that the reports of a payment service take back: what these say is not judged again.
 */
export async function compare(base: Baseline, corruptions: readonly Corruption[]): Promise<Compared> {
  return inWorld(base, async (plant, store) => {
    const planted = corruptions.flatMap((corruption) => corruption.plant(plant));
    return store(async (writer, moved) => {
      const found = await breaksOf(writer, { ...base, ...plant.changed });
      const all = [...planted, ...unbooked(moved)];
      return differenceOf(new Set(found.map(textOf)), new Set(all.map(textOf)));
    });
  });
}

/** What the balance transactions end in that were created in February, after those of the world. */
export interface Ends {
  /** Each kind once: `fee stripe_fee payments: own, processor_fees on stripe_balance, activity`, sorted. */
  readonly kinds: readonly string[];
  /** The breaks that none of them is. */
  readonly otherBreaks: readonly string[];
  /** Of the bridge, in minor units, by balance and currency. */
  readonly residuals: Readonly<Record<string, bigint>>;
}

/** What the balance transactions end in that `play` makes in February: in the comparison, the journal and the bridge. */
export async function endsOf(base: Baseline, play: (plant: Plant) => void): Promise<Ends> {
  return inWorld(base, async (plant, store) => {
    play(plant);
    return store(async (writer) => {
      const found = await breaksOf(
        writer,
        { ...base, ...plant.changed },
        STEPS.map((step) => (step === intComparedFlows ? ALL_FLOWS : step)),
      );
      const window = requirePresent(base.windows.at(-1), 'There is a month.');
      await writer.query(`create table kept.int_cash_movements as ${sqlOf(intCashMovements, window)}`);
      const ends = await writer.query<{ kind: string; break_id: string }>(ENDS_OF_ROWS, [window.period, END]);
      const known = new Set(ends.map(({ break_id }) => break_id));
      const residuals = await writer.query<{ balance: string; net_minor: bigint }>(
        `select balance_type || ' ' || currency as balance, net_minor from tantieme.stripe_bridge
        where period = $1 and bridge_line = 'residual' order by balance`,
        [window.period],
      );
      return {
        kinds: [...new Set(ends.map(({ kind }) => kind))].sort(),
        otherBreaks: found.filter(({ break_id }) => !known.has(break_id)).map(textOf),
        residuals: Object.fromEntries(residuals.map(({ balance, net_minor }) => [balance, net_minor])),
      };
    });
  });
}

const ENDS_OF_ROWS = `
  select
    matches.break_id,
    rows_read.reporting_category || ' ' || rows_read.balance_transaction_type || ' ' || rows_read.balance_type
      || ': ' || coalesce(matches.match_status, 'not compared')
      || ', ' || coalesce(cash.account || ' on ' || cash.balance_account, 'not booked')
      || ', ' || coalesce(bridge.bridge_line, 'not on the bridge') as kind
  from stripe.balance_transactions as rows_read
  join steps.int_known_movements as known on known.id_stripe = rows_read.id_stripe
  left join kept.int_matches as matches
    on matches.break_id in ('transaction:' || known.id_stripe, known.cash_movement || ':' || known.flow_id)
  left join kept.int_cash_movements as cash on cash.id_stripe = rows_read.id_stripe
  left join tantieme.stripe_bridge as bridge
    on bridge.period = $1
    and bridge.balance_type = rows_read.balance_type
    and bridge.currency = rows_read.currency
    and bridge.bridge_category = rows_read.reporting_category
  where rows_read.pulled_at > $2`;

/** Runs `work` with a plant, and with what stores the plant in the world and computes from it; nothing of both remains. */
async function inWorld<T>(
  base: Baseline,
  work: (
    plant: Plant,
    store: <R>(compute: (writer: WarehouseWriter, moved: readonly Moved[]) => Promise<R>) => Promise<R>,
  ) => Promise<T>,
): Promise<T> {
  await using folder = await temporaryFolder();
  const plant = new Plant(base, join(folder.path, 'journal.jsonl'));
  try {
    return await work(plant, (compute) =>
      base.warehouse.withRollback(async (writer) => compute(writer, await plant.store(writer))),
    );
  } finally {
    plant.close();
  }
}

async function breaksOf(
  writer: WarehouseWriter,
  { windows, isAtStripe }: Baseline & Plant['changed'],
  steps: readonly Model[] = STEPS,
): Promise<Planted[]> {
  const first = requirePresent(windows[0], 'There is a month.');
  for (const step of steps) await writer.createStep(step, sqlOf(step, first));
  await writer.query(`create table kept.int_matches as ${sqlOf(ALL_MATCHES, first)}`);
  for (const window of windows) {
    const { period } = window;
    await writer.createStep(intMatches, `select * from kept.int_matches where period = '${period}'`);
    if (isAtStripe) await writer.replacePartition(stripeBridge, period, sqlOf(stripeBridge, window));
    await writer.replacePartition(breaks, period, sqlOf(breaks, window));
  }
  const found = await writer.query<Record<keyof Planted, string>>(
    'select period, break_class, break_id from tantieme.breaks',
  );
  return [...found] as Planted[];
}

function differenceOf(found: ReadonlySet<string>, planted: ReadonlySet<string>): Compared {
  return { missed: [...planted.difference(found)].sort(), wrong: [...found.difference(planted)].sort() };
}

function textOf({ period, break_class, break_id }: Planted): string {
  return `${period} ${break_class} ${break_id}`;
}
