import { oneOf } from './acts.ts';
import type { Act } from './command.ts';
import { writeDownload } from './write-download.ts';

interface Listed {
  readonly document_id: string;
  readonly file_name: string;
}

interface ListedPage {
  readonly data: readonly Listed[];
  readonly next_cursor: string | null;
}

/** All documents that the filters leave, newest first. */
const list: Act = async (args, { open }) => {
  args.named();
  const filters = new URLSearchParams({ limit: '1000' });
  for (const name of ['kind', 'period', 'subject']) {
    const value = args.option(name);
    if (value !== undefined) filters.set(name, value);
  }
  const client = await open();
  const documents: Listed[] = [];
  for (;;) {
    const page = await client.requestJson<ListedPage>(`/v1/documents?${filters}`);
    documents.push(...page.data);
    if (page.next_cursor === null) return { value: { documents } };
    filters.set('cursor', page.next_cursor);
  }
};

/** Writes the bytes of one document to a file. */
const get: Act = async (args, { open }) => {
  const [id] = args.named('The id of the document');
  const path = args.required('out');
  const client = await open();
  const download = client.download(`/v1/documents/${encodeURIComponent(id)}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --out' });
  return { value: { document_id: id, file: path } };
};

export const documents: Act = oneOf({ list, get });
