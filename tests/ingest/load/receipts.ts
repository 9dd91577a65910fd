import type { EventDeclaration, PropertiesOf } from '../../../ingest/events/event.ts';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import type { Receipt } from '../../../ingest/rudder/receive.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import type { Column } from '../../../warehouse/vocabulary/fields.ts';
import type { TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

export type Message = Readonly<Record<string, unknown>>;

/** An event of the catalogue as sent by a producer's SDK; its id is derived from its content. */
export function catalogueEvent<const C extends Column>(
  declaration: EventDeclaration<C>,
  occurredAt: string,
  properties: PropertiesOf<C>,
): Message {
  const all: Readonly<Record<string, unknown>> = { event_version: declaration.version, ...properties };
  return {
    type: 'track',
    event: declaration.name,
    messageId: derivedId('msg', declaration.name, occurredAt, JSON.stringify(properties)),
    userId: String(all[declaration.subject]),
    channel: 'server',
    context: { library: { name: 'analytics-node', version: '3.0.13' } },
    timestamp: occurredAt,
    properties: all,
  };
}

/** A receipt as the gateway writes it into the spool. */
export function receiptLine(message: Message, arrival: Partial<Omit<Receipt, 'message'>> = {}): string {
  const usual = { received_at: '2026-02-01T00:00:00.000Z', source_id: 'marketplace', request_ip: '127.0.0.1' };
  return JSON.stringify({ ...usual, ...arrival, message });
}

/** A spool in a temporary folder. */
export async function temporarySpool(): Promise<{ spool: Spool } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const spool = await openSpool({ folder: folder.path });
  return {
    spool,
    async [Symbol.asyncDispose]() {
      await spool.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** An in-memory warehouse with the tables that ingest fills, or some of them, without the models. */
export async function rawWarehouse(tables: readonly TableShape[] = SOURCE_TABLES): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate(tables));
  return warehouse;
}
