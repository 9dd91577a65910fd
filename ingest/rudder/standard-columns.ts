import type { ColumnType } from './types.ts';

type Columns = Readonly<Record<string, ColumnType>>;

/** The columns of a track event's table apart from its properties, so that the table can be created before its first event. */
export const STANDARD_COLUMNS = {
  id: 'string',
  anonymous_id: 'string',
  user_id: 'string',
  sent_at: 'datetime',
  timestamp: 'datetime',
  received_at: 'datetime',
  original_timestamp: 'datetime',
  channel: 'string',
  context_ip: 'string',
  context_request_ip: 'string',
  context_passed_ip: 'string',
  context_source_id: 'string',
  context_source_type: 'string',
  context_destination_id: 'string',
  context_destination_type: 'string',
  context_library_name: 'string',
  context_library_version: 'string',
  event: 'string',
  event_text: 'string',
  uuid_ts: 'datetime',
  loaded_at: 'datetime',
} as const satisfies Columns;
