import { setImmediate } from 'node:timers/promises';
import type { Documents } from '../../warehouse/documents/documents.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { DocumentFormat } from '../../warehouse/vocabulary/documents.ts';

/** A file to be stored: its bytes, or those that it is sealed as with the size that its readers see. */
export type Rendered = Uint8Array | { readonly sealed: Uint8Array; readonly byte_size: number };

/** Composes and renders one document from what was read for it: its file in each format. Equal sources have equal bytes, unless they are sealed. */
export type Render<S> = (sources: S) => Readonly<Partial<Record<DocumentFormat, Rendered>>>;

export interface StoredFile {
  /** SHA-256 of the bytes as they are stored. */
  readonly hash: string;
  readonly byte_size: number;
}

/** What became of a document: its stored files by format, or why there are none. */
export type DocumentOutcome =
  | { readonly files: Readonly<Partial<Record<DocumentFormat, StoredFile>>> }
  | { readonly problem: string };

/** While so many are stored, the next ones are rendered. */
const STORED_TOGETHER = 5;

/**
 * Renders documents and stores their files durably. The outcomes are in the order of the sources; a document that cannot be
 * composed or rendered does not stop the others. Throws `Unavailable` if files cannot be stored.
 */
export async function storeDocuments<S>(
  batch: readonly S[],
  { render, documents }: { readonly render: Render<S>; readonly documents: Pick<Documents, 'putAll'> },
): Promise<DocumentOutcome[]> {
  const outcomes: DocumentOutcome[] = [];
  let storing: Promise<DocumentOutcome[]> = Promise.resolve([]);
  for (let from = 0; from < batch.length; from += STORED_TOGETHER) {
    const rendered: RenderedDocument[] = [];
    for (const sources of batch.slice(from, from + STORED_TOGETHER)) {
      // Lets the storing of the ones before proceed.
      await setImmediate();
      rendered.push(rendering(render, sources));
    }
    outcomes.push(...(await storing));
    storing = store(rendered, documents);
    // Its error is thrown where it is awaited.
    storing.catch(() => undefined);
  }
  return [...outcomes, ...(await storing)];
}

type RenderedDocument = { readonly files: readonly (readonly [string, Rendered])[] } | { readonly problem: string };

function rendering<S>(render: Render<S>, sources: S): RenderedDocument {
  try {
    return { files: Object.entries(render(sources)) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

async function store(
  all: readonly RenderedDocument[],
  documents: Pick<Documents, 'putAll'>,
): Promise<DocumentOutcome[]> {
  const hashes = await documents.putAll(
    all.flatMap((each) => ('files' in each ? each.files.map(([, file]) => bytesOf(file)) : [])),
  );
  const next = hashes.values();
  return all.map((each) => {
    if ('problem' in each) return each;
    const stored = each.files.map(([format, file]) => {
      const hash = requirePresent(next.next().value, 'A stored file has a hash.');
      return [format, { hash, byte_size: 'sealed' in file ? file.byte_size : file.length }] as const;
    });
    return { files: Object.fromEntries(stored) };
  });
}

const bytesOf = (file: Rendered): Uint8Array => ('sealed' in file ? file.sealed : file);
