import type { VNode } from 'preact';
import { html } from '../markup.ts';

/** An id that leads to its trace; a dash for none. */
export const traceLink = (id: string | null): VNode =>
  id === null ? html`–` : html`<a href=${`/trace?id=${encodeURIComponent(id)}`}><code>${id}</code></a>`;

/** The id of a creator, which leads to its ledger. */
export const creatorLink = (id: string, text = id): VNode =>
  html`<a href=${`/creators/${encodeURIComponent(id)}`}>${text}</a>`;

/** The same with the name of the creator, which is not always known. */
export const namedCreator = ({
  creator_id,
  creator_name,
}: {
  creator_id: string;
  creator_name: string | null;
}): VNode =>
  creator_name === null
    ? creatorLink(creator_id)
    : html`${creatorLink(creator_id, creator_name)}<div class="soft"><code>${creator_id}</code></div>`;
