import { readQueries } from '../../warehouse/named-queries.ts';

export const DEVELOPER_QUERIES = readQueries(import.meta.url, 'developers.queries.sql', {
  developer_named: ['developer_id'],
  newest_period: [],
  spend_of_developer: ['developer_id', 'from', 'until', 'loaded_from'],
  licences_of_developer: ['developer_id', 'after_at', 'after_id'],
  consents_of_assets: ['asset_ids'],
  licences_sold: ['creator_id', 'from', 'until', 'after_at', 'after_id'],
  events_of_developer: [
    'developer_id',
    'from',
    'until',
    'as_user',
    'as_property',
    'outcome',
    'event',
    'after_at',
    'after_id',
  ],
});
