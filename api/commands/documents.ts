import type { FilesLeft } from '../../jobs/retention/delete-files.ts';
import type { RecordHold } from '../../jobs/retention/record-holds.ts';
import { sentenceOfTerm } from '../../jobs/retention/retention-rules.ts';
import type { GroupRetention } from '../../jobs/retention/stored-records.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import type { Act } from './command.ts';
import { writeDownload } from './write-download.ts';

interface Retention {
  readonly data: readonly GroupRetention[];
  readonly files_left: FilesLeft;
}

interface Listed {
  readonly document_id: string;
  readonly file_name: string;
}

/** All documents that the filters leave, newest first. */
const list: Act = async (args, { open }) => {
  args.require();
  const filters = new URLSearchParams();
  for (const name of ['kind', 'period', 'subject']) {
    const value = args.option(name);
    if (value !== undefined) filters.set(name, value);
  }
  return { value: { documents: await allRows<Listed>(await open(), `/v1/documents?${filters}`) } };
};

/** Writes the bytes of one document to a file. */
const get: Act = async (args, { open }) => {
  const [id] = args.require('The id of the document');
  const path = args.requireOption('out');
  // What has all creators of a tax form is for whoever requested its opening.
  const reader = args.option('by') === undefined ? '' : `?${new URLSearchParams({ by: args.requirePerson() })}`;
  const download = (await open()).download(`/v1/documents/${encodeURIComponent(id)}${reader}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --out' });
  return { value: { document_id: id, file: path } };
};

/** What would be deleted when; deletes nothing. */
const retention: Act = async (args, { open, isJson }) => {
  args.require();
  const { data, files_left } = await (await open()).requestJson<Retention>('/v1/record-retention');
  if (isJson) return { value: { retention: data, files_left } };
  const kept = data.map(({ group, years, default_years, terms, deleted_count }) => ({
    ...{ records: group, kept_for: years === null ? 'ever' : `${years} years`, deleted: deleted_count },
    default: `${default_years} years: ${terms.map(sentenceOfTerm).join('; ')}`,
  }));
  const deletions = data.flatMap(({ group, by_year }) =>
    by_year.map(({ recorded_year, record_count, held_count, delete_from_on }) => ({
      ...{ records: group, of_year: recorded_year, count: record_count, held: held_count },
      deleted_from: delete_from_on ?? 'never',
    })),
  );
  const isSet = data.some(({ years }) => years !== null);
  const note = isSet ? undefined : 'Nothing is deleted: TANTIEME_DOCUMENT_RETENTION is not set.';
  const { file_count, since } = files_left;
  const left = file_count === 0 ? undefined : `${countOf(file_count, 'file')} since ${since}; the next run tries again`;
  return { value: { note, not_deleted_yet: left, kept, deletions } };
};

const holds: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: readonly RecordHold[] }>('/v1/record-holds');
  return { value: { holds: data } };
};

/** Keeps what it names from being deleted. */
const hold: Act = async (args, { open }) => {
  args.require();
  const named = ['kind', 'subject', 'period'].flatMap((name) => {
    const value = args.option(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const body = { ...Object.fromEntries(named), because: args.requireReason(), by: args.requirePerson() };
  const placed = await (await open()).requestJson<RecordHold>('/v1/record-holds', { method: 'POST', body });
  return { value: { ...placed } };
};

const release: Act = async (args, { open }) => {
  const [id] = args.require('The id of the hold');
  const body = { because: args.requireReason(), by: args.requirePerson() };
  const path = `/v1/record-holds/${encodeURIComponent(id)}/release`;
  const released = await (await open()).requestJson<RecordHold>(path, { method: 'POST', body });
  return { value: { ...released } };
};

export const documents: Act = oneOf({ list, get, retention, holds, hold, release });
