import { join } from 'node:path';
import { creatorKycCompleted } from '../../../../ingest/events/creators.ts';
import { disputeClosed, disputeOpened } from '../../../../ingest/events/sales.ts';
import { loadSegments } from '../../../../ingest/load/load-segments.ts';
import type { Value, Warehouse } from '../../../../warehouse/warehouse.ts';
import { catalogueEvent, type Message } from '../../../ingest/load/receipts.ts';
import { temporaryFolder } from '../../../warehouse/folder.ts';
import { breakRow, setBreaks } from '../../breaks-of.ts';
import { accountUpdated, type CreatorFixture } from '../../january.ts';
import { CLOSING, type TestServices } from '../../test-services.ts';
import { deleteRows, restoreRows, saveRows } from '../../warehouse-rows.ts';

/** What can become known of a creator between the approval and the sending, and be over later. */
export const FACTS = ['identity', 'account', 'dispute', 'break'] as const;
export type Fact = (typeof FACTS)[number];

/** The warehouse once something has become known of a creator. */
export interface World {
  readonly fixture: CreatorFixture;
  readonly fact: Fact;
  /** Whether it is no longer so. */
  readonly isOver: boolean;
}

/** The same instant for every course, so that the answers can be kept. */
const [BEGIN, END] = [CLOSING.replace('T04', 'T05'), CLOSING.replace('T04', 'T06')];

/**
 * The warehouse of the courses: as at the approval, or as it is in one of the worlds. It is real, but a query runs once in each world. While
 * a course has its own, nothing is kept.
 */
export class Worlds implements AsyncDisposable {
  readonly #harness: TestServices;
  readonly #answers = new Map<string, Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();
  #entered = '';
  /** The events of the world that was entered last. */
  #events: readonly Message[] = [];
  /** Where the rows are kept, once a course has had its own. */
  #saved: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  /** Whether what is loaded belongs to one course. */
  #isOwn = false;

  constructor(harness: TestServices) {
    this.#harness = harness;
  }

  query(world: World | undefined, text: string, parameters: readonly Value[] = []): Promise<unknown> {
    const run = () => this.#harness.services.warehouse.query(text, parameters);
    if (this.#isOwn) return run();
    const name = nameOf(world);
    const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
    const key = JSON.stringify([name, text, parameters], bigints);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#turn.then(() => this.#enter(world)).then(run);
    this.#turn = answer.catch(() => undefined);
    this.#answers.set(key, answer);
    return answer;
  }

  /** From now on, what is loaded belongs to one course. */
  async own(): Promise<void> {
    await this.#enter(undefined);
    if (this.#saved === undefined) {
      this.#saved = await temporaryFolder();
      await saveRows(this.#harness.services.warehouse, join(this.#saved.path, 'rows'));
    }
    this.#isOwn = true;
  }

  /** The end of that course. */
  async disown(): Promise<void> {
    if (!this.#isOwn || this.#saved === undefined) return;
    this.#isOwn = false;
    const { warehouse } = this.#harness.services;
    await deleteRows(warehouse);
    await restoreRows(warehouse, join(this.#saved.path, 'rows'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#saved?.[Symbol.asyncDispose]();
  }

  async #enter(world: World | undefined): Promise<void> {
    const { services } = this.#harness;
    const name = nameOf(world);
    if (name === this.#entered) return;
    await deleteEvents(services.warehouse, this.#events);
    await setBreaks(services, ...(world?.fact === 'break' && !world.isOver ? [breakOf(world)] : []));
    this.#entered = name;
    this.#events = world ? eventsOf(world, { from: BEGIN, until: END }) : [];
    if (this.#events.length === 0) return;
    this.#harness.setTime(END);
    await this.#harness.recordEvents(...this.#events);
    // Not by its job: a process may hold the control store.
    await loadSegments(services.warehouse, services);
  }
}

const breakOf = ({ fixture }: World) => breakRow({ flow_id: chargeOf(fixture) });

/** Deletes some events as if they had never been loaded. */
async function deleteEvents(warehouse: Warehouse, events: readonly Message[]): Promise<void> {
  if (events.length === 0) return;
  await warehouse.transaction(async (writer) => {
    for (const { messageId, event } of events) {
      const table = `raw.${String(event).toLowerCase().replaceAll(' ', '_')}`;
      await writer.query('delete from landing.messages where message_id = $1', [String(messageId)]);
      for (const name of [table, 'raw.tracks'])
        await writer.query(`delete from ${name} where id = $1`, [String(messageId)]);
    }
  });
}

/** The first charge of a creator. */
export const chargeOf = ({ name }: CreatorFixture): string => `ch_${name}_0`;

function nameOf(world: World | undefined): string {
  return world ? `${world.fact} of ${world.fixture.name}${world.isOver ? ', over' : ''}` : '';
}

/** The events that report a fact from one instant on, and if it is over, of its end. */
export function eventsOf(
  { fixture, fact, isOver }: World,
  { from, until }: { from: string; until: string },
): Message[] {
  const [begin, end] = EVENTS[fact](fixture, { from, until });
  return [begin, isOver ? end : undefined].filter((event) => event !== undefined);
}

type Told = (fixture: CreatorFixture, at: { from: string; until: string }) => readonly Message[];

const EVENTS: Readonly<Record<Fact, Told>> = {
  identity: ({ name }, { from, until }) => [
    catalogueEvent(creatorKycCompleted, from, { creator_id: `cr_${name}`, kyc_status: 'rejected' }),
    catalogueEvent(creatorKycCompleted, until, { creator_id: `cr_${name}`, kyc_status: 'verified' }),
  ],
  account: ({ name }, { from, until }) => [
    accountUpdated(name, { account: `acct_${name}_new`, at: from }),
    accountUpdated(name, { at: until }),
  ],
  dispute: ({ name, currency, sales: [amount = ''] }, { from, until }) => {
    const dispute = { dispute_id: `dis_${name}`, sale_id: `sale_${name}_0`, developer_id: 'dev_x' };
    const disputed = { amount, tax_amount: '0', currency, dispute_id_stripe: `dp_${name}` };
    return [
      catalogueEvent(disputeOpened, from, { ...dispute, ...disputed }),
      catalogueEvent(disputeClosed, until, { ...dispute, dispute_outcome: 'won' }),
    ];
  },
  break: () => [],
};
