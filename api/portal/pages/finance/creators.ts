import { grid, nextPage } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { html } from '../../markup.ts';
import type { Page } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

/** All creators, and a field to open one by its id. */
export const creators: Page = {
  path: '/creators',
  permission: 'creators:list',
  async show({ api, words, query }) {
    const { creators: texts } = words.books;
    const { common } = words.finance;
    const page = await api.get<Paged<{ creator_id: string; creator_name: string | null }>>(
      fromCursor('/creators', query.cursor),
    );
    const body = [
      html`<form class="row" method="post">
        <label>${texts.search}<input name="creator_id" required maxlength="255" /></label><button name="act" value="open">${texts.go}</button>
      </form>`,
      grid({
        caption: texts.title,
        none: texts.none,
        rows: page.data,
        columns: [
          { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
          { label: texts.name, cell: ({ creator_name }) => creator_name },
        ],
      }),
      html`${nextPage({ cursor: page.next_cursor, path: '/creators', label: common.next })}`,
    ];
    return { title: texts.title, body };
  },
  acts: {
    async open(_request, { creator_id = '' }) {
      return `/creators/${encodeURIComponent(creator_id.trim())}`;
    },
  },
};
