import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import { lastInstant } from './warehouse-time.ts';

/** What the loader keeps about itself; written in the same transaction as the rows it speaks of. */

export const loads = defineTable({
  name: 'landing.loads',
  meaning: 'One row a segment and source that was loaded; a segment in here is never loaded again.',
  fields: [
    'segment_id',
    'segment_hash',
    'source_id',
    'accepted_count',
    'landed_count',
    'duplicate_count',
    'rejected_count',
    'loaded_at',
  ],
  key: ['segment_id', 'source_id'],
});

export const files = defineTable({
  name: 'landing.files',
  meaning:
    'One row a time that a file of events that RudderStack wrote was loaded or set aside, with the reason; one that was loaded is never loaded again.',
  fields: ['file_name', 'file_version', 'byte_count', 'segment_hash?', 'outcome', 'reason?', 'loaded_at'],
  key: ['file_name', 'file_version', 'loaded_at'],
});

export const messages = defineTable({
  name: 'landing.messages',
  meaning:
    'One row an event that came in, by its own id, and another whenever one that was set aside is told of anew; what has landed lands once.',
  fields: ['message_id', 'message_hash', 'source_id', 'segment_id', 'outcome', 'loaded_at'],
  key: ['message_id', 'outcome', 'message_hash', 'loaded_at'],
  layout: { partitionBy: 'loaded_at', filterRequired: true, clusterBy: ['message_id'] },
});

export const rejectedEvents = defineTable({
  name: 'landing.rejected_events',
  meaning:
    'One row an event that was set aside, whole, with the first reason; again if it came again with other content.',
  fields: [
    'message_id',
    'source_id',
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
  meaning: 'One row a value that did not fit its column, as RudderStack keeps them.',
  fields: ['table_name', 'row_id', 'column_name', 'column_value?', 'received_at', 'uuid_ts', 'reason', 'loaded_at'],
  key: ['table_name', 'row_id', 'column_name'],
  layout: { partitionBy: 'loaded_at', clusterBy: ['table_name', 'row_id'] },
});

export const LANDING_TABLES = [loads, files, messages, rejectedEvents, discards, lastInstant] as const;
