import { hasPermission, type Permission } from '../../auth/permissions.ts';
import { forCreator, framed } from '../components/creator-page.ts';
import { ofDeveloper } from '../components/developer-page.ts';
import { html } from '../markup.ts';
import type { Page } from '../page.ts';
import { showOverview } from './creator/overview.ts';
import { showDeveloper } from './developer/overview.ts';
import { showLanding } from './public/landing.ts';

/** Where staff arrive: the first whose permission they have. */
const STAFF_PLACES: readonly (readonly [permission: Permission, path: string])[] = [
  ['stores:read', '/operations'],
  ['runs:read', '/months'],
  ['dashboards:read', '/dashboards'],
  ['people:manage', '/people'],
];

/** Where somebody arrives who has logged in: the overview of the creator or developer, the choice among several, or the place of their work. */
export const home: Page = {
  path: '/',
  outside: showLanding,
  leadsTo(caller) {
    if (caller.creatorIds.length + caller.developerIds.length > 0) return undefined;
    return STAFF_PLACES.find(([permission]) => hasPermission(caller, permission))?.[1];
  },
  async show(request) {
    const { caller, words, query } = request;
    const { creatorIds, developerIds } = caller;
    const only = creatorIds.length + developerIds.length === 1 ? (creatorIds[0] ?? developerIds[0]) : undefined;
    const creator_id = creatorIds.find((id) => id === (only ?? query.creator));
    if (creator_id !== undefined) return framed(await forCreator({ ...request, params: { creator_id } }), showOverview);
    const [developer_id] = developerIds;
    if (developer_id !== undefined && developer_id === only) {
      return ofDeveloper({ ...request, params: { developer_id } }, showDeveloper);
    }
    const places = [...creatorIds.map((id) => ['/c/', id] as const), ...developerIds.map((id) => ['/d/', id] as const)];
    if (places.length > 0) {
      const body = html`<h2>${words.creator.choose}</h2>
        <ul>${places.map(([place, id]) => html`<li><a href=${place + id}>${id}</a></li>`)}</ul>`;
      return { title: words.home.title, body };
    }
    return { title: words.home.title, body: html`<p>${words.home.nothing}</p>` };
  },
};
