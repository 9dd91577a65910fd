import type { VNode } from 'preact';
import type { Permission } from '../../auth/permissions.ts';
import { html } from '../markup.ts';
import type { Form, Page, PageContent, PageRequest } from '../page.ts';

/** A creator as the API shows it. */
export interface Creator {
  readonly creator_id: string;
  readonly creator_name: string | null;
  readonly country: string | null;
}

/** A request for a page of one creator. */
export interface CreatorRequest extends PageRequest {
  readonly creator: Creator;
  /** The path of another page of the creator: `/payouts` → `/c/cr_ada/payouts`. */
  readonly at: (place: string) => string;
}

interface CreatorPage {
  /** Below `/c/:creator_id`. */
  readonly path: string;
  readonly permission?: Permission;
  readonly show: (request: CreatorRequest) => Promise<PageContent>;
  readonly acts?: Readonly<Record<string, (request: CreatorRequest, form: Form) => Promise<string | PageContent>>>;
}

/** A page about one creator. The API decides whether the caller may see it, and reports any other creator as not found. */
export function creatorPage({ path, permission = 'earnings:read', show, acts = {} }: CreatorPage): Page {
  return {
    ...{ path: `/c/:creator_id${path}`, permission },
    show: async (request) => framed(await forCreator(request), show),
    acts: Object.fromEntries(
      Object.entries(acts).map(([name, act]) => [
        name,
        async (request: PageRequest, form: Form) => {
          const made = await forCreator(request);
          const next = await act(made, form);
          return typeof next === 'string' ? next : framed(made, async () => next);
        },
      ]),
    ),
  };
}

export async function forCreator(request: PageRequest): Promise<CreatorRequest> {
  const id = encodeURIComponent(request.params.creator_id ?? '');
  const creator = await request.api.get<Creator>(`/creators/${id}`);
  return { ...request, creator, at: (place) => `/c/${id}${place}` };
}

/** With the name of the creator above, and the way to the others of the caller. */
export async function framed(
  request: CreatorRequest,
  show: (request: CreatorRequest) => Promise<PageContent>,
): Promise<PageContent> {
  const { title, body } = await show(request);
  return { title, body: html`${whose(request)}${body}` };
}

function whose({ creator, caller, words }: CreatorRequest): VNode {
  const others = caller.creatorIds.filter((id) => id !== creator.creator_id);
  const { creator: texts } = words;
  return html`<p class="soft">${texts.of(creator.creator_name ?? creator.creator_id)}${
    creator.creator_name === null ? '' : html` <code>${creator.creator_id}</code>`
  }${
    others.length > 0 &&
    html`. ${texts.others} ${others.map((id, index) => html`${index > 0 && ', '}<a href=${`/c/${id}`}>${id}</a>`)}`
  }</p>`;
}
