import { instant } from '../../../warehouse/clock.ts';
import { parsePeriod, periodEnd } from '../../../warehouse/period.ts';
import { MAIN_PAYER } from '../../../warehouse/vocabulary/tax.ts';
import { type Random, seeded } from '../marketplace/prng.ts';
import { SALE_TABLES } from './drafted-corrections.ts';
import type { Closing, RawEvent, RawRow } from './facts.ts';
import { instantIn, recordedAfter } from './instants.ts';

interface Drafting {
  readonly random: Random;
  readonly prefix: string;
  readonly closings: readonly Closing[];
}

const EARLY = '2025-06-01T00:00:00.000Z';
/** Some with a treaty of the United States, at several rates, and some without one. */
const COUNTRIES = ['US', 'US', 'DE', 'DE', 'GB', 'IT', 'MX', 'CL', 'BR', 'FR'];
const FORMS = ['w9', 'w9', 'w8ben', 'w8ben', 'w8ben', 'w8bene', 'none'];

const OTHER_PAYER = 'other';

const SETTINGS = [
  { payer_country: 'GB', undocumented_treatment: 'as_foreign' },
  { payer_country: 'US', undocumented_treatment: 'not_withheld' },
  { payer_country: 'US', undocumented_treatment: 'as_foreign' },
  { payer_country: 'US', undocumented_treatment: 'as_unidentified' },
  { payer_country: 'DE', undocumented_treatment: 'as_unidentified' },
  { payer_country: 'US', undocumented_treatment: 'as_foreign' },
] as const;

/**
 * What finance has set for all marketplaces of a scene, as settings are the same for all creators: something else each month, from a day in
 * it or from the day of its credit. In some scenes, nothing is withheld of the first month.
 */
export function draftedSettings(seed: number, closings: readonly Closing[]): RawEvent[] {
  const random = seeded(seed);
  const drafting = { random, closings, prefix: 'scene_' };
  const from = Math.floor(seed / 40);
  const ofMain = closings.flatMap(({ period }, index) => {
    if (index === 0 && from % 3 === 1) return [];
    const valid_from_at = random.chance(0.5) ? `${period}-15T00:00:00.000Z` : firstAfter(period);
    const timestamp = random.chance(0.8) ? EARLY : instantIn(random, closings);
    const row = { valid_from_at, decided_by: 'finance', ...SETTINGS[(from + index) % SETTINGS.length], timestamp };
    return [reported(drafting, `settings_${index}`, { table: 'tax_settings_changed', row })];
  });
  return [...ofMain, ...settingsOfOther(drafting, from)];
}

/** Of some scenes, those of the other payer: from the first month on, or from a later one. */
function settingsOfOther(drafting: Drafting, from: number): RawEvent[] {
  const { random, closings } = drafting;
  if (random.chance(0.3)) return [];
  const { period } = random.pick(closings.slice(0, 2));
  const settings = { ...SETTINGS[(from + 4) % SETTINGS.length], payer_id: OTHER_PAYER };
  const row = { valid_from_at: firstAfter(period), decided_by: 'finance', ...settings, timestamp: EARLY };
  return [reported(drafting, 'settings_other', { table: 'tax_settings_changed', row })];
}

function firstAfter(period: string): string {
  return instant(periodEnd(parsePeriod(period)));
}

/** The events of a marketplace, of half of them with where buyers and developers are and what creators have declared about their taxes. */
export function withTaxes(
  events: readonly RawEvent[],
  { seed, prefix, closings }: { seed: number; prefix: string; closings: readonly Closing[] },
): RawEvent[] {
  if (seed % 2 === 0) return [...events];
  const drafting: Drafting = { random: seeded(-seed), prefix, closings };
  const { random } = drafting;
  const located = events.map(({ table, row }) => {
    const buyer_country = SALE_TABLES.includes(table) && random.chance(0.4) ? random.pick(COUNTRIES) : null;
    return { table, row: { ...row, buyer_country } };
  });
  const drafted = [
    ...usedElsewhere(drafting, events),
    ...['dev_x', 'dev_y'].flatMap((name) => repeated(random, () => developer(drafting, `${prefix}${name}`))),
    ...['ada', 'ben', 'cai', 'dee'].flatMap((name) =>
      repeated(random, () => status(drafting, { creator_id: `${prefix}cr_${name}` })),
    ),
    ...['ben', 'cai', 'dee'].flatMap((name) => payers(drafting, `${prefix}cr_${name}`)),
  ];
  return [...located, ...drafted.map((event, index) => reported(drafting, `${prefix}tax_${index}`, event))];
}

function repeated<T>(random: Random, drafted: () => T): T[] {
  return Array.from({ length: random.pick([0, 1, 1, 2, 3]) }, drafted);
}

/** The same uses again by the other developer, so that both share an amount. */
function usedElsewhere({ random, prefix }: Drafting, events: readonly RawEvent[]): Drafted[] {
  return events.flatMap(({ table, row }) => {
    if (table !== 'asset_used' || random.chance(0.3)) return [];
    const developer_id = `${prefix}${row.developer_id === `${prefix}dev_x` ? 'dev_y' : 'dev_x'}`;
    const { id: _id, loaded_at: _loadedAt, ...used } = row;
    return [
      { table, row: { ...used, developer_id, use_id: `${row.use_id}_again`, units: random.pick(['1', '3', '17']) } },
    ];
  });
}

interface Drafted {
  readonly table: string;
  readonly row: Omit<RawRow, 'id' | 'loaded_at'>;
}

function developer({ random, closings }: Drafting, developer_id: string): Drafted {
  const timestamp = random.chance(0.7) ? EARLY : instantIn(random, closings);
  const country = random.pick(COUNTRIES);
  return { table: 'developer_signed_up', row: { developer_id, developer_name: 'Dev', country, timestamp } };
}

/** A form, one that ends or begins about a day of credit, one with or without a number or a claim, or none. */
function status({ random, closings }: Drafting, { creator_id }: { creator_id: string }): Drafted {
  const timestamp = random.chance(0.5) ? EARLY : instantIn(random, closings);
  const tax_form = random.pick(FORMS);
  const backup_withholding = `${tax_form === 'w9' && random.chance(0.3)}`;
  if (tax_form === 'none')
    return {
      table: 'tax_status_changed',
      row: { creator_id, tax_form, has_tin: 'false', backup_withholding, timestamp },
    };
  const tax_country = tax_form === 'w9' ? 'US' : random.pick(COUNTRIES.filter((country) => country !== 'US'));
  const isClaimed = tax_form !== 'w9' && random.chance(0.7);
  const treaty_country = random.chance(0.9) ? tax_country : random.pick(COUNTRIES);
  const claim = isClaimed
    ? { treaty_country, treaty_claim: random.pick([null, '0', '500', '1000', '1250', '9000']) }
    : {};
  const tax_valid_from_at = random.chance(0.7) ? dayOf(timestamp) : dayOf(instantIn(random, closings));
  const tax_valid_until_at = random.chance(0.5) ? null : aboutCredit(random, closings);
  const form = { tax_form, tax_country, has_tin: `${random.chance(0.7)}`, backup_withholding, ...claim };
  return {
    table: 'tax_status_changed',
    row: { creator_id, ...form, tax_valid_from_at, tax_valid_until_at, timestamp },
  };
}

/** The other payer from the first year or the next one on, and in some marketplaces the main one again. */
function payers({ random, closings }: Drafting, creator_id: string): Drafted[] {
  if (random.chance(0.6)) return [];
  const year = Number(closings[0]?.period.slice(0, 4));
  const payer_country = random.pick(['GB', 'GB', 'US', 'IE']);
  const row = { creator_id, decided_by: 'finance', timestamp: EARLY };
  const assigned = (payer_id: string, from: number): Drafted => ({
    table: 'creator_payer_assigned',
    row: { ...row, payer_id, payer_country, valid_from_at: `${from}-01-01T00:00:00.000Z` },
  });
  const first = random.pick([year, year, year + 1]);
  return [assigned(OTHER_PAYER, first), ...(random.chance(0.3) ? [assigned(MAIN_PAYER, first + 1)] : [])];
}

/** The day on which a month is credited, or the one before. */
function aboutCredit(random: Random, closings: readonly Closing[]): string {
  const first = Date.parse(firstAfter(random.pick(closings).period));
  return new Date(first - random.pick([0, 86_400_000])).toISOString();
}

function dayOf(instant: string): string {
  return `${instant.slice(0, 10)}T00:00:00.000Z`;
}

function reported({ random, closings }: Drafting, id: string, { table, row }: Drafted): RawEvent {
  const { timestamp = '' } = row;
  const loaded_at =
    timestamp === EARLY && random.chance(0.7)
      ? EARLY
      : recordedAfter(random, { timestamp: instantOfReport(timestamp, closings), closings });
  return { table, row: { ...row, id, timestamp: timestamp ?? '', loaded_at } };
}

/** What is early is recorded late about the first month. */
function instantOfReport(timestamp: string | null, closings: readonly Closing[]): string {
  return timestamp === EARLY || !timestamp ? `${closings[0]?.period}-20T00:00:00.000Z` : timestamp;
}
