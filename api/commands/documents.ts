import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import type { Act } from './command.ts';
import { writeDownload } from './write-download.ts';

interface Listed {
  readonly document_id: string;
  readonly file_name: string;
}

/** All documents that the filters leave, newest first. */
const list: Act = async (args, { open }) => {
  args.named();
  const filters = new URLSearchParams();
  for (const name of ['kind', 'period', 'subject']) {
    const value = args.option(name);
    if (value !== undefined) filters.set(name, value);
  }
  return { value: { documents: await allRows<Listed>(await open(), `/v1/documents?${filters}`) } };
};

/** Writes the bytes of one document to a file. */
const get: Act = async (args, { open }) => {
  const [id] = args.named('The id of the document');
  const path = args.required('out');
  // What has all creators of a tax form is for whoever requested its opening.
  const reader = args.option('by') === undefined ? '' : `?${new URLSearchParams({ by: args.person() })}`;
  const download = (await open()).download(`/v1/documents/${encodeURIComponent(id)}${reader}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --out' });
  return { value: { document_id: id, file: path } };
};

export const documents: Act = oneOf({ list, get });
