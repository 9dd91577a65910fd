import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import { lastInstant } from './warehouse-time.ts';

/** The loader's own records, written in the same transaction as the rows that they describe. */

export const loads = defineTable({
  name: 'landing.loads',
  meaning: 'One row per loaded segment and source; a segment with a row is never loaded again.',
  fields: [
    'segment_id',
    'segment_hash',
    'source_id',
    'accepted_count',
    'landed_count',
    'duplicate_count',
    'quarantined_count',
    'loaded_at',
  ],
  key: ['segment_id', 'source_id'],
});

export const files = defineTable({
  name: 'landing.files',
  meaning:
    'One row per load of a file of events written by RudderStack, or per failure to read it, with the reason; a loaded file is never loaded again.',
  fields: ['file_name', 'file_version', 'byte_count', 'segment_hash?', 'outcome', 'reason?', 'loaded_at'],
  key: ['file_name', 'file_version', 'loaded_at'],
});

export const messages = defineTable({
  name: 'landing.messages',
  meaning:
    'One row per message id, and another when a quarantined event lands or is received again with other content; an event lands at most once.',
  fields: ['message_id', 'message_hash', 'source_id', 'segment_id', 'outcome', 'loaded_at'],
  key: ['message_id', 'outcome', 'message_hash', 'loaded_at'],
  layout: { partitionBy: 'loaded_at', filterRequired: true, clusterBy: ['message_id'] },
});

export const quarantinedEvents = defineTable({
  name: 'landing.quarantined_events',
  meaning:
    'One row per quarantined event, complete and with its first violation; another row if it is received again with other content.',
  fields: [
    'message_id',
    'source_id',
    'is_from_browser',
    'is_about_money',
    'event?',
    'violation',
    'violation_path',
    'reason',
    'message',
    'received_at',
    'loaded_at',
  ],
  key: ['message_id', 'received_at'],
  layout: { partitionBy: 'loaded_at', filterRequired: true, clusterBy: ['source_id', 'event', 'message_id'] },
});

export const discards = defineTable({
  name: 'raw.rudder_discards',
  meaning: "One row per value that did not fit its column, like RudderStack's own table of this name.",
  fields: ['table_name', 'row_id', 'column_name', 'column_value?', 'received_at', 'uuid_ts', 'reason', 'loaded_at'],
  key: ['table_name', 'row_id', 'column_name'],
  layout: { partitionBy: 'loaded_at', clusterBy: ['table_name', 'row_id'] },
});

export const LANDING_TABLES = [loads, files, messages, quarantinedEvents, discards, lastInstant] as const;
