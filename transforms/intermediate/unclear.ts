import type { Column } from '../../warehouse/vocabulary/fields.ts';
import type { Model, Within } from '../engine/model.ts';
import { intTouchedFacts } from './int_touched_facts.ts';
import { intTouchedObjects } from './int_touched_objects.ts';
import { intTouchedTransactions } from './int_touched_transactions.ts';
import { TOUCHED_FACTS, TOUCHED_OBJECTS, TOUCHED_TRANSACTIONS } from './touched.ts';

/** What is read of our reports and of Stripe's records to compare one by one what is not clear: all there is of it, in whatever month. */

/** The model for what is not clear in place of what is touched, by the same SELECT. */
function ofUnclear<C extends Column>(model: Model<C>, meaning: string): Model<C> {
  const renamed = (text: string): string => text.replaceAll('steps.int_touched_', 'steps.int_unclear_');
  return {
    ...model,
    name: renamed(model.name),
    meaning,
    reads: model.reads.map(renamed),
    sql: renamed(model.sql),
  };
}

export const intUnclearTransactions = ofUnclear(
  intTouchedTransactions,
  'One row per balance transaction at Stripe of what is compared one by one, in whatever month, and per half of a pair.',
);

export const intUnclearObjects = ofUnclear(
  intTouchedObjects,
  'One row per object at Stripe that is compared one by one, or that decides what one of its balance transactions belongs to.',
);

export const intUnclearFacts = ofUnclear(
  intTouchedFacts,
  'One row per sale, invoice, refund, dispute, payout or reversal of one that may be a part of what is compared one by one.',
);

const withinAlways = (touched: readonly Within[], ids: Model): readonly Within[] =>
  touched.map(({ view, column }) => ({ view, column, ids, isOfPeriod: false }));

export const UNCLEAR_TRANSACTIONS = withinAlways(TOUCHED_TRANSACTIONS, intUnclearTransactions);
export const UNCLEAR_OBJECTS = withinAlways(TOUCHED_OBJECTS, intUnclearObjects);
export const UNCLEAR_FACTS = withinAlways(TOUCHED_FACTS, intUnclearFacts);
