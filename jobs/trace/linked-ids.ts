import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { parsePeriod, periodStart } from '../../warehouse/period.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Services } from '../job.ts';
import type { TracedEvent } from './traced-rows.ts';

const QUERIES = readQueries(import.meta.url, 'linked-ids.queries.sql', {
  linked_ids: ['ids'],
  origins_of: ['ids'],
  usage_of_invoices: ['ids'],
  invoices_of_usage: ['usage_keys'],
  journals_of_uses: ['use_ids', 'usage_keys', 'developer_ids', 'recorded_from_at', 'recorded_until_at'],
});

/** A charge of a large cart has many sales; what comes beyond is not followed. */
const MOST_IDS = 2_000;

/** Links are followed until no id is new, but not further: a transfer's reversal is two steps from its payout. */
const STEPS = 8;

/** Events happen before they are recorded, except where clocks differ. */
export const CLOCKS_DIFFER_MS = DAY_MS;

export const NEVER = '9999-12-31T00:00:00.000Z';

type Stores = Pick<Services, 'warehouse' | 'operational'>;

/** Ids that belong to the same money, in the order in which they were found. */
export class LinkedIds {
  readonly #stores: Stores;
  readonly #ids = new Set<string>();
  /** The number of ids that were found beyond `MOST_IDS`, and not followed. */
  leftOut = 0;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  get all(): readonly string[] {
    return [...this.#ids];
  }

  /** What journal entries, breaks, movements and transfers with an id are about, and the id. */
  async start(id: string): Promise<void> {
    const { warehouse } = this.#stores;
    const origins = await warehouse.query<{ to_id: string }>(...QUERIES.origins_of(textList([id])));
    await this.followTransfers([id]);
    await this.follow(origins.map(({ to_id }) => to_id));
  }

  /** Adds ids, and what they are linked to. */
  async follow(ids: readonly string[]): Promise<void> {
    let fresh = this.add(ids);
    for (let step = 0; step < STEPS && fresh.length > 0; step++) {
      const found = await this.#stores.warehouse.query<{ to_id: string }>(...QUERIES.linked_ids(textList(fresh)));
      fresh = this.add(found.map(({ to_id }) => to_id));
    }
  }

  /** Adds transfers with what they are linked to, and their payouts. */
  async followTransfers(transferIds: readonly string[]): Promise<void> {
    if (transferIds.length === 0) return;
    // A transfer is known here before its event is recorded.
    const logged = await this.#stores.operational
      .selectFrom('payout_log')
      .select('payout_id')
      .distinct()
      .where('transfer_id_stripe', 'in', transferIds)
      .execute();
    await this.follow([...transferIds, ...logged.map(({ payout_id }) => payout_id)]);
  }

  /** Adds ids without following them. Returns those that are new. */
  add(ids: readonly string[]): string[] {
    const fresh = [...new Set(ids)].filter((each) => !this.#ids.has(each));
    const some = fresh.slice(0, MOST_IDS - this.#ids.size);
    this.leftOut += fresh.length - some.length;
    for (const each of some) this.#ids.add(each);
    return some;
  }

  /**
   * Adds the journal entries that book metered uses, and the invoices for them with their charges. Where no use is given, the uses are those that
   * the invoices and journal entries found so far are about. Only what was recorded with them is read.
   */
  async followUses(uses: readonly Pick<TracedEvent, 'fact_id' | 'recorded_at'>[]): Promise<void> {
    const { warehouse } = this.#stores;
    const invoiced =
      uses.length > 0
        ? []
        : await warehouse.query<{ developer_id: string; ends_with_month: string }>(
            ...QUERIES.usage_of_invoices(textList(this.all)),
          );
    if (uses.length === 0 && invoiced.length === 0) return;
    const months = invoiced.map(({ ends_with_month }) => ends_with_month.slice(-7));
    const usageKeys = invoiced.map(({ developer_id }, at) => `${developer_id}/${months[at]}`);
    const recorded = uses.map(({ recorded_at }) => recorded_at).sort();
    const booked = await warehouse.query<{ journal_id: string | null; usage_key: string }>(
      ...QUERIES.journals_of_uses(
        textList(uses.map(({ fact_id }) => fact_id)),
        textList(usageKeys),
        textList(invoiced.map(({ developer_id }) => developer_id)),
        recorded[0] ?? instant(periodStart(parsePeriod(months.toSorted()[0] ?? '')) - CLOCKS_DIFFER_MS),
        recorded.at(-1) ?? NEVER,
      ),
    );
    this.add(booked.flatMap(({ journal_id }) => journal_id ?? []));
    const invoices = await this.invoicesOf(booked.map(({ usage_key }) => usage_key));
    await this.follow(invoices.map(({ invoice_id }) => invoice_id));
  }

  /** The invoices for the metered use of developers in months, each as `developer/2026-01`. */
  async invoicesOf(usageKeys: readonly string[]): Promise<readonly InvoiceOfUsage[]> {
    const keys = textList([...new Set(usageKeys)]);
    return this.#stores.warehouse.query<InvoiceOfUsage>(...QUERIES.invoices_of_usage(keys));
  }
}

type InvoiceOfUsage = Readonly<Record<'invoice_id' | 'usage_key', string>> & {
  readonly charge_id_stripe: string | null;
};
