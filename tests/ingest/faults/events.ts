import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { developerSignedUp } from '../../../ingest/events/developers.ts';
import type { Random } from '../../support/marketplace/prng.ts';
import { catalogueEvent, type Message } from '../load/receipts.ts';

/** An event that a producer sends, and what must become of it once it was acknowledged. */
export interface ProducedEvent {
  readonly id: string;
  readonly message: Message;
  /** Where it lands, beside `tracks` for a track, and a value of it there; undefined where it is to be quarantined. */
  readonly lands: { readonly table: string; readonly column: string; readonly value: string } | undefined;
}

/** Earlier than every reading of the clock. */
const AT = '2026-01-10T12:00:00.000Z';

type Make = (id: string, random: Random) => Omit<ProducedEvent, 'id'>;

const KINDS: readonly { readonly weight: number; readonly make: Make }[] = [
  { weight: 8, make: signUp },
  { weight: 3, make: developer },
  { weight: 2, make: (id) => described('identify', 'identifies', { id, traits: { mark: id } }) },
  {
    weight: 2,
    make: (id, random) => described('page', 'pages', { id, name: 'Gallery', properties: growing(id, random) }),
  },
  { weight: 1, make: (id) => described('screen', 'screens', { id, name: 'Start', properties: { mark: id } }) },
  { weight: 1, make: (id) => described('group', '_groups', { id, groupId: `team_${id}`, traits: { mark: id } }) },
  { weight: 1, make: alias },
  { weight: 3, make: invalid },
];

const DRAWN = KINDS.flatMap(({ weight, make }) => Array.from({ length: weight }, () => make));

export function produce(id: string, random: Random): ProducedEvent {
  return { id, ...random.pick(DRAWN)(id, random) };
}

/** Text of any length with all that can go wrong when a line or a character is torn. */
function nameOf(id: string, random: Random): string {
  return `${id} "Ada"\n\u2028 ${'žluťoučký 🎨 '.repeat(random.pick([0, 1, 1, 2, 30]))}.`;
}

function signUp(id: string, random: Random): Omit<ProducedEvent, 'id'> {
  const creator_name = nameOf(id, random);
  const message = catalogueEvent(creatorSignedUp, AT, { creator_id: `cr_${id}`, creator_name, country: 'DE' });
  // Without a time of its own an event has happened when it was sent.
  const timestamp = random.chance(0.8) ? AT : undefined;
  return {
    message: { ...message, messageId: id, timestamp },
    lands: { table: 'creator_signed_up', column: 'creator_name', value: creator_name },
  };
}

function developer(id: string, random: Random): Omit<ProducedEvent, 'id'> {
  const developer_name = nameOf(id, random);
  const message = catalogueEvent(developerSignedUp, AT, { developer_id: `dev_${id}`, developer_name, country: 'FR' });
  return {
    message: { ...message, messageId: id },
    lands: { table: 'developer_signed_up', column: 'developer_name', value: developer_name },
  };
}

/** Each event may add a column to its table. */
function growing(id: string, random: Random): Message {
  return { mark: id, [`seen_${random.between(1, 30)}`]: 'yes' };
}

function described(type: string, table: string, { id, ...more }: Message & { id: string }): Omit<ProducedEvent, 'id'> {
  return {
    message: { type, messageId: id, userId: `cr_${id}`, timestamp: AT, ...more },
    lands: { table, column: 'mark', value: id },
  };
}

function alias(id: string): Omit<ProducedEvent, 'id'> {
  const previousId = `anonymous_${id}`;
  return {
    message: { type: 'alias', messageId: id, userId: `cr_${id}`, timestamp: AT, previousId },
    lands: { table: 'aliases', column: 'previous_id', value: previousId },
  };
}

/** An event that breaks its schema in one of several ways. */
function invalid(id: string, random: Random): Omit<ProducedEvent, 'id'> {
  const { message } = signUp(id, random);
  const broken = random.pick<Message>([
    { event: 'Creator Vanished' },
    { properties: { event_version: 1, creator_id: `cr_${id}` } },
    { properties: { ...(message.properties as Message), shoe_size: '46' } },
    { timestamp: '2019-12-31T23:59:59.999Z' },
  ]);
  return { message: { ...message, ...broken }, lands: undefined };
}
