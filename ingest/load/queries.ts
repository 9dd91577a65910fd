import { readQueries } from '../../warehouse/named-queries.ts';

export const LOAD_QUERIES = readQueries(import.meta.url, 'load.queries.sql', {
  known_ids: ['message_ids', 'since'],
  known_messages: ['message_ids', 'since'],
  loaded_segment: ['segment_id'],
  landed_file: ['file_name', 'file_version'],
  last_reason_of_file: ['file_name', 'file_version'],
  last_instant: [],
  quarantined_of_source: ['source_id', 'since'],
  loaded_segments: ['segment_ids'],
  landed_messages: ['message_ids', 'since'],
});
