import { type MapInput, type MapOptions, type Mapped, mapMessage, type Row } from '../../../ingest/rudder/map.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';

/** An example message, and its mapping with variations. */

export const METADATA = { sourceId: 'src_1', sourceType: 'HTTP', destinationId: 'dst_1', destinationType: 'BQ' };
export const MESSAGE = {
  type: 'track',
  event: 'License Purchased',
  messageId: 'm_1',
  anonymousId: 'a_1',
  userId: 'dev_1',
  channel: 'server',
  context: { library: { name: 'analytics-node', version: '3.0.13' } },
  originalTimestamp: '2026-03-07T12:00:00.000Z',
  sentAt: '2026-03-07T12:00:01.000Z',
  receivedAt: '2026-03-07T12:00:02.000Z',
  timestamp: '2026-03-07T12:00:01.000Z',
  request_ip: '198.51.100.7',
};

export interface Variation extends Partial<Omit<MapInput, 'message'>>, MapOptions {}

export function mapping(message: JsonObject, { metadata, now, uuid, ...config }: Variation = {}): Mapped {
  const options = { ...(now && { now }), ...(uuid && { uuid }) };
  return mapMessage(
    { message: { ...MESSAGE, ...message }, metadata: { ...METADATA, ...metadata }, ...config },
    options,
  );
}

export const tables = (message: JsonObject, variation?: Variation): string[] =>
  mapping(message, variation).rows.map(({ table }) => table);

/** The row of a message in a table. */
export function rowIn(table: string, message: JsonObject, variation?: Variation): Row {
  const { rows } = mapping(message, variation);
  return requirePresent(
    rows.find((row) => row.table === table),
    `There is no row in ${table}.`,
  );
}

/** The values of a row that the message without variation does not have. */
export function added(message: JsonObject, { table, ...variation }: Variation & { table: string }): JsonObject {
  const { data: plain } = rowIn('license_purchased', {});
  return Object.fromEntries(
    Object.entries(rowIn(table, message, variation).data).filter(([column, value]) => plain[column] !== value),
  );
}

export const propertiesOf = (properties: JsonValue, variation: Variation = {}): JsonObject =>
  added({ properties }, { table: 'license_purchased', ...variation });
