import type { MenuEntry, Page } from '../page.ts';
import { developerEvents } from './developer/events.ts';
import { developerInvoices } from './developer/invoices.ts';
import { developerLicences } from './developer/licences.ts';
import { developerOverview } from './developer/overview.ts';
import { developerSpend } from './developer/spend.ts';

/** The pages about one developer. */
export const DEVELOPER_PAGES: readonly Page[] = [
  ...[developerOverview, developerSpend, developerLicences, developerInvoices, developerEvents],
];

const PLACE = '/d/:developer_id';

export const DEVELOPER_MENU: readonly MenuEntry[] = [
  { path: PLACE, isExact: true, label: ({ developer }) => developer.menu.overview },
  { path: `${PLACE}/spend`, label: ({ developer }) => developer.menu.spend },
  { path: `${PLACE}/licences`, label: ({ developer }) => developer.menu.licences },
  { path: `${PLACE}/invoices`, permission: 'invoices:read', label: ({ developer }) => developer.menu.invoices },
  { path: `${PLACE}/events`, label: ({ developer }) => developer.menu.events },
];
