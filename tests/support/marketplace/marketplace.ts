import { Rejected } from '../../../warehouse/errors.ts';
import { invariant } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Act } from './acts.ts';
import { Chronicle } from './chronicle.ts';
import { openMarket, type Population } from './market.ts';
import { MALFORMATIONS, repeatSome, requestSamples, sendMalformed } from './noise.ts';
import { reverseSales } from './reversals.ts';
import { sellLicenses, sellSubscriptions } from './sales.ts';
import { computeTruth, type Truth } from './truth.ts';
import { invoiceUses, useAssets } from './usage.ts';

/** The minimum number of events of the period for all its variety. */
const LEAST_OF_PERIOD = 80;

export interface MarketplaceOptions extends Partial<Population> {
  readonly seed: number;
  /** `2026-01` */
  readonly period: string;
  /** How many events are sent, including registrations, duplicates and malformed ones; default 60,000. */
  readonly events?: number;
}

export interface Marketplace {
  /** In the order in which they are sent or happen; those before the period first. */
  readonly acts: readonly Act[];
  readonly truth: Truth;
}

/**
 * A synthetic marketplace: a year of registrations, then one month of sales and uses. The same options give the same
 * acts with the same ids; another period gives different ones. Throws `Rejected` for too few events for the people and
 * assets, or a malformed period.
 */
export function marketplace(options: MarketplaceOptions): Marketplace {
  const { seed, period, events = 60_000, creators = 300, assets = 2500, developers = 120 } = options;
  const chronicle = new Chronicle(seed, parsePeriod(period));
  const market = openMarket(chronicle, { creators, assets, developers });

  const malformedCount = Math.max(MALFORMATIONS.length, Math.round(events * 0.001));
  const duplicate_count = Math.max(3, Math.round(events * 0.007));
  // A developer has at most one invoice in each of the two currencies.
  const reserved = malformedCount + duplicate_count + 2 * developers;
  const left = (): number => events - chronicle.events.length - reserved;
  const ofPeriod = left();
  if (ofPeriod < LEAST_OF_PERIOD) {
    throw new Rejected(
      `A marketplace of ${creators} creators, ${assets} assets and ${developers} developers needs at least ${events - ofPeriod + LEAST_OF_PERIOD} events, not ${events}.`,
    );
  }

  const sales = [
    ...sellLicenses(chronicle, market, Math.max(10, Math.round(ofPeriod * 0.02))),
    ...sellSubscriptions(chronicle, market, Math.max(4, Math.round(ofPeriod * 0.01))),
  ];
  const { refunds, disputes } = reverseSales(chronicle, sales);
  const uses = useAssets(chronicle, market, Math.min(Math.round(ofPeriod * 0.85), left()));
  const invoices = invoiceUses(chronicle, uses);
  // Before the malformed ones, so that every duplicate is of a valid event; samples fill up the rest.
  requestSamples(chronicle, market, events - chronicle.events.length - malformedCount - duplicate_count);
  repeatSome(chronicle, duplicate_count);
  const malformed = sendMalformed(chronicle, market, malformedCount);

  invariant(chronicle.events.length === events, `${events} events must be sent, not ${chronicle.events.length}.`);

  const truth = computeTruth(
    { sales, uses, refunds, disputes, invoices, malformed },
    { sent_count: events, duplicate_count },
  );
  return { acts: chronicle.acts(), truth };
}
