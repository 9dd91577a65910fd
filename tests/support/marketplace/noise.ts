import { sampleRequested } from '../../../ingest/events/developers.ts';
import { licensePurchased } from '../../../ingest/events/sales.ts';
import { assetUsed } from '../../../ingest/events/usage.ts';
import type { EventAct } from './acts.ts';
import { type Chronicle, HOUR, MINUTE } from './chronicle.ts';
import type { Market } from './market.ts';

/** The kinds of events that violate the catalogue. */
export const MALFORMATIONS = [
  'number_for_decimal',
  'property_missing',
  'event_undeclared',
  'property_undeclared',
  'amount_negative',
] as const;
type Malformation = (typeof MALFORMATIONS)[number];

export interface Malformed {
  readonly message_id: string;
  readonly malformation: Malformation;
}

/** Sends sample requests, which are free of charge. */
export function requestSamples(chronicle: Chronicle, market: Market, count: number): void {
  const { random } = chronicle;
  for (let sample = 0; sample < count; sample++) {
    const { developer_id } = market.developer(random);
    const { asset_id } = random.pick(market.assets);
    chronicle.record(sampleRequested, { occurred_at_ms: chronicle.instant() }, { developer_id, asset_id });
  }
}

/** Sends events that violate the catalogue, each kind in turn. They have amounts, but nothing was charged at Stripe. */
export function sendMalformed(chronicle: Chronicle, market: Market, count: number): Malformed[] {
  return Array.from({ length: count }, (_, index) => {
    const malformation = MALFORMATIONS[index % MALFORMATIONS.length] ?? 'property_missing';
    const event = malformed(chronicle, market, malformation);
    const { message_id } = chronicle.recordAsItIs(event, { occurred_at_ms: chronicle.instant() });
    return { message_id, malformation };
  });
}

function malformed(
  chronicle: Chronicle,
  market: Market,
  malformation: Malformation,
): Pick<EventAct, 'event' | 'user_id' | 'properties'> {
  const { random } = chronicle;
  const { developer_id } = market.developer(random);
  const { asset, terms } = market.offer(
    malformation === 'number_for_decimal' ? 'metered' : 'one_time',
    chronicle.end_ms - 1,
  );
  const subject = { event_version: 1, asset_id: asset.asset_id, developer_id };
  const { currency, ...purchase } = {
    ...subject,
    license_id: chronicle.id('lic'),
    sale_id: chronicle.id('sale'),
    amount: '480.00',
    tax_amount: '0.00',
    currency: terms.currency,
    charge_id_stripe: chronicle.id('ch'),
  };
  const event = { event: licensePurchased.name, user_id: developer_id };
  switch (malformation) {
    case 'number_for_decimal': {
      const usage_right = random.pick(asset.usage_rights);
      const properties = { ...subject, use_id: chronicle.id('use'), units: 250000.5, usage_right };
      return { ...event, event: assetUsed.name, properties };
    }
    case 'property_missing':
      return { ...event, properties: purchase };
    case 'event_undeclared':
      return { ...event, event: 'License Gifted', properties: { ...purchase, currency } };
    case 'property_undeclared':
      return { ...event, properties: { ...purchase, currency, discount_code: 'WINTER' } };
    case 'amount_negative':
      return { ...event, properties: { ...purchase, currency, amount: '-480.00' } };
  }
}

/** Sends duplicates of some events, with the same message id and body: half of them immediately, the others up to two days later. */
export function repeatSome(chronicle: Chronicle, count: number): void {
  const { random, events, end_ms } = chronicle;
  const chosen = new Set<EventAct>();
  while (chosen.size < count) chosen.add(random.pick(events));
  for (const act of chosen) {
    const later_ms = random.chance(0.5) ? random.between(1, 2000) : random.between(MINUTE, 48 * HOUR);
    chronicle.repeat(act, Math.min(act.at_ms + later_ms, end_ms - 1));
  }
}
